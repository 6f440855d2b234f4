"""Run the checks, say what they found, and write it into the document where asked."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.torture.bombs import check_bombs
from tests.torture.corruption import check_corruption
from tests.torture.disks import check_disks
from tests.torture.engines import check_engines, check_workers
from tests.torture.kills import check_kills, check_signals
from tests.torture.names import check_names
from tests.torture.numerals import check_numerals
from tests.torture.operations import check_operations
from tests.torture.outcome import Outcome, write_outcomes
from tests.torture.patterns import check_patterns
from tests.torture.poison import check_poison
from tests.torture.polling import check_polling
from tests.torture.properties import check_properties
from tests.torture.rivals import check_rivals
from tests.torture.scale import check_increments, check_memory
from tests.torture.scripts import check_scripts
from tests.torture.surroundings import check_surroundings

Check = Callable[[int, Path, int], Outcome]
DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
SHOWN = 20

# name: number of the line in the document's table of promises, full count, the check
CHECKS: dict[str, tuple[int, int, Check]] = {
    "kills": (1, 200, check_kills),
    "operations": (2, 1000, check_operations),
    "disks": (3, 100, check_disks),
    "polling": (4, 12_000, check_polling),
    "rivals": (5, 50, check_rivals),
    "signals": (6, 60, check_signals),
    "poison": (7, 50, check_poison),
    "corruption": (8, 3_000, check_corruption),
    "properties": (9, 100_000, check_properties),
    "numerals": (10, 1_000_000, check_numerals),
    "patterns": (11, 10_000, check_patterns),
    "bombs": (12, 22, check_bombs),
    "names": (13, 50, check_names),
    "scripts": (14, 200, check_scripts),
    "memory": (16, 100_000, check_memory),
    "increments": (17, 60, check_increments),
    "engines": (18, 5, check_engines),
    "workers": (19, 20, check_workers),
    "surroundings": (20, 20, check_surroundings),
}


def main(arguments: list[str]) -> int:
    """The exit code: 0 where every check is borne as promised."""
    asked = _parse(arguments)
    outcomes = []
    for name in asked.names or CHECKS:
        _, full, check = CHECKS[name]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=f"torture-{name}-") as folder:
            outcome = check(max(1, round(full * asked.share)), Path(folder), asked.seed)
        seconds = time.monotonic() - began
        print(f"{outcome.test:>2} {name}: {outcome.injected:,} injected, {len(outcome.faults)} faults; "
              f"{outcome.note}; {seconds:.0f} s", flush=True)  # fmt: skip
        for fault in outcome.faults[:SHOWN]:
            print(f"     {fault}", flush=True)
        outcomes.append(outcome)
        if asked.write:
            write_outcomes(DOCUMENT, [outcome], time.strftime("%Y-%m-%d", time.gmtime()))
    return int(any(outcome.faults for outcome in outcomes))


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"checks: {', '.join(CHECKS)}")
    parser.add_argument("--share", type=float, default=1.0, help="the share of each full count")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn at random")
    parser.add_argument("--write", action="store_true", help="write the results into docs/reliability.md")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(CHECKS)):
        parser.error(f"there is no check {', '.join(unknown)}: use {', '.join(CHECKS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
