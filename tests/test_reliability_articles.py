"""A few of each fault that an article or a file can bring; the long checks do the full counts."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from pipeline.ingest import Failure, read_records
from pipeline.model import Article
from pipeline.stages import STAGES, steps_until, take_article
from pipeline.vocabulary import default_vocabulary
from tests.torture.corruption import check_corruption
from tests.torture.damaged import Case, make_case
from tests.torture.poison import PanicError, check_poison

FILES = 80
POISONS = 5


def test_poison_articles(tmp_path: Path) -> None:
    outcome = check_poison(POISONS, tmp_path, seed=2)
    assert outcome.faults == ()
    assert outcome.injected == POISONS


def test_corrupt_files(tmp_path: Path) -> None:
    outcome = check_corruption(FILES, tmp_path, seed=1)
    assert outcome.faults == ()
    assert "articles and" in outcome.note


def test_a_lost_record_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def claim_more(number: int, draw: object) -> Case:
        return Case(f"{number}.txt", "收案3件。".encode(), 2)

    monkeypatch.setattr("tests.torture.corruption.make_case", claim_more)
    outcome = check_corruption(1, tmp_path, seed=1)
    assert outcome.faults == ("0.txt: 1 articles and 0 failures of 2 records",)
    assert make_case is not claim_more


def test_what_no_reader_foresaw_costs_its_record_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(line: bytes) -> tuple[str, str]:
        if b"poison" in line:
            raise ZeroDivisionError("bad \ud800")
        return line.decode(), "utf-8"

    lines = ('{"text": "收案1件。"}', '{"text": "poison"}', '{"text": "收案3件。"}')
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr("pipeline.ingest.readers.decode", stumble)
    first, failure, last = read_records(tmp_path, "a.jsonl")
    assert isinstance(failure, Failure)
    assert (failure.source_record, failure.error, failure.message) == (1, "ZeroDivisionError", "bad ?")
    assert isinstance(first, Article)
    assert isinstance(last, Article)


def take(act: object, seconds: float = 60.0) -> Article | Failure:
    """What comes of an article on whose reading `act` is called."""

    def acting(article: Article, words: object) -> Article:
        act()  # type: ignore[operator]
        return article

    steps = steps_until("read", default_vocabulary(), {**STAGES, "read": acting})
    taken: Article | Failure = take_article(Article("a", "收案3件。"), steps, lambda stage: None, seconds)
    return taken


def test_a_panic_of_a_library_is_a_failure() -> None:
    def panic() -> None:
        raise PanicError("poison")

    failure = take(panic)
    assert isinstance(failure, Failure)
    assert failure.error == "PanicError"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_stops_the_run_stops_it(stop: type[BaseException]) -> None:
    def raise_it() -> None:
        raise stop

    with pytest.raises(stop):
        take(raise_it)


def test_the_guard_rings_again_where_its_first_ring_is_dropped() -> None:
    def drop_the_first() -> None:
        try:
            time.sleep(30)
        except BaseException:
            time.sleep(30)

    failure = take(drop_the_first, seconds=0.05)
    assert isinstance(failure, Failure)
    assert failure.error == "timeout"
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
