"""A quantity while it is put together: each step takes a draft and gives a fuller one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.quantities.forms import Number
from pipeline.quantities.measures import Measure
from pipeline.vocabulary import Unit


@dataclass(frozen=True, slots=True)
class Draft:
    """The number, the span read so far, and what is known of value and unit.

    ``written`` is the measure word as it stands in the text, ``known`` its entry in the vocabulary; ``more``
    is True where number or unit say 多 or 余.
    """

    number: Number
    start: int
    end: int
    value: Decimal
    high: Decimal | None
    unit: str
    written: str
    rule: str
    known: Unit | None = None
    more: bool = False

    @property
    def dimension(self) -> str | None:
        """What the unit measures; 工作日 is a time although it does not convert."""
        if self.known is None:
            return "share" if self.unit in ("%", "‰") else None
        if self.known.dimension is None and self.known.category == "duration":
            return "duration"
        return self.known.dimension


def adjust(value: Decimal, measure: Measure | None) -> Decimal:
    """The value in the unit of the measure: three 成 are 30 %, 两米半 is 2.5 m."""
    return value if measure is None else value * measure.factor + measure.extra


def draft_number(number: Number, measure: Measure | None) -> Draft:
    """The draft of a number and the measure word right after it."""
    high = None if number.high is None else adjust(number.high, measure)
    return Draft(
        number,
        number.start,
        measure.end if measure else number.end,
        adjust(number.value, measure),
        high,
        unit=measure.unit if measure else "",
        written=measure.written if measure else "",
        rule="number" if high is None else "neighbours",
        known=measure.known if measure else None,
        more=number.more or bool(measure and measure.more),
    )
