"""Finding the words that date something, and the days they stand for.

>>> from datetime import date
>>> from pipeline.vocabulary import default_vocabulary
>>> found = find_periods("2017年前8月,截至目前", date(2018, 5, 21), default_vocabulary())
>>> [(p.text, str(p.first), str(p.last)) for p in found]
[('2017年前8月', '2017-01-01', '2017-08-31'), ('截至目前', 'None', '2018-05-21')]

The rules are those of the annotation guideline: a year is its first to last day; 今年以来 ends on the day of
publication; 截至… has an end only; 自…起 has a start only; 近N年 cannot be dated.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import regex

from pipeline.context.date_words import atoms, kind_of
from pipeline.context.dates import Clock, days_of, is_year_of_the_republic
from pipeline.context.days import Days, likely_day, year_of
from pipeline.model import Period
from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Vocabulary

_SINCE = regex.compile(r"[ ]?(?:以来|(?:起)?至今(?!年)|迄今|到现在|到目前)")
_SINCE_EVENT = regex.compile(r"[^,。;、0-9]{1,26}?以来")
_AFTER_EVENT = regex.compile(r"[^,。;、0-9的前]{2,12}?(?:之)?后(?=,)")
_BEFORE = regex.compile(r"(?:之前|以前|前)(?![后者日夕往端夜景几两三])")
_FROM = regex.compile(r"[ ]?(?:起|开始|启动|正式启动)")
_UNTIL = regex.compile(r"(?:截至|截止到|截止至|截至到|截止|直至|直到)[ ]?(?:北京时间|当地时间)?$")
_BY = regex.compile(r"(?:到|至)$")
_START = regex.compile(r"(?:自|从|由|自从|早在)[ ]?$")
_STARTED = regex.compile(r"(?:正式)?(?:启动|首次进入|开始实施|开播|首次启用|上路)")
_COMPARED = regex.compile(r"(?:比|较|与|同|和|跟|高于|低于|多于|少于|超过|对照|比起|相比于)[ ]?$")
_SAME_PERIOD = regex.compile(r"(?:的)?同期|(?:同)?相比|(?:的)?(?:数据|水平|增速)?相比")
_LEVEL_THEN = regex.compile(r"(?:的)?同期(?!相比|[,比增下上])")
_CLAUSE_MARKS = tuple(",。;(\n")
_JOINED = regex.compile(r"[年月日号度][和同与]$")
_TIMES = regex.compile(r"的?[约近超]?[0-9.一二两三四五六七八九十]{1,6}多?倍")
_TO = regex.compile(r"[ ]?(?:至|到|[-—–~～]{1,2})[ ]?")
_AGENCY = regex.compile(r"(?:日|月)?(?:电|讯|报道)|\(记者|\)[ ]?(?:电|讯)")
_UNDATABLE = frozenset({"recent", "span", "vague"})
_SPAN_OF_A_YEAR = 370


@lru_cache(maxsize=8)
def _taiwan(words: Vocabulary) -> regex.Pattern[str]:
    return compose("{sign}", sign=any_of(words.list("roc.sign")))


def find_periods(text: str, published: date | None, words: Vocabulary) -> tuple[Period, ...]:
    """The periods that the text names, in order.

    Comparisons (较2019年, 比上年同期) have the rule ``basis``, the dateline of a report (中新网4月1日电) has
    ``dateline``; 同期 has ``same``: it takes the days of the period in force.
    """
    clock = Clock(likely_day(published), taiwan=bool(_taiwan(words).search(text)))
    found: list[Period] = []
    for match in atoms(words).finditer(text):
        if found and match.start() < found[-1].end:
            continue
        period, clock = _read(text, match, clock)
        if period is None:
            continue
        joined = _join(text, found[-1], period) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(period)
    return tuple(found)


def _read(text: str, match: regex.Match[str], clock: Clock) -> tuple[Period | None, Clock]:
    kind = kind_of(match)
    if kind == "dated" and match["roc"] and not is_year_of_the_republic(match, clock):
        return None, clock
    start, end = match.start(), match.end()
    if kind in _UNDATABLE:
        return _undated_words(text, match, kind, clock), clock
    days = days_of(kind, match, clock)
    same = _SAME_PERIOD.match(text, end)
    rule = "basis" if kind != "now" and _is_comparison(text, start, end, bool(same)) else kind
    if kind in ("month_day", "undated", "iso", "dated") and _AGENCY.match(text, end):
        rule = "dateline"
    if (
        same
        and rule != "basis"
        and _opens(text, start)
        and clock.stretch
        and clock.stretch.first
        and clock.stretch.last
    ):
        days, rule = _a_year_before(clock.stretch), "same_before"
    if rule != "basis":
        clock = _advance(kind, match, days, clock)
    start, end, days = _bounded(text, start, end, days, kind, clock)
    stop = same.end() if same else end
    return Period(start, stop, text[start:stop], days.first, days.last, rule), clock


def _opens(text: str, start: int) -> bool:
    """Whether a clause begins with the date, or a value that is said to have changed (由去年同期的3件)."""
    return bool(_START.search(text, max(0, start - 3), start)) or text[start - 1 : start] in (
        "",
        *_CLAUSE_MARKS,
    )


def _undated_words(text: str, match: regex.Match[str], kind: str, clock: Clock) -> Period:
    start, end = match.span()
    if match.group() in ("过去一年", "过去的一年") and clock.published:
        days = year_of(clock.published.year - 1)
        return Period(start, end, match.group(), days.first, days.last, "dated")
    rule = "same" if match.group() == "同期" else kind
    if rule == "same" and _COMPARED.search(text, max(0, start - 6), start):
        rule = "basis"
    return Period(start, end, match.group(), None, None, rule)


def _is_comparison(text: str, start: int, end: int, same: bool) -> bool:
    compared = _COMPARED.search(text, max(0, start - 4), start)
    if same and _LEVEL_THEN.match(text, end) and text[start - 1 : start] in ("", *_CLAUSE_MARKS):
        return False
    return same or bool(_TIMES.match(text, end)) or (bool(compared) and not _is_list(text, start))


def _is_list(text: str, start: int) -> bool:
    """和 and 与 before a date join two periods as often as they compare."""
    return text[start - 1 : start] in ("和", "同", "与") and text[start - 2 : start - 1] in tuple(
        "年月日号度"
    )


def _a_year_before(days: Days) -> Days:
    """The same days of the year before; the last day of February stays the last."""

    def back(day: date | None) -> date | None:
        if day is None:
            return None
        return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)

    return Days(back(days.first), back(days.last))


def _bounded(text: str, start: int, end: int, days: Days, kind: str, clock: Clock) -> tuple[int, int, Days]:
    """截至… has an end only, 自…起 a start only, …以来 runs to the day of publication."""
    if kind in ("now", "by_hour"):
        until = _UNTIL.search(text, max(0, start - 4), start)
        return (until.start() if until else start), end, days
    begins = _START.search(text, max(0, start - 3), start)
    since = _SINCE.match(text, end) or (begins and _SINCE_EVENT.match(text, end))
    if since:
        return (begins.start() if begins else start), since.end(), Days(days.first, clock.published)
    until = _UNTIL.search(text, max(0, start - 8), start)
    if until:
        return until.start(), end, Days(None, days.last)
    return _before_or_after(text, start, end, days, kind) or _from_or_to(text, start, end, days)


def _before_or_after(text: str, start: int, end: int, days: Days, kind: str) -> tuple[int, int, Days] | None:
    """12月31日前 has an end only, 2019年建成后 a start only."""
    before = _BEFORE.match(text, end)
    if before and days.first in (None, days.last):
        return start, before.end(), Days(None, days.last)
    after = _AFTER_EVENT.match(text, end)
    if after and days.first and kind in ("dated", "undated"):
        return start, after.end(), Days(days.first, None)
    return None


def _from_or_to(text: str, start: int, end: int, days: Days) -> tuple[int, int, Days]:
    begins, opening = _START.search(text, max(0, start - 3), start), _FROM.match(text, end)
    stop = opening.end() if opening else end
    if begins and (opening or not _TO.match(text, end)):
        from_then_on = opening or (begins.group()[:1] == "自" and text[end : end + 1] not in "的约近超逾")
        return begins.start(), stop, Days(days.first, None) if from_then_on else days
    if (opening and opening.group() == "起") or _STARTED.match(text, end):
        return start, stop, Days(days.first, None)
    by = _BY.search(text, max(0, start - 1), start)
    ends_only = by and days.first is not None and days.last == days.first
    return (by.start() if by else start), end, Days(None, days.last) if ends_only else days


def _join(text: str, left: Period, right: Period) -> Period | None:
    """自2022年1月至2024年9月, 从2016年初到今年5月底: one period from the first to the last day."""
    if "basis" in (left.rule, right.rule) or left.rule == "now" or left.rule in _UNDATABLE:
        return None
    between = text[left.end : right.start]
    follows = right.text[:1] in "到至直截" and (
        between == "" or (between == "," and left.text.endswith("以来"))
    )
    if (
        not (_TO.fullmatch(between) or follows)
        or left.first is None
        or right.last is None
        or right.last < left.first
    ):
        return None
    begins = _START.search(text, max(0, left.start - 3), left.start)
    start = begins.start() if begins else left.start
    return Period(start, right.end, text[start : right.end], left.first, right.last, "joined")


def _advance(kind: str, match: regex.Match[str], days: Days, clock: Clock) -> Clock:
    """What later words are counted from, after this date."""
    day = days.last or days.first
    if day is None or kind in ("now", "by_hour", "rel_week"):
        return clock
    if days.first and days.last and 0 < (days.last - days.first).days < _SPAN_OF_A_YEAR:
        clock = replace(clock, stretch=days)
    if days.first == days.last:
        clock = replace(clock, day=day)
    if kind in ("dated", "years"):
        relative = match["this"] or match["last"]
        absolute = (
            kind == "years"
            or match["y"]
            or match["roc"]
            or (relative and not match["half"] and len(match.group()) > len("今年"))
        )
        named = replace(clock, year=day.year, year_at=match.end()) if absolute else clock
        return replace(named, month=day.month if match["m"] else clock.month)
    return replace(clock, month=day.month) if match["m"] else clock
