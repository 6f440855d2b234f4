"""When a figure can hold: every period that may date it, with how and where it is named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import regex

from pipeline.context.days import months_of, year_of
from pipeline.context.memory import Memory, Pool
from pipeline.context.ranking import Features
from pipeline.context.reading import Reading, Sentence
from pipeline.context.tags import tag_of
from pipeline.model import Period

_UNDATED = ("basis", "dateline")
_REPORTER = regex.compile(r"记者[ ]?(?:从)?[^,。;]{0,4}$|据[^,。;]{0,12}$")
_LEARNT = regex.compile(r"[^,。;]{0,24}?(?:获悉|了解到)")
_ANNOUNCED = regex.compile(r"[^,。;]{0,16}?(?:发布|公布|通报|召开|举行|表示|介绍|宣布|消息|说|称|印发)")
_TURN = regex.compile(
    r"(?:升|降|增|减|提高|下跌|放宽|回落|扩大|缩|拓展|上涨|跌|涨|变|压缩|提升|微幅|攀)[^,。;]{0,6}(?:至|到|为)"
)
_IN_ORDER = regex.compile(r"分别|依次|各")
_AND = regex.compile(r"和|与|及|以及|、")
_LABELS = regex.compile(r"[^,。;0-9]{0,8}的[约近超逾]?")
_TENSES = (
    ("future", regex.compile(r"将|拟|预计|计划|力争|目标|有望|可望|打算|准备")),
    ("rule", regex.compile(r"应当?|须|不得|可以|可享|规定|标准|按照|限额|最高可|给予|奖励")),
    (
        "static",
        regex.compile(r"全长|占地|总投资|直径|海拔|位于|距离?|规格|建筑面积|总面积|设计|容量|深达|高达|宽"),
    ),
    ("recurring", regex.compile(r"每|日均|年均|月均|平均|人均|户均|一般|通常|往往")),
    ("adding", regex.compile(r"累计|共|总计|合计|已|完成|达到|突破")),
    ("new", regex.compile(r"新增|新建|新开|同比|环比|增长|下降|比上")),
)
_INHERITED = frozenset(
    {"none", "in_force", "stretch", "lead", "published", "previous", "first", "past0", "previous_none"}
)
_AFTER = 8
_QUARTER = 3
_RECENT = 4


def period_candidates(
    text: str, reading: Reading, sentence: Sentence, before: list[Reading], memory: Memory, lasting: bool
) -> list[tuple[Period | None, Features]]:
    """Every period that the figure may hold for; `lasting`: it measures a thing (a length, a mass)."""
    pool: Pool[Period | None] = Pool()
    pool.add((None, None), None, ("none",))
    start = reading.quantity.start
    own = [p for p in sentence.periods if p.rule not in _UNDATED and p.start < start]
    side = "own" if own else f"in_{_reach(memory.period)}" if memory.period else "no_own"
    _own_periods(text, reading, own, before, memory, pool)
    _together(text, own, pool)
    _in_turn(text, reading, own, before, pool)
    _beside(text, reading, sentence, memory, pool)
    _from_afar(memory, side, pool)
    if before and before[-1].period is not None:
        last = before[-1].period
        pool.add(_key(last, memory), last, ("previous", f"previous/{_reach(last)}", f"previous/{side}"))
    elif before:
        pool.add((None, None), None, ("previous_none",))
    _in_force(memory, pool)
    _from_the_past(text, memory, pool)
    opening = _opening(text, reading, own)
    if opening is not None:
        sure: Pool[Period | None] = Pool()
        sure.add(_key(opening, memory), _resolved(opening, memory), ("opens_clause",))
        return sure.candidates("")
    shape = f"{'lasting' if lasting else reading.kind}/{side}"
    marks = (*_marks(text, reading, sentence), *_article_marks(memory))
    return pool.candidates(shape, marks=marks, marked=_INHERITED)


def _verbs(reading: Reading, sentence: Sentence) -> list[str]:
    base, limit = sentence.span[0], reading.quantity.start
    inside = [t for t, a, b in sentence.tokens if reading.clause[0] <= base + a and base + b <= limit]
    return [t for t in inside if tag_of(t) in ("v", "vn", "d")]


def _marks(text: str, reading: Reading, sentence: Sentence) -> tuple[str, ...]:
    """What the clause says of time without dating it: what is to come, lasts, recurs, adds up."""
    clause = text[reading.clause[0] : reading.quantity.end + _AFTER]
    out = [name for name, pattern in _TENSES if pattern.search(clause)]
    out.append(f"basis_{reading.basis}" if reading.basis else "no_basis")
    out.append(f"unit_{reading.quantity.unit}")
    out += [f"verb_{verb}" for verb in _verbs(reading, sentence)[-2:]]
    first = text[reading.sentence[0] : reading.sentence[0] + 2]
    out += [f"sentence_{first}"] if first in ("其中", "此外", "目前", "另外", "同时") else []
    return tuple(out)


def _article_marks(memory: Memory) -> tuple[str, ...]:
    """How the article dates itself: by its first period, its title, as a report on the year before."""
    out = [f"first_{_reach(memory.first_period) if memory.first_period else 'none'}"]
    out += ["a_report"] if memory.year_before else []
    out += ["title_dated"] if memory.title_period else []
    out += ["dateline"] if memory.dateline else []
    out += ["undated_so_far"] if memory.period is None else []
    out += [f"seen{min(len(memory.past), 3)}"]
    return tuple(out)


def _own_periods(
    text: str,
    reading: Reading,
    own: list[Period],
    before: list[Reading],
    memory: Memory,
    pool: Pool[Period | None],
) -> None:
    """The periods before the number in its sentence, nearest first."""
    for k, period in enumerate(reversed(own)):
        where = "clause" if period.start >= reading.clause[0] else "sentence"
        rank = f"nearest{min(k, 3)}"
        names = [where, f"{where}/{period.rule}", rank, f"{rank}/{where}", f"own/{_reach(period)}"]
        names += _report_features(text, period)
        following = text[period.end : period.end + 2]
        names += [f"{rank}/{period.rule}", f"{rank}/{_reach(period)}"]
        names += [f"then_{following[:1]}", f"then_{following}"]
        if k == 0 and period.end >= reading.quantity.start - 1:
            names.append("adjacent")
        if k == 0 and before and _far_end(text, before[-1], reading, period):
            names.append("far_end")
        pool.add(_key(period, memory), _resolved(period, memory), names)


def _together(text: str, own: list[Period], pool: Pool[Period | None]) -> None:
    """2009年和2010年: both of them, where one figure holds for the two."""
    for left, right in pairwise(own):
        joined = left.first and right.last and left.first < right.last and right.last is not None
        if joined and _AND.fullmatch(text, left.end, right.start):
            both = Period(left.start, right.end, text[left.start : right.end], left.first, right.last, "both")
            pool.add((both.first, both.last), both, ("both", f"both/{_reach(both)}"))


def _in_turn(
    text: str, reading: Reading, own: list[Period], before: list[Reading], pool: Pool[Period | None]
) -> None:
    """2022年至2024年,分别为3件、5件、8件; 一、二季度由3件增至8件: to each figure one part of the period."""
    parts = next((parts for parts in map(_parts, reversed(own)) if len(parts) > 1), [])
    if not parts:
        return
    start, end = reading.quantity.start, reading.quantity.end
    rank = sum(r.quantity.start > parts[0].end and r.clause == reading.clause for r in before)
    told_apart = bool(_IN_ORDER.search(text, reading.clause[0], start))
    turned = bool(before) and bool(_TURN.search(text, before[-1].quantity.end, start))
    ways = (
        ("in_turn", rank, told_apart),
        ("turns_from", 0, bool(_TURN.match(text, end, end + _AFTER))),
        ("turns_to", len(parts) - 1, turned),
    )
    for name, index, holds in ways:
        if holds and index < len(parts):
            pool.add((parts[index].first, parts[index].last), parts[index], (name,))


def _parts(period: Period) -> list[Period]:
    """The years or the quarters that a period names one after the other."""
    first, last = period.first, period.last
    if first is None or last is None:
        return []
    if _reach(period) == "years":
        days = [year_of(year) for year in range(first.year, last.year + 1)]
    elif "季度" in period.text and "、" in period.text:
        months = range(first.month, last.month, _QUARTER)
        days = [part for m in months if (part := months_of(first.year, m, m + _QUARTER - 1))]
    else:
        return []
    return [replace(period, first=part.first, last=part.last) for part in days]


def _opening(text: str, reading: Reading, own: list[Period]) -> Period | None:
    """Of several years in a sentence, the one that the figure's clause begins with (去年60宗,前年71宗)."""
    inside = [p for p in own if p.start >= reading.clause[0]]
    if len(own) == len(inside) or len(inside) != 1 or any(_reach(period) != "year" for period in own):
        return None
    return None if text[reading.clause[0] : inside[0].start].strip() else inside[0]


def _beside(
    text: str, reading: Reading, sentence: Sentence, memory: Memory, pool: Pool[Period | None]
) -> None:
    """A comparison that labels the number itself (较2015年的13.9万件), and the periods after the number."""
    quantity = reading.quantity
    for period in sentence.periods:
        if period.rule == "basis" and _LABELS.fullmatch(text[period.end : max(period.end, quantity.start)]):
            pool.add(_key(period, memory), period, ("basis_label",))
        elif period.start >= quantity.end and period.rule not in _UNDATED:
            near = "clause" if period.start < reading.clause[1] else "far"
            names = ("after", f"after/{_reach(period)}", f"after/{near}", f"after/{near}/{period.rule}")
            pool.add(_key(period, memory), _resolved(period, memory), names)


def _from_afar(memory: Memory, side: str, pool: Pool[Period | None]) -> None:
    """What dates the whole article: its title, its first date, its day of publication."""
    if memory.of_project:
        return
    for name, value in (
        ("published", memory.published),
        ("year_before", memory.year_before),
        ("first", memory.first_period),
        ("first_until", memory.first_until),
        ("title", memory.title_period),
        ("dateline", memory.dateline),
    ):
        if value is not None:
            pool.add(_key(value, memory), value, (name, f"{name}/{side}", f"{name}/{_reach(value)}"))


def _in_force(memory: Memory, pool: Pool[Period | None]) -> None:
    """The period of the figure before, the stretch of days before it, and that of the lead."""
    lead = None if memory.of_project else memory.lead_period
    for name, value in (("in_force", memory.period), ("stretch", memory.stretch), ("lead", lead)):
        if value is not None:
            where, reach = memory.place(), _reach(value)
            marks = (where, reach, value.rule, f"{reach}/{where}")
            pool.add(_key(value, memory), value, (name, *(f"{name}/{mark}" for mark in marks)))


def _from_the_past(text: str, memory: Memory, pool: Pool[Period | None]) -> None:
    """The periods of the last sentences."""
    past_sentences = [] if memory.of_project and memory.fresh_section else memory.past[-_RECENT:]
    for k, (past, same_paragraph) in enumerate(reversed(past_sentences)):
        for period in past.periods:
            if period.rule in _UNDATED:
                continue
            paragraph = "same" if same_paragraph else "other"
            names = [f"past{k}", f"past{k}/{_reach(period)}", f"past{k}/{paragraph}_paragraph"]
            names += _report_features(text, period)
            pool.add(_key(period, memory), _resolved(period, memory), names)


def _resolved(period: Period, memory: Memory) -> Period:
    """同期 is the stretch of days in force."""
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
    labelled = period.end <= near.quantity.start and not text[period.end : near.quantity.start].strip(
        "的 约近为"
    )
    return labelled and bool(_TURN.search(text, near.quantity.end, reading.quantity.start))
