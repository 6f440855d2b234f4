"""What a check found, and the table of the document that shows it.

>>> outcome = Outcome(6, "signals", 60, (), "30 SIGINT, 30 SIGTERM")
>>> print(table_line(outcome, "2025-01-02"))
| 6 | signals | 60 | 0 | 30 SIGINT, 30 SIGTERM | 2025-01-02 |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BEGIN = "<!-- results: written by python -m tests.torture --write -->"
END = "<!-- end of results -->"
HEAD = ("| # | check | injected | faults | what was measured | on |", "|--:|---|--:|--:|---|---|")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: how many faults were injected, and each that was not borne as promised.

    `test` is the number of the promise's line in the document; `note` says what was measured.
    """

    test: int
    name: str
    injected: int
    faults: tuple[str, ...] = ()
    note: str = ""


def table_line(outcome: Outcome, day: str) -> str:
    """The line of an outcome in the table."""
    note = outcome.note.replace("|", "\\|").replace("\n", " ")
    cells = (outcome.test, outcome.name, f"{outcome.injected:,}", len(outcome.faults), note, day)
    return f"| {' | '.join(map(str, cells))} |"


def write_outcomes(document: Path, outcomes: Iterable[Outcome], day: str) -> None:
    """Put the lines of `outcomes` into the table of the document; the lines of other checks stay.

    Raises ValueError where the document has no place for the table.
    """
    before, begin, rest = document.read_text("utf-8").partition(BEGIN)
    held, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} lacks the lines {BEGIN} and {END}")
    lines = {key: line for line in held.splitlines() if (key := _key(line))}
    lines |= {(outcome.test, outcome.name): table_line(outcome, day) for outcome in outcomes}
    table = "\n".join((*HEAD, *(lines[key] for key in sorted(lines))))
    document.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", "utf-8")


def _key(line: str) -> tuple[int, str] | None:
    """The number and name of a table's line; None for its head."""
    cells = [cell.strip() for cell in line.split("|")]
    return (int(cells[1]), cells[2]) if len(cells) > 2 and cells[1].isdigit() else None
