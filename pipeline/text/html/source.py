"""HTML source to a marked source for the parser: every run of text is replaced by its number.

>>> marked = mark_source("<p>3 &lt; 5<script>1<2</script>")
>>> marked.html, marked.runs[0].clean
('<p>\\ue0000\\ue001', '3 < 5')

The parser decides on the tree but tells no offsets, and it may move text (out of a table, say).  A run that
carries its own number is found again wherever it ends up, without a search.  The tokeniser follows the states
of the HTML standard for tags, comments and elements whose content is no markup; what is no tag there
(`3<5`, `<一>`) is text here too.  Each branch can end at the end of the source, so it never tries twice.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass

# Elements whose content a reader does not see or that is no markup; the title is kept apart.
_CLOSED = "script|style|noscript|iframe|xmp|noembed|noframes|textarea|title|svg|template|select"
_ATTRIBUTES = r"""(?: [^>"'=]++ | =\s*+(?: "[^"]*+" | '[^']*+' ) | ["'=] )*+ (?: > | \Z )"""
_TOKEN = re.compile(
    rf"""(
      <!-- (?: -?> | [^-]*+ (?: -(?!-!?>) [^-]*+ )*+ (?: --!?> | \Z ) )   # comment
    | < (?P<closed>{_CLOSED}) (?=[\s/>]) {_ATTRIBUTES}
      [^<]*+ (?: < (?! / (?P=closed) [\s/>] ) [^<]*+ )*+ (?: </ (?P=closed) [^>]*+ >? | \Z )
    | </? [a-z] {_ATTRIBUTES}
    | < [!?/] [^>]*+ >?                                                   # doctype, bogus comment
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp;){0,3}(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});?", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|b|i|u|em|font|span|strong|sub|sup)[\s>]", re.IGNORECASE)
# A parser opens each unclosed one of these again in every paragraph, but no more than three that are equal:
# so they are written without attributes.
_STYLE = re.compile(r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/]", re.IGNORECASE)
_RUN = re.compile("\ue000([0-9]{1,9})\ue001")
_TAG_NAME = re.compile(r"</?([a-z][a-z0-9]{0,15})", re.IGNORECASE)
# The parser's work for a tag grows with the depth, so deeper tags than any page has are left out.
_MAX_DEPTH = 400
_DEEP_FROM = 4000
_NOT_NESTED = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr p li dt dd tr td th option
    """.split()  # noqa: SIM905 - a list of words
)


@dataclass(frozen=True, slots=True)
class Run:
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
    """The source with numbers for text and without what is never shown, the runs, and the page's title."""

    html: str
    runs: tuple[Run, ...]
    title: str


def mark_source(source: str) -> MarkedSource:
    """The marked source of a page; linear in its length for any input."""
    parts = _TOKEN.split(source)
    texts, tokens, closed = parts[0::3], parts[1::3], parts[2::3]
    kept = _drop_depth(tokens) if len(tokens) > _DEEP_FROM else tokens
    runs: list[Run] = []
    marked: list[str] = []
    title, position, before = "", 0, ""
    for text, token, written, name in zip(texts, [*tokens, ""], [*kept, ""], [*closed, None], strict=True):
        if text and (not text.isspace() or _joins_words(before, text, token)):
            marked.append(f"\ue000{len(runs)}\ue001")
            runs.append(_read_run(text, position))
        if name is None:
            marked.append(f"<{style[1]}>" if (style := _STYLE.match(written)) else written)
        elif not title and name.lower() == "title":
            title = decode_entities(token.partition(">")[2].rpartition("</")[0])
        position += len(text) + len(token)
        before = token
    return MarkedSource("".join(marked), tuple(runs), title)


def find_runs(text: str, count: int) -> list[int]:
    """The numbers of the runs in a text node of the parser's tree; `count` is how many there are."""
    return [number for number in map(int, _RUN.findall(text)) if number < count]


def _joins_words(before: str, space: str, after: str) -> bool:
    """Whether white space stands between words that only differ in style; other is indentation."""
    return "\n" not in space and bool(_INLINE.match(before) and _INLINE.match(after))


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


def _drop_depth(tokens: list[str]) -> list[str]:
    """The tokens without those that are nested deeper than any page needs."""
    kept, depth = list(tokens), 0
    for index, token in enumerate(tokens):
        match = _TAG_NAME.match(token)
        if not match or match[1].lower() in _NOT_NESTED or token.endswith("/>"):
            continue
        depth = max(0, depth - 1) if token[1] == "/" else depth + 1
        if depth > _MAX_DEPTH:
            kept[index] = ""
    return kept
