"""Measures extracted rows against articles annotated by hand, by raw character offsets.

A row is paired with the annotated row whose raw span shares at least a third of the longer one.  A pair
counts for *value* when the numbers agree, for *quantity* when bound and unit do too, for *row* when also
kind, indicator, period and (of changes) direction and basis do, for *full* when subject and (of levels)
category do as well.  Rows that the pipeline marks as not core are left out, and so are its rows on annotated
rows that are not core.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.model import Document, Kind, Metric
from pipeline.scoring.annotated import Annotated, as_article
from pipeline.scoring.compare import FIELDS, Row, asked_of_row, compare, pair, plain, same_number
from pipeline.sections.split import heading_raw
from pipeline.stages import extract_document, read_document
from pipeline.vocabulary import Vocabulary

MEASURES = ("value", "quantity", "row", "full")
_OF_CHANGES = ("direction", "basis")
_ROW = ("bound", "unit", "kind", "indicator", "period", "direction", "basis")


@dataclass(slots=True)
class Score:
    """Counts of rows found, annotated and right, by measure and by field."""

    found: int = 0
    annotated: int = 0
    right: Counter[str] = field(default_factory=Counter)
    fields: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    asked: Counter[str] = field(default_factory=Counter)
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

    def field_f1(self, name: str) -> float:
        """F1 of a field: right with its value, of the rows found and annotated that have to have it."""
        return 2 * self.fields[name][0] / self.asked[name] if self.asked[name] else 1.0

    def heading_f1(self) -> float:
        """F1 of the headings found."""
        both, found, wanted = self.headings
        return 2 * both / (found + wanted) if found + wanted else 1.0

    def report(self) -> dict[str, float]:
        """All figures, rounded, in the order in which they are read."""
        out = {name: round(self.f1(name), 4) for name in MEASURES}
        out["sections"] = round(self.heading_f1(), 4)
        out |= {name: round(self.share(name), 4) for name in sorted(self.fields)}
        out["sure_share"] = round(self.sure[1] / self.right["value"], 4) if self.right["value"] else 0.0
        out["sure_right"] = round(self.sure[0] / self.sure[1], 4) if self.sure[1] else 0.0
        return out


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
            total.asked.update(_asked_of_metric(metric))
            total.faults.append((annotated.id, "false positive", metric.quote, metric.indicator or ""))
            continue
        taken.add(hit)
        if annotated.rows[hit]["core"]:
            total.found += 1
            total.asked.update(asked_of_row(annotated.rows[hit]))
            _count(annotated.id, metric, annotated.rows[hit], others, total)
    for row in annotated.rows:
        if row["core"]:
            total.annotated += 1
            total.asked.update(asked_of_row(row))
    total.faults += [
        (annotated.id, "missed", row["quote"], row["indicator"])
        for i, row in enumerate(annotated.rows)
        if row["core"] and i not in taken
    ]
    _score_headings(annotated, document, total)


def _asked_of_metric(metric: Metric) -> Iterator[str]:
    """The fields that a row without an annotated one has to have."""
    own = {"category": metric.kind is Kind.LEVEL} | dict.fromkeys(_OF_CHANGES, metric.kind is Kind.CHANGE)
    return (name for name in FIELDS if own.get(name, True))


def _count(article: str, metric: Metric, row: Row, others: Mapping[str, set[str]], total: Score) -> None:
    high = None if metric.value_high is None else float(metric.value_high)
    if not (same_number(float(metric.value), row["value"]) and same_number(high, row["value_high"])):
        total.faults.append(
            (
                article,
                "value",
                metric.quote,
                _said(_range(metric.value, high), _range(row["value"], row["value_high"])),
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
                    _said(
                        _field(metric, name),
                        row[name] if name in row else _days(row["period_start"], row["period_end"]),
                    ),
                )
            )
    total.right["quantity"] += checks["bound"] and checks.get("unit", True)
    total.right["row"] += all(checks.get(name, True) for name in _ROW)
    whole = all(checks.values())
    total.right["full"] += whole
    if metric.confidence >= 0.9:
        total.sure[0] += whole
        total.sure[1] += 1


def _said(found: object, annotated: object) -> str:
    """What a fault says of both.

    >>> _said("全市", None)
    'found 全市, annotated nothing'
    """
    both = ("nothing" if value is None else value for value in (found, annotated))
    return "found {}, annotated {}".format(*both)


def _field(metric: Metric, name: str) -> object:
    return _days(metric.period_start, metric.period_end) if name == "period" else getattr(metric, name)


def _days(first: object, last: object) -> str | None:
    """Two days as one, open where one is missing; None where both are."""
    return None if first is last is None else f"{first or ''}..{last or ''}"


def _range(low: object, high: object) -> str:
    """One number or two, without a needless fraction.

    >>> _range(31260.0, None), _range(3, 5.5)
    ('31260', '3..5.5')
    """
    return "..".join(f"{float(str(value)):.15g}" for value in (low, high) if value is not None)


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
