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
    """What an article must have to be shown; what is empty asks for nothing.

    It was published from the day `since` to the day `until`; `sample` keeps so many of the articles that have
    all else, the same ones every time.
    """

    source: str | None = None
    contains: str | None = None
    categories: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    below: float | None = None
    sample: int | None = None


def check_choice(choice: Choice) -> None:
    """Raises UsageError for what cannot be chosen."""
    if unknown := sorted(set(choice.categories) - set(Category)):
        raise UsageError(f"there is no category {', '.join(unknown)}: use {', '.join(Category)}")


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
    if not choice.categories and choice.below is None:
        return None
    return {
        row["article_id"]
        for row in metrics
        if (not choice.categories or row["category"] in choice.categories)
        and (choice.below is None or row["confidence"] < choice.below)
    }


def _is_chosen(row: Row, choice: Choice) -> bool:
    published = row["published_at"] and row["published_at"].date()
    if choice.since and (published is None or published < choice.since):
        return False
    if choice.until and (published is None or published > choice.until):
        return False
    if choice.source is not None and not row["source_path"].startswith(choice.source):
        return False
    if choice.contains is None:
        return True
    return any(choice.contains in (row[key] or "") for key in ("title", "publisher", "text"))


def _lot(article_id: str) -> str:
    """A number drawn for an article, always the same."""
    return hashlib.sha256(article_id.encode()).hexdigest()
