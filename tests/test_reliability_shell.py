"""A few of each fault that `make torture` injects in great number, into whole runs.

Other time zones, languages and hash seeds are in test_run.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.bombs import BOMBS, check_bombs
from tests.torture.disks import check_disks
from tests.torture.kills import check_kills, check_signals
from tests.torture.names import check_names
from tests.torture.operations import check_operations
from tests.torture.outcome import BEGIN, END, Outcome, write_outcomes
from tests.torture.polling import check_polling
from tests.torture.rivals import check_rivals

FEW = {
    "kills": (check_kills, 5),
    "operations": (check_operations, 3),
    "disks": (check_disks, 5),
    "polling": (check_polling, 60),
    "rivals": (check_rivals, 2),
    "signals": (check_signals, 2),
    "bombs": (check_bombs, 2),
    "names": (check_names, 6),
}


@pytest.mark.parametrize("name", FEW)
def test_a_few_faults_are_borne(name: str, tmp_path: Path) -> None:
    check, count = FEW[name]
    outcome = check(count, tmp_path, 1)
    assert outcome.faults == ()
    assert outcome.injected >= min(count, len(BOMBS))


def test_the_document_keeps_the_lines_of_other_checks(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text(f"before\n{BEGIN}\n{END}\nafter\n", "utf-8")
    write_outcomes(document, [Outcome(6, "six", 60), Outcome(12, "twelve", 1, ("a fault",))], "2025-01-01")
    write_outcomes(document, [Outcome(6, "six", 1234, (), "a | b")], "2025-01-02")
    head, *lines = document.read_text("utf-8").splitlines()
    assert (head, lines[0], lines[-2:]) == ("before", BEGIN, [END, "after"])
    assert lines[3:-2] == [
        "| 6 | six | 1,234 | 0 | a \\| b | 2025-01-02 |",
        "| 12 | twelve | 1 | 1 |  | 2025-01-01 |",
    ]
    document.write_text("nothing", "utf-8")
    with pytest.raises(ValueError, match="lacks the lines"):
        write_outcomes(document, [], "2025-01-03")
