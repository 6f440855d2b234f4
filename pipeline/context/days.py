"""Days: what a year, half, quarter, month or day covers."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

_FIRST_YEAR, _LAST_YEAR = 1800, 2200


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days; one side may be open."""

    first: date | None
    last: date | None


def likely_day(day: date | None) -> date | None:
    """A day of publication; None for one that only stands for a missing date (0001-01-01, 9999-12-31).

    Words counted from it would lead out of the calendar.

    >>> likely_day(date(1, 1, 1)), likely_day(date(2021, 3, 5))
    (None, datetime.date(2021, 3, 5))
    """
    return day if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def year_of(year: int) -> Days:
    """The days of a year."""
    return Days(date(year, 1, 1), date(year, 12, 31))


def months_of(year: int, first: int, last: int) -> Days | None:
    """From the first day of month `first` to the last day of month `last`; None for impossible months.

    >>> months_of(2017, 1, 8)
    Days(first=datetime.date(2017, 1, 1), last=datetime.date(2017, 8, 31))
    """
    if not (1 <= first <= last <= 12):
        return None
    return Days(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def day_of(year: int, month: int, day: int) -> Days | None:
    """One day; None where the calendar has no such day."""
    try:
        one = date(year, month, day)
    except ValueError:
        return None
    return Days(one, one)


def week_of(day: date, weeks: int) -> Days:
    """The Monday-to-Sunday week that lies `weeks` weeks from the one of `day`."""
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)
    return Days(monday, monday + timedelta(days=6))


def weekday_of(day: date, number: int, weeks: int | None) -> Days:
    """A day of the week (Monday is 0): the last one by `day`, or that of the week `weeks` weeks from its own.

    >>> weekday_of(date(2021, 6, 15), 4, None)
    Days(first=datetime.date(2021, 6, 11), last=datetime.date(2021, 6, 11))
    """
    if weeks is None:
        found = day - timedelta(days=(day.weekday() - number) % 7)
    else:
        found = day + timedelta(days=number - day.weekday() + 7 * weeks)
    return Days(found, found)


def month_shift(day: date, months: int) -> tuple[int, int]:
    """Year and month that lie `months` months from the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1
