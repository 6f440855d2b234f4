"""A news page: its main text, aligned to the source, and what it says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser

from pipeline.text.aligned import AlignedText
from pipeline.text.html.body import Line, choose_lines, find_asides, find_body, split_lines
from pipeline.text.html.facts import find_author, find_published, find_publisher, find_repeats, find_title
from pipeline.text.html.lists import is_list
from pipeline.text.html.source import MarkedSource, Run, decode_entities, mark_source
from pipeline.text.html.tree import read_tree

_WORD = re.compile(r"[ \t\r\n\f\v]+|[^ \t\r\n\f\v]+")
_GAPS = ("", "\n", " ", "\t")  # the later outweighs the earlier
_SPACE = " \t\r\n\f\v"
_LONG_TITLE = 10  # the name of a column is shorter
_ABOUT_LENGTH = 200  # a line longer than this does not say where and when it appeared

# A stretch of text and where its first character stands in the source; the others follow it.
Piece = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Page:
    """What was found on a page.

    The raw side of `text` is the page's source, its clean side the main text with a newline between blocks
    and a tab between the cells of a table.  `is_list` says that the page lists articles and is none.
    """

    text: AlignedText
    title: str | None = None
    published: datetime | None = None
    publisher: str | None = None
    author: str | None = None
    is_list: bool = False


def read_page(html: str) -> Page:
    """The main text of a page and its title, time, source and author.

    >>> page = read_page("<title>收案_某网</title><h1>收案</h1><p>全市新收3<b>万</b>件&#12290;</p>")
    >>> page.text.clean, page.text.to_raw(4, 6), page.text.raw[38:43]
    ('全市新收3万件。', (38, 43), '3<b>万')

    The text is that of the element whose own paragraphs hold the most text with stops outside links, without
    links and lines about the page.  Any string can be read; the time is linear in its length.
    """
    source = mark_source(html)
    parser = LexborHTMLParser(source.html.encode("utf-8", "replace"))
    tree = read_tree(source, parser)
    asides = find_asides(tree)
    body = find_body(tree, asides, source)
    lines = split_lines(tree)
    texts = [line.read(source) for line in lines]
    meta = _read_meta(parser)
    headings = _join_headings(lines, texts)
    title = find_title(headings, texts, source.title, meta)
    chosen, early = choose_lines(tree, lines, texts, body, asides)
    repeats = find_repeats({index: texts[index] for index in early}, title, source.title)
    chosen = [index for index in chosen if index not in repeats]
    end = tree.ends[body] if tree.ends else 0
    short = [
        (line.node < end, text) for line, text in zip(lines, texts, strict=True) if len(text) < _ABOUT_LENGTH
    ]
    above = "\n".join(text for is_above, text in short if is_above)
    below = "\n".join(text for is_above, text in short if not is_above)
    has_title = title is not None and len(title) >= _LONG_TITLE and (title in headings or title in texts)
    return Page(
        _align(html, [lines[index] for index in chosen], source),
        title,
        find_published(above, meta, below, meta.get("og:url", "")),
        find_publisher(above, meta),
        find_author(above, meta),
        is_list(lines, texts, chosen, has_title),
    )


def _join_headings(lines: Sequence[Line], texts: Sequence[str]) -> list[str]:
    """The page's headings, those of several lines as one."""
    found: dict[int, str] = {}
    for line, text in zip(lines, texts, strict=True):
        if line.heading is not None:
            found[line.heading] = found.get(line.heading, "") + text
    return list(found.values())


def _read_meta(parser: LexborHTMLParser) -> dict[str, str]:
    """The page's <meta> values by name, the first of each."""
    found: dict[str, str] = {}
    for node in parser.css("meta"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and (content := attributes.get("content")):
            found.setdefault(name.lower(), decode_entities(content).strip())
    return found


def _align(html: str, lines: Sequence[Line], source: MarkedSource) -> AlignedText:
    """The lines as one text; what the parser moved out of its order in the source is left out."""
    text: list[str] = []
    starts: list[int] = []
    raw_starts: list[int] = []
    here, last = 0, -1
    for line in lines:
        last, ordered = _in_order(line, last)
        pieces = _trim(list(_read_pieces(ordered, source)))
        if pieces and here:
            pieces.insert(0, ("\n", raw_starts[-1] + here - starts[-1] - 1))
        for piece, raw in pieces:
            if not starts or raw - raw_starts[-1] != here - starts[-1]:
                starts.append(here)
                raw_starts.append(raw)
            text.append(piece)
            here += len(piece)
    return AlignedText(html, "".join(text), tuple(starts) or (0,), tuple(raw_starts) or (0,))


def _in_order(line: Line, last: int) -> tuple[int, list[int | str]]:
    ordered: list[int | str] = []
    for run in line.runs:
        if isinstance(run, str):
            ordered.append(run)
        elif run > last:
            ordered.append(run)
            last = run
    return last, ordered


def _read_pieces(numbers: Sequence[int | str], source: MarkedSource) -> Iterator[Piece]:
    """The text of a line, white space as a browser shows it, but none where Chinese was wrapped."""
    gap, gap_at, before, before_at = "", 0, "", 0
    for number in numbers:
        if isinstance(number, str):
            gap, gap_at = max(gap, number, key=_GAPS.index), before_at
            continue
        run = source.run(number)
        for match in _WORD.finditer(run.clean):
            word, start = match.group(), match.start()
            if word[0] in _SPACE:
                gap = max(gap, "\n" if "\n" in word else " ", key=_GAPS.index)
                gap_at = run.at(start)
                continue
            if gap and before and (gap != "\n" or (before.isascii() and word[0].isascii())):
                yield " " if gap == "\n" else gap, gap_at
            gap = ""
            yield from _cut_word(run, start, match.end())
            before, before_at = word[-1], run.at(match.end() - 1)


def _cut_word(run: Run, start: int, end: int) -> Iterator[Piece]:
    """A word of a run, cut where its source is not as long as it is."""
    cuts = (
        [start, *(cut for cut in run.starts if start < cut < end), end]
        if len(run.starts) > 1
        else [start, end]
    )
    for first, last in pairwise(cuts):
        if first < last:
            yield run.clean[first:last], run.at(first)


def _trim(pieces: list[Piece]) -> list[Piece]:
    """The pieces of a line without white space of any kind at its ends."""
    first, last = 0, len(pieces)
    while first < last and pieces[first][0].isspace():
        first += 1
    while first < last and pieces[last - 1][0].isspace():
        last -= 1
    if first == last:
        return []
    text, raw = pieces[first]
    pieces[first] = text.lstrip(), raw + len(text) - len(text.lstrip())
    text, raw = pieces[last - 1]
    pieces[last - 1] = text.rstrip(), raw
    return pieces[first:last]
