"""Tables of contents: lines in a row that the text says again, each above its own part.

>>> from pipeline.sections.lines import read_lines
>>> text = "目录\\n一、收案\\n二、结案\\n一、收案\\n全年收案三万件,略有增加。\\n二、结案\\n全年结案两万件。"
>>> sorted(find_contents(read_lines(text)))
[0, 1, 2]
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from pipeline.patterns import compose
from pipeline.sections.lines import Line
from pipeline.sections.shapes import NUMBER

FILLER = regex.compile(r"[\s“”\"'‘’「」『』《》()（）,，、。;；:：·|\[\]【】?？!！]")
PAGE = compose(r"(?: [….·\-—_][….·\-—_\s]{1,80} | [ \t]{2,40} ) [0-9]{1,3} \Z")
LEAD = compose(r"[^。\n]{2,50} 。")
LONGEST_ENTRY = 90
LONGEST_LABEL = 6
FEWEST = 2
GAP = 2


def plain(text: str) -> str:
    """The text without spaces and marks, for comparing lines.

    >>> plain("冷空气来袭 中东部气温将“明显”下降")
    '冷空气来袭中东部气温将明显下降'
    """
    return str(FILLER.sub("", text)).lower()


def find_contents(lines: Sequence[Line]) -> frozenset[int]:
    """The places of the lines that make tables of contents, with the short label above each."""
    entries = [_entry(line) for line in lines]
    said = _said(lines, entries)
    found: set[int] = set()
    for run in _runs(entries, said):
        if _is_table(run, entries, said):
            above = run[0] - 1
            labelled = above >= 0 and lines[above].size <= LONGEST_LABEL
            found.update(range(above if labelled else run[0], run[-1] + 1))
    return frozenset(found)


def _entry(line: Line) -> str:
    """The words of a line that could be an entry, without number and page; empty for running text."""
    if line.size > LONGEST_ENTRY or line.text.endswith("。"):
        return ""
    return _words(PAGE.sub("", line.text))


def _words(text: str) -> str:
    number = NUMBER.match(text)
    return plain(text[number.end() :] if number else text)


def _said(lines: Sequence[Line], entries: Sequence[str]) -> dict[str, list[int]]:
    """For each entry the places where a line, or the first sentence of one, says it."""
    said: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        lead = None if entries[place] else LEAD.match(line.text)
        words = entries[place] or (_words(lead.group()) if lead else "")
        if words:
            said.setdefault(words, []).append(place)
    return said


def _runs(entries: Sequence[str], said: dict[str, list[int]]) -> Iterator[list[int]]:
    """The places of entries in a row that are said again further down; one that is not may stand between."""
    run: list[int] = []
    words: set[str] = set()
    for place, entry in enumerate(entries):
        if run and (not entry or entry in words or place - run[-1] > GAP):
            yield run
            run, words = [], {entry}
        if entry and entry not in words and said[entry][-1] > place:
            run.append(place)
            words.add(entry)
    if run:
        yield run


def _is_table(run: list[int], entries: Sequence[str], said: dict[str, list[int]]) -> bool:
    """The lines of `run` come again in their order, most of them apart, the last above a text."""
    again = [said[entries[place]] for place in run]
    later = [places[at] for places in again if (at := bisect_right(places, run[-1])) < len(places)]
    if len(run) < FEWEST or len(later) < len(run):
        return False
    steps = [after - before for before, after in pairwise(later)]
    ends = later[-1] + 1
    is_text = ends == len(entries) or not entries[ends]
    return min(steps) > 0 and 2 * sum(step > 1 for step in steps) >= len(steps) and is_text
