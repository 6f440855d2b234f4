"""Characters folded one by one: entities and stray tags, control characters, odd spaces, full width.

>>> text = AlignedText.of("<p>罚款１.２&amp;nbsp;亿元，同比\\u200b增长</p>")
>>> fold_width(remove_controls(remove_tags(decode_entities(text)))).clean
'\\n罚款1.2 亿元,同比增长\\n'
"""

from __future__ import annotations

import html
import re

import regex

from pipeline.text.aligned import AlignedText
from pipeline.text.points import count_changes, points_of, table_of, text_of

# Named entities that pages leave without their semicolon; others need it (a URL may hold "&copy=").
_BARE = "nbsp|ensp|emsp|ldquo|rdquo|lsquo|rsquo|middot|hellip|mdash|ndash|quot|bull|times"
_ENTITY = regex.compile(
    rf"""&(?:amp;){{0,4}}             # escaped once or more
      (?: \#\d{{1,7}};
        | \#[xX][0-9a-fA-F]{{1,6}};
        | [A-Za-z][A-Za-z0-9]{{1,24}};
        | (?:{_BARE})(?![A-Za-z0-9=;])
      )""",
    regex.VERBOSE,
)
_BLOCK = (
    "p|br|div|h[1-6]|li|ul|ol|dl|dt|dd|tr|table|tbody|thead|section|article|header|footer|blockquote|center"
    "|hr|pre|form|figure|figcaption|nav|aside|main|option|select"
)
_INLINE = (
    "a|abbr|b|big|body|button|cite|code|del|em|embed|font|head|html|i|iframe|img|input|ins|label|link|meta"
    "|noscript|o:p|object|param|s|script|small|source|span|st1:[a-z]{1,20}|strike|strong|style|sub|sup|td|th"
    "|title|u|video|audio|wbr"
)
_TAG = regex.compile(
    rf"""<!--[^<>]{{0,2000}}-->
      | <(?P<code>script|style)\b[^<>]{{0,2000}}>[^<]{{0,20000}}</(?P=code)>
      | </?(?:(?P<block>{_BLOCK})|{_INLINE})(?:[\s/][^<>]{{0,2000}})?>
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_MARKDOWN = regex.compile(
    r"""^\#{1,6}[ ]++(?=\S)                                         # a heading's mark
      | !\[[^\[\]\n]{0,200}\]\([^()\s]{1,500}\)                      # an image
      | \[(?P<text>[^\[\]\n]{1,200})\]\(https?://[^()\s]{1,500}\)     # a link: its text stays
      | (?<![A-Za-z0-9/*])\*\*(?P<bold>[^*\s](?:[^*\n]{0,198}[^*\s])?)\*\*(?![A-Za-z0-9*])   # bold type
    """,
    regex.VERBOSE | regex.MULTILINE,
)
_LINE_ENDS = r"\r\x0b\x0c\x85\u2028\u2029"
_SPACES = r"\t\xa0\u1680\u2000-\u200a\u202f\u205f"
_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad"
    r"\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
# `re` looks for a class of characters ten times as fast as `regex`.
_ODD = re.compile(rf"[{_LINE_ENDS}{_SPACES}{_UNSEEN}]")
_SEEN = dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n") | dict.fromkeys(
    (*"\t\xa0\u1680\u202f\u205f", *map(chr, range(0x2000, 0x200B))), " "
)
_WIDE = re.compile(r"[\u3000\uff01-\uff5e]")
_FREQUENT = {wide: chr(ord(wide) - 0xFEE0) for wide in "，：；！？（）％"} | {"\u3000": " "}
_WIDTH = table_of({"\u3000": " "} | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})


def decode_entities(text: AlignedText) -> AlignedText:
    """Entities as the characters they stand for, also when they were escaped twice; unknown names stay.

    >>> decode_entities(AlignedText.of("&amp;ldquo;铁拳&rdquo;&nbsp AT&T; R&D")).clean
    '“铁拳”\\xa0 AT&T; R&D'
    """
    if "&" not in text.clean:
        return text
    return text.sub(_ENTITY, _character, "entities")


def remove_tags(text: AlignedText) -> AlignedText:
    """Stray HTML tags: a block ends the line, an inline tag leaves nothing; Markdown marks go too.

    >>> remove_tags(AlignedText.of("### 标题\\n<p><b>广</b>州<br>2<3件</p>")).clean
    '标题\\n\\n广州\\n2<3件\\n'
    """
    if "<" in text.clean:
        text = text.sub(_TAG, lambda match: "\n" if match["block"] else "", "tags")
    if "**" in text.clean or "](" in text.clean or "# " in text.clean:
        marks = [edit for match in _MARKDOWN.finditer(text.clean) for edit in _marks_of(match)]
        text = text.edit(marks, "tags")
    return text


def _marks_of(match: regex.Match[str]) -> list[tuple[int, int, str]]:
    """What goes of a Markdown match: the marks on both sides of the text, which keeps its place."""
    kept = next((name for name in ("text", "bold") if match[name]), None)
    if kept is None:
        return [(match.start(), match.end(), "")]
    return [(match.start(), match.start(kept), ""), (match.end(kept), match.end(), "")]


def remove_controls(text: AlignedText) -> AlignedText:
    r"""Invisible characters removed; line ends are ``\n``, odd spaces are spaces.

    >>> remove_controls(AlignedText.of("约\u200b23\xa0亿\r\n")).clean
    '约23 亿\n'
    """
    clean = text.clean
    edits: list[tuple[int, int, str]] = []
    for match in _ODD.finditer(clean):
        start, odd = match.start(), match.group()
        end = start + 2 if odd == "\r" and clean.startswith("\n", start + 1) else start + 1
        edits.append((start, end, _SEEN.get(odd, "")))
    return text.edit(edits, "control")


def fold_width(text: AlignedText) -> AlignedText:
    """Full-width ASCII and the ideographic space as ASCII, and nothing else.

    NFKC over a whole text would also rewrite ……, ① and ½.

    >>> fold_width(AlignedText.of("（３．５％），①……")).clean
    '(3.5%),①……'
    """
    clean = text.clean
    wide = 0
    for old, new in _FREQUENT.items():  # these alone are replaced faster than by the table
        if number := clean.count(old):
            wide += number
            clean = clean.replace(old, new)
    if _WIDE.search(clean):
        before = points_of(clean)
        after = _WIDTH[before]
        wide, clean = wide + count_changes(before, after), text_of(after)
    return text.with_same_length(clean, "width", wide)


def _character(match: regex.Match[str]) -> str:
    name = match.group().replace("amp;", "") if match.group() != "&amp;" else "&amp;"
    decoded = html.unescape(name)
    return match.group() if decoded == name else decoded
