"""Pages that list articles and are none: link lists, index pages, search results, front pages.

An article's paragraphs stand together, whatever links surround them.  On a list what is not a link stands
between links: dates, and teasers that are cut short or dated one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.text.html.body import Line

_HEADLINE = 6  # characters; shorter links are navigation
_BARE, _BARE_ITEMS = 80, 15
_THIN, _THIN_ITEMS = 300, 30
_TEASERS, _TEASER_LENGTH = 4, 200
_SENTENCE = 12
_TITLES, _TITLE = 8, 60
_SOURCES = 2
_BACK = 3  # lines between a headline and its teaser: who, when, a picture's text

_STAMP = re.compile(
    r"""(?<!\d) (?: (?:19|20)\d\d \s?[-/.年]\s? \d{1,2} \s?[-/.月]\s? \d{1,2}
      | \d{1,2}[-/]\d{1,2} (?![\d%]) | \d{1,2}月\d{1,2}日 | \d{1,2}:\d\d
      | \d{1,3}\s?(?:分钟|小时|天|周|个月)前 | [昨前]天 )""",
    re.VERBOSE,
)
_DAY = re.compile(
    r"""[\[(（【]? \s? (?:19|20)\d\d \s?[-/.年]\s? \d{1,2} (?:\s?[-/.月]\s? \d{1,2} 日?)?
    (?:\s\d{1,2}:\d\d(?::\d\d)?)? \s? [\])）】]?""",
    re.VERBOSE,
)
# How a teaser ends that is cut short, or that leads on to the article.
_CUT = re.compile(
    r"""(?: … | \.{2,9} | [\[【(（<]? (?:详[细情]|查看|阅读|更多|全文|点击|展开|>>|»)[^\s，。]{0,6} )
    [\]】)）>»\s]{0,5} \Z""",
    re.VERBOSE,
)
_END = re.compile(r"[。！？!?；;：:”’」』）)】]\s?\Z")
_SOURCE = re.compile(r"来\s{0,4}源\s?[:：]|作\s{0,4}者\s?[:：]|责任编辑|责编|记者\s?[:：]")


def is_list(lines: Sequence[Line], texts: Sequence[str], chosen: Sequence[int], has_title: bool) -> bool:
    """Whether a page lists articles.

    `chosen` are the lines that would be its text, `has_title` says that the page's title stands over it.
    """
    paragraphs = [index for index in chosen if lines[index].prose >= _SENTENCE]
    teasers = [index for index in paragraphs if _is_under_link(lines, texts, index)]
    if sum(lines[index].prose for index in chosen) < _THIN:
        is_all_teasers = len(teasers) == len(paragraphs)
        if _is_link_list(lines, texts, chosen, is_all_teasers, _is_named(texts, has_title)):
            return True
    if len(teasers) >= _TEASERS and len(teasers) >= len(paragraphs) * 0.6:
        return _are_teasers(lines, texts, teasers, _is_named(texts, has_title))
    return _lists_titles(lines, texts, chosen)


def _is_named(texts: Sequence[str], has_title: bool) -> bool:
    """Whether the page has a title or a source: an article has its source once, a list with each item."""
    return has_title or 0 < sum(bool(_SOURCE.search(text)) for text in texts) <= _SOURCES


def _is_link_list(
    lines: Sequence[Line], texts: Sequence[str], chosen: Sequence[int], is_all_teasers: bool, is_named: bool
) -> bool:
    """Whether there is next to nothing but links, or little but links on a page that says not what it is."""
    items = sum(_is_headline(line, text) for line, text in zip(lines, texts, strict=True))
    has_sentence = any(len(texts[index]) >= _SENTENCE and _END.search(texts[index]) for index in chosen)
    is_bare = sum(lines[index].prose for index in chosen) < _BARE
    if is_bare and items >= _BARE_ITEMS and not (has_sentence and is_named):
        return True
    return items >= _THIN_ITEMS and is_all_teasers and not is_named


def _are_teasers(lines: Sequence[Line], texts: Sequence[str], under: Sequence[int], is_named: bool) -> bool:
    """Whether paragraphs that stand under links are short, and cut or dated one by one."""
    if sum(lines[index].chars for index in under) > len(under) * _TEASER_LENGTH:
        return False
    cut = sum(bool(_CUT.search(texts[index])) or not _END.search(texts[index]) for index in under)
    stamps = sum(bool(_STAMP.search(text)) for text in texts[max(0, under[0] - _BACK) : under[-1] + _BACK])
    return cut * 2 >= len(under) or (stamps >= len(under) and not is_named)


def _is_headline(line: Line, text: str) -> bool:
    """Whether a line is the link to an article, and not navigation."""
    return line.is_linked and line.chars >= _HEADLINE and any(len(word) >= _HEADLINE for word in text.split())


def _is_under_link(lines: Sequence[Line], texts: Sequence[str], index: int) -> bool:
    for before in range(index - 1, max(-1, index - 1 - _BACK), -1):
        if _is_headline(lines[before], texts[before]):
            return True
        if lines[before].prose >= _SENTENCE:
            return False
    return False


def _lists_titles(lines: Sequence[Line], texts: Sequence[str], chosen: Sequence[int]) -> bool:
    """Whether the text is titles with their dates that are links only by a script."""
    dated = [index for index in chosen if _is_dated_title(texts[index])]
    others = sum(lines[index].prose for index in chosen) - sum(lines[index].prose for index in dated)
    return len(dated) >= _TITLES and len(dated) * 2 >= len(chosen) and others < _BARE


def _is_dated_title(text: str) -> bool:
    """Whether a line is a title and its date: no sentence."""
    for match in _DAY.finditer(text) if len(text) < 2 * _TITLE else ():
        if match.start() == 0 or match.end() == len(text):
            title = (text[: match.start()] + text[match.end() :]).strip()
            return _HEADLINE <= len(title) < _TITLE and not title.endswith(("。", "；", "，"))
    return False
