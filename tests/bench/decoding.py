"""Share of byte strings that are decoded right, by encoding and length: `python tests/bench/decoding.py`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.text.decode import decode
from tests.encodings import CORPUS, ENCODINGS, LENGTHS, make_cases, read_corpus, read_own_texts

CASES = 12_000


def main() -> None:
    """Print how many of how many were right, whole ones and those with a byte lost."""
    sources = [("own texts", read_own_texts())] + ([("corpus", read_corpus())] if CORPUS.exists() else [])
    for name, texts in sources:
        right: Counter[tuple[str, str, bool]] = Counter()
        tried: Counter[tuple[str, str, bool]] = Counter()
        for case in make_cases(texts, CASES, seed=7):
            key = case.encoding, case.length, case.is_whole
            tried[key] += 1
            right[key] += case.is_right(decode(case.data, case.declared)[0])
        print(f"{name}: {right.total()} of {tried.total()} ({right.total() / tried.total():.2%})")
        for encoding in ENCODINGS:
            for length in LENGTHS:
                cells = [
                    f"{right[key]:5} of {tried[key]:4} {('with a byte lost', 'whole')[key[2]]}"
                    for key in ((encoding, length, True), (encoding, length, False))
                ]
                print(f"  {encoding:10} {length:9} {'   '.join(cells)}")


if __name__ == "__main__":
    main()
