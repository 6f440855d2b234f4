"""HTML source to a marked source for the parser: every run of text is replaced by its number.

>>> marked = mark_source("<p>3 &lt; 5<script>1<2</script>")
>>> marked.html, marked.texts
('<p>\\ue0000\\ue001', ('3 < 5',))

The parser decides on the tree but tells no offsets, and it may move text (out of a table, say).  A run that
carries its own number is found again wherever it ends up, without a search.  The tokeniser follows the states
of the HTML standard for tags, comments and elements whose content is no markup; what is no tag there
(`3<5`, `<一>`) is text here too.  Each branch can end at the end of the source, so it never tries twice.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Elements whose content a reader does not see or that is no markup; the title is kept apart.
_CLOSED = "script|style|noscript|iframe|xmp|noembed|noframes|textarea|title|svg|template|select"
_ATTRIBUTES = r"""[^>=]*+ (?: = (?: \s*+ (?: "[^"]*+" | '[^']*+' ) )?+ [^>=]*+ )*+ (?: > | \Z )"""
_NOT_CLOSED = rf"(?! (?=[einstx]) (?:{_CLOSED}) [\s/>] )"  # its first letters go first: most tags have others
_TAG = rf"</?+ {_NOT_CLOSED} [a-z] {_ATTRIBUTES}"
# Between two texts stand tags, with the white space of their indentation, or what the parser need not see.
_BETWEEN = re.compile(
    rf"""
    ( (?: {_TAG} (?: [ \t]*+ \n \s*+ (?=<) )?+ )++ )
    | ( <!-- (?: -?> | [^-]*+ (?: -(?!-!?>) [^-]*+ )*+ (?: --!?> | \Z ) )   # comment
      | < ({_CLOSED}) (?=[\s/>]) {_ATTRIBUTES}
        [^<]*+ (?: < (?! / (?:\3) [\s/>] ) [^<]*+ )*+ (?: </ (?:\3) [^>]*+ >?+ | \Z )
      | </ (?:{_CLOSED}) [^>]*+ >?+                                         # ends what never began
      | < [!?/] [^>]*+ >?+                                                  # doctype, bogus comment
      )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INDENT = re.compile(r">\s+<")
_ENTITY = re.compile(r"&(?:amp;){0,3}(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});?", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|b|i|u|em|font|span|strong|sub|sup)[\s>]", re.IGNORECASE)
_RUN = re.compile("\ue000([0-9]{1,9})\ue001")
_ONE_TAG = re.compile(rf"(</?)([a-z][a-z0-9]{{0,15}}) {_ATTRIBUTES}", re.VERBOSE | re.IGNORECASE)
# The parser's work for a tag grows with the depth, and it opens unclosed elements of style again in each
# paragraph, but no more than three equal ones: so a page with many tags loses those deeper than any page has
# and the attributes of style.
_MANY_TAGS = 6000
_MAX_DEPTH = 400
_STYLES = frozenset(
    ("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
_NOT_NESTED = frozenset(
    """
    area base br col dd dt embed hr img input li link meta option p param source td th tr track wbr
    """.split()  # noqa: SIM905 - a list of words
)


class Run(NamedTuple):
    """A stretch of text between two tags: what it says, and where its pieces begin here and in the source."""

    clean: str
    starts: tuple[int, ...]
    raw_starts: tuple[int, ...]

    def at(self, position: int) -> int:
        """Where a character of the run stands in the source."""
        piece = bisect_right(self.starts, position) - 1
        return self.raw_starts[piece] + position - self.starts[piece]


@dataclass(frozen=True, slots=True)
class MarkedSource:
    """The source with numbers for text and without what is never shown, the runs, and the page's title.

    Of each run: what it says, how it stands in the source, and where.
    """

    html: str
    texts: tuple[str, ...]
    sources: tuple[str, ...]
    begins: tuple[int, ...]
    title: str

    def read(self, numbers: Sequence[int]) -> str:
        """The text of some runs."""
        texts = self.texts
        return texts[numbers[0]] if len(numbers) == 1 else "".join([texts[number] for number in numbers])

    def run(self, number: int) -> Run:
        """A run with the places of its pieces."""
        return _read_run(self.sources[number], self.begins[number])


def mark_source(source: str) -> MarkedSource:
    """The marked source of a page; linear in its length for any input."""
    parts = _BETWEEN.split(source)
    tame = _Tamer().tame if source.count("<") > _MANY_TAGS else None
    sources: list[str] = []
    begins: list[int] = []
    marked: list[str] = []
    title, position = "", 0
    for text, tags, unseen, closed in zip(
        parts[::4], [*parts[1::4], ""], [*parts[2::4], ""], [*parts[3::4], ""], strict=True
    ):
        if text:
            # White space is a run of its own where it may stand between words that only differ in style.
            if not text.isspace() or ("\n" not in text and tags and _INLINE.match(tags)):
                marked.append(f"\ue000{len(begins)}\ue001")
                sources.append(text)
                begins.append(position)
            position += len(text)
        if tags:
            marked.append(tame(tags) if tame else tags)
            position += len(tags)
        elif unseen:
            position += len(unseen)
            if closed and not title and closed.lower() == "title":
                title = decode_entities(unseen.partition(">")[2].rpartition("</")[0])
    texts = [decode_entities(text) if "&" in text else text for text in sources]
    html_marked = _INDENT.sub("><", "".join(marked))
    return MarkedSource(html_marked, tuple(texts), tuple(sources), tuple(begins), title)


def find_runs(text: str, count: int) -> list[int]:
    """The numbers of the runs in a text node of the parser's tree; `count` is how many there are."""
    only = text[1:-1]
    if only.isdecimal() and only.isascii() and len(only) < 10:  # as nearly always
        number = int(only)
        return [number] if number < count else []
    return [number for number in map(int, _RUN.findall(text)) if number < count]


def decode_entities(text: str) -> str:
    """Text with its entities decoded, double-escaped ones too.

    >>> decode_entities("&amp;nbsp;&#x4e00;&lt;") == "\\xa0一<"
    True
    """
    return _ENTITY.sub(lambda match: _decode(match.group()), text) if "&" in text else text


def _decode(entity: str) -> str:
    return html.unescape(re.sub(r"&(?:amp;)+(?=.)", "&", entity))


def _read_run(text: str, begin: int) -> Run:
    if "&" not in text:
        return Run(text, (0,), (begin,))
    pieces: list[str] = []
    starts: list[int] = []
    raw_starts: list[int] = []
    here = done = 0
    for match in _ENTITY.finditer(text):
        decoded = _decode(match.group())
        if decoded == match.group():
            continue
        starts.append(here)
        raw_starts.append(begin + done)
        pieces += (text[done : match.start()], decoded)
        here += match.start() - done
        for offset in range(len(decoded)):
            starts.append(here + offset)
            raw_starts.append(begin + match.start())
        here += len(decoded)
        done = match.end()
    starts.append(here)
    raw_starts.append(begin + done)
    pieces.append(text[done:])
    return Run("".join(pieces), tuple(starts), tuple(raw_starts))


class _Tamer:
    """Rewrites the tags of one page, in order, so that no page is deep."""

    def __init__(self) -> None:
        self._depth = 0

    def tame(self, tags: str) -> str:
        return _ONE_TAG.sub(self._tame_tag, tags)

    def _tame_tag(self, match: re.Match[str]) -> str:
        tag, opening, name = match.group(), match[1], match[2].lower()
        if name in _NOT_NESTED or tag.endswith("/>"):
            return tag
        self._depth = max(0, self._depth - 1) if opening == "</" else self._depth + 1
        if self._depth > _MAX_DEPTH:
            return ""
        return f"{opening}{name}>" if name in _STYLES else tag
