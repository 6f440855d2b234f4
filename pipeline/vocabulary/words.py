"""The vocabulary as a value: frozen look-ups that every stage takes as its `words` parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.model import Category


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit: what its measure words are, what it measures, how it converts.

    ``factor`` times a value in this unit gives the value in ``base``; None where it does not convert (件).
    """

    name: str
    measures: tuple[str, ...]
    dimension: str | None = None
    factor: Decimal | None = None
    base: str | None = None
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A canonical indicator, comparable across articles."""

    id: str
    name: str
    category: Category
    says: tuple[str, ...]
    measures: tuple[str, ...]
    example: str
    expect: Mapping[str, Any]
    counter: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its full name, the other names it goes by, and what kind it is."""

    name: str
    says: tuple[str, ...]
    kind: str


@dataclass(frozen=True, eq=False, slots=True)
class Vocabulary:
    """All words, frozen.  Two vocabularies are equal when their digests are."""

    digest: str
    lists: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Unit] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    regions: tuple[Region, ...] = ()
    bodies: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def list(self, name: str) -> tuple[str, ...]:
        """The words of the list `name`; KeyError when no file has such a list."""
        return self.lists[name]
