"""The moment of publication, as records and pages write it.

>>> parse_published("2021-03-05T02:20:30Z")
datetime.datetime(2021, 3, 5, 10, 20, 30)
>>> parse_published("2021年3月5日 10:20"), parse_published("2021-0304"), parse_published("昨天")
(datetime.datetime(2021, 3, 5, 10, 20), None, None)
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

# Mainland China has had one zone and no summer time since 1992.
_CHINA = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(
    r"""
    \s{0,20} (?P<year>\d{4})
    (?: \s?[-/.年]\s? (?P<month>\d{1,2}) \s?[-/.月]\s? (?P<day>\d{1,2}) \s?日?
      | (?P<month2>\d{2}) (?P<day2>\d{2}) )                               # 20210305
    (?: [T\s]{0,20}
        (?P<hour>\d{1,2}) [:：时]? (?P<minute>\d{2})
        (?: [:：分]? (?P<second>\d{2}) (?: [.,]\d{1,9} )? )? [分秒]? )?
    \s{0,5} (?P<zone> Z | [+-]\d{2}:?\d{2} )?
    \s{0,20}
    """,
    re.VERBOSE,
)


def parse_published(value: str) -> datetime | None:
    """A date, a date with a time or a Unix time (seconds or milliseconds) as naive China time.

    A time with a zone is moved to China's; one without is China's already.  None for what is no moment.
    """
    value = value.strip()
    if value.isdecimal() and len(value) in (10, 13):
        seconds = int(value) / (1000 if len(value) == 13 else 1)
        return (_EPOCH + timedelta(seconds=seconds)).astimezone(_CHINA).replace(tzinfo=None)
    match = _MOMENT.fullmatch(value)
    return _moment_of(match) if match else None


def _moment_of(match: re.Match[str]) -> datetime | None:
    """The moment in the named groups of a match; None where the numbers are no date."""
    part = match.groupdict(default="0")
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    try:
        moment = datetime(int(part["year"]), int(month), int(day))
    except ValueError:
        return None
    try:
        moment = moment.replace(
            hour=int(part["hour"]), minute=int(part["minute"]), second=int(part["second"])
        )
    except ValueError:  # 24:00, 10:75
        return moment
    return _to_china(moment, match["zone"]) if match["hour"] else moment


def _to_china(moment: datetime, zone: str | None) -> datetime:
    """A naive moment of `zone` (``Z``, ``+0900``, ``-05:00``; None is China's) as naive China time."""
    if zone is None:
        return moment
    digits = zone.replace(":", "")
    offset = timedelta(0)
    if digits != "Z":
        offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    try:
        return moment - (-offset if digits[0] == "-" else offset) + timedelta(hours=8)
    except OverflowError:
        return moment
