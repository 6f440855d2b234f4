"""Annotated articles as they are on disk: JSON files, one an article; what is wrong with one is told.

::

    {"id": "a1", "text": "2021年，甲市法院收案120件。", "metrics": [{"quote": "120件", "value": 120, …}]}

The text may instead lie beside the file, under the same name with ``.txt`` or ``.html``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated as Noted
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from pipeline.errors import UsageError
from pipeline.model import Article, Basis, Bound, Category, Direction, Kind

MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotated article: its text, what is known of it, its rows (with `start` and `end`) and headings."""

    id: str
    text: str
    title: str | None
    publisher: str | None
    published: str | None
    rows: tuple[dict[str, Any], ...]
    headings: tuple[dict[str, Any], ...]
    is_html: bool = False


class RowShape(BaseModel):
    """An annotated row; what an article leaves unsaid is null, and must be written so."""

    quote: str = Field(min_length=1)
    nth: int = Field(1, ge=1)
    value: float
    value_high: float | None = None
    bound: Bound = Bound.EXACT
    unit: str
    kind: Kind
    direction: Direction | None = None
    basis: Basis | None = None
    indicator: str | None
    category: Category | None
    subject: str | None
    period_text: str | None
    period_start: date | None
    period_end: date | None
    core: bool = True


class HeadingShape(BaseModel):
    """An annotated heading."""

    heading: str
    category: str | None = None
    title: str | None = None


class ArticleShape(BaseModel):
    """One file; further keys are let be."""

    id: str = ""
    text: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: Noted[str, Field(pattern=r"^\d{4}-\d\d-\d\d")] | None = None
    source: str | None = None
    is_html: bool = False
    metrics: list[RowShape]
    sections: list[HeadingShape] = []


def read_annotated(folder: Path, texts: Mapping[str, str] | None = None) -> list[Annotated]:
    """The annotated articles of a folder, by the names of their files.

    `texts` gives the texts of those that are kept without one; one without any text is left out.  Raises
    UsageError for a file that is no annotated article, with one line per fault: file, place, what is wrong.
    """
    found: list[Annotated] = []
    faults: list[str] = []
    for file in sorted(folder.glob("*.json")):
        try:
            annotated = _read_one(file, texts or {})
        except ValueError as error:
            faults += str(error).splitlines()
            continue
        found += [annotated] if annotated else []
    if faults:
        more = [f"… and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise UsageError("\n".join(faults[:MOST_FAULTS] + more))
    return found


def _read_one(file: Path, texts: Mapping[str, str]) -> Annotated | None:
    """The article of a file; None without a text.  Raises ValueError, one line per fault."""
    try:
        doc = json.loads(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(f"{file}: not UTF-8; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{file}:{error.lineno}: not JSON: {error.msg}") from error
    try:
        shape = ArticleShape.model_validate(doc)
    except ValidationError as error:
        raise ValueError("\n".join(_shape_faults(file, error))) from error
    name = shape.id or file.stem
    beside = next((path for end in (".txt", ".html") if (path := file.with_suffix(end)).exists()), None)
    text = shape.text if shape.text is not None else texts.get(name)
    if text is None and beside is not None:
        text = beside.read_bytes().decode("utf-8-sig")
    if text is None:
        return None
    rows = sorted(_placed_rows(file, text, shape), key=lambda row: int(row["start"]))
    is_html = shape.is_html or (shape.source or str(beside)).endswith((".html", ".htm"))
    headings = tuple(heading.model_dump() for heading in shape.sections)
    return Annotated(
        name, text, shape.title, shape.publisher, shape.published, tuple(rows), headings, is_html
    )


def _placed_rows(file: Path, text: str, shape: ArticleShape) -> list[dict[str, Any]]:
    """The rows with the span of their quote in the text.  Raises ValueError for quotes that are not there."""
    faults, rows = [], []
    for number, row in enumerate(shape.metrics, 1):
        at = _find_nth(text, row.quote, row.nth)
        if at < 0:
            times = text.count(row.quote)
            faults.append(
                f"{file}: metric {number} {row.quote!r}: occurrence {row.nth} is not in the text, which has "
                f"it {times} times; copy the quote verbatim"
            )
        values = row.model_dump(mode="json")
        rows.append(values | {"start": at, "end": at + len(row.quote)})
    if faults:
        raise ValueError("\n".join(faults))
    return rows


def _find_nth(text: str, quote: str, nth: int) -> int:
    """Where the nth occurrence of a quote starts; -1 where there are fewer.

    >>> _find_nth("收案5件,结案5件", "5件", 2)
    7
    """
    at = -1
    for _ in range(nth):
        at = text.find(quote, at + 1)
        if at < 0:
            break
    return at


def _shape_faults(file: Path, error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        place, path = "", list(detail["loc"])
        if len(path) > 1 and path[0] in ("metrics", "sections") and isinstance(path[1], int):
            place = f" {str(path[0]).removesuffix('s')} {path[1] + 1}"
            path = path[2:]
        key = ".".join(map(str, path))
        if detail["type"] == "missing":
            yield f'{file}:{place} has no "{key}"; write null where the article does not say'
        else:
            yield f'{file}:{place} "{key}": {detail["msg"]}, not {detail["input"]!r}'


def as_article(annotated: Annotated) -> Article:
    """The article as the pipeline would read it."""
    published = datetime.fromisoformat(annotated.published) if annotated.published else None
    return Article(
        annotated.id,
        annotated.text,
        title=annotated.title,
        publisher=annotated.publisher,
        published=published,
        is_html=annotated.is_html,
    )
