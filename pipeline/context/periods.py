"""Finding the words that date something, and the days they stand for.

>>> from datetime import date
>>> from pipeline.vocabulary import default_vocabulary
>>> [(p.text, p.first, p.last) for p in find_periods("2017年前8月,截至目前", date(2018, 5, 21), default_vocabulary())]
[('2017年前8月', datetime.date(2017, 1, 1), datetime.date(2017, 8, 31)), ('截至目前', None, datetime.date(2018, 5, 21))]

The rules are those of the annotation guideline: a year is its first to last day; 今年以来 ends on the day of
publication; 截至… has an end only; 自…起 has a start only; 近N年 cannot be dated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import regex

from pipeline.context.days import Days, day_of, month_shift, months_of, week_of, year_of
from pipeline.model import Period
from pipeline.patterns import any_of, compose
from pipeline.quantities.numerals import parse_number
from pipeline.vocabulary import Vocabulary

_PLANS = {
    "九五": 1996,
    "十五": 2001,
    "十一五": 2006,
    "十二五": 2011,
    "十三五": 2016,
    "十四五": 2021,
    "十五五": 2026,
    "十六五": 2031,
}
_ROC_EPOCH = 1911
_WEEK = 7
_SOON = 45
_YEAR_REACH = 300
_PARTS = {
    "n": "(?:1[0-2]|0?[1-9]|十[一二]?|[一二两三四五六七八九])",
    "to": r"(?:[ ]?(?:[-—–－~～至到、]|--)[ ]?)",
    "d": r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])",
    "hour": r"[ ]?(?:(?:上午|下午|凌晨|晚上?|傍晚|早上|中午)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|零)[时点](?:[0-9]{1,2}分|半|整)?(?:许)?|午夜|中午|上午|下午|凌晨|傍晚|晚间?|夜间|晨)",
    "year": r"(?:(?<![0-9])(?:(?P<y>(?:19|20)[0-9]{2}|[一二][〇零○一二三四五六七八九]{3})[ ]?年度?|(?:民国)?(?P<roc>[0-9]{2,3})年)"
    r"|(?P<last>{last})|(?P<this>{this})|(?P<next>{next})|(?P<prev>{prev})|(?P<same>{same}))",
    "part": r"(?P<half>[上下前后])半年"
    r"|(?P<first_months>[前头](?P<fm>{n})个?月(?:份)?)"
    r"|(?P<first_quarters>前(?P<fq>[一二两三1-3])个?季度?)"
    r"|第?(?P<quarter>[一二三四1-4首])季度?(?![0-9万亿种节款])"
    r"|(?P<day_range>(?<![0-9.])(?P<a_m>{n})月(?P<a_d>{d})日?(?:{hour})?{to}(?:(?P<b_m>{n})月)?(?P<b_d>{d})日(?:{hour})?)"
    r"|(?P<month_range>(?<![0-9.])(?P<ma>{n})月?(?:份)?{to}(?P<mb>{n})月(?:份)?(?![0-9]{1,2}日))"
    r"|(?P<month>(?<![0-9.])(?P<m>{n})[ ]?月(?!龄|球|饼|薪|嫂)(?:(?P<xun>[上中下])旬|(?P<m_end>底|末)|(?P<m_start>初)|份|当月)?(?:[ ]?(?P<dd>{d})[ ]?[日号](?!线))?(?:{hour})?)",
}
_ATOM = r"""
  (?P<iso>(?<![0-9])(?P<iso_y>(?:19|20)[0-9]{2})[-/.](?P<iso_m>[01]?[0-9])[-/.](?P<iso_d>[0-3]?[0-9])(?![0-9]))
 |(?P<years>(?<![0-9])(?P<ya>(?:19|20)[0-9]{2})年?{to}(?P<yb>(?:19|20)[0-9]{2})年(?![0-9一二三四五六七八九十]{1,2}月|[前上下底末一二三])度?)
 |(?P<plan>[“"]?(?P<plan_name>十[一二三四五六]五|九五)[”"]?(?:规划|计划)?(?P<plan_part>时期|期间|以来|末|期末)?(?=[^0-9]))
 |(?P<dated>{year}(?:的|[ ]|全年|\(|初至)?(?:{part}|(?P<year_end>年?[底末])(?![0-9])|(?P<year_start>年?初))?)
 |(?P<undated>{part}|(?P<year_end>年[底末])|(?P<whole>全年)(?!度?工作|龄))
 |(?P<now>{now})
 |(?P<dayword>(?P<today>{today})|(?P<yesterday>{yesterday})|(?P<eve>{eve})|(?P<tomorrow>{tomorrow}))(?:\((?:北京时间|当地时间)?(?:[0-9]{1,2}月)?[0-9]{1,2}[日号]\))?
 |(?P<rel_month>(?P<this_month>本月|当月|这个月)|上月|上个月)(?:份)?(?:(?P<rm_d>{d})日)?
 |(?P<rel_week>(?P<weekend>上周末)|(?P<last_week>上周)|(?P<this_week>本周|这周))(?![0-9一二三四五六日])
 |(?P<recent>(?:近|最近|过去|过去的|未来|今后|这|前)(?:[0-9]{1,3}|[一二两三四五六七八九十几]{1,3})(?:个?多?年|个多?月|天|周|日|小时|个?星期)(?:多)?(?:来|以来|间|里|内)?)
 |(?P<span>(?<![0-9])(?:[0-9]{1,3}|[一二两三四五六七八九十几]{1,3})(?:多|余)?(?:年|个多?月|天|周|日)(?:多|余)?(?:以来|来|间)(?!讯|电))
 |(?P<vague>近年来|早些时候|同期|历年来|届时)
 |(?P<month_day>(?<![0-9.])(?P<md>{d})(?:日(?![报常均元本程内电讯])(?!以内|之内)|号(?=[,上下凌晚]))(?:{hour})?)
"""
_SINCE = regex.compile(r"[ ]?(?:以来|至今|迄今|起至今|到现在|到目前)")
_FROM = regex.compile(r"[ ]?(?:起|开始|启动|正式启动)")
_UNTIL = regex.compile(r"(?:截至|截止到|截止至|截至到|截止|直至|直到)[ ]?(?:北京时间|当地时间)?$")
_BY = regex.compile(r"(?:到|至)$")
_START = regex.compile(r"(?:自|从|由|自从|早在)[ ]?$")
_STARTED = regex.compile(r"(?:启动|开展|成立|首次|开始|推出)")
_COMPARED = regex.compile(r"(?:比|较|与|同|和|跟|高于|低于|多于|少于|超过|对照|比起|相比于)[ ]?$")
_SAME_PERIOD = regex.compile(r"(?:的)?同期|(?:同)?相比|(?:的)?(?:数据|水平|增速)?相比")
_TIMES = regex.compile(r"的?[约近超]?[0-9.一二两三四五六七八九十]{1,6}多?倍")
_TO = regex.compile(r"[ ]?(?:至|到|[-—–~～]{1,2})[ ]?")
_AHEAD = regex.compile(r"(?<![0-9])将|拟于|计划|预计|届时|举行|举办")
_AGENCY = regex.compile(r"(?:日|月)?(?:电|讯|报道)|\(记者|\)[ ]?(?:电|讯)")


@dataclass(frozen=True, slots=True)
class _Clock:
    """What relative words are counted from: the day of publication, the year and month named last."""

    published: date | None
    year: int | None = None
    month: int | None = None
    year_at: int = -10000
    taiwan: bool = False


@lru_cache(maxsize=8)
def _atoms(words: Vocabulary) -> regex.Pattern[str]:
    parts = {
        key: any_of(words.list(f"period.year.{name}"))
        for key, name in (
            ("last", "last"),
            ("this", "this"),
            ("next", "next"),
            ("prev", "before_last"),
            ("same", "same"),
        )
    }
    parts |= {
        key: any_of(words.list(f"period.day.{name}"))
        for key, name in (
            ("today", "today"),
            ("yesterday", "yesterday"),
            ("eve", "before_yesterday"),
            ("tomorrow", "tomorrow"),
        )
    }
    return compose(_ATOM, now=any_of(words.list("period.now")), **parts, **_PARTS)


@lru_cache(maxsize=8)
def _taiwan(words: Vocabulary) -> regex.Pattern[str]:
    return compose("{sign}", sign=any_of(words.list("roc.sign")))


def find_periods(text: str, published: date | None, words: Vocabulary) -> tuple[Period, ...]:
    """The periods that the text names, in order.

    Comparisons (较2019年, 比上年同期) have the rule ``basis``, the dateline of a report (中新网4月1日电) has
    ``dateline``: neither dates a figure.
    """
    clock = _Clock(published, taiwan=bool(_taiwan(words).search(text)))
    found: list[Period] = []
    for match in _atoms(words).finditer(text):
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


def _read(text: str, match: regex.Match[str], clock: _Clock) -> tuple[Period | None, _Clock]:
    kind = next(
        (
            k
            for k in (
                "iso",
                "years",
                "plan",
                "dated",
                "undated",
                "now",
                "dayword",
                "rel_month",
                "rel_week",
                "recent",
                "span",
                "vague",
                "month_day",
            )
            if match[k]
        ),
        "",
    )
    if kind == "dated" and match["roc"] and not _is_roc(match, clock):
        return None, clock
    days = _days(kind, match, clock)
    start, end = match.start(), match.end()
    if kind == "recent" and match.group() in ("过去一年", "过去的一年") and clock.published:
        days = year_of(clock.published.year - 1)
        return Period(start, end, match.group(), days.first, days.last, "dated"), clock
    if kind in ("recent", "span", "vague"):
        rule = "same" if match.group() == "同期" else kind
        if rule == "same" and _COMPARED.search(text, max(0, start - 6), start):
            rule = "basis"
        return Period(start, end, match.group(), None, None, rule), clock
    compared = _COMPARED.search(text, max(0, start - 4), start)
    same = _SAME_PERIOD.match(text, end)
    rule = "basis" if kind != "now" and (same or _TIMES.match(text, end) or (compared and not _is_list(text, start))) else kind
    if kind in ("month_day", "undated", "iso", "dated") and _AGENCY.match(text, end):
        rule = "dateline"
    if rule not in ("basis",):
        clock = _advance(kind, match, days, clock)
    start, end, days = _bounded(text, start, end, days, kind, clock)
    if same and rule == "basis":
        end = same.end()
    return Period(start, end, text[start:end], days.first, days.last, rule), clock


def _is_list(text: str, start: int) -> bool:
    """和 and 与 before a date join two periods as often as they compare."""
    return text[start - 1 : start] in ("和", "同", "与") and text[start - 2 : start - 1] in (
        "年",
        "月",
        "日",
        "度",
    )


def _is_roc(match: regex.Match[str], clock: _Clock) -> bool:
    number = int(match["roc"])
    named = match.group().startswith("民国")
    return named or (clock.taiwan and 60 <= number <= 130)


def _bounded(text: str, start: int, end: int, days: Days, kind: str, clock: _Clock) -> tuple[int, int, Days]:
    """截至… has an end only, 自…起 a start only, …以来 runs to the day of publication."""
    published = clock.published
    if kind == "now":
        until = _UNTIL.search(text, max(0, start - 4), start)
        return (until.start() if until else start), end, days
    since = _SINCE.match(text, end)
    begins = _START.search(text, max(0, start - 3), start)
    if since:
        first = begins.start() if begins else start
        return first, since.end(), Days(days.first, published)
    until = _UNTIL.search(text, max(0, start - 8), start)
    if until:
        return until.start(), end, Days(None, days.last)
    opening = _FROM.match(text, end)
    if begins and (opening or not _TO.match(text, end)):
        stop = opening.end() if opening else end
        return begins.start(), stop, Days(days.first, None) if opening else days
    if opening and opening.group() == "起":
        return start, opening.end(), Days(days.first, None)
    by = _BY.search(text, max(0, start - 1), start)
    if by:
        ends_only = days.first is not None and (days.last == days.first or text[end - 1] in "底末初")
        return by.start(), end, Days(None, days.last) if ends_only else days
    return start, end, days


def _join(text: str, left: Period, right: Period) -> Period | None:
    """自2022年1月至2024年9月, 从2016年初到今年5月底: one period from the first to the last day."""
    if "basis" in (left.rule, right.rule) or left.rule in ("now", "recent", "span", "vague"):
        return None
    between = text[left.end : right.start]
    joined = _TO.fullmatch(between) or (between == "" and text[right.start] in "到至直截")
    if not joined or left.first is None or right.last is None or right.last < left.first:
        return None
    return Period(left.start, right.end, text[left.start : right.end], left.first, right.last, "joined")


def _advance(kind: str, match: regex.Match[str], days: Days, clock: _Clock) -> _Clock:
    day = days.last or days.first
    if day is None or kind in ("now", "dayword", "rel_month", "rel_week"):
        return clock
    if kind in ("dated", "years"):
        absolute = kind == "years" or bool(
            match["y"]
            or match["roc"]
            or (
                (match["this"] or match["last"])
                and match["half"] is None
                and match.end() - match.start() > len("今年")
            )
        )
        named = replace(clock, year=day.year, year_at=match.end()) if absolute else clock
        return replace(named, month=day.month if match["m"] else clock.month)
    if kind in ("undated", "month_day", "iso") and match["m"]:
        return replace(clock, month=day.month)
    return clock


def _days(kind: str, match: regex.Match[str], clock: _Clock) -> Days:
    nothing = Days(None, None)
    published = clock.published
    if kind == "iso":
        return day_of(int(match["iso_y"]), int(match["iso_m"]), int(match["iso_d"])) or nothing
    if kind == "years":
        return Days(date(int(match["ya"]), 1, 1), date(int(match["yb"]), 12, 31))
    if kind == "plan":
        return _plan(match, published)
    if kind == "dated":
        year = _year(match, clock)
        return nothing if year is None else _part(match, year) or nothing
    if kind == "undated":
        return _undated(match, clock)
    if published is None:
        return nothing
    if kind == "now":
        return Days(None, published)
    if kind == "dayword":
        shift = next(
            n for key, n in (("today", 0), ("yesterday", -1), ("eve", -2), ("tomorrow", 1)) if match[key]
        )
        day = published + timedelta(days=shift)
        return Days(day, day)
    return _relative(kind, match, published, clock)


def _relative(kind: str, match: regex.Match[str], published: date, clock: _Clock) -> Days:
    nothing = Days(None, None)
    if kind == "rel_month":
        year, month = month_shift(published, 0 if match["this_month"] else -1)
        if match.group().startswith("当月") and clock.month:
            year, month = (published.year - (clock.month > published.month), clock.month)
        if match["rm_d"]:
            return day_of(year, month, _integer(match["rm_d"])) or nothing
        return months_of(year, month, month) or nothing
    if kind == "rel_week":
        week = week_of(published, 0 if match["this_week"] else -1)
        return Days(week.last - timedelta(days=1), week.last) if match["weekend"] and week.last else week
    if kind == "month_day":
        return _nearest_day(_integer(match["md"]), published) or nothing
    return nothing


def _nearest_day(number: int, published: date) -> Days | None:
    """A day of the month without its month: the latest one, or one at most a week ahead."""
    for shift in (1, 0, -1):
        year, month = month_shift(published, shift)
        day = day_of(year, month, number)
        if day and day.first and day.first <= published + timedelta(days=_WEEK):
            return day
    return None


def _plan(match: regex.Match[str], published: date | None) -> Days:
    first = _PLANS[match["plan_name"]]
    if match["plan_part"] == "以来":
        return Days(date(first, 1, 1), published)
    if match["plan_part"] in ("末", "期末"):
        return Days(None, date(first + 4, 12, 31))
    return Days(date(first, 1, 1), date(first + 4, 12, 31))


def _year(match: regex.Match[str], clock: _Clock) -> int | None:
    if match["y"]:
        return int(parse_number(match["y"]) or 0) or None
    if match["roc"]:
        return int(match["roc"]) + _ROC_EPOCH
    if match["same"]:
        return clock.year or (clock.published.year if clock.published else None)
    if clock.published is None:
        return None
    shift = next(n for key, n in (("last", -1), ("this", 0), ("next", 1), ("prev", -2)) if match[key])
    return clock.published.year + shift


def _undated(match: regex.Match[str], clock: _Clock) -> Days:
    """A part of a year without the year: the year named before, else the latest one that is over by publication."""
    nothing = Days(None, None)
    published = clock.published
    if match["whole"]:
        year = clock.year or (
            published.year - 1 if published and published.month < 4 else published.year if published else None
        )
        return year_of(year) if year else nothing
    if published is None:
        return (_part(match, clock.year) or nothing) if clock.year else nothing
    near = clock.year is not None and match.start() - clock.year_at < _YEAR_REACH
    year = clock.year if near and clock.year is not None and not match["dd"] else published.year
    days = _part(match, year)
    if days is None:
        return nothing
    ahead = _AHEAD.search(match.string, match.end(), match.end() + 30)
    soon = days.first is not None and days.first <= published + timedelta(days=_SOON)
    if (
        year == published.year
        and days.first
        and days.first > published
        and not (match["year_end"] or ahead or soon)
    ):
        days = _part(match, year - 1)
    elif (
        year == published.year
        and days.last
        and not match["m"]
        and not match["year_end"]
        and days.last > published + timedelta(days=_SOON)
    ):
        days = _part(match, year - 1)
    return days or nothing


def _part(match: regex.Match[str], year: int) -> Days | None:
    if match["half"]:
        return months_of(year, 1, 6) if match["half"] in "上前" else months_of(year, 7, 12)
    if match["first_months"]:
        return months_of(year, 1, _integer(match["fm"]))
    if match["first_quarters"]:
        return months_of(year, 1, 3 * _integer(match["fq"]))
    if match["quarter"]:
        quarter = 1 if match["quarter"] == "首" else _integer(match["quarter"])
        return months_of(year, 3 * quarter - 2, 3 * quarter)
    if match["day_range"]:
        month = _integer(match["a_m"])
        first = day_of(year, month, _integer(match["a_d"]))
        last = day_of(year, _integer(match["b_m"]) if match["b_m"] else month, _integer(match["b_d"]))
        return Days(first.first, last.last) if first and last else None
    if match["month_range"]:
        first_month, last_month = _integer(match["ma"]), _integer(match["mb"])
        return months_of(year, first_month, last_month)
    if match["month"]:
        return _month(match, year)
    if match["year_end"]:
        return Days(None, date(year, 12, 31))
    if match["year_start"]:
        return Days(date(year, 1, 1), date(year, 1, 1))
    return year_of(year)


def _month(match: regex.Match[str], year: int) -> Days | None:
    month = _integer(match["m"])
    if match["dd"]:
        return day_of(year, month, _integer(match["dd"]))
    whole = months_of(year, month, month)
    if whole is None or whole.last is None:
        return None
    if match["xun"]:
        tens = "上中下".index(match["xun"])
        return Days(
            date(year, month, 10 * tens + 1), whole.last if tens == 2 else date(year, month, 10 * tens + 10)
        )
    if match["m_end"]:
        return Days(None, whole.last)
    if match["m_start"]:
        return Days(whole.first, whole.first)
    return whole


def _integer(numeral: str) -> int:
    return int(parse_number(numeral) or 0)
