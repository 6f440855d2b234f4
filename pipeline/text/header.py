"""What an article says about itself: title, date, source and author.

>>> from pipeline.vocabulary import default_vocabulary
>>> page = AlignedText.of("海关去年执法逾八千宗\\n发布时间:2018-05-2116:12:30来源:南方都市报作者:尹来")
>>> header = find_header(page, default_vocabulary())
>>> header.title, str(header.published), header.publisher, header.author
('海关去年执法逾八千宗', '2018-05-21 16:12:30', '南方都市报', '尹来')
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain

import regex

from pipeline.patterns import any_of, compose
from pipeline.text.aligned import AlignedText
from pipeline.text.boilerplate import BoilerplateRules, boilerplate_rules, is_boilerplate, is_header
from pipeline.vocabulary import Vocabulary

_MOMENT = r"""(?P<year>(?:19|20)\d\d)[\-/.年](?P<month>\d{1,2})[\-/.月](?P<day>\d\d(?=\d\d:)|\d{1,2})日?
              (?:[ T]{0,4}(?P<hour>\d{1,2})[:时](?P<minute>\d\d)(?:[:分](?P<second>\d\d))?)?"""
_DATED = regex.compile(_MOMENT, regex.VERBOSE)
_LINES = 12  # lines in which a header stands
_LONG = 60  # characters of the longest title
_TITLE = regex.compile(r"[\p{Han}\p{L}\d“《【(\[「][^|\n]{3,58}[^|。,;:、\n]")
_BYLINE = regex.compile(r"^.{0,12}记者.{0,12}$|^\([^()]{0,40}\)$")
_REPORTER = regex.compile(
    r"\([^()\n]{0,8}?记者[ :]{0,2}(?P<value>\p{Han}{2,4}(?:[ 、]{1,2}\p{Han}{2,4}){0,3})[^()\n]{0,8}\)"
)
_NAME = regex.compile(r"\p{Han}|[A-Z]{2}")
_DATELINE = regex.compile(r"[^\n]{0,30}(?:电|讯|消息)(?:[ (,:]|$)|[^\n]{0,20}\(新闻联播\)")


@dataclass(frozen=True, slots=True)
class Header:
    """Title, time of publication, source (来源) and author as the text gives them; None where it does not."""

    title: str | None = None
    published: datetime | None = None
    publisher: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class _HeaderRules:
    date: regex.Pattern[str]
    source: regex.Pattern[str]
    author: regex.Pattern[str]
    press: regex.Pattern[str]
    agency: regex.Pattern[str]


def find_header(text: AlignedText, words: Vocabulary) -> Header:
    """The header of a text whose characters are folded and whose boilerplate still stands."""
    rules, boilerplate = _rules(words), boilerplate_rules(words)
    clean = text.clean
    if boilerplate.run_on.search(clean):
        clean = boilerplate.run_on.sub(lambda match: f"\n{match.group()}\n", clean)
    lines = [line.strip() for line in clean.split("\n") if line.strip()]
    head = lines[:_LINES]
    found = [index for index, line in enumerate(head) if _is_meta(line, boilerplate)]
    at = found[0] if found and not any("。" in line for line in head[: found[0]]) else None
    meta = [head[index] for index in found]
    meta += [line for line in lines[_LINES:][-_LINES:] if _is_meta(line, boilerplate)]
    start, end = "\n".join(head)[:400], "\n".join(lines[-3:])[-300:]
    return Header(
        title=_find_title(head, at, boilerplate),
        published=_find_time(meta, start, rules),
        publisher=_find_publisher(meta, start, end, rules),
        author=_find_value(rules.author, [*meta, end], ":") or _find_value(_REPORTER, [start, end], "记者"),
    )


def _is_meta(line: str, rules: BoilerplateRules) -> bool:
    """Whether a line tells date, source or author: a header, or a short line around a date."""
    if len(line) > 3 * _LONG or "。" in line:
        return False
    if is_header(line, rules):
        return True
    dated = _DATED.search(line)
    if dated is None:
        return False
    return len(line) - len(dated.group()) <= 24 or (":" in line and rules.item.search(line) is not None)


def _find_title(head: list[str], at: int | None, rules: BoilerplateRules) -> str | None:
    """The longest of the lines right above the header, else a first line that reads like a headline."""
    block: list[str] = []
    for line in reversed(head[: at or 0]):
        if is_boilerplate(line, rules) or len(line) > _LONG:
            break
        block.append(line)
    if at is None and len(head) > 1:
        block = next(([line] for line in head if not is_boilerplate(line, rules)), [])
    titles = [line for line in block if _is_title(line)]
    return max(titles, key=len) if titles else None


def _is_title(line: str) -> bool:
    return _TITLE.fullmatch(line) is not None and not _DATELINE.match(line) and not _BYLINE.search(line)


def _find_time(meta: list[str], start: str, rules: _HeaderRules) -> datetime | None:
    """The labelled time, else the first with a clock, else the first date that a header line holds."""
    if not meta and not _DATED.search(start):
        return None
    labelled = (match for line in [*meta, start] for match in rules.date.finditer(line))
    clocked = (match for match in _DATED.finditer(start) if match["hour"])
    dated = (match for line in meta for match in _DATED.finditer(line))
    return next((time for match in chain(labelled, clocked, dated) if (time := _time(match))), None)


def _time(match: regex.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (
        int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def _find_publisher(meta: list[str], start: str, end: str, rules: _HeaderRules) -> str | None:
    """The labelled source, else a name like a newspaper's beside the date, else the dateline's agency."""
    labelled = _find_value(rules.source, [*meta, end], ":")
    if labelled:
        return labelled
    for line in meta:
        press = rules.press.search(_DATED.sub(" ", line))
        if press and _DATED.search(line):
            return str(press.group())
    agency = rules.agency.search(start)
    return str(agency["name"]) if agency else None


def _find_value(pattern: regex.Pattern[str], lines: list[str], sign: str) -> str | None:
    """The first value in a line; one without the `sign` holds none."""
    for line in lines:
        match = pattern.search(line) if sign in line else None
        if match and _NAME.search(match["value"]):
            return str(match["value"])
    return None


@lru_cache(maxsize=8)
def _rules(words: Vocabulary) -> _HeaderRules:
    groups = ("date", "source", "author", "other")
    label = any_of([word for group in groups for word in words.list(f"header.{group}")])
    value = r"""(?<=^|[\s】\])\[(【|“\d\p{Han}]){name}[ ]{0,2}:[ ]{0,3}
                (?P<value>[^\s】\])\[(【|:。,;”]{1,20}?)(?={stop})"""
    stop = r"{label}[ ]{0,2}:|(?:19|20)\d\d[\-/.年]|[\s】\])\[(【|。,;”]|$"
    return _HeaderRules(
        date=compose(
            "{name}[ ]{0,2}:?[ ]{0,3}{moment}", name=any_of(words.list("header.date")), moment=_MOMENT
        ),
        source=compose(value, name=any_of(words.list("header.source")), stop=stop, label=label),
        author=compose(value, name=any_of(words.list("header.author")), stop=stop, label=label),
        press=compose(r"[^\s()\d:]{2,12}{end}(?=[\s()\d]|$)", end=any_of(words.list("header.press"))),
        agency=compose(
            r"(?:^|\n|[(【])[\t ]{0,8}(?P<name>{name})[^\n。,]{0,24}(?:电|讯|消息)",
            name=any_of(words.list("header.agency")),
        ),
    )
