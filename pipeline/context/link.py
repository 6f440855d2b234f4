"""Joining quantities to indicator, subject, period and change: the last step of the core.

Each is looked for in the clause, then the sentence, then the sentences before, the section, the title.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import regex

from pipeline.context.categories import find_category
from pipeline.context.indicators import settle_indicators, settle_kinds
from pipeline.context.periods import find_periods
from pipeline.context.reading import Reading, Sentence, read_quantities, read_sentence
from pipeline.context.sentences import Span, split_sentences
from pipeline.context.subjects import Name, Role, find_subjects
from pipeline.model import Category, Document, Kind, Metric, Period, Quantity, Section
from pipeline.quantities.find import find_quantities
from pipeline.vocabulary import Vocabulary

_UNDATED = ("basis", "dateline")
_REPORTER = regex.compile(r"记者[ ]?(?:从)?[^,。;]{0,4}$|据[^,。;]{0,12}$")
_LEARNT = regex.compile(r"[^,。;]{0,24}?(?:获悉|了解到)")
_TURN = regex.compile(
    r"(?:升|降|增|减|提高|下跌|放宽|回落|扩大|缩|拓展|上涨|跌|涨|变|压缩|提升|微幅|攀)[^,。;]{0,6}(?:至|到|为)"
)
_BY_ROLE = ((Role.AGENT,), (Role.PLACE,), (Role.SOURCE,), (Role.INSIDE,))
_BEFORE_NAME = 200


def link_metrics(document: Document, words: Vocabulary) -> tuple[Metric, ...]:
    """The metrics of a document, in reading order."""
    return _Linker(document, words).run()


class _Linker:
    """What the article has settled so far, sentence by sentence."""

    def __init__(self, document: Document, words: Vocabulary) -> None:
        self.document, self.words = document, words
        self.text = document.text.clean
        published = document.published.date() if document.published else None
        self.published: date | None = published
        self.periods = find_periods(self.text, published, words)
        self.subject: str | None = None
        self.period: Period | None = None
        self.stretch: Period | None = None
        self.lead: tuple[str | None, Period | None] = (None, None)
        self.topic: str | None = None
        self.named: list[str] = []
        self.indicator = ""
        self.readings: list[Reading] = []

    def run(self) -> tuple[Metric, ...]:
        self.subject = self._title_subject()
        quantities = find_quantities(self.text, self.words)
        for section in self.document.sections:
            self._read_section(section, quantities)
        self._mark_repeats()
        return tuple(self._metric(r) for r in self.readings)

    def _read_section(self, section: Section, quantities: tuple[Quantity, ...]) -> None:
        self.topic = section.organisation
        if section.heading is not None:
            self.subject = section.organisation or self.lead[0]
            self.period = self.stretch = self.lead[1]
        spans = split_sentences(self.text, section.start, section.body)
        spans += split_sentences(self.text, section.body, section.end)
        for span in spans:
            inside = tuple(q for q in quantities if span[0] <= q.start < span[1])
            self._read_sentence(section, span, inside)
            self._end_of_sentence(span)
        if section.heading is None:
            self.lead = (self.subject, self.stretch)

    def _read_sentence(self, section: Section, span: Span, quantities: tuple[Quantity, ...]) -> None:
        sentence = read_sentence(self.text, span, self.periods, self.words)
        if not quantities:
            self._remember(sentence)
            return
        readings = read_quantities(self.text, sentence, quantities, self.words)
        settle_kinds(readings, self.text, self.words)
        settle_indicators(readings, self.indicator, self.text, self.words)
        for reading in readings:
            reading.section, reading.note = section.index, reading.quantity.note
            self._settle_subject(reading, sentence)
            self._settle_period(reading, sentence, readings)
            self._settle_category(reading)
            reading.target = self._is_target(reading)
            if reading.indicator and reading.note not in ("span", "age", "scope"):
                self.indicator = reading.indicator
        self.readings += readings

    def _remember(self, sentence: Sentence) -> None:
        agents = [n for n in sentence.names if n.role is Role.AGENT] or [n for n in sentence.names if n.role is Role.SOURCE]
        if agents:
            self.subject = self._resolve(agents[0])
        dated = [p for p in sentence.periods if p.rule not in _UNDATED and not self._only_reports(p)]
        if dated:
            self._in_force(dated[-1])

    def _settle_subject(self, reading: Reading, sentence: Sentence) -> None:
        """The nearest name before the number in its sentence; else the one in force."""
        if reading.subject is not None:
            return
        if reading.label is not None:
            reading.subject = self._resolve(reading.label)
            self.subject = reading.subject
            return
        before = [n for n in sentence.names if n.end <= reading.quantity.start]
        name = next((n for role in _BY_ROLE for n in reversed(before) if n.role in role), None)
        if name is not None and (name.role is Role.AGENT or self.subject is None or name.role is Role.SOURCE and name.body):
            reading.subject = self._resolve(name)
            if name.role is not Role.INSIDE:
                self.subject = reading.subject
            return
        reading.subject = self.subject or self.topic

    def _resolve(self, name: Name) -> str:
        """该国, 该局 point back to the body or region of that kind named last."""
        if not name.name.startswith("该"):
            self.named.append(name.name)
            return name.name
        kind = name.name[1:]
        same = next((n for n in reversed(self.named) if n.endswith(kind[-1:])), None)
        return same or (self.named[-1] if self.named else None) or name.name

    def _settle_period(self, reading: Reading, sentence: Sentence, readings: list[Reading]) -> None:
        """The words nearest before the number in its sentence; else the period in force.

        In 由97年21.9%降至19.1% the first period belongs to the first number only.
        """
        start = reading.quantity.start
        own = [
            p
            for p in sentence.periods
            if p.rule not in _UNDATED and p.start < start and not self._only_reports(p)
        ]
        if own and self._is_far_end(reading, own[-1], readings):
            own = own[:-1]
        if own and own[-1].rule == "same":
            own[-1] = self._same_period(own[-1])
        if own:
            reading.period = own[-1]
            self._in_force(own[-1])
            return
        reading.depth += 1
        reading.period = self.period
        if self.period is not None and self.period.first == self.period.last and self._is_lasting(reading.quantity):
            reading.period = None

    def _is_lasting(self, quantity: Quantity) -> bool:
        """A length, a mass or an area is not of the day that was named sentences before."""
        unit = self.words.unit_names.get(quantity.unit)
        return unit is not None and unit.category is Category.PHYSICAL

    def _only_reports(self, period: Period) -> bool:
        """记者4月9日从…获悉: the day of the report, not of the figure."""
        return bool(_REPORTER.search(self.text, max(0, period.start - 6), period.start)
                    or _LEARNT.match(self.text, period.end, period.end + 30))  # fmt: skip

    def _is_far_end(self, reading: Reading, period: Period, readings: list[Reading]) -> bool:
        at = next((i for i, r in enumerate(readings) if r is reading), 0)
        if not at:
            return False
        near = readings[at - 1].quantity
        labelled = period.end <= near.start and not self.text[period.end : near.start].strip("的 约近为")
        return labelled and bool(_TURN.search(self.text, near.end, reading.quantity.start))

    def _same_period(self, period: Period) -> Period:
        known = self.stretch or self.period
        return replace(period, first=known.first, last=known.last) if known else period

    def _in_force(self, period: Period) -> None:
        self.period = period
        if period.first and period.last and period.first != period.last:
            self.stretch = period

    def _end_of_sentence(self, span: Span) -> None:
        """After a full stop an open period, a single day and 目前 hold no longer; the stretch before them does."""
        stop = self.text[span[1] - 1 : span[1]]
        if stop == ";" or self.period is None:
            return
        ends_paragraph = stop == "\n" or self.text[span[1] : span[1] + 1] == "\n"
        is_open = self.period.first is None or self.period.last is None
        if self.period.rule == "now" or (ends_paragraph and is_open):
            self.period = self.stretch

    def _settle_category(self, reading: Reading) -> None:
        quantity = reading.quantity
        beside = self.text[max(reading.clause[0], quantity.start - 12) : quantity.end + 8]
        if (
            reading.kind is Kind.CHANGE
            and quantity.unit not in ("%", "倍", "百分点")
            and reading.of is not None
            and reading.of.kind is Kind.LEVEL
        ):
            reading.category = reading.of.category
            return
        reading.category = find_category(reading.indicator, beside, quantity.unit, reading.kind, self.words)

    def _is_target(self, reading: Reading) -> bool:
        clause = self.text[reading.clause[0] : reading.quantity.start]
        return any(word in clause for word in self.words.list("target.word"))

    def _mark_repeats(self) -> None:
        """A figure that stands in a heading and again in the text counts once: the heading's is not core."""
        sections = {s.index: s for s in self.document.sections}
        title_end = self._title_end()
        for i, reading in enumerate(self.readings):
            section = sections[reading.section]
            heading = (
                section.start <= reading.quantity.start < section.body or reading.quantity.end <= title_end
            )
            if not heading:
                continue
            if any(_same_figure(reading.quantity, other.quantity) for other in self.readings[i + 1 :]):
                reading.note = reading.note or "headline"

    def _title_subject(self) -> str | None:
        """The region that the title names serves where the text gives none."""
        title = self.document.title or ""
        names = find_subjects(title, 0, len(title), self.words)
        regions = [n.name for n in names if not n.body] or [_region_of(n.name, self.words) for n in names]
        return next((r for r in regions if r), names[0].name if names else None)

    def _title_end(self) -> int:
        title = self.document.title
        if not title:
            return 0
        head = self.text[:_BEFORE_NAME]
        at = head.find(title[:10])
        return at + len(title) if at >= 0 else 0

    def _metric(self, reading: Reading) -> Metric:
        q = reading.quantity
        raw_start, raw_end = self.document.text.to_raw(q.start, q.end)
        a, b = reading.sentence
        unit = self.words.unit_names.get(q.unit)
        base = float(q.value * unit.factor) if unit and unit.factor is not None else None
        period = reading.period
        return Metric(
            start=q.start,
            end=q.end,
            raw_start=raw_start,
            raw_end=raw_end,
            quote=self.text[q.start : q.end],
            sentence=self.text[a:b].strip(),
            section=reading.section,
            value=q.value,
            value_high=q.value_high,
            bound=q.bound,
            unit=q.unit,
            kind=reading.kind,
            category=reading.category,
            indicator=reading.indicator or None,
            rule=f"{q.rule}/{reading.rule}",
            dimension=unit.dimension if unit else None,
            base_value=base,
            base_unit=unit.base if unit else None,
            direction=reading.direction,
            basis=reading.basis,
            subject=reading.subject,
            period_text=period.text if period else None,
            period_start=period.first if period else None,
            period_end=period.last if period else None,
            target=reading.target,
            core=reading.note is None,
            why=tuple(reading.why),
        )


def _region_of(name: str, words: Vocabulary) -> str | None:
    """四川省 of 四川省人民政府."""
    return next((name[:n] for n in range(len(name), 1, -1) if name[:n] in words.region_names), None)


def _same_figure(head: Quantity, body: Quantity) -> bool:
    """The same figure, or the exact one that a rounded headline figure stands for (近30亿元 for 29.3亿元)."""
    if head.unit != body.unit and head.unit and body.unit:
        return False
    if head.value == body.value:
        return True
    return bool(head.value) and head.bound != "exact" and abs(head.value - body.value) <= abs(head.value) / 10
