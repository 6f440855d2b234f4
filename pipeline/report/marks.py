"""Reviewers' marks, saved by the report as JSON, made into annotated articles.

An annotated article holds all rows of its text, so only an article whose review was finished becomes one.
Accepted and corrected rows are its rows, and those that the reviewer added; rejected ones are left out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import UsageError
from pipeline.files import Files
from pipeline.model import Article, Basis, Bound, Category, Direction, Kind
from pipeline.report.sources import Source, read_sources

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 80
_FIELDS = (
    "value", "value_high", "bound", "unit", "kind", "direction", "basis", "indicator", "category", "subject",
    "period_text", "period_start", "period_end", "core",
)  # fmt: skip


class Verdict(StrEnum):
    """What a reviewer said of a row or a heading."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"
    ADD = "add"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MarkedRow(_Form):
    """A row as the reviewer holds it to be right."""

    metric_id: str | None = None
    verdict: Verdict
    start: int
    end: int
    raw_start: int
    raw_end: int
    value: float
    value_high: float | None
    bound: Bound
    unit: str
    kind: Kind
    direction: Direction | None
    basis: Basis | None
    indicator: str | None
    category: Category
    subject: str | None
    period_text: str | None
    period_start: date | None
    period_end: date | None
    target: bool = False
    core: bool
    note: str | None = None


class MarkedHeading(_Form):
    """A heading of the article, with what it names."""

    verdict: Verdict
    start: int
    heading: str
    organisation: str | None
    category_line: str | None
    project: str | None


class MarkedArticle(_Form):
    """The marks of one article, and how to find its raw text again."""

    article_id: str
    source_path: str
    source_record: int
    raw_sha256: str
    url: str | None
    title: str | None
    publisher: str | None
    published_at: str | None
    finished: bool
    rows: tuple[MarkedRow, ...]
    headings: tuple[MarkedHeading, ...] = ()


class Marks(_Form):
    """A file of marks."""

    form: Literal["news-metrics marks"]
    version: Literal[1]
    articles: tuple[MarkedArticle, ...]


@dataclass(slots=True)
class Written:
    """What became of the articles of a file: their files, and the ids of those that gave none."""

    files: list[Path] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    there_already: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def read_marks(file: Path) -> Marks:
    """The marks of a file.  Raises UsageError, naming the first place that is wrong, OSError."""
    try:
        return Marks.model_validate_json(file.read_bytes())
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        said = f"{where}: {fault['msg']}" if where else fault["msg"]
        raise UsageError(f"{file}: {said}; save the marks anew from the report") from error


def write_annotated(marks: Marks, raw: Path, into: Path, *, replace: bool = False) -> Written:
    """Write each finished article of the marks as an annotated one.

    An article that has changed in the raw folder, or is not there, gives no file, and a file that is there
    already stays, unless `replace`.  Raises UsageError for rows that do not fit their text, OSError.
    """
    written = Written(unfinished=[article.article_id for article in marks.articles if not article.finished])
    finished = {_source(article): article for article in marks.articles if article.finished}
    files = Files()
    files.mkdir(into)
    for source, article in read_sources(raw, finished):
        marked = finished.pop(source)
        path = into / f"{file_name(marked.article_id)}.json"
        if path.exists() and not replace:
            written.there_already.append(marked.article_id)
            continue
        text = json.dumps(annotated(marked, article), ensure_ascii=False, indent=1)
        files.publish(path, f"{text}\n".encode())
        written.files.append(path)
    written.changed = [article.article_id for article in finished.values()]
    return written


def annotated(marked: MarkedArticle, article: Article) -> dict[str, Any]:
    """The annotated article of finished marks.  Raises UsageError for rows that do not fit the text."""
    return {
        "id": marked.article_id,
        "source_url": marked.url,
        "title": marked.title,
        "publisher": marked.publisher,
        "published": marked.published_at,
        "noise": [],
        "text": article.raw,
        "source": f"raw/{marked.source_path}",
        "record": marked.source_record,
        **({"is_html": True} if article.is_html else {}),
        "sections": [_heading(heading) for heading in marked.headings if heading.verdict != Verdict.REJECT],
        "metrics": list(_rows(marked, article.raw)),
    }


def find_occurrence(text: str, start: int, end: int) -> int:
    """Which occurrence of its words a span is, from 1.

    >>> find_occurrence("收案5件，结案5件", 8, 10)
    2
    """
    quote, nth, at = text[start:end], 0, -1
    while at < start:
        at = text.index(quote, at + 1)
        nth += 1
    return nth


def file_name(article_id: str) -> str:
    """A file's name for an article, whatever its id holds; different ids give different names.

    >>> file_name("cns20-031fffd1df"), file_name("../../etc/passwd")
    ('cns20-031fffd1df', 'etc-passwd-3754d6cb')
    """
    safe = _UNSAFE.sub("-", article_id).strip("-")[:_LONGEST_NAME]
    if safe == article_id:
        return safe
    return f"{safe}-{hashlib.sha256(article_id.encode()).hexdigest()[:8]}".lstrip("-")


def _rows(marked: MarkedArticle, raw: str) -> Iterator[dict[str, Any]]:
    done = 0
    kept = (row for row in marked.rows if row.verdict != Verdict.REJECT)
    for row in sorted(kept, key=lambda row: (row.raw_start, row.raw_end)):
        if not done <= row.raw_start < row.raw_end <= len(raw):
            place = f"article {marked.article_id}: the row at {row.raw_start} to {row.raw_end}"
            fault = "overlaps the row before it" if 0 <= row.raw_start < done else "is no place in the text"
            raise UsageError(f"{place} {fault}; correct it in the report")
        done = row.raw_end
        values = row.model_dump(mode="json", include=set(_FIELDS))
        yield {
            "quote": raw[row.raw_start : row.raw_end],
            "nth": find_occurrence(raw, row.raw_start, row.raw_end),
            **{name: _plain(values[name]) for name in _FIELDS},
        }


def _heading(heading: MarkedHeading) -> dict[str, str | None]:
    return {
        "heading": heading.heading,
        "org": heading.organisation,
        "category": heading.category_line,
        "title": heading.project,
    }


def _source(article: MarkedArticle) -> Source:
    return Source(article.source_path, article.source_record, article.raw_sha256)


def _plain(value: Any) -> Any:
    """Whole numbers without a point, as annotators write them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
