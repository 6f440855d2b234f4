"""Which lines are headings, and of what convention.

Numbered lines say so themselves, and are refused only where they are items of a list or a table of contents.
A bare short line is a heading when running text follows it; several in a row are an organisation's block
(organisation, category, title) when the first names a body, else only the last heads the text.

>>> from pipeline.sections.lines import read_lines
>>> from pipeline.vocabulary import default_vocabulary
>>> text = "甲市召开会议,总结全年工作。\\n打通办案堵点\\n全年新收案件12万件,审结11万件,群众满意度提升。"
>>> [heading.title for heading in find_headings(read_lines(text), default_vocabulary())]
['打通办案堵点']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from pipeline.sections.blocks import Block, guess_block, read_block, read_fields, read_owner
from pipeline.sections.leads import (
    RUN_IN_RANKS,
    bare_leads,
    settle_leads,
    topic_lines,
    with_bold,
    without_minorities,
)
from pipeline.sections.lines import Line
from pipeline.sections.rows import Row, RowKind, read_rows
from pipeline.sections.shapes import NUMBER, RANKS, Rank, Shapes, shapes_of
from pipeline.vocabulary.words import Vocabulary

STRICT = 25
PART_OF_TWO = 20
SURE = 2
BODY_MUST = frozenset({Rank.DIGIT, Rank.DIGIT_BRACKET, Rank.CIRCLED, Rank.SYMBOL, Rank.ORDER, Rank.LABEL})
COLUMNS = frozenset({Rank.SYMBOL, Rank.LABEL})
TEXTUAL = frozenset({RowKind.TEXT, RowKind.RUN_IN})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its span (`end` is where its words end), its convention and what it names."""

    start: int
    end: int
    rank: Rank
    title: str
    organisation: str | None = None
    category_line: str | None = None
    project: str | None = None
    under: Rank | None = None

    @property
    def depth(self) -> tuple[int, int]:
        """How deep the heading stands: a bare one right below the convention that it stands `under`."""
        return (self.rank, 0) if self.under is None else (self.under, 1)


def find_headings(
    lines: Sequence[Line],
    words: Vocabulary,
    title: str | None = None,
    bold: Mapping[int, int] = MappingProxyType({}),
) -> tuple[Heading, ...]:
    """The headings among `lines`, in order; `title` is the article's, which is never a heading of its own.

    `bold` says how long the first sentences in bold type are, by where their lines start.
    """
    shapes = shapes_of(words)
    rows = with_bold(settle_leads(read_rows(lines, shapes, title)), bold)
    following = _following(rows)
    found = {
        place: _named(rows, place, shapes) for place in without_minorities(rows, _numbered(rows, following))
    }
    runs = _runs(rows, following, frozenset(found))
    found |= _bare(rows, runs, found, shapes, bool(title))
    if not found:
        leads = bare_leads(rows, shapes) or topic_lines(rows)
        found = {place: _named([row], 0, shapes) for place, row in leads.items()}
    return _ranked([found[place] for place in sorted(found)], shapes)


def _following(rows: Sequence[Row]) -> list[int]:
    """For each row the place of the next row that matters, or the number of rows."""
    out = [0] * len(rows)
    after = len(rows)
    for place in range(len(rows) - 1, -1, -1):
        out[place] = after
        if not rows[place].is_seen_through:
            after = place
    return out


def _numbered(rows: Sequence[Row], following: Sequence[int]) -> list[int]:
    """The places of numbered headings: those in a list without texts between are refused."""
    kept: list[int] = []
    ranks = Counter(row.rank for row in rows if row.kind is RowKind.NUMBERED or row.kind is RowKind.LABEL)
    queue = 0
    top = True
    for place, row in enumerate(rows):
        top = top and row.kind not in TEXTUAL
        if row.kind is RowKind.RUN_IN:
            kept.append(place)
        if row.kind not in (RowKind.NUMBERED, RowKind.LABEL):
            queue = queue if row.is_seen_through else 0
            continue
        after = following[place]
        if after < len(rows) and rows[after].kind is row.kind and rows[after].rank is row.rank:
            queue += 1
            continue
        is_column = top and row.rank in COLUMNS and ranks[row.rank] < 2 and not row.is_labelled
        must = row.rank in BODY_MUST or row.line.is_sentence
        if queue < 2 and not is_column and (not must or _has_body(rows, following, row, after)):
            kept.append(place)
        queue = 0
    return kept


def _has_body(rows: Sequence[Row], following: Sequence[int], row: Row, after: int) -> bool:
    """A text stands at `after`, or under the short line there; the next item of a list is no text."""
    if after < len(rows) and rows[after].kind is RowKind.SHORT:
        after = following[after]
        return after < len(rows) and rows[after].kind is RowKind.TEXT and rows[after].line.is_paragraph
    if after == len(rows):
        return False
    number = NUMBER.match(rows[after].line.text) if row.line.is_sentence else None
    return number is None or RANKS[str(number.lastgroup)] is not row.rank


def _named(rows: Sequence[Row], place: int, shapes: Shapes) -> Heading:
    """The heading of the row at `place` with the labelled lines under it."""
    row = rows[place]
    end = row.line.end if row.kind is not RowKind.RUN_IN else row.line.start + row.lead
    heading = Heading(row.line.start, end, row.rank, row.title)
    return _labelled(heading, rows, place, shapes)


def _labelled(heading: Heading, rows: Sequence[Row], place: int, shapes: Shapes) -> Heading:
    fields = read_fields(rows, place + 1, shapes)
    owner, project = read_owner(heading.title, shapes)
    organisation = fields.organisation or heading.organisation or owner
    return replace(
        heading,
        organisation=organisation,
        category_line=fields.category or heading.category_line,
        project=fields.project
        or heading.project
        or project
        or (heading.title or None if fields.organisation else None),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Short lines in a row (their places) and the place of the row that follows them."""

    places: tuple[int, ...]
    after: int
    is_top: bool


def _runs(rows: Sequence[Row], following: Sequence[int], numbered: frozenset[int]) -> list[_Run]:
    """The runs of short lines that a text follows."""
    out: list[_Run] = []
    run: list[int] = []
    top = True
    for place, row in enumerate(rows):
        if row.kind is RowKind.SHORT:
            run.append(place)
            after = following[place]
            if after < len(rows) and rows[after].kind is not RowKind.SHORT and _heads(row, rows[after]):
                out.append(_Run(tuple(run), after, top))
        elif not row.is_seen_through:
            run = []
            top = top and not (row.kind in TEXTUAL or (place in numbered and not row.is_labelled))
    return out


def _heads(row: Row, after: Row) -> bool:
    """The row that follows can be the text under the short line."""
    if after.kind is RowKind.TEXT:
        return after.line.is_bulleted or (after.line.is_paragraph and after.line.size > row.line.size)
    if after.kind is RowKind.NUMBERED:
        return after.rank not in (Rank.HANZI, Rank.CHAPTER, Rank.SECTION, Rank.CASE, Rank.SYMBOL)
    return after.kind in (RowKind.FIELD, RowKind.RUN_IN)


def _bare(
    rows: Sequence[Row], runs: Sequence[_Run], found: dict[int, Heading], shapes: Shapes, titled: bool
) -> dict[int, Heading]:
    """The headings without a number, by place."""
    later = [run for run in runs if not run.is_top]
    blocks = _blocks(rows, runs, shapes)
    out: dict[int, Heading] = {}
    for run in runs:
        if run.is_top and not _opens(run, rows, later, titled):
            continue
        block = blocks.get(run.after)
        last = run.places[-1]
        if block is not None and not (run.is_top and len(later) < 2):
            first = run.places[block.first]
            heading = Heading(
                rows[first].line.start,
                rows[last].line.end,
                Rank.BLOCK,
                block.project or "",
                block.organisation,
                block.category,
                block.project,
            )
            out[first] = _labelled(heading, rows, last, shapes)
        elif _fits(rows[last].line.text, len(later) if run.is_top else len(runs)):
            out[last] = _named(rows, last, shapes)
    return out


def _blocks(rows: Sequence[Row], runs: Sequence[_Run], shapes: Shapes) -> dict[int, Block]:
    """The blocks that the runs make, by the place of the text; where two are sure, runs like them are."""
    lines = {run.after: [rows[place].line for place in run.places] for run in runs}
    sure = {after: block for after, run in lines.items() if (block := read_block(run, shapes))}
    if sum(block.category is not None for block in sure.values()) < SURE:
        return sure
    guessed = {after: block for after, run in lines.items() if (block := guess_block(run, shapes))}
    return guessed | sure


def _fits(text: str, others: int) -> bool:
    """Very short and long lines are headings only among others; a long one may be of two parts."""
    if len(text) <= 3:
        return others >= 3
    return len(text) <= STRICT or others >= 3 or (" " in text and max(map(len, text.split())) <= PART_OF_TWO)


def _opens(run: _Run, rows: Sequence[Row], later: Sequence[_Run], titled: bool) -> bool:
    """A short line above the first paragraph is a heading only where the article goes on with such lines."""
    last = run.places[-1]
    if any(rows[place].is_seen_through for place in range(last + 1, run.after)):
        return False
    texts = sum(row.kind is RowKind.TEXT for row in rows)
    if rows[last].line.size > STRICT and 2 * (len(later) + 1) < texts:
        return False
    said = any(rows[place].kind is RowKind.TITLE for place in range(last))
    if titled and not said and len(run.places) == 1 and texts == len(later) + 1 == 2:
        return sum(row.kind is RowKind.SHORT for row in rows) == 2
    spare = len(run.places) - (0 if titled or said else 1)
    return len(later) >= 2 and spare >= 1 and (spare == 1 or len(later) >= 3)


def _ranked(headings: Sequence[Heading], shapes: Shapes) -> tuple[Heading, ...]:
    """Bare headings stand above numbered ones when they come first, below them when they come later.

    So they do within a numbered section.  The parts that cases share stand below all; one with a number only
    when it comes more than once.
    """
    out: list[Heading] = []
    titles = Counter(heading.title for heading in headings)
    last: Rank | None = None
    opened: list[Rank] = []
    for heading in headings:
        rank, under = heading.rank, None
        if heading.title in shapes.parts and (rank not in RUN_IN_RANKS or titles[heading.title] > 1):
            rank = Rank.PART
        elif rank is not Rank.SLOGAN:
            opened = [above for above in opened if above < rank]
            last = rank if last is not None or Rank.CASE <= rank <= Rank.HANZI_BRACKET else None
        elif last is not None and not heading.organisation:
            under = opened[-1] if opened else last
            opened = opened or [under]
            rank = Rank.INNER
        out.append(replace(heading, rank=rank, under=under))
    return tuple(out)
