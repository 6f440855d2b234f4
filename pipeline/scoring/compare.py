"""Whether a row found and an annotated one mean the same, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import regex

from pipeline.model import Metric

Row = Mapping[str, Any]
FIELDS = ("bound", "unit", "kind", "indicator", "category", "subject", "period", "direction", "basis")
_FILLER = regex.compile(r"[\s“”\"'‘’「」『』《》()（）,，、。;；:：·的了]+")


def pair(start: int, end: int, value: float, rows: tuple[dict[str, Any], ...], taken: set[int]) -> int | None:
    """The annotated row that a raw span belongs to; one with the same value first."""
    hits = []
    for i, row in enumerate(rows):
        shared = min(end, row["end"]) - max(start, row["start"])
        if i not in taken and shared > 0 and 3 * shared >= max(end - start, row["end"] - row["start"]):
            hits.append((not same_number(value, row["value"]), i))
    return min(hits)[1] if hits else None


def same_number(a: float | None, b: float | None) -> bool:
    """Two numbers agree to nine digits, or to three places; a missing one agrees with a missing one."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-9 * abs(b) or round(a, 3) == round(b, 3)


def asked_of_row(row: Row) -> Iterator[str]:
    """The fields that are judged against an annotated row; those that it leaves open are not."""
    own = {
        "unit": bool(row["unit"]),
        "category": row["kind"] == "level",
        "direction": row["kind"] == "change",
        "basis": row["kind"] == "change",
        "period": bool(row["period_start"] or row["period_end"] or not row["period_text"]),
    }
    return (name for name in FIELDS if own.get(name, True))


def compare(metric: Metric, row: Row, others: Mapping[str, set[str]]) -> dict[str, bool]:
    """Which of the fields judged agree; `others` holds all indicators and subjects of the article."""
    judge: dict[str, Callable[[], bool]] = {
        "indicator": lambda: means(metric.indicator, row["indicator"], others["indicator"]),
        "subject": lambda: means(metric.subject, row["subject"], others["subject"]),
        "period": lambda: same_days(metric.period_start, metric.period_end, row),
    }
    return {
        name: judge[name]() if name in judge else bool(getattr(metric, name) == row[name])
        for name in asked_of_row(row)
    }


def same_days(first: Any, last: Any, row: Row) -> bool:
    """The resolved days are those of the annotated row."""
    days = tuple(None if d is None else d.isoformat() for d in (first, last))
    return days == (row["period_start"], row["period_end"])


def plain(phrase: str | None) -> str:
    """The phrase without punctuation, 的 and 了."""
    return str(_FILLER.sub("", phrase or "")).lower()


def _likeness(a: str, b: str) -> float:
    both = sum((Counter(a) & Counter(b)).values())
    return 2 * both / (len(a) + len(b)) if a and b else 0.0


def means(found: str | None, wanted: str | None, others: Iterable[str | None]) -> bool:
    """The phrase found names what the annotated one does, and is no closer to another of that article."""
    a, b = plain(found), plain(wanted)
    if not a or not b:
        return not a and not b
    holds = len(b) > 1 and b in a and len(a) <= 2 * len(b) + 4
    held = len(a) > 1 and a in b and 3 * len(a) >= len(b)
    own = _likeness(a, b)
    if not (holds or held or own >= 0.6):
        return False
    return all(own >= _likeness(a, plain(o)) for o in others if o and plain(o) != b)
