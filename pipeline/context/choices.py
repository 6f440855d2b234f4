"""Whose a figure can be and when it can hold: the candidates for subject and period, with what speaks for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import regex

from pipeline.context.reading import Reading, Sentence
from pipeline.context.sentences import Span
from pipeline.context.subjects import Name, Role
from pipeline.context.tags import tag_of
from pipeline.model import Period
from pipeline.vocabulary import Vocabulary

Features = tuple[str, ...]
_UNDATED = ("basis", "dateline")
_REPORTER = regex.compile(r"记者[ ]?(?:从)?[^,。;]{0,4}$|据[^,。;]{0,12}$")
_LEARNT = regex.compile(r"[^,。;]{0,24}?(?:获悉|了解到)")
_ANNOUNCED = regex.compile(r"[^,。;]{0,16}?(?:发布|公布|通报|召开|举行|表示|介绍|宣布|消息|说|称|印发)")
_TURN = regex.compile(r"(?:升|降|增|减|提高|下跌|放宽|回落|扩大|缩|拓展|上涨|跌|涨|变|压缩|提升|微幅|攀)[^,。;]{0,6}(?:至|到|为)")
_PHRASE_STOP = ("v", "d", "p", "c", "m", "r", "uj", "ul", "t", "x", "y")
_MOST_PHRASE = 18
_RECENT = 4
_LABELS = regex.compile(r"[^,。;0-9]{0,8}的[约近超逾]?")


@dataclass(slots=True)
class Memory:
    """What the article has named so far."""

    subject: str | None = None
    subjects: list[str | None] = field(default_factory=list)
    period: Period | None = None
    stretch: Period | None = None
    lead_subject: str | None = None
    lead_period: Period | None = None
    first_period: Period | None = None
    title_period: Period | None = None
    dateline: Period | None = None
    published: Period | None = None
    year_before: Period | None = None
    topic: str | None = None
    of_project: bool = False
    title_names: tuple[str, ...] = ()
    title_region: str | None = None
    named: list[str] = field(default_factory=list)
    past: list[tuple[Sentence, bool]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    fresh_section: bool = True
    fresh_paragraph: bool = True


class _Pool:
    """Candidates by value; the same value found in several ways gathers their features."""

    def __init__(self) -> None:
        self.features: dict[object, list[str]] = {}
        self.values: dict[object, object] = {}

    def add(self, key: object, value: object, names: Iterable[str]) -> None:
        self.values.setdefault(key, value)
        self.features.setdefault(key, []).extend(names)


def subject_candidates(text: str, reading: Reading, sentence: Sentence, before: list[Reading], memory: Memory, words: Vocabulary) -> list[tuple[str | None, Features]]:
    """Every body or region that the figure may be of, with how and where it is named."""
    pool = _Pool()
    pool.add(None, None, ("none",))
    _names_in_sentence(text, reading, sentence, memory, pool)
    _phrases(text, reading, sentence, pool)
    if before and before[-1].subject:
        gap = "same_clause" if before[-1].clause == reading.clause else "other_clause"
        pool.add(before[-1].subject, before[-1].subject, ("previous", f"previous/{gap}", f"previous/{reading.rule.split(':')[0]}"))
    for k, (past, same_paragraph) in enumerate(reversed(memory.past[-_RECENT:])):
        _names_in_past(past, k, same_paragraph, memory, pool)
    if memory.subject:
        where = "fresh_section" if memory.fresh_section else "fresh_paragraph" if memory.fresh_paragraph else "on"
        pool.add(memory.subject, memory.subject, ("in_force", f"in_force/{where}"))
    for name, value in (("topic", memory.topic), ("lead", memory.lead_subject), ("title_region", memory.title_region)):
        if value:
            pool.add(value, value, (name, f"{name}/{'fresh' if memory.fresh_section else 'on'}"))
    for value in memory.title_names:
        pool.add(value, value, ("title",))
    if memory.counts:
        value = max(memory.counts, key=lambda n: (memory.counts[n], n))
        pool.add(value, value, ("most_named",))
    shape = _shape(reading, before)
    out = []
    for key, names in pool.features.items():
        value = pool.values[key]
        looks = _looks_of_name(value if isinstance(value, str) else None, memory, words)
        kinds = dict.fromkeys([*names, *looks])
        out.append((value, (*kinds, *(f"{n}|{shape}" for n in dict.fromkeys(names)))))
    return out  # type: ignore[return-value]


def _shape(reading: Reading, before: list[Reading]) -> str:
    own = "own" if reading.rule in ("before", "around", "after", "name_tail") else "taken"
    return f"{reading.kind}/{own}/{'first' if not before else 'later'}"


def _looks_of_name(name: str | None, memory: Memory, words: Vocabulary) -> tuple[str, ...]:
    if name is None:
        return ()
    kind = "scope" if name in words.lists["body.scope"] else "region" if name in words.region_names else "body"
    count = memory.counts.get(name, 0)
    return (f"kind_{kind}", f"named{min(count, 4)}", f"size{min(len(name) // 3, 5)}", "points_back" if name.startswith("该") else "names")


def _names_in_sentence(text: str, reading: Reading, sentence: Sentence, memory: Memory, pool: _Pool) -> None:
    start = reading.quantity.start
    before = [n for n in sentence.names if n.end <= start]
    agents = [n for n in before if n.role is Role.AGENT]
    for k, name in enumerate(reversed(before)):
        where = "clause" if name.start >= reading.clause[0] else "sentence"
        names = [f"{where}/{name.role}", f"{where}/{name.role}/{'body' if name.body else 'place'}", f"nearest{min(k, 3)}"]
        if name is (agents[-1] if agents else None):
            names.append("nearest_agent")
        if name is (agents[0] if agents else None):
            names.append("first_agent")
        if reading.label is name:
            names.append("label")
        following = text[name.end : name.end + 1]
        names.append("then_comma" if following in ",:" else "then_de" if following == "的" else "then_number" if name.end == start else "then_word")
        value = resolve(name, memory)
        pool.add(value, value, names)
    for name in sentence.names:
        if name.start >= reading.quantity.end:
            near = "near" if name.start - reading.quantity.end <= 2 else "far"
            pool.add(name.name, name.name, (f"after/{near}", f"after/{near}/{name.role}"))


def _phrases(text: str, reading: Reading, sentence: Sentence, pool: _Pool) -> None:
    """The noun phrase that begins the clause of the figure, and the one that begins the sentence."""
    for clause, where in ((reading.clause, "clause"), (sentence.clauses[0], "sentence")):
        phrase = _noun_phrase(sentence, clause, reading.quantity.start)
        if phrase:
            pool.add(phrase, phrase, (f"phrase/{where}", f"phrase/{where}/size{min(len(phrase) // 4, 4)}"))


def _noun_phrase(sentence: Sentence, clause: Span, limit: int) -> str:
    base = sentence.span[0]
    out = ""
    for token, a, b in sentence.tokens:
        if base + a < clause[0] or base + b > min(clause[1], limit):
            continue
        tag = tag_of(token)
        if tag in _PHRASE_STOP or not ("\u4e00" <= token[0] <= "\u9fff" or token[0].isalpha()):
            if out:
                break
            continue
        out += token
    return out if 2 <= len(out) <= _MOST_PHRASE else ""


def _names_in_past(past: Sentence, k: int, same_paragraph: bool, memory: Memory, pool: _Pool) -> None:
    agents = [n for n in past.names if n.role is Role.AGENT]
    for i, name in enumerate(reversed(past.names)):
        if name.role is Role.OBJECT:
            continue
        names = [f"past{k}/{name.role}", f"past{k}/{'same' if same_paragraph else 'other'}_paragraph"]
        if agents and name is agents[0]:
            names.append(f"past{k}/first_agent")
        if agents and name is agents[-1]:
            names.append(f"past{k}/last_agent")
        if i == 0:
            names.append(f"past{k}/last")
        value = resolve(name, memory)
        pool.add(value, value, names)


def resolve(name: Name, memory: Memory) -> str:
    """该国, 该局 point back to the body or region of that kind named last."""
    if not name.name.startswith("该"):
        return name.name
    same = next((n for n in reversed(memory.named) if n.endswith(name.name[-1:]) or (name.name == "该国" and len(n) > 1)), None)
    return same or (memory.named[-1] if memory.named else name.name)


def period_candidates(text: str, reading: Reading, sentence: Sentence, before: list[Reading], memory: Memory, lasting: bool) -> list[tuple[Period | None, Features]]:
    """Every period that the figure may hold for; `lasting` says that it measures a thing (a length, a mass)."""
    pool = _Pool()
    pool.add((None, None), None, ("none",))
    start = reading.quantity.start
    own = [p for p in sentence.periods if p.rule not in _UNDATED and p.start < start]
    for k, period in enumerate(reversed(own)):
        where = "clause" if period.start >= reading.clause[0] else "sentence"
        names = [where, f"{where}/{period.rule}", f"nearest{min(k, 3)}", f"nearest{min(k, 3)}/{where}", f"own/{_reach(period)}"]
        names += _report_features(text, period)
        if period.end >= start - 1 and k == 0:
            names.append("adjacent")
        if k == 0 and before and _far_end(text, before[-1], reading, period):
            names.append("far_end")
        pool.add(_key(period, memory), _resolved(period, memory), names)
    for period in sentence.periods:
        if period.rule == "basis" and period.end <= start and _LABELS.fullmatch(text[period.end : start]):
            pool.add(_key(period, memory), period, ("basis_label",))
    far = () if memory.of_project else (("published", memory.published), ("year_before", memory.year_before), ("first", memory.first_period), ("title", memory.title_period), ("dateline", memory.dateline))
    for name, value in far:
        if value is not None:
            pool.add(_key(value, memory), value, (name, f"{name}/{'own' if own else 'no_own'}", f"{name}/{_reach(value)}"))
    for period in sentence.periods:
        if period.start >= reading.quantity.end and period.rule not in _UNDATED:
            pool.add(_key(period, memory), _resolved(period, memory), ("after", f"after/{_reach(period)}"))
    if before and before[-1].period is not None:
        pool.add(_key(before[-1].period, memory), before[-1].period, ("previous", f"previous/{_reach(before[-1].period)}", f"previous/{'own' if own else 'no_own'}"))
    elif before:
        pool.add((None, None), None, ("previous_none",))
    lead = None if memory.of_project else memory.lead_period
    for name, value in (("in_force", memory.period), ("stretch", memory.stretch), ("lead", lead)):
        if value is not None:
            where = "fresh_section" if memory.fresh_section else "fresh_paragraph" if memory.fresh_paragraph else "on"
            pool.add(_key(value, memory), value, (name, f"{name}/{where}", f"{name}/{_reach(value)}", f"{name}/{value.rule}", f"{name}/{_reach(value)}/{where}"))
    past_sentences = [] if memory.of_project and memory.fresh_section else memory.past[-_RECENT:]
    for k, (past, same_paragraph) in enumerate(reversed(past_sentences)):
        for period in past.periods:
            if period.rule not in _UNDATED:
                names = [f"past{k}", f"past{k}/{_reach(period)}", f"past{k}/{'same' if same_paragraph else 'other'}_paragraph", *_report_features(text, period)]
                pool.add(_key(period, memory), _resolved(period, memory), names)
    shape = f"{'lasting' if lasting else reading.kind}/{'own' if own else 'no_own'}"
    return [(pool.values[key], (*dict.fromkeys(names), *(f"{n}|{shape}" for n in dict.fromkeys(names)))) for key, names in pool.features.items()]  # type: ignore[misc]


def _resolved(period: Period, memory: Memory) -> Period:
    """同期 is the stretch of days in force."""
    from dataclasses import replace  # noqa: PLC0415

    known = memory.stretch or memory.period
    return replace(period, first=known.first, last=known.last) if period.rule == "same" and known else period


def _key(period: Period, memory: Memory) -> tuple[object, object]:
    solved = _resolved(period, memory)
    return (solved.first, solved.last)


def _reach(period: Period) -> str:
    if "当月" in period.text:
        return "single_month"
    if period.first is None or period.last is None:
        return "open" if period.first or period.last else "unknown"
    days = (period.last - period.first).days
    return "day" if days == 0 else "month" if days < 40 else "year" if days < 400 else "years"


def _report_features(text: str, period: Period) -> list[str]:
    out = []
    if _REPORTER.search(text, max(0, period.start - 14), period.start):
        out.append("reporter")
    if _LEARNT.match(text, period.end, period.end + 30):
        out.append("learnt")
    elif _ANNOUNCED.match(text, period.end, period.end + 20):
        out.append("announced")
    return out


def _far_end(text: str, near: Reading, reading: Reading, period: Period) -> bool:
    """由97年21.9%降至19.1%: the period belongs to the first number only."""
    labelled = period.end <= near.quantity.start and not text[period.end : near.quantity.start].strip("的 约近为")
    return labelled and bool(_TURN.search(text, near.quantity.end, reading.quantity.start))


