"""A few of each fault of the long checks of engines, increments and memory (tests/torture)."""

from pathlib import Path

import pytest

from tests.torture.engines import check_workers
from tests.torture.outcome import Outcome
from tests.torture.scale import check_increments, check_memory


@pytest.mark.parametrize(("check", "count"), [(check_increments, 4), (check_memory, 300)])
def test_a_few_are_borne(check, count: int, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    outcome: Outcome = check(count, tmp_path, 3)
    assert outcome.injected == count
    assert outcome.faults == ()


def test_a_killed_worker_is_borne(tmp_path: Path) -> None:
    outcome = check_workers(1, tmp_path, 3, engines=("pool",))
    assert outcome.injected == 1
    assert outcome.faults == ()
