"""A part of the long checks of the core: properties, numerals against the oracle, runaway patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.numerals import check_numerals, is_right
from tests.torture.properties import PROPERTIES, find_failures
from tests.torture.sayings import GRAMMARS

EXAMPLES = 60
NUMERALS = 4000


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
    from dataclasses import replace
    from random import Random

    from pipeline.quantities.find import find_quantities
    from pipeline.vocabulary import default_vocabulary

    saying = GRAMMARS[name](Random(3))
    text = f"其中{saying.quote}。"
    (quantity,) = find_quantities(text, default_vocabulary())
    assert is_right(quantity, saying, text)
    assert not is_right(quantity, replace(saying, value=saying.value + 1), text)
    assert not is_right(quantity, replace(saying, unit="只"), text)
