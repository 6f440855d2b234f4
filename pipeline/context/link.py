"""Joining quantities to indicator, subject, period and change: the last step of the core.

Each is looked for in the clause, then the sentence, then the sentences before, the section, the title; the
candidates that are found are ranked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from pipeline.context.categories import category_candidates
from pipeline.context.changes import RATES
from pipeline.context.days import likely_day
from pipeline.context.indicator_choices import indicator_candidates
from pipeline.context.indicators import settle_indicators
from pipeline.context.kinds import settle_kinds
from pipeline.context.memory import Memory, resolve
from pipeline.context.openings import opening_phrase, wide_names
from pipeline.context.period_choices import period_candidates
from pipeline.context.periods import find_periods
from pipeline.context.ranking import Features, Ranker, default_ranker
from pipeline.context.reading import Reading, Sentence, read_quantities, read_sentence
from pipeline.context.rows import find_indicator, finish, mark_headlines, mark_repeats
from pipeline.context.sentences import Span, split_sentences
from pipeline.context.subject_choices import subject_candidates
from pipeline.context.subjects import Role, find_subjects
from pipeline.model import Category, Document, Kind, Metric, Period, Quantity, Section
from pipeline.quantities.find import find_quantities
from pipeline.text.losses import count_damage
from pipeline.text.repair import repair_rules
from pipeline.vocabulary import Vocabulary

_KEPT = 5
_OPEN_CATEGORIES = (None, Category.OTHER_COUNT)
_REPORTS_UNTIL = 5
_ANNUAL = ("工作报告", "公报", "年报", "总结")
_CLOSING = "()（）第/段0123456789摘编 "


def link_metrics(
    document: Document, words: Vocabulary, ranker: Ranker | None = None, *, explained: bool = False
) -> tuple[Metric, ...]:
    """The metrics of a document, in reading order; `ranker` weighs candidates (by default the fitted one).

    Only `explained` metrics say why each choice was made; it takes time and stands in no table.
    """
    return Linker(document, words, ranker or default_ranker(), explained=explained).run()


class Linker:
    """Goes through an article sentence by sentence, remembering what it has named."""

    def __init__(
        self, document: Document, words: Vocabulary, ranker: Ranker, *, explained: bool = False
    ) -> None:
        self.document, self.words, self.ranker, self.explained = document, words, ranker, explained
        self.text = document.text.clean
        self.published = likely_day(document.published.date() if document.published else None)
        self.periods = find_periods(self.text, self.published, words)
        self.damage = count_damage(document.text, repair_rules(words))
        self.memory = Memory()
        self.indicator = ""
        self.readings: list[Reading] = []

    def run(self) -> tuple[Metric, ...]:
        """The metrics of the article."""
        quantities = find_quantities(self.text, self.words)
        self._read_title()
        for section in self.document.sections:
            self._read_section(section, quantities)
        mark_headlines(self.readings, self.document)
        mark_repeats(self.readings)
        number = {id(reading): i for i, reading in enumerate(self.readings)}
        return tuple(finish(r, number, self.document, self.words, self.ranker) for r in self.readings)

    def _read_title(self) -> None:
        """The title's names serve where the text gives none."""
        title = self.document.title or ""
        names = find_subjects(title, 0, len(title), self.words)
        self.memory.title_names = tuple(dict.fromkeys(n.name for n in names))
        regions: list[str | None] = [n.name for n in names if not n.body]
        regions = regions or [_region_of(n.name, self.words) for n in names]
        self.memory.title_region = next((r for r in regions if r), None)
        opening = opening_phrase(self.words.cut(title), 0, (0, len(title)), len(title))
        wide = wide_names(title, (0, len(title)), (), self.words)
        self.memory.title_phrases = tuple(dict.fromkeys(p for p in (opening, *wide) if p))
        self._read_dates(title)

    def _read_dates(self, title: str) -> None:
        """The dates that serve where a sentence gives none: the title's, the first, the publication day."""
        memory, published = self.memory, self.published
        memory.title_period = next(
            (p for p in find_periods(title, published, self.words) if p.rule != "basis"), None
        )
        memory.first_period = next(
            (p for p in self.periods if p.rule not in ("basis", "dateline") and p.first and p.last), None
        )
        memory.first_until = next(
            (p for p in self.periods if p.rule not in ("basis", "now") and p.first is None and p.last), None
        )
        memory.dateline = next((p for p in self.periods if p.rule == "dateline"), None)
        if published is not None:
            memory.published = Period(0, 0, "", published, published, "published")
            last = published.year - 1
            if published.month <= _REPORTS_UNTIL and title.rstrip(_CLOSING).endswith(_ANNUAL):
                memory.year_before = Period(0, 0, "", date(last, 1, 1), date(last, 12, 31), "year_before")

    def _read_section(self, section: Section, quantities: tuple[Quantity, ...]) -> None:
        memory = self.memory
        memory.topic = section.organisation
        memory.fresh_section = memory.fresh_paragraph = True
        if section.heading is not None:
            memory.subject = section.organisation or memory.lead_subject
            memory.period = memory.stretch = memory.lead_period
        memory.of_project = section.organisation is not None and section.parent is None
        if memory.of_project:
            memory.period = memory.stretch = None
        starts = [quantity.start for quantity in quantities]
        if not starts or section.start > starts[-1]:
            return  # what is named after the last figure matters to none
        spans = split_sentences(self.text, section.start, section.body)
        spans += split_sentences(self.text, section.body, section.end)
        for span in spans:
            if span[0] > starts[-1]:
                return
            inside = quantities[bisect_left(starts, span[0]) : bisect_left(starts, span[1])]
            self._read_sentence(section, span, inside)
        if section.heading is None and section.level == 0:
            memory.lead_subject, memory.lead_period = memory.subject, memory.stretch

    def _read_sentence(self, section: Section, span: Span, quantities: tuple[Quantity, ...]) -> None:
        sentence = read_sentence(self.text, span, self.periods, self.words)
        readings = read_quantities(self.text, sentence, quantities, self.words) if quantities else []
        settle_kinds(readings, self.readings[-1] if self.readings else None, self.text, self.words)
        settle_indicators(readings, self.indicator, self.text, self.words, self._choose_indicator)
        for i, reading in enumerate(readings):
            reading.section, reading.note = section.index, reading.quantity.note
            reading.damage = self.damage
            self._choose_subject(reading, sentence, readings[:i])
            self._choose_period(reading, sentence, readings[:i])
            self._choose_category(reading, readings[:i])
            reading.target = self._is_target(reading)
            if reading.indicator and reading.note not in ("span", "age", "scope"):
                self.indicator = reading.indicator
        self.readings += readings
        self._remember(sentence, readings)

    def _choose_indicator(self, reading: Reading, before: list[Reading], carried: str) -> None:
        """The best of the phrases that the rules can put together."""
        start = reading.clause[0]
        begin = max(
            reading.sentence[0],
            self.text.rfind(",", reading.sentence[0], max(reading.sentence[0], start - 1)) + 1,
        )
        end = max(begin, start - 1)
        dated = any(period.start <= begin and end <= period.end for period in self.periods)
        counted = any(begin <= r.quantity.start < end for r in before)
        clause_before = "" if dated or counted else self.text[begin:end]
        candidates = indicator_candidates(reading, before, carried, clause_before, self.words)
        if not candidates:
            return
        best = self.choose("indicator", reading, [(c.phrase, c.features) for c in candidates])
        chosen = candidates[best]
        if chosen.phrase != reading.indicator:
            reading.indicator, reading.rule = chosen.phrase, chosen.features.alone[0]
            reading.of = chosen.of if chosen.of is not None else reading.of

    def _choose_subject(self, reading: Reading, sentence: Sentence, before: list[Reading]) -> None:
        if reading.subject is None and reading.label is not None and reading.label.role is Role.AGENT:
            reading.subject = resolve(reading.label, self.memory)
        if reading.subject is None:
            candidates = subject_candidates(self.text, reading, sentence, before, self.memory, self.words)
            reading.subject = candidates[self.choose("subject", reading, candidates)][0]
        if reading.subject and self._is_named(reading.subject, sentence):
            self.memory.subject = reading.subject

    def _is_named(self, subject: str, sentence: Sentence) -> bool:
        """Only a body or region that was named as one is carried on to later figures."""
        memory = self.memory
        known = subject in memory.counts or subject in memory.title_names
        return (
            known
            or subject in (memory.topic, memory.title_region, memory.lead_subject)
            or any(subject == name.name for name in sentence.names)
        )

    def _choose_period(self, reading: Reading, sentence: Sentence, before: list[Reading]) -> None:
        lasting = self._category_of_unit(reading.quantity.unit) is Category.PHYSICAL
        candidates = period_candidates(self.text, reading, sentence, before, self.memory, lasting)
        reading.period = candidates[self.choose("period", reading, candidates)][0]
        if reading.period is not None:
            self._in_force(reading.period)

    def choose(self, field: str, reading: Reading, candidates: Sequence[tuple[object, Features]]) -> int:
        """The index of the best candidate; its probability is kept with the reading, and the reasons."""
        best, probability = self.ranker.choose(field, candidates)
        reading.odds[field] = probability
        if self.explained:
            value, features = candidates[best]
            reading.why.append(f"{field} {value}: " + ", ".join(self.ranker.reasons(field, features)))
        return best

    def _in_force(self, period: Period) -> None:
        self.memory.period = period
        if period.first and period.last and period.first != period.last:
            self.memory.stretch = period

    def _remember(self, sentence: Sentence, readings: list[Reading]) -> None:
        memory, span = self.memory, sentence.span
        for name in sentence.names:
            memory.counts[name.name] = memory.counts.get(name.name, 0) + 1
            if not name.name.startswith("该"):
                memory.named.append(name.name)
        if not readings:
            agents = [n for n in sentence.names if n.role is Role.AGENT] or [
                n for n in sentence.names if n.role is Role.SOURCE
            ]
            if agents:
                memory.subject = resolve(agents[0], memory)
            dated = [p for p in sentence.periods if p.rule not in ("basis", "dateline")]
            if dated:
                self._in_force(dated[-1])
        first = sentence.clauses[0] if sentence.clauses else span
        opening = opening_phrase(sentence.tokens, span[0], first, span[1])
        wide = wide_names(self.text, first, sentence.periods, self.words)
        for phrase in filter(None, (opening, *wide)):
            memory.phrases = [*memory.phrases[-_KEPT:], phrase]
        ends_paragraph = "\n" in self.text[span[1] - 1 : span[1] + 1]
        memory.past = [(s, same and not ends_paragraph) for s, same in memory.past[-_KEPT:]] + [
            (sentence, not ends_paragraph)
        ]
        memory.heard = None
        memory.fresh_paragraph = ends_paragraph
        if sentence.names or readings:
            memory.fresh_section = False

    def _choose_category(self, reading: Reading, before: list[Reading]) -> None:
        """Rates are rates; a change in units is of what changed; where the counter says little (台, 个) the
        vocabulary's indicator decides; the rest is weighed."""
        quantity = reading.quantity
        if quantity.unit in RATES or reading.kind is Kind.SHARE:
            reading.category = Category.RATE
            return
        if (
            reading.kind is Kind.CHANGE
            and reading.of is not None
            and reading.of.kind is Kind.LEVEL
            and reading.of.quantity.unit == quantity.unit
        ):
            reading.category = reading.of.category
            return
        known = find_indicator(reading.indicator, quantity.unit, reading.kind, self.words)
        if known is not None and self._category_of_unit(quantity.unit) in _OPEN_CATEGORIES:
            reading.category = known.category
            return
        sentence = self.text[reading.sentence[0] : reading.sentence[1]]
        candidates = category_candidates(
            reading, sentence, known.category if known else None, before, self.words
        )
        reading.category = candidates[self.choose("category", reading, candidates)][0]

    def _category_of_unit(self, name: str) -> Category | None:
        unit = self.words.unit_names.get(name)
        return unit.category if unit is not None else None

    def _is_target(self, reading: Reading) -> bool:
        clause = self.text[reading.clause[0] : reading.quantity.start]
        last = reading.period.last if reading.period else None
        ahead = last is not None and self.published is not None and last > self.published
        stated = any(word in clause for word in self.words.list("target.word")) and "计划投资" not in clause
        return stated or (ahead and any(word in clause for word in ("将", "到", "实现", "达到")))


def _region_of(name: str, words: Vocabulary) -> str | None:
    """四川省 of 四川省人民政府."""
    return next((name[:n] for n in range(len(name), 1, -1) if name[:n] in words.region_names), None)
