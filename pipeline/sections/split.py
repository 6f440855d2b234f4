"""Cutting an article at its headings.

>>> from pipeline.vocabulary import default_vocabulary
>>> text = AlignedText.of("甲市通报全年税务稽查情况。\\n一、总体情况\\n(一)罚款比例。全年平均罚款比例14%。")
>>> for section in split_sections(text, default_vocabulary()):
...     print(section.level, section.parent, section.heading, repr(text.clean[section.body : section.end]))
0 None None '甲市通报全年税务稽查情况。\\n'
1 None 一、总体情况 ''
2 1 (一)罚款比例 '全年平均罚款比例14%。'
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import regex

from pipeline.model import Section
from pipeline.sections.bold import bold_leads
from pipeline.sections.headings import Heading, find_headings
from pipeline.sections.lines import read_lines
from pipeline.sections.projects import Opening, find_projects
from pipeline.text.aligned import AlignedText
from pipeline.text.fold import fold_width
from pipeline.text.script import to_simplified
from pipeline.vocabulary.words import Vocabulary

SPACES = regex.compile(r"\s{1,64}")
TAGS = regex.compile(r"<[/!]?[a-zA-Z][^<>]{0,400}>")
GAP = regex.compile(r"(?:\s|\*\*){1,2000}")
TRAILING = "。 \t\n"


def split_sections(text: AlignedText, words: Vocabulary, title: str | None = None) -> tuple[Section, ...]:
    """The sections of the clean text, in order; together they cover it.

    The text before the first heading is a section without heading and of level 0; it is there whenever any
    text stands before the first heading, or when there is no heading.  A section's parent is the nearest one
    before it that stands above it.  A project that a body opens inside a paragraph is a section without
    heading under the heading above it; the text that follows a list of such projects is one, too.
    """
    clean = text.clean
    known = to_simplified(fold_width(AlignedText.of(title))).clean if title else None
    lines = read_lines(clean)
    headings = find_headings(lines, words, known, bold_leads(text, lines))
    openings: list[Heading | Opening] = [*headings, *_inside(find_projects(lines, words), headings)]
    openings.sort(key=lambda opening: opening.start)
    first = openings[0].start if openings else len(clean)
    sections: list[Section] = []
    if not openings or clean[:first].strip():
        sections.append(Section(0, 0, first, 0))
    above: list[tuple[tuple[int, int], Section]] = []
    for place, opening in enumerate(openings):
        end = openings[place + 1].start if place + 1 < len(openings) else len(clean)
        if isinstance(opening, Opening):
            sections.append(_project(opening, len(sections), end, above[-1][1] if above else None))
            continue
        while above and above[-1][0] >= opening.depth:
            above.pop()
        parent = above[-1][1] if above else None
        section = _section(clean, opening, len(sections), end, parent)
        above.append((opening.depth, section))
        sections.append(section)
    return tuple(sections)


def _inside(projects: Sequence[Opening], headings: Sequence[Heading]) -> list[Opening]:
    """The projects that open where no heading stands."""
    starts = [heading.start for heading in headings]
    ends = [0, *(heading.end for heading in headings)]
    heads = frozenset(starts)
    return [p for p in projects if p.start not in heads and p.start >= ends[bisect_right(starts, p.start)]]


def _project(opening: Opening, index: int, end: int, parent: Section | None) -> Section:
    """The section of a project inside a paragraph, or of the text that goes on after the last of them."""
    level = parent.level + 1 if parent else int(opening.organisation is not None)
    return Section(
        index=index,
        start=opening.start,
        end=end,
        body=opening.start,
        level=level,
        parent=parent.index if parent else None,
        organisation=opening.organisation or (parent.organisation if parent else None),
        category_line=parent.category_line if parent else None,
        project=opening.project or (parent.project if parent and not opening.organisation else None),
    )


def _section(clean: str, heading: Heading, index: int, end: int, parent: Section | None) -> Section:
    """The section under `heading`; what it does not name itself it takes over from its parent."""
    return Section(
        index=index,
        start=heading.start,
        end=end,
        body=_body(clean, heading.end, end),
        level=parent.level + 1 if parent else 1,
        parent=parent.index if parent else None,
        heading=SPACES.sub(" ", clean[heading.start : heading.end]).strip(TRAILING),
        organisation=heading.organisation or (parent.organisation if parent else None),
        category_line=heading.category_line or (parent.category_line if parent else None),
        project=heading.project or (parent.project if parent else None),
    )


def _body(clean: str, start: int, end: int) -> int:
    """Where the text after a heading begins: behind blanks and the marks that close a bold heading."""
    match = GAP.match(clean, start, end)
    return match.end() if match else start


def heading_raw(section: Section, text: AlignedText) -> str | None:
    """The heading as the raw text has it; of a heading block its lines, joined by newlines.

    >>> heading_raw(Section(0, 1, 10, 7, heading="罚款 情况"), AlignedText.of(" 罚款 \\n情况\\n14%"))
    '罚款\\n情况'
    """
    if section.heading is None:
        return None
    heading = text.clean[section.start : section.body].rstrip()
    start, end = text.to_raw(section.start, section.start + len(heading))
    if "\n" in text.clean[section.start + len(heading) : section.body] or section.body == len(text.clean):
        line_end = text.raw.find("\n", end)
        end = max(end, min(text.at(section.body), line_end if line_end >= 0 else len(text.raw)))
    lines = (TAGS.sub("", line).strip() for line in text.raw[start:end].splitlines())
    return "\n".join(line for line in lines if line)
