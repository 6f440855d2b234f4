"""Whose section it is: blocks of organisation, category and title, labelled lines, a body's name up front.

>>> from pipeline.sections.lines import read_lines
>>> from pipeline.sections.shapes import shapes_of
>>> from pipeline.vocabulary import default_vocabulary
>>> read_block(read_lines("甲市乙区\\n水务局\\n治水创新\\n掌上治水全省先行"), shapes_of(default_vocabulary()))
Block(first=0, organisation='甲市乙区水务局', category='治水创新', project='掌上治水全省先行')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from pipeline.patterns import compose
from pipeline.sections.lines import Line
from pipeline.sections.rows import Row, RowKind
from pipeline.sections.shapes import Shapes

MARKS = regex.compile(r"^[◎◆■●○□◇★☆▶►\s]{1,4}")
FRONT = compose(r"(?P<owner> [\p{Han}·]{2,30} ) [ ]{0,2} [:丨|｜] [ ]{0,2} (?P<rest> [^\n]{2,80} )")
PLAIN = regex.compile(r"\p{Han}{2,20}")
BLOCK_LINES = 6
SHORTEST_BODY = 4
FIELD_LINES = 5


@dataclass(frozen=True, slots=True)
class Block:
    """What a run of short lines names, from the line numbered `first` on."""

    first: int
    organisation: str
    category: str | None
    project: str | None


@dataclass(frozen=True, slots=True)
class Fields:
    """What the labelled lines under a heading name."""

    organisation: str | None = None
    category: str | None = None
    project: str | None = None


def read_block(lines: Sequence[Line], shapes: Shapes) -> Block | None:
    """The block that the short `lines` in a row make, or None when none of them names a body."""
    names = [MARKS.sub("", line.text) for line in lines[-BLOCK_LINES:]]
    skipped = len(lines) - len(names)
    for first, name in enumerate(names[:3]):
        joined = name + names[first + 1] if first + 1 < len(names) else ""
        if shapes.is_body(name):
            return _block(skipped + first, name, names[first + 1 :])
        if joined and shapes.is_region(name) and shapes.is_body(joined):
            return _block(skipped + first, joined, names[first + 2 :])
        if shapes.is_region(name) and len(names) - first == 3:
            return _block(skipped + first, name, names[first + 1 :])
    return None


def guess_block(lines: Sequence[Line], shapes: Shapes) -> Block | None:
    """The block that three or four short lines make among others that name a body: the first is one, too.

    >>> from pipeline.sections.lines import read_lines
    >>> from pipeline.sections.shapes import shapes_of
    >>> from pipeline.vocabulary import default_vocabulary
    >>> guess_block(read_lines("甲市图书馆\\n借阅创新\\n书送到家门口"), shapes_of(default_vocabulary()))
    Block(first=0, organisation='甲市图书馆', category='借阅创新', project='书送到家门口')
    """
    names = [MARKS.sub("", line.text) for line in lines]
    split = 1 if len(names) == 4 and shapes.is_region(names[0]) else 0
    if len(names) != 3 + split or not all(PLAIN.fullmatch(name) for name in names[: 1 + split]):
        return None
    return _block(0, "".join(names[: 1 + split]), names[1 + split :])


def _block(first: int, organisation: str, rest: Sequence[str]) -> Block:
    if len(rest) <= 1:
        return Block(first, organisation, None, rest[0] if rest else None)
    return Block(first, organisation, rest[0], "".join(rest[1:]))


def read_fields(rows: Sequence[Row], place: int, shapes: Shapes) -> Fields:
    """The labelled lines from the row at `place` on."""
    found: dict[str, str] = {}
    for row in rows[place : place + FIELD_LINES]:
        match = shapes.field.fullmatch(row.line.text) if row.kind is RowKind.FIELD else None
        if match is None:
            break
        name = next(key for key in ("organisation", "category", "project") if match[key])
        found.setdefault(name, match["value"].strip())
    return Fields(found.get("organisation"), found.get("category"), found.get("project"))


def read_owner(title: str, shapes: Shapes) -> tuple[str | None, str | None]:
    """The body that a heading names, and the rest of the heading; a region is no body but has projects.

    >>> from pipeline.sections.shapes import shapes_of
    >>> from pipeline.vocabulary import default_vocabulary
    >>> read_owner("甲市水务局:掌上治水全省先行", shapes_of(default_vocabulary()))
    ('甲市水务局', '掌上治水全省先行')
    >>> read_owner("甲市:山村通了公交", shapes_of(default_vocabulary()))
    (None, '山村通了公交')
    >>> read_owner("奥地利:大熊猫将返回故乡", shapes_of(default_vocabulary()))
    (None, None)
    """
    name = MARKS.sub("", title)
    if shapes.is_body(name):
        return name, None
    match = FRONT.fullmatch(name)
    if match and len(match["owner"]) >= SHORTEST_BODY and shapes.is_body(match["owner"]):
        return match["owner"], match["rest"]
    if match and shapes.is_region(match["owner"]):
        return None, match["rest"]
    return None, None
