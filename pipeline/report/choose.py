"""Which articles go into a report; all rows of a chosen article are shown, so that it can be judged whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.errors import UsageError
from pipeline.model import Category

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What an article must have to be shown; None asks for nothing.

    `since` is the first day of publication, `before` the first day after; `sample` keeps so many of the
    articles that have all else, the same ones every time.
    """

    source: str | None = None
    contains: str | None = None
    category: str | None = None
    since: date | None = None
    before: date | None = None
    below: float | None = None
    sample: int | None = None


def parse_day(text: str | None, option: str) -> date | None:
    """The day that an option names.  Raises UsageError where it is none.

    >>> parse_day("2024-03-05", "--since")
    datetime.date(2024, 3, 5)
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option}: {text!r} is no day; write it as 2024-03-05") from error


def check_choice(choice: Choice) -> None:
    """Raises UsageError for what cannot be chosen."""
    if choice.category is not None and choice.category not in set(Category):
        raise UsageError(f"--category: {choice.category!r} is none of {' '.join(Category)}")


def choose_articles(articles: Sequence[Row], metrics: Sequence[Row], choice: Choice) -> list[Row]:
    """The chosen articles in the order of their sources.

    >>> rows = [{"article_id": "b", "source_path": "x/b.txt", "source_record": 0, "published_at": None}]
    >>> [row["article_id"] for row in choose_articles(rows, [], Choice(source="x/"))]
    ['b']
    """
    told = _told_by_rows(metrics, choice)
    chosen = [
        row for row in articles if _is_chosen(row, choice) and (told is None or row["article_id"] in told)
    ]
    if choice.sample is not None:
        chosen = sorted(chosen, key=lambda row: _lot(row["article_id"]))[: choice.sample]
    return sorted(chosen, key=lambda row: (row["source_path"], row["source_record"], row["article_id"]))


def _told_by_rows(metrics: Sequence[Row], choice: Choice) -> set[str] | None:
    """The articles with a row that is wanted; None where the choice does not speak of rows."""
    if choice.category is None and choice.below is None:
        return None
    return {
        row["article_id"]
        for row in metrics
        if (choice.category is None or row["category"] == choice.category)
        and (choice.below is None or row["confidence"] < choice.below)
    }


def _is_chosen(row: Row, choice: Choice) -> bool:
    published = row["published_at"] and row["published_at"].date()
    if choice.since and (published is None or published < choice.since):
        return False
    if choice.before and (published is None or published >= choice.before):
        return False
    if choice.source is not None and not row["source_path"].startswith(choice.source):
        return False
    if choice.contains is None:
        return True
    return any(choice.contains in (row[key] or "") for key in ("title", "publisher", "text"))


def _lot(article_id: str) -> str:
    """A number drawn for an article, always the same."""
    return hashlib.sha256(article_id.encode()).hexdigest()
