"""Projects that a paragraph tells of one after another, each opened by the body whose it is.

>>> from pipeline.sections.lines import read_lines
>>> from pipeline.vocabulary import default_vocabulary
>>> text = "改革见到成效。甲市司法局以便民为牵引,建成法律服务站300个。乙区法院绘制“法治地图”,服务基层。"
>>> for opening in find_projects(read_lines(text), default_vocabulary()):
...     print(text[opening.start : opening.start + 5], opening.organisation, opening.project)
甲市司法局 甲市司法局 建成法律服务站300个
乙区法院绘 乙区法院 绘制“法治地图”
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.sections.lines import Line
from pipeline.vocabulary.words import Vocabulary

SENTENCE = regex.compile(r"(?:\A|(?<=[。!?;][”’」』]?))(?=[\p{Han}0-9])")
LETTER = r"[\u4e00-\u7683\u7685-\u9fff·]"  # of a name: hanzi but 的, which parts an owner from what it owns
FEWEST = 2
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a body's project begins inside a paragraph; without a body, where the list of them has ended."""

    start: int
    organisation: str | None = None
    project: str | None = None


def find_projects(lines: Sequence[Line], words: Vocabulary) -> tuple[Opening, ...]:
    """The projects inside the paragraphs of `lines`, in order; the next line closes a paragraph's list.

    A paragraph tells of several bodies; of one alone only where the article has two such lists.
    """
    told = {place: found for place, line in enumerate(lines) if (found := _told(line, words))}
    lists = sum(_is_list(found) for found in told.values())
    out: list[Opening] = []
    for place, found in told.items():
        if not _is_list(found) and lists < FEWEST:
            continue
        if out and out[-1].start == found[0].start:
            out.pop()
        out += found
        if place + 1 < len(lines):
            out.append(Opening(lines[place + 1].start))
    return tuple(out)


def _told(line: Line, words: Vocabulary) -> list[Opening]:
    """The sentences of a paragraph that tell what a body achieved."""
    if not line.is_paragraph:
        return []
    pattern = _pattern(words)
    return [
        Opening(line.start + match.start(), match["body"], _title(match))
        for at in SENTENCE.finditer(line.text)
        if (match := pattern.match(line.text, at.start()))
    ]


def _is_list(found: Sequence[Opening]) -> bool:
    return len({opening.organisation for opening in found}) >= FEWEST


def _title(match: regex.Match[str]) -> str | None:
    """What the body did or what its project is called, where that is short enough for a title."""
    did = match["verb"] if match["verb"] and not match["done"] else ""
    title = did + (match["deed"] or match["name"]).strip()
    return title if len(title) <= LONGEST else None


@cache
def _pattern(words: Vocabulary) -> regex.Pattern[str]:
    lists = {part: any_of(words.list(name)) for part, name in _LISTS.items()}
    return compose(
        r"""
        (?: (?: {lead} | [0-9]{4}年 ) [^,。;:!?\n]{0,30} , )?
        (?! {not} )
        (?P<body> {letter}{2,21}? (?<={last}) (?<={end}) (?<!{no_body}) )
        (?:
            (?: {adverb} ){0,3}
            (?: (?: {way} ) [^,。;:!?\n]{2,40} , (?: {adverb} ){0,2} ){0,2}
            (?P<verb> {verb} ) (?P<done> 的 )? (?P<deed> [^,。;:!?\n]{2,80} )
          | (?P<name> [\p{Han}“”]{2,24} (?<={noun}) )
            (?= ,? (?: {after} | [将把] [^,。;\n]{2,24} [到入至为成] ) )
        )
        """,
        letter=LETTER,
        last=f"[{''.join(sorted({name[-1] for name in words.list('heading.body_ends')}))}]",
        **lists,
    )


_LISTS = {
    "lead": "heading.achievement_leads",
    "not": "heading.body_not",
    "end": "heading.body_ends",
    "no_body": "heading.body_not_ends",
    "adverb": "heading.achievement_adverbs",
    "way": "heading.achievement_ways",
    "verb": "heading.achievement_verbs",
    "noun": "heading.achievement_names",
    "after": "heading.achievement_names_after",
}
