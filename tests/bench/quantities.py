"""How fast quantities are found in junk, at 1×, 2×, 4×: `python tests/bench/quantities.py`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.quantities.find import find_quantities
from pipeline.vocabulary import default_vocabulary
from tests.test_quantities import JUNK


def main() -> None:
    """Prints seconds for three sizes of each kind of junk; linear growth doubles from one to the next."""
    words = default_vocabulary()
    find_quantities("3件", words)
    for name, junk in JUNK.items():
        times = []
        for size in (5_000, 10_000, 20_000):
            text = junk * (size // len(junk))
            start = time.perf_counter()
            find_quantities(text, words)
            times.append(time.perf_counter() - start)
        print(f"{name:12} " + " ".join(f"{seconds:8.4f} s" for seconds in times))


if __name__ == "__main__":
    main()
