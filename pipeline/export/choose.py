"""Which rows of the tables are exported: a choice of articles, and of metrics, as Arrow filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipeline.errors import UsageError
from pipeline.model import closed_set

OF_ARTICLES = ("source", "published_since", "published_until", "once")
"""The parts of a choice that choose articles, and with them rows of all tables; the others choose metrics."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is wanted; a part that is empty chooses everything.  Days are included on both sides.

    `indicator` are words of the indicator, or an `indicator_id` or its beginning up to a dot · `subject`
    words of subject or organisation · `since` and `until` hold the whole period · `once` leaves out
    articles that are duplicates and metrics that repeat an earlier one of their article · `facts` leaves
    out targets.
    """

    indicator: Sequence[str] = ()
    category: Sequence[str] = ()
    kind: Sequence[str] = ()
    unit: Sequence[str] = ()
    subject: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    confidence: float = 0.0
    core: bool = False
    facts: bool = False
    source: str | None = None
    published_since: date | None = None
    published_until: date | None = None
    once: bool = False

    def check(self) -> None:
        """Raise UsageError for what no row can be."""
        for column in ("category", "kind"):
            values = closed_set("metrics", column) or ()
            for value in getattr(self, column):
                if value not in list(values):
                    raise UsageError(f"there is no {column} {value!r}: use one of {', '.join(values)}")
        if not 0 <= self.confidence <= 1:
            raise UsageError(f"--min-confidence is a share from 0 to 1, not {self.confidence:g}")
        for first, last in ((self.since, self.until), (self.published_since, self.published_until)):
            if first and last and first > last:
                raise UsageError(f"nothing lies between {first} and {last}: the first day is after the last")

    def chooses_metrics(self) -> bool:
        """Whether something of it chooses metrics, not articles."""
        return any(getattr(self, name) for name in self.__dataclass_fields__ if name not in OF_ARTICLES)


def filter_of(table: str, choice: Choice, snapshot: Path) -> pc.Expression | None:
    """The filter of a table's rows; None where all are wanted."""
    parts = []
    articles = _choose_articles(choice, snapshot)
    if articles is not None and table not in ("failures", "runs"):
        parts.append(pc.field("article_id").isin(articles))
    if table == "failures" and choice.source is not None:
        parts.append(pc.starts_with(pc.field("source_path"), choice.source))
    if table == "metrics":
        parts += _metric_parts(choice)
    return reduce(and_, parts) if parts else None


def _choose_articles(choice: Choice, snapshot: Path) -> pa.Array | None:
    """The ids of the articles that are wanted; None for all."""
    parts = []
    published = pc.field("published_at")
    if choice.source is not None:
        parts.append(pc.starts_with(pc.field("source_path"), choice.source))
    if choice.published_since is not None:
        parts.append(published >= _midnight(choice.published_since))
    if choice.published_until is not None:
        parts.append(published < _midnight(choice.published_until + timedelta(days=1)))
    if choice.once:
        copies = ds.dataset(snapshot / "duplicates").to_table(columns=["article_id"])["article_id"]
        parts.append(~pc.field("article_id").isin(copies.combine_chunks()))
    if not parts:
        return None
    found = ds.dataset(snapshot / "articles").to_table(columns=["article_id"], filter=reduce(and_, parts))
    return found["article_id"].combine_chunks()


def _metric_parts(choice: Choice) -> list[pc.Expression]:
    parts = [
        pc.field(column).isin(list(values))
        for column in ("category", "kind", "unit")
        if (values := getattr(choice, column))
    ]
    if choice.indicator:
        parts.append(_any_of([_is_indicator(words) for words in choice.indicator]))
    if choice.subject:
        holds = [_holds(column, words) for words in choice.subject for column in ("subject", "organisation")]
        parts.append(_any_of(holds))
    first, last = pc.field("period_start"), pc.field("period_end")
    if choice.since is not None:
        parts.append(pc.coalesce(first, last) >= pa.scalar(choice.since))
    if choice.until is not None:
        parts.append(pc.coalesce(last, first) <= pa.scalar(choice.until))
    if choice.confidence:
        parts.append(pc.field("confidence") >= pa.scalar(choice.confidence, pa.float32()))
    if choice.core:
        parts.append(pc.field("core"))
    if choice.facts:
        parts.append(~pc.field("target"))
    if choice.once:
        parts.append(pc.field("repeats_metric_id").is_null())
    return parts


def _is_indicator(words: str) -> pc.Expression:
    name = pc.field("indicator_id")
    is_own = (name == words) | pc.starts_with(name, f"{words.rstrip('.')}.")
    return pc.coalesce(is_own, pa.scalar(False)) | _holds("indicator", words)


def _holds(column: str, words: str) -> pc.Expression:
    """The column says the words; one that says nothing does not."""
    return pc.coalesce(pc.match_substring(pc.field(column), words), pa.scalar(False))


def _any_of(parts: list[pc.Expression]) -> pc.Expression:
    return reduce(lambda a, b: a | b, parts)


def _midnight(day: date) -> pa.Scalar:
    return pa.scalar(datetime(day.year, day.month, day.day), pa.timestamp("us"))
