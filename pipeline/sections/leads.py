"""Which first sentences are headings of the text behind them: what the rest of their series says.

A numbered sentence is a heading where most of its series reads so, a digit's only below a heading of a higher
convention; one without a number only in an article that has no other headings, four paragraphs in a row.

>>> from pipeline.sections.lines import read_lines
>>> from pipeline.sections.rows import read_rows
>>> from pipeline.sections.shapes import shapes_of
>>> from pipeline.vocabulary import default_vocabulary
>>> text = "一、主要做法\\n1.少跑路。甲市开通线上窗口,全年办件12万件。\\n2.少交材料。免交材料30种,共享证照。"
>>> rows = settle_leads(read_rows(read_lines(text), shapes_of(default_vocabulary()), None))
>>> [(row.kind.value, row.title) for row in rows]
[('numbered', '主要做法'), ('run_in', '少跑路'), ('run_in', '少交材料')]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from pipeline.patterns import compose
from pipeline.sections.rows import Row, RowKind
from pipeline.sections.shapes import NUMBER, RANKS, Rank, Shapes

HEADS = frozenset({RowKind.NUMBERED, RowKind.RUN_IN})
RUN_IN_RANKS = (Rank.HANZI, Rank.HANZI_BRACKET)
RUNGS = (Rank.DIGIT, Rank.DIGIT_BRACKET)
SHORT_LEAD = compose(r"(?P<lead> [^。,;!?:\n]{2,12} ) 。 (?=[^\n]{12})")
BARE_LEAD = compose(
    r"""
    (?! 第? [一二三四五六七八九十] [是要]? | 首先 | 其次 | 最后 )
    (?: [“”‘’《》 ]{0,2} \p{Han} [“”‘’《》 ]{0,2} ){3,10} 。 (?=[^\n]{30})
    """
)
VALUE = compose(r"[0-9]{1,4}")
ITEMS = (Rank.HANZI_BRACKET, Rank.DIGIT, Rank.DIGIT_BRACKET, Rank.CIRCLED)
LONGEST_OPEN = 20
HIGHEST = 10_000
FIRST = compose(r"[(〔]? [ ]? (?: 一 | 1 ) (?! [0-9一二三四五六七八九十] )")
BARE_SERIES = 4
TOPIC = compose(r"(?: [“”‘’《》]{0,2} \p{Han} [“”‘’《》]{0,2} ){5,12} 。")
TOPICS = 3
LONG_TEXT = 60


@dataclass(frozen=True, slots=True)
class _Series:
    """The places of numbered lines that count on from one another, and of the heading above them."""

    places: tuple[int, ...]
    above: int | None


def settle_leads(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, where numbered first sentences are leads or running text as the rest of their series is."""
    numbers = {str(number.lastgroup) for row in rows if (number := NUMBER.match(row.line.text))}
    ranks = {RANKS[name] for name in numbers}
    out = list(rows)
    for rank in filter(ranks.__contains__, RUN_IN_RANKS):
        for series in _series(out, rank):
            _close(out, series.places, rank)
            if 2 * sum(out[place].kind in HEADS for place in series.places) < len(series.places):
                _demote(out, series.places)
    for rank in filter(ranks.__contains__, RUNGS):
        for series in _series(out, rank):
            _promote(out, series, rank)
    return tuple(out)


def _series(rows: Sequence[Row], rank: Rank) -> Iterator[_Series]:
    """The series of lines that the convention `rank` numbers; a higher heading or a first number ends one."""
    places: list[int] = []
    above: int | None = None
    last = 0
    for place, row in enumerate(rows):
        number = NUMBER.match(row.line.text)
        own = RANKS[str(number.lastgroup)] if number else None
        is_above = row.kind in HEADS and row.rank < rank
        value = _value(number) if number and own is rank else None
        is_first = value is not None and (value <= last < HIGHEST or FIRST.match(row.line.text) is not None)
        if places and (is_above or is_first):
            yield _Series(tuple(places), above)
            places = []
        above = place if is_above else above
        if value is not None:
            places.append(place)
            last = value
    if places:
        yield _Series(tuple(places), above)


def _value(number: regex.Match[str]) -> int:
    """The number that a line begins with, where digits write it; else the highest."""
    found = VALUE.search(number.group())
    return int(found.group()) if found else HIGHEST


def _close(rows: list[Row], places: Sequence[int], rank: Rank) -> None:
    """Make short lines that end with a colon headings where the rest of their series are."""
    heads = sum(rows[place].kind in HEADS for place in places)
    for place in places:
        line = rows[place].line
        number = NUMBER.match(line.text)
        if number and line.text.endswith(":") and line.size <= LONGEST_OPEN and 0 < 2 * heads >= len(places):
            rows[place] = Row(line, RowKind.NUMBERED, rank, number.end(), line.size)


def without_minorities(rows: Sequence[Row], kept: Sequence[int]) -> list[int]:
    """The places `kept` as headings, but for those in whose series most lines are none: they are items, too.

    >>> from pipeline.sections.lines import read_lines
    >>> from pipeline.sections.shapes import shapes_of
    >>> from pipeline.vocabulary import default_vocabulary
    >>> lines = read_lines("1.带好身份证。\\n2.早餐\\n3.提前到场。")
    >>> from pipeline.sections.rows import read_rows
    >>> without_minorities(read_rows(lines, shapes_of(default_vocabulary()), None), [1])
    []
    """
    known = frozenset(kept)
    dropped: set[int] = set()
    ranks = {rows[place].rank for place in kept}
    for rank in filter(ranks.__contains__, ITEMS):
        for series in _series(rows, rank):
            own = known.intersection(series.places)
            if 2 * len(own) < len(series.places):
                dropped |= own
    return [place for place in kept if place not in dropped]


def _demote(rows: list[Row], places: Sequence[int]) -> None:
    for place in places:
        row = rows[place]
        if row.kind is RowKind.RUN_IN or (row.kind in HEADS and row.line.is_sentence):
            rows[place] = Row(row.line, RowKind.TEXT)


def _promote(rows: list[Row], series: _Series, rank: Rank) -> None:
    """Make first sentences headings where each line of the series has one and it stands under a heading."""
    if series.above is None or len(series.places) < 2 or not FIRST.match(rows[series.places[0]].line.text):
        return
    between = [row for row in rows[series.above : series.places[0]] if not row.is_seen_through]
    if len(between) > 2 or between[-1].line.text.endswith(":"):
        return
    leads = [lead for place in series.places if (lead := _short_lead(rows[place], rank))]
    if len(leads) == len(series.places):
        for place, lead in zip(series.places, leads, strict=True):
            rows[place] = lead


def _short_lead(row: Row, rank: Rank) -> Row | None:
    """The numbered paragraph as one that begins with a heading of a few words, None when it does not."""
    number = NUMBER.match(row.line.text)
    lead = SHORT_LEAD.match(row.line.text, number.end()) if number else None
    if number is None or lead is None or row.kind is not RowKind.TEXT:
        return None
    return Row(row.line, RowKind.RUN_IN, rank, number.end(), lead.end())


def with_bold(rows: Sequence[Row], bold: Mapping[int, int]) -> tuple[Row, ...]:
    """The rows, where paragraphs whose first sentence is in bold type begin with a heading: two or more."""
    places = [i for i, row in enumerate(rows) if row.kind is RowKind.TEXT and row.line.start in bold]
    out = list(rows)
    for place in places if len(places) >= 2 else ():
        line = rows[place].line
        out[place] = Row(line, RowKind.RUN_IN, lead=bold[line.start])
    return tuple(out)


def topic_lines(rows: Sequence[Row]) -> dict[int, Row]:
    """The lines, by place, that name the topic of the paragraph below in a sentence of their own.

    There are three or more, and they make a quarter of the article.
    """
    seen = [place for place, row in enumerate(rows) if not row.is_seen_through]
    found = [
        place
        for place, after in pairwise(seen)
        if rows[place].kind is RowKind.TEXT
        and TOPIC.fullmatch(rows[place].line.text)
        and rows[after].kind is RowKind.TEXT
        and rows[after].line.size >= LONG_TEXT
    ]
    if len(found) < TOPICS or 4 * len(found) < len(seen):
        return {}
    return {place: replace(rows[place], kind=RowKind.NUMBERED, lead=rows[place].line.size) for place in found}


def bare_leads(rows: Sequence[Row], shapes: Shapes) -> dict[int, Row]:
    """The paragraphs, by place, that begin with a heading of their own: four in a row, and half of all.

    Leads that say what is to be done (优化营商环境。) are sentences of a programme, no headings.
    """
    runs: list[dict[int, Row]] = [{}]
    for place, row in enumerate(rows):
        lead = BARE_LEAD.match(row.line.text) if row.kind is RowKind.TEXT else None
        if lead:
            runs[-1][place] = replace(row, kind=RowKind.RUN_IN, lead=lead.end())
        elif runs[-1] and not row.is_seen_through:
            runs.append({})
    best = max(runs, key=len)
    seen = sum(not row.is_seen_through for row in rows)
    tasks = sum(shapes.task.match(row.line.text) is not None for row in best.values())
    return best if len(best) >= max(BARE_SERIES, 2 * tasks + 1, seen / 2) else {}
