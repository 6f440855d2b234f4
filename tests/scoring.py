"""Measures extracted rows against articles annotated by hand, by raw character offsets.

A row is paired with the annotated row whose raw span shares at least a third of the longer one.  A pair
counts for *value* when the numbers agree, for *quantity* when bound and unit do too, for *row* when also
kind, indicator, period and (of changes) direction and basis do, for *full* when subject and (of levels)
category do as well.  Rows that the pipeline marks as not core are left out, and so are its rows on annotated
rows that are not core.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import regex

from pipeline.model import Article, Document, Metric
from pipeline.sections.split import heading_raw
from pipeline.stages import extract_document, read_document
from pipeline.vocabulary import Vocabulary

Row = Mapping[str, Any]
_FILLER = regex.compile(r"[\s“”\"'‘’「」『』《》()（）,，、。;；:：·的了]+")
_ROW = ("bound", "unit", "kind", "indicator", "period", "direction", "basis")


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


@dataclass(slots=True)
class Score:
    """Counts of rows found, annotated and right, by measure and by field."""

    found: int = 0
    annotated: int = 0
    right: Counter[str] = field(default_factory=Counter)
    fields: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    sure: list[int] = field(default_factory=lambda: [0, 0])
    headings: list[int] = field(default_factory=lambda: [0, 0, 0])
    faults: list[tuple[str, ...]] = field(default_factory=list)

    def f1(self, measure: str) -> float:
        """F1 of a measure: value, quantity, row or full."""
        return 2 * self.right[measure] / (self.found + self.annotated) if self.found + self.annotated else 1.0

    def share(self, name: str) -> float:
        """The share of paired rows whose field is right."""
        good, all_ = self.fields[name]
        return good / all_ if all_ else 1.0

    def heading_f1(self) -> float:
        """F1 of the headings found."""
        both, found, wanted = self.headings
        return 2 * both / (found + wanted) if found + wanted else 1.0

    def report(self) -> dict[str, float]:
        """All figures, rounded, in the order in which they are read."""
        out = {name: round(self.f1(name), 4) for name in ("value", "quantity", "row", "full")}
        out["sections"] = round(self.heading_f1(), 4)
        out |= {name: round(self.share(name), 4) for name in sorted(self.fields)}
        out["sure_share"] = round(self.sure[1] / self.right["value"], 4) if self.right["value"] else 0.0
        out["sure_right"] = round(self.sure[0] / self.sure[1], 4) if self.sure[1] else 0.0
        return out


def read_annotated(folder: Path, texts: Mapping[str, str] | None = None) -> list[Annotated]:
    """The annotated articles of a folder; `texts` gives the texts of those that are kept without one."""
    out = []
    for file in sorted(folder.glob("*.json")):
        doc = json.loads(file.read_text("utf-8"))
        text = doc.get("text") or (texts or {}).get(doc["id"])
        if text is None:
            continue
        rows = tuple(sorted((_placed(text, row) for row in doc["metrics"]), key=lambda r: int(r["start"])))
        out.append(
            Annotated(
                doc["id"],
                text,
                doc.get("title"),
                doc.get("publisher"),
                doc.get("published"),
                rows,
                tuple(doc["sections"]),
                str(doc.get("source", "")).endswith(".html"),
            )
        )
    return out


def _placed(text: str, row: dict[str, Any]) -> dict[str, Any]:
    at = -1
    for _ in range(row["nth"]):
        at = text.index(row["quote"], at + 1)
    return {**row, "start": at, "end": at + len(row["quote"])}


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


def score(articles: Iterable[Annotated], words: Vocabulary) -> Score:
    """Runs the core over the articles and counts."""
    total = Score()
    for annotated in articles:
        document = read_document(as_article(annotated), words)
        score_article(annotated, document, extract_document(document, words), total)
    return total


def score_article(annotated: Annotated, document: Document, metrics: Iterable[Metric], total: Score) -> None:
    """Adds one article's counts to `total`."""
    taken: set[int] = set()
    others = {key: {row[key] for row in annotated.rows} for key in ("indicator", "subject")}
    for metric in sorted((m for m in metrics if m.core), key=lambda m: m.raw_start):
        hit = pair(metric.raw_start, metric.raw_end, float(metric.value), annotated.rows, taken)
        if hit is None:
            total.found += 1
            total.faults.append((annotated.id, "false positive", metric.quote, metric.indicator or ""))
            continue
        taken.add(hit)
        if annotated.rows[hit]["core"]:
            total.found += 1
            _count(annotated.id, metric, annotated.rows[hit], others, total)
    total.annotated += sum(bool(row["core"]) for row in annotated.rows)
    total.faults += [
        (annotated.id, "missed", row["quote"], row["indicator"])
        for i, row in enumerate(annotated.rows)
        if row["core"] and i not in taken
    ]
    _score_headings(annotated, document, total)


def pair(start: int, end: int, value: float, rows: tuple[dict[str, Any], ...], taken: set[int]) -> int | None:
    """The annotated row that a raw span belongs to; one with the same value first."""
    hits = []
    for i, row in enumerate(rows):
        shared = min(end, row["end"]) - max(start, row["start"])
        if i not in taken and shared > 0 and 3 * shared >= max(end - start, row["end"] - row["start"]):
            hits.append((not _same(value, row["value"]), i))
    return min(hits)[1] if hits else None


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-9 * abs(b) or round(a, 3) == round(b, 3)


def _count(article: str, metric: Metric, row: Row, others: Mapping[str, set[str]], total: Score) -> None:
    high = None if metric.value_high is None else float(metric.value_high)
    if not (_same(float(metric.value), row["value"]) and _same(high, row["value_high"])):
        total.faults.append(
            (
                article,
                "value",
                metric.quote,
                f"{metric.value}..{high} for {row['value']}..{row['value_high']}",
            )
        )
        return
    total.right["value"] += 1
    checks = compare(metric, row, others)
    for name, good in checks.items():
        total.fields[name][0] += good
        total.fields[name][1] += 1
        if not good:
            total.faults.append(
                (
                    article,
                    name,
                    metric.quote,
                    f"{_field(metric, name)} for {row.get(name, row['period_text'])}",
                )
            )
    total.right["quantity"] += checks["bound"] and checks.get("unit", True)
    total.right["row"] += all(checks.get(name, True) for name in _ROW)
    whole = all(checks.values())
    total.right["full"] += whole
    if metric.confidence >= 0.9:
        total.sure[0] += whole
        total.sure[1] += 1


def _field(metric: Metric, name: str) -> str:
    return f"{metric.period_start}..{metric.period_end}" if name == "period" else str(getattr(metric, name))


def compare(metric: Metric, row: Row, others: Mapping[str, set[str]]) -> dict[str, bool]:
    """Which fields agree; fields that the annotated row leaves open are left out."""
    out = {
        "bound": metric.bound == row["bound"],
        "kind": metric.kind == row["kind"],
        "indicator": means(metric.indicator, row["indicator"], others["indicator"]),
        "subject": means(metric.subject, row["subject"], others["subject"]),
    }
    if row["unit"]:
        out["unit"] = metric.unit == row["unit"]
    if row["kind"] == "change":
        out["direction"] = metric.direction == row["direction"]
        out["basis"] = metric.basis == row["basis"]
    if row["kind"] == "level":
        out["category"] = metric.category == row["category"]
    if row["period_start"] or row["period_end"] or not row["period_text"]:
        out["period"] = same_days(metric.period_start, metric.period_end, row)
    return out


def same_days(first: Any, last: Any, row: Row) -> bool:
    """The resolved days are those of the annotated row."""
    days = tuple(None if d is None else d.isoformat() for d in (first, last))
    return days == (row["period_start"], row["period_end"])


def plain(phrase: str | None) -> str:
    """The phrase without punctuation, 的 and 了."""
    return _FILLER.sub("", phrase or "").lower()


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


def _score_headings(annotated: Annotated, document: Document, total: Score) -> None:
    found = [plain(h) for h in (heading_raw(s, document.text) for s in document.sections) if h]
    total.headings[1] += len(found)
    total.headings[2] += len(annotated.headings)
    for heading in annotated.headings:
        lines = [plain(heading[key]) for key in ("heading", "category", "title") if heading.get(key)]
        hit = next((h for h in found if h in lines or h == "".join(lines)), None)
        if hit is None:
            total.faults.append((annotated.id, "heading missed", heading["heading"], ""))
            continue
        found.remove(hit)
        total.headings[0] += 1
    total.faults += [(annotated.id, "heading false", h, "") for h in found]
