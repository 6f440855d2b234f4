"""A part of the long checks of the core: properties, numerals against the oracle, runaway patterns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from pipeline.quantities.find import find_quantities
from pipeline.vocabulary import default_vocabulary
from tests.torture import patterns
from tests.torture.numerals import check_numerals, is_right
from tests.torture.patterns import PLANTED, PUMPS, Source
from tests.torture.properties import PROPERTIES, find_failures
from tests.torture.sayings import GRAMMARS
from tests.torture.shapes import find_runaway

EXAMPLES = 40
NUMERALS = 2500


@pytest.mark.parametrize("name", PROPERTIES)
def test_property(name: str) -> None:
    assert find_failures(name, EXAMPLES, seed=7) == []


def test_a_property_that_does_not_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(text: str) -> None:
        assert "件" not in text

    monkeypatch.setitem(PROPERTIES, "broken", (break_off, PROPERTIES["clean"][1]))
    (fault,) = find_failures("broken", 500, seed=7)
    assert fault.startswith("broken: AssertionError")
    assert "件" in fault


def test_numerals_are_read_as_the_oracle_wrote_them(tmp_path: Path) -> None:
    outcome = check_numerals(NUMERALS, tmp_path, seed=7)
    assert outcome.faults == ()
    assert outcome.injected == NUMERALS


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_numeral_that_is_read_wrong_is_told(name: str) -> None:
    saying = GRAMMARS[name](Random(3))
    text = f"其中{saying.quote}。"
    (quantity,) = find_quantities(text, default_vocabulary())
    assert is_right(quantity, saying, text)
    assert not is_right(quantity, replace(saying, value=saying.value + 1), text)
    assert not is_right(quantity, replace(saying, unit="只"), text)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    return patterns.gather(tmp_path_factory.mktemp("patterns"))


def test_every_pattern_of_the_code_is_known(sources: list[Source]) -> None:
    assert patterns.find_unseen(sources) == []
    assert len(sources) > 250
    assert {"re", "regex"} == {source.module for source in sources}


def test_a_call_that_was_not_reached_is_told(sources: list[Source]) -> None:
    place = next(source.place for source in sources if source.place.startswith("quantities/grammar.py"))
    left = [source for source in sources if source.place != place]
    assert patterns.find_unseen(left) == [place]


def test_no_pattern_has_a_shape_that_runs_away(sources: list[Source]) -> None:
    assert patterns.find_bad_shapes(sources) == []


@pytest.mark.parametrize("source", PLANTED, ids=lambda source: source.pattern)
def test_a_planted_pattern_is_known_by_its_shape(source: Source) -> None:
    assert find_runaway(source.pattern)


def test_a_planted_pattern_is_known_by_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than the age of the world, and is broken off."""
    monkeypatch.setattr(patterns, "LONGEST", 0.1)
    assert patterns.runs_away(PLANTED[0])
    assert len(PUMPS) == 30


def test_slopes() -> None:
    assert patterns.slope_of((10, 100), (0.01, 0.1)) == pytest.approx(1)
    assert patterns.slope_of((10, 100), (0.01, 1)) == pytest.approx(2)
