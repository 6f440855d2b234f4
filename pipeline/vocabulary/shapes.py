"""The shapes of a vocabulary file: what a TOML table may hold.  Anything else in it is a fault."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.model import Bound, Category, Kind

Word = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$")]
Words = Annotated[list[Word], Field(min_length=1)]
Sentence = Annotated[str, StringConstraints(min_length=4, max_length=300)]
Factor = Annotated[str, StringConstraints(pattern=r"^\d{1,30}(\.\d{1,20})?(/\d{1,10}(\.\d{1,6})?)?$")]


class Shape(BaseModel):
    """A table that takes no unknown key and no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitShape(Shape):
    """A canonical unit; without `measures` it is written like its name."""

    name: Word
    measures: Words | None = None
    before: Words | None = None
    dimension: Word | None = None
    factor: Factor | None = None
    base: Word | None = None
    category: Category | None = None


class ExpectShape(Shape):
    """What the row of an indicator's example must hold; only the keys given are compared."""

    value: float
    unit: str
    subject: Word | None = None
    period: Word | None = None
    value_high: float | None = None
    bound: Bound | None = None
    kind: Kind | None = None
    category: Category | None = None
    indicator: Word | None = None
    published: date | None = None


class IndicatorShape(Shape):
    """A canonical indicator with its example and its counter-example."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
    name: Word
    category: Category
    says: Words
    measures: list[Word]
    example: Sentence
    expect: ExpectShape
    counter: Sentence
    source: str = ""


class RegionShape(Shape):
    """A region that needs more than a place in a `region.*` list: other names, its province."""

    name: Word
    says: list[Word] = []
    kind: Literal["country", "province", "prefecture", "county", "area", "city"]


class FileShape(Shape):
    """One vocabulary file."""

    lists: dict[Word, Words] = {}
    unit: list[UnitShape] = []
    indicator: list[IndicatorShape] = []
    region: list[RegionShape] = []
