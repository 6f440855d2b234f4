"""The days that the words of a date stand for: the resolving of one match.

Relative words are counted from a `Clock`: the day of publication and what the text named last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import regex

from pipeline.context.date_words import BY_ITSELF
from pipeline.context.days import Days, day_of, month_shift, months_of, week_of, weekday_of, year_of
from pipeline.quantities.numerals import parse_number

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
_SOON = 100
_NEARLY = 45
_YEAR_REACH = 300
_HALF_YEAR = 7
_FRIDAY = 4
_AHEAD = regex.compile(r"(?<![0-9])将|拟于|计划|预计|届时|举行|举办|力争|确保|目标")


@dataclass(frozen=True, slots=True)
class Clock:
    """What relative words are counted from: the day of publication, the year, month and day named last."""

    published: date | None
    year: int | None = None
    month: int | None = None
    year_at: int = -10000
    day: date | None = None
    stretch: Days | None = None
    taiwan: bool = False


def is_year_of_the_republic(match: regex.Match[str], clock: Clock) -> bool:
    """A year counted from 1912: it says so (民国114年), or the article is from Taiwan and the number fits."""
    return match.group().startswith("民国") or (clock.taiwan and 60 <= int(match["roc"]) <= 130)


def days_of(kind: str, match: regex.Match[str], clock: Clock) -> Days:
    """The days that a match stands for; both sides open where it cannot be dated."""
    if kind in BY_ITSELF:
        return _by_itself(kind, match, clock)
    if kind == "decade":
        return _decade(match)
    if clock.published is None or kind not in _RELATIVE:
        return Days(None, None)
    return _RELATIVE[kind](match, clock.published, clock)


def _by_itself(kind: str, match: regex.Match[str], clock: Clock) -> Days:
    """The days of a date that may be known without the day of publication."""
    nothing = Days(None, None)
    if kind == "iso":
        return day_of(int(match["iso_y"]), int(match["iso_m"]), int(match["iso_d"])) or nothing
    if kind == "years":
        return Days(date(int(match["ya"]), 1, 1), date(int(match["yb"]), 12, 31))
    if kind == "plan":
        return _plan(match, clock.published)
    if kind == "dated":
        year = _year(match, clock)
        return nothing if year is None else _part(match, year) or nothing
    return _undated(match, clock)


def _decade(match: regex.Match[str]) -> Days:
    """20世纪80年代; the century before this one where it has no number."""
    century = int(match["century"]) if match["century"] else 20 if match["past_century"] else 21
    first = 100 * (century - 1) + _integer(match["tens"])
    return Days(date(first, 1, 1), date(first + 9, 12, 31))


def _so_far(match: regex.Match[str], published: date, clock: Clock) -> Days:
    return Days(None, clock.day or published)


def _that_day(match: regex.Match[str], published: date, clock: Clock) -> Days:
    day = clock.day or published
    return Days(day, day)


def _day_before(match: regex.Match[str], published: date, clock: Clock) -> Days:
    day = (clock.day or published) - timedelta(days=1)
    return Days(day, day)


def _dayword(match: regex.Match[str], published: date, clock: Clock) -> Days:
    shifts = (("today", 0), ("yesterday", -1), ("eve", -2), ("tomorrow", 1))
    day = published + timedelta(days=next(n for key, n in shifts if match[key]))
    return Days(day, day)


def _ago(match: regex.Match[str], published: date, clock: Clock) -> Days:
    day = published - timedelta(days=_integer(match["ago_n"]))
    return Days(day, day)


def _trading_day(match: regex.Match[str], published: date, clock: Clock) -> Days:
    """The working day before; holidays are not known."""
    monday = published.weekday() == 0
    day = published - timedelta(days=3 if monday else max(1, published.weekday() - _FRIDAY))
    return Days(None if match.group().startswith("截至") else day, day)


def _rel_month(match: regex.Match[str], published: date, clock: Clock) -> Days:
    nothing = Days(None, None)
    year, month = month_shift(published, 0 if match["this_month"] else -1)
    if match.group().startswith("当月") and clock.month:
        year, month = (published.year - (clock.month > published.month), clock.month)
    if match["rm_d"]:
        return day_of(year, month, _integer(match["rm_d"])) or nothing
    return months_of(year, month, month) or nothing


def _rel_week(match: regex.Match[str], published: date, clock: Clock) -> Days:
    week = week_of(published, 0 if match["this_week"] else -1)
    return Days(week.last - timedelta(days=1), week.last) if match["weekend"] and week.last else week


def _weekday(match: regex.Match[str], published: date, clock: Clock) -> Days:
    number = "一二三四五六日".index(match["wd"].replace("天", "日"))
    return weekday_of(published, number, {"上": -1, "本": 0, "这": 0, "下": 1}.get(match["wd_week"]))


def _day_of_month(match: regex.Match[str], published: date, clock: Clock) -> Days:
    return _nearest_day(_integer(match["md"] or match["dn"]), published) or Days(None, None)


_RELATIVE: dict[str, Callable[[regex.Match[str], date, Clock], Days]] = {
    "now": lambda match, published, clock: Days(None, published),
    "by_hour": lambda match, published, clock: Days(None, published),
    "two_days": lambda match, published, clock: Days(published, published + timedelta(days=1)),
    "so_far": _so_far,
    "that_day": _that_day,
    "at_hour": _that_day,
    "day_before": _day_before,
    "dayword": _dayword,
    "ago": _ago,
    "trading": _trading_day,
    "rel_month": _rel_month,
    "rel_week": _rel_week,
    "weekday": _weekday,
    "month_day": _day_of_month,
    "day_number": _day_of_month,
}


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


def _year(match: regex.Match[str], clock: Clock) -> int | None:
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


def _undated(match: regex.Match[str], clock: Clock) -> Days:
    """A part of a year without the year: the year named before, else the latest over by publication."""
    nothing = Days(None, None)
    published = clock.published
    if published is None:
        year = clock.year
        return (
            nothing if year is None else (year_of(year) if match["whole"] else _part(match, year) or nothing)
        )
    if match["whole"] or match["year_end"]:
        year = published.year - (published.month < _HALF_YEAR and not _looks_ahead(match))
        if (
            clock.year is not None
            and clock.year <= published.year
            and match.start() - clock.year_at < _YEAR_REACH
        ):
            year = clock.year
        return year_of(year) if match["whole"] else _part(match, year) or nothing
    near = clock.year in (published.year, published.year - 1) and match.start() - clock.year_at < _YEAR_REACH
    year = clock.year if near and clock.year is not None and not match["dd"] else published.year
    days = _part(match, year)
    if days is None or year != published.year or days.first is None or days.last is None:
        return days or nothing
    soon = days.first <= published + timedelta(days=_SOON)
    unfinished = not (match["m"] or match["day_range"]) and days.last > published + timedelta(days=_NEARLY)
    if (days.first > published and not (soon or _looks_ahead(match))) or (
        unfinished and not _looks_ahead(match)
    ):
        return _part(match, year - 1) or nothing
    return days


def _looks_ahead(match: regex.Match[str]) -> bool:
    """What follows speaks of what is to come."""
    return bool(_AHEAD.search(match.string, max(0, match.start() - 6), match.end() + 30))


def _part(match: regex.Match[str], year: int) -> Days | None:
    if match["half"]:
        return months_of(year, 1, 6) if match["half"] in "上前" else months_of(year, 7, 12)
    if match["first_months"]:
        return months_of(year, 1, _integer(match["fm"]))
    return _quarters(match, year) or _part_by_month(match, year)


def _quarters(match: regex.Match[str], year: int) -> Days | None:
    if match["quarters"]:
        return months_of(year, 3 * _integer(match["qa"]) - 2, 3 * _integer(match["qb"]))
    if match["first_quarters"]:
        return months_of(year, 1, 3 * _integer(match["fq"]))
    if not match["quarter"]:
        return None
    quarter = 1 if match["quarter"] == "首" else _integer(match["quarter"])
    days = months_of(year, 3 * quarter - 2, 3 * quarter)
    return Days(None, days.last) if days and match["q_end"] else days


def _part_by_month(match: regex.Match[str], year: int) -> Days | None:
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
    if match["year_start"] or match["new_year"]:
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
