"""The built-in words against the extractor: every example gives its row, no counter-example gives one."""

from __future__ import annotations

from functools import partial

from pipeline import extract
from pipeline.vocabulary import default_vocabulary
from pipeline.vocabulary.check import check_vocabulary

LEAST_INDICATORS = 150
LEAST_UNITS = 300


def test_every_example_and_counter_example_holds() -> None:
    words = default_vocabulary()
    faults = check_vocabulary(words, partial(extract, words=words))
    assert not faults, "\n".join(map(str, faults))


def test_there_are_enough_indicators_and_units() -> None:
    words = default_vocabulary()
    assert len(words.indicators) >= LEAST_INDICATORS
    assert len(words.unit_names) >= LEAST_UNITS


def test_every_indicator_has_an_example_and_another_sentence_as_its_counter() -> None:
    for indicator in default_vocabulary().indicators:
        assert indicator.example.strip(), indicator.id
        assert indicator.counter.strip(), indicator.id
        assert indicator.example != indicator.counter, indicator.id
        assert {"value", "unit"} <= indicator.expect.keys(), indicator.id
