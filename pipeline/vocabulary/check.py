"""What a load does not check because it takes an extractor, or time: examples, counter-examples, script."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from pipeline.model import Kind, Metric
from pipeline.vocabulary.load import read_built_in
from pipeline.vocabulary.scripts import find_traditional
from pipeline.vocabulary.words import Indicator, Vocabulary

FIELDS = {"period": "period_text"}
"""Keys of `expect` that a metric calls by another name."""


class Extract(Protocol):
    """The function that gives the metrics of a text."""

    def __call__(
        self, text: str, published: date | None = None, title: str | None = None
    ) -> Sequence[Metric]: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the vocabulary that does not hold: `place` is file and line."""

    place: str
    message: str
    is_of_example: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def check_vocabulary(words: Vocabulary, extract: Extract) -> tuple[Fault, ...]:
    """The faults of all examples and counter-examples of `words`, and traditional words in built-in lists."""
    return (*_check_scripts(), *check_examples(words, extract))


def check_examples(words: Vocabulary, extract: Extract) -> tuple[Fault, ...]:
    """A fault for each example that does not give its row and each counter-example that gives one."""
    faults = []
    for indicator in words.indicators:
        faults += [
            Fault(indicator.places.get(key, indicator.source), message, is_of_example=True)
            for key, message in _check_indicator(indicator, extract)
        ]
    return tuple(faults)


def _check_scripts() -> Iterator[Fault]:
    for source in read_built_in():
        for message in find_traditional(source):
            place, _, rest = message.partition(": ")
            yield Fault(place, rest)


def _check_indicator(indicator: Indicator, extract: Extract) -> Iterator[tuple[str, str]]:
    """The key of each sentence that does not hold, and what is wrong."""
    published = indicator.expect.get("published")
    metrics = extract(indicator.example, published=published)
    rows = [metric for metric in metrics if metric.indicator_id == indicator.id]
    if rows:
        wrong = min((_differences(indicator, row) for row in rows), key=len)
        if wrong:
            yield "expect", f"the example of {indicator.id}: {'; '.join(wrong)}"
    else:
        found = ", ".join(f"{row.quote} as {row.indicator_id or row.indicator}" for row in metrics)
        reason = next((said for row in metrics if (said := _reason(indicator, row))), "")
        message = f"the example of {indicator.id} gives no row of it, but {found or 'no row at all'}"
        yield "example", message + reason
    for metric in extract(indicator.counter, published=published):
        if metric.indicator_id == indicator.id:
            message = f"the counter-example of {indicator.id} gives a row of it: {metric.quote}"
            yield "counter", f"{message}; take the number out, or narrow says or measures"


def _reason(indicator: Indicator, row: Metric) -> str:
    """Why a row that is worded like the indicator is none of it, where it can be told."""
    if row.indicator_id is not None or not any(word in (row.indicator or "") for word in indicator.says):
        return ""
    if indicator.measures and row.unit not in indicator.measures:
        return f'; its unit "{row.unit}" is none of its measures: add it there, or reword the example'
    return ""


def _differences(indicator: Indicator, row: Metric) -> list[str]:
    """Where `row` is not what the example expects, in words."""
    expected: dict[str, Any] = {key: value for key, value in indicator.expect.items() if key != "published"}
    if row.kind is Kind.LEVEL:
        expected.setdefault("category", indicator.category)
    found = {key: getattr(row, FIELDS.get(key, key)) for key in expected}
    return [
        f"{key} is {_say(found[key])}, not {_say(value)}"
        for key, value in expected.items()
        if not _is_same(found[key], value)
    ]


def _is_same(found: Any, expected: Any) -> bool:
    if isinstance(expected, float):
        return found is not None and math.isclose(float(found), expected, rel_tol=1e-9)
    return bool(found == expected)


def _say(value: Any) -> str:
    """A value as a person writes it: 123000, not 123000.0 or Decimal('123000').

    >>> _say(123000.0), _say(72.6), _say(None)
    ('123000', '72.6', 'missing')
    """
    if value is None:
        return "missing"
    if isinstance(value, str):
        return str(value)
    return f"{float(value):.15g}"
