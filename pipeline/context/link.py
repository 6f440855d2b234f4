"""Joining quantities to indicator, subject, period and change: the last step of the core.

Each is looked for in the clause, then the sentence, then the sentences before, the section, the title.
"""

from __future__ import annotations

from datetime import date


from pipeline.context.categories import find_category
from pipeline.context.indicators import settle_indicators, settle_kinds
from pipeline.context.periods import find_periods
from pipeline.context.reading import Reading, Sentence, read_quantities, read_sentence
from pipeline.context.sentences import Span, split_sentences
from pipeline.context.subjects import Name, Role
from pipeline.model import Document, Kind, Metric, Period, Quantity, Section
from pipeline.quantities.find import find_quantities
from pipeline.vocabulary import Vocabulary

_UNDATED = ("basis", "dateline")
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
        self.indicator = ""
        self.readings: list[Reading] = []

    def run(self) -> tuple[Metric, ...]:
        quantities = find_quantities(self.text, self.words)
        for section in self.document.sections:
            self._read_section(section, quantities)
        self._mark_repeats()
        return tuple(self._metric(r) for r in self.readings)

    def _read_section(self, section: Section, quantities: tuple[Quantity, ...]) -> None:
        self.topic = section.organisation
        if section.organisation:
            self.subject = section.organisation
        spans = split_sentences(self.text, section.start, section.body)
        spans += split_sentences(self.text, section.body, section.end)
        for span in spans:
            inside = tuple(q for q in quantities if span[0] <= q.start < span[1])
            self._read_sentence(section, span, inside)

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
        agents = [n for n in sentence.names if n.role is not Role.OBJECT]
        if agents:
            self.subject = self._resolve(agents[0])
        dated = [p for p in sentence.periods if p.rule not in _UNDATED]
        if dated:
            self.period = dated[-1]

    def _settle_subject(self, reading: Reading, sentence: Sentence) -> None:
        """The nearest name before the number in its sentence; else the one in force."""
        if reading.subject is not None:
            return
        if reading.label is not None:
            reading.subject = self._resolve(reading.label)
            self.subject = reading.subject
            return
        start = reading.quantity.start
        names = [n for n in sentence.names if n.end <= start and n.role is not Role.OBJECT]
        agents = [n for n in names if n.role is Role.AGENT] or names
        if agents:
            reading.subject = self._resolve(agents[-1])
            self.subject = reading.subject
            return
        reading.subject = self.subject or self.topic

    def _resolve(self, name: Name) -> str:
        """该国, 该局 point back to the body or region named last."""
        if name.name.startswith("该") and self.subject:
            return self.subject
        return name.name

    def _settle_period(self, reading: Reading, sentence: Sentence, readings: list[Reading]) -> None:
        start = reading.quantity.start
        own = [p for p in sentence.periods if p.rule not in _UNDATED and p.start < start]
        if own:
            reading.period = own[-1]
            self.period = own[-1]
            return
        reading.period = self.period
        reading.depth += 1

    def _settle_category(self, reading: Reading) -> None:
        quantity = reading.quantity
        beside = self.text[max(reading.clause[0], quantity.start - 12) : quantity.end + 8]
        if reading.kind is Kind.CHANGE and quantity.unit not in ("%", "倍", "百分点") and reading.of is not None and reading.of.kind is Kind.LEVEL:
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
            heading = section.start <= reading.quantity.start < section.body or reading.quantity.end <= title_end
            if not heading:
                continue
            if any(_same_figure(reading.quantity, other.quantity) for other in self.readings[i + 1 :]):
                reading.note = reading.note or "headline"

    def _title_end(self) -> int:
        title = self.document.title
        if not title:
            return 0
        head = self.text[: _BEFORE_NAME]
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
            start=q.start, end=q.end, raw_start=raw_start, raw_end=raw_end, quote=self.text[q.start : q.end],
            sentence=self.text[a:b].strip(), section=reading.section, value=q.value, value_high=q.value_high, bound=q.bound, unit=q.unit,
            kind=reading.kind, category=reading.category, indicator=reading.indicator or None, rule=f"{q.rule}/{reading.rule}",
            dimension=unit.dimension if unit else None, base_value=base, base_unit=unit.base if unit else None,
            direction=reading.direction, basis=reading.basis, subject=reading.subject,
            period_text=period.text if period else None, period_start=period.first if period else None,
            period_end=period.last if period else None, target=reading.target, core=reading.note is None,
            why=tuple(reading.why),
        )


def _same_figure(head: Quantity, body: Quantity) -> bool:
    """The same figure, or the exact one that a rounded headline figure stands for (近30亿元 for 29.3亿元)."""
    if head.unit != body.unit and head.unit and body.unit:
        return False
    if head.value == body.value:
        return True
    return bool(head.value) and head.bound != "exact" and abs(head.value - body.value) <= abs(head.value) / 10


