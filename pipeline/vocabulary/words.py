"""The vocabulary as a value: frozen look-ups that every stage takes as its `words` parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.model import Category
from pipeline.vocabulary.tokens import Cutter

Tokens = list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit: what its measure words are, what it measures, how it converts.

    ``factor`` times a value in this unit gives the value in ``base``; None where it does not convert (件).
    ``before`` is how it is written in front of the numeral ($).  ``category`` is the category of a level in
    this unit unless the noun decides otherwise; None where the unit says nothing.
    """

    name: str
    measures: tuple[str, ...]
    dimension: str | None = None
    factor: Decimal | None = None
    base: str | None = None
    category: Category | None = None
    before: tuple[str, ...] = ()

    def to_base(self, value: Decimal) -> Decimal | None:
        """`value` of this unit in the base unit, or None where it does not convert.

        >>> Unit("公里", ("公里", "km"), "length", Decimal(1000), "m").to_base(Decimal("3.5"))
        Decimal('3500.0')
        """
        return None if self.factor is None else value * self.factor


@dataclass(frozen=True, slots=True)
class Indicator:
    """A canonical indicator, comparable across articles; ``source`` is its file and line.

    ``places`` are those of its example, expect and counter; of built-in ones nothing.
    """

    id: str
    name: str
    category: Category
    says: tuple[str, ...]
    measures: tuple[str, ...]
    example: str
    expect: Mapping[str, Any]
    counter: str
    source: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its full name, the names it goes by (the full one first), and what kind it is.

    ``kind`` is one of country, province, prefecture, county, area, city (a city abroad).
    """

    name: str
    says: tuple[str, ...]
    kind: str


@dataclass(frozen=True, eq=False, slots=True)
class Vocabulary:
    """All words, frozen.  Two vocabularies are equal when their digests are.

    ``lists`` word lists by name · ``units`` measure as written → unit · ``units_before`` sign before the
    numeral → unit · ``unit_names`` canonical name → unit · ``indicator_says`` wording → indicator ·
    ``region_names`` name as written → region · ``bodies`` full and short names of bodies ·
    ``longest_measure`` characters of the longest measure word.
    """

    digest: str
    lists: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Unit] = field(default_factory=dict)
    units_before: Mapping[str, Unit] = field(default_factory=dict)
    unit_names: Mapping[str, Unit] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    indicator_says: Mapping[str, Indicator] = field(default_factory=dict)
    regions: tuple[Region, ...] = ()
    region_names: Mapping[str, Region] = field(default_factory=dict)
    bodies: tuple[str, ...] = ()
    longest_measure: int = 0
    cutter: Cutter = field(default_factory=Cutter)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def list(self, name: str) -> tuple[str, ...]:
        """The words of the list `name`; KeyError when no file has such a list."""
        return self.lists[name]

    def cut(self, text: str) -> Tokens:
        """The tokens of `text` with their spans, which cover it without gap or overlap."""
        return self.cutter.cut(text)
