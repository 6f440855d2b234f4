"""The values that flow through the pipeline.  All are frozen; spans are half-open and count characters.

A span without a prefix counts characters of the clean text; ``raw_`` spans count characters of the
raw text.  ``None`` always means "the article does not say".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.text.aligned import AlignedText


class Bound(StrEnum):
    """How the written number bounds the true one (超42万 is ``over``)."""

    EXACT = "exact"
    OVER = "over"
    AT_LEAST = "at_least"
    NEARLY = "nearly"
    ABOUT = "about"
    UNDER = "under"
    AT_MOST = "at_most"


class Kind(StrEnum):
    """What a metric states: a level, a change, a share of a whole, or a rank."""

    LEVEL = "level"
    CHANGE = "change"
    SHARE = "share"
    RANK = "rank"


class Direction(StrEnum):
    """Which way a change went."""

    UP = "up"
    DOWN = "down"


class Basis(StrEnum):
    """What a change is measured against: the year before, the period before, anything else."""

    YOY = "yoy"
    MOM = "mom"
    PRIOR = "prior"


class Category(StrEnum):
    """The closed classes of what is measured."""

    CASE_COUNT = "case_count"
    FINE = "fine"
    USERS_SERVED = "users_served"
    MONEY = "money"
    ENTERPRISE_COUNT = "enterprise_count"
    PEOPLE_COUNT = "people_count"
    FACILITY_COUNT = "facility_count"
    DURATION = "duration"
    PHYSICAL = "physical"
    RATE = "rate"
    OTHER_COUNT = "other_count"


class Script(StrEnum):
    """The script of a raw text."""

    HANS = "hans"
    HANT = "hant"
    MIXED = "mixed"


class Likeness(StrEnum):
    """How an article says again what an earlier one says."""

    EXACT = "exact"
    NEAR = "near"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Article:
    """One scraped article as it was read: its raw text (tags and line ends kept) and what came with it."""

    id: str
    raw: str
    source_path: str = ""
    source_record: int = 0
    raw_sha256: str = ""
    encoding: str = "utf-8"
    is_html: bool = False
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of an article under one heading; the piece before the first heading has ``heading`` None.

    ``start`` is where the heading begins, ``body`` where the text after it begins.
    """

    index: int
    start: int
    end: int
    body: int
    level: int = 0
    parent: int | None = None
    heading: str | None = None
    organisation: str | None = None
    category_line: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An article with its clean text, its sections and the metadata settled between record and text."""

    article: Article
    text: AlignedText
    sections: tuple[Section, ...]
    script: Script = Script.HANS
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that says how much or how many: ``span`` covers bound, numeral and unit (超42万件).

    ``measure`` is the measure word as written, ``unit`` its canonical form; ``note`` says why a quantity is
    rarely summed (``vague``, ``age``, ``rank``, ``threshold`` …), or is None for a plain one.
    """

    start: int
    end: int
    value: Decimal
    value_high: Decimal | None
    bound: Bound
    measure: str
    unit: str
    rule: str
    note: str | None = None
    number_start: int = 0
    number_end: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """Words that date something, and the days they resolve to (None where one side is open)."""

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A body or region named in the text."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the metrics table; TABLES in the documentation says what each field means."""

    start: int
    end: int
    raw_start: int
    raw_end: int
    quote: str
    sentence: str
    section: int
    value: Decimal
    value_high: Decimal | None
    bound: Bound
    unit: str
    kind: Kind
    category: Category
    indicator: str | None
    rule: str
    dimension: str | None = None
    base_value: float | None = None
    base_unit: str | None = None
    direction: Direction | None = None
    basis: Basis | None = None
    of_metric: int | None = None
    indicator_id: str | None = None
    subject: str | None = None
    period_text: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    target: bool = False
    core: bool = True
    repeats: int | None = None
    confidence: float = 0.5
    why: tuple[str, ...] = field(default=(), compare=False)


CLOSED_SETS: dict[str, type[StrEnum]] = {
    "bound": Bound,
    "kind": Kind,
    "direction": Direction,
    "basis": Basis,
    "category": Category,
    "script": Script,
}
"""The values that columns of these names take."""


def closed_set(table: str, column: str) -> type[StrEnum] | None:
    """The values that a column takes, where it does not take any.

    >>> closed_set("duplicates", "kind").__name__, closed_set("metrics", "quote")
    ('Likeness', None)
    """
    return Likeness if (table, column) == ("duplicates", "kind") else CLOSED_SETS.get(column)
