"""Days as people write them on a command line: whole days, months and years.

>>> first_day("2021"), last_day("2021-02")
(datetime.date(2021, 1, 1), datetime.date(2021, 2, 28))
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from pipeline.errors import UsageError

_DAY = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?")


def first_day(text: str) -> date:
    """The day, or the first day of the month or year.  Raises UsageError for anything else."""
    year, month, day = _parts(text)
    return _day_of(text, year, month or 1, day or 1)


def last_day(text: str) -> date:
    """The day, or the last day of the month or year.  Raises UsageError for anything else."""
    year, month, day = _parts(text)
    return _day_of(text, year, month or 12, day)


def _parts(text: str) -> tuple[int, int | None, int | None]:
    found = _DAY.fullmatch(text)
    if found is None:
        raise _fault(text)
    year, month, day = (None if part is None else int(part) for part in found.groups())
    return year or 0, month, day


def _day_of(text: str, year: int, month: int, day: int | None) -> date:
    try:
        return date(year, month, monthrange(year, month)[1] if day is None else day)
    except ValueError:
        raise _fault(text) from None


def _fault(text: str) -> UsageError:
    return UsageError(f"there is no day {text!r}: write 2021-03-15, 2021-03 or 2021")
