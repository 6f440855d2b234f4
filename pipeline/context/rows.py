"""From readings to finished rows: headline repeats, canonical indicators, links between rows, confidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from pipeline.context.changes import RATES
from pipeline.context.ranking import Ranker
from pipeline.context.reading import Reading
from pipeline.model import Bound, Document, Kind, Metric, Quantity, Section
from pipeline.vocabulary import Indicator, Vocabulary

_HEAD = 200
_ROUNDED = 10
_SURE = 0.999
_DOUBT = 0.1


def mark_headlines(readings: list[Reading], document: Document) -> None:
    """A figure that stands in the title or a heading and again in the text is noted: the text's counts."""
    sections = {s.index: s for s in document.sections}
    title_end = _title_end(document)
    for i, reading in enumerate(readings):
        section = sections[reading.section]
        if not (_in_heading(reading.quantity, section) or reading.quantity.end <= title_end):
            continue
        if any(_same_figure(reading.quantity, other.quantity) for other in readings[i + 1 :]):
            reading.note = reading.note or "headline"


def _in_heading(quantity: Quantity, section: Section) -> bool:
    return section.heading is not None and section.start <= quantity.start < section.body


def _title_end(document: Document) -> int:
    title = document.title
    if not title:
        return 0
    at = document.text.clean[:_HEAD].find(title[:10])
    return at + len(title) if at >= 0 else 0


def _same_figure(head: Quantity, body: Quantity) -> bool:
    """The same figure, or the exact one that a rounded headline figure stands for (近30亿元 for 29.3亿元)."""
    if head.unit != body.unit and head.unit and body.unit:
        return False
    if head.value == body.value:
        return True
    return (
        bool(head.value)
        and head.bound is not Bound.EXACT
        and abs(head.value - body.value) <= abs(head.value) / _ROUNDED
    )


def mark_repeats(readings: list[Reading]) -> None:
    """A figure said again: same number, unit and kind, and one indicator holds the other."""
    seen: dict[tuple[object, ...], list[Reading]] = {}
    for reading in readings:
        q = reading.quantity
        key = (q.value, q.value_high, q.unit, reading.kind)
        earlier = next((r for r in seen.get(key, ()) if _same_thing(r.indicator, reading.indicator)), None)
        reading.repeats = earlier.repeats or earlier if earlier else None
        seen.setdefault(key, []).append(reading)


def _same_thing(a: str, b: str) -> bool:
    return bool(a and b) and (a in b or b in a)


@lru_cache(maxsize=8)
def _says(words: Vocabulary) -> tuple[Mapping[str, Indicator], tuple[int, ...]]:
    return words.indicator_says, tuple(sorted({len(s) for s in words.indicator_says}, reverse=True))


@lru_cache(maxsize=4096)
def find_indicator(indicator: str, unit: str, kind: Kind, words: Vocabulary) -> Indicator | None:
    """The canonical indicator whose longest wording the phrase holds, if it is counted in that unit.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> found = find_indicator("新收各类案件", "件", Kind.LEVEL, default_vocabulary())
    >>> found.id if found else None
    'cases.accepted'
    """
    says, lengths = _says(words)
    for size in lengths:
        for at in range(len(indicator) - size, -1, -1):
            known = says.get(indicator[at : at + size])
            if known is not None and (
                not known.measures or unit in known.measures or (kind is not Kind.LEVEL and unit in RATES)
            ):
                return known
    return None


def confidence_of(reading: Reading, ranker: Ranker) -> float:
    """How sure the row is: a logistic model over its odds, its rule, its depth; damage lowers it.

    What damage costs is set, not fitted: few annotated articles are damaged.
    """
    sure = ranker.probability("confidence", confidence_features(reading))
    return sure / (1 + _DOUBT * math.log1p(reading.damage))


def confidence_features(reading: Reading) -> dict[str, float]:
    """What the confidence of a row is worked out from; numbers are log odds, the rest are marks."""
    out = {f"odds_{name}": _log_odds(p) for name, p in reading.odds.items()}
    out["bias"] = 1.0
    out[f"kind_{reading.kind}"] = 1.0
    out[f"rule_{reading.rule.split(':')[-1]}"] = 1.0
    out[f"number_{reading.quantity.rule}"] = 1.0
    out[f"depth{min(reading.depth, 3)}"] = 1.0
    out[f"category_{reading.category}"] = 1.0
    out["no_unit"] = float(not reading.quantity.unit)
    out["no_subject"] = float(reading.subject is None)
    out["no_period"] = float(reading.period is None)
    out["noted"] = float(reading.note is not None)
    out["label"] = float(reading.label is not None)
    out["listed"] = float(reading.listed)
    return out


def _log_odds(probability: float) -> float:
    p = min(max(probability, 1 - _SURE), _SURE)
    return math.log(p / (1 - p))


def finish(
    reading: Reading, number: Mapping[int, int], document: Document, words: Vocabulary, ranker: Ranker
) -> Metric:
    """The row of a reading; `number` gives each reading's place in the article by its identity."""
    q, text = reading.quantity, document.text
    raw_start, raw_end = text.to_raw(q.start, q.end)
    a, b = reading.sentence
    unit = words.unit_names.get(q.unit)
    period = reading.period
    known = find_indicator(reading.indicator, q.unit, reading.kind, words)
    of = reading.of if reading.kind in (Kind.CHANGE, Kind.SHARE) else None
    return Metric(
        start=q.start, end=q.end, raw_start=raw_start, raw_end=raw_end, quote=text.clean[q.start : q.end],
        sentence=text.clean[a:b].strip(), section=reading.section, value=q.value, value_high=q.value_high,
        bound=q.bound, unit=q.unit, kind=reading.kind, category=reading.category,
        indicator=reading.indicator or None, rule=f"{q.rule}/{reading.rule.split(':')[-1]}",
        dimension=unit.dimension if unit else None,
        base_value=float(q.value * unit.factor) if unit and unit.factor is not None else None,
        base_unit=unit.base if unit else None, direction=reading.direction, basis=reading.basis,
        of_metric=number.get(id(of)), repeats=number.get(id(reading.repeats)),
        indicator_id=known.id if known else None, subject=reading.subject,
        period_text=(period.text or None) if period else None, period_start=period.first if period else None,
        period_end=period.last if period else None, target=reading.target, core=reading.note is None,
        confidence=round(confidence_of(reading, ranker), 4), why=tuple(reading.why),
    )  # fmt: skip
