"""What a page says about itself: title, time of publication, source and author.

>>> find_published("首页 2021-03-05 来源:某报 2021年03月05日 10:20:30 字号")
datetime.datetime(2021, 3, 5, 10, 20, 30)
>>> find_publisher("来源: 某某日报 作者:李某"), find_author("来源:某报 作者:李某 责任编辑:王某")
('某某日报', '李某')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from pipeline.text.html.published import parse_published

_DAY = r"(?P<year>(?:19|20)\d\d) \s?[-/.年]\s? (?P<month>\d{1,2}) \s?[-/.月]\s? (?P<day>\d{1,2}) \s?日?"
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4]) \s?[:：时]\s? (?P<minute>[0-5]\d) (?: \s?[:：分]\s? (?P<second>[0-5]\d) )?"
)
_ZONE = r"(?P<zone> Z | [+-]\d{2}:?\d{2} )?"
_WITH_CLOCK = re.compile(rf"(?<!\d) {_DAY} [^\d\n]{{0,9}} \n? \s{{0,3}} {_CLOCK} {_ZONE}", re.VERBOSE)
_DATE = re.compile(rf"(?<!\d) {_DAY} (?!\d)", re.VERBOSE)
_IN_ADDRESS = re.compile(r"(?<!\d)(?P<year>20\d\d)[-/_]?(?P<month>[01]\d)[-/_]?(?P<day>[0-3]\d)(?!\d)")
_PUBLISHER = re.compile(
    r"""(?:(?:文章|新闻|信息|稿件|内容)?来\s{0,4}源|稿源|转自)\s{0,3}[:：]\s{0,4}
    (?P<name>[^\s|｜:：,，。;；/\\<>()（）\[\]【】]{2,30}(?:\ [^\s\d|:：()（）]{2,20})?)""",
    re.VERBOSE,
)
_AUTHOR = re.compile(
    r"(?<!原)(?:作\s{0,4}者|记\s{0,4}者|撰稿|撰文|执笔|(?<![一-鿿])文)\s{0,3}[:：/丨|]\s{0,4}(?P<name>[^\s|｜:：,，。;；<>()（）\[\]【】“”《》@]{2,20})"
)
_NEXT_LABEL = re.compile(
    r"(?:来源|作者|记者|责任编辑|责编|编辑|选稿|发布|时间|日期|浏览|点击|阅读|字号|字体|分享|打印|举报|20\d\d)"
)
_PERSON = re.compile(r"[一-鿿·]{2,3}")
_NO_NAME = re.compile(
    r"(?:未知|不详|网络|互联网|本站原创|admin|本站|佚名|网易|新浪|搜狐|凤凰网?|腾讯|null)", re.IGNORECASE
)
_SITE = re.compile(r"\s{0,9}(?:[_|｜]|-{2,9}|——|\s[-–—]\s|-(?=[^-]{2,20}$))\s{0,9}")
_PUBLISHED_META = (
    "article:published_time",
    "og:published_time",
    "publishdate",
    "pubdate",
    "datepublished",
    "weibo: article:create_at",
    "og:time",
    "apub:time",
    "og:release_date",
    "publish_time",
    "release_date",
    "dc.date",
    "date",
)
_PUBLISHER_META = ("source", "contentsource", "mediaid", "article:publisher")
_AUTHOR_META = ("author", "article:author", "og:article:author")
_TITLE_META = ("og:title", "articletitle", "twitter:title")
_MIN_TITLE = 4
_SIGNS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Text as titles are compared: no spaces or signs, one width."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).lower()


def find_title(
    headings: Sequence[str], lines: Sequence[str], page_title: str, meta: Mapping[str, str]
) -> str | None:
    """The heading that also stands in <title>, else such a line, else what the page's head says."""
    shown = plain(page_title)
    parts = [part for part in _SITE.split(page_title) if part.strip()]
    first = plain(parts[0]) if parts else ""
    for candidates, least in ((headings, _MIN_TITLE), (lines, 6)):
        matching = [
            (_rank(key, shown, first), len(key), -len(text), text)
            for text in candidates
            if least <= len(key := plain(text)) and _fits(key, shown, first)
        ]
        if matching:
            return max(matching, key=lambda match: match[:3])[3]
    for name in _TITLE_META:
        if meta.get(name):
            return _SITE.split(meta[name])[0].strip() or None
    return max(parts[:2], key=len).strip() if parts else (headings[0] if headings else None)


def _rank(key: str, shown: str, first: str) -> int:
    """A heading that <title> holds, then one that says more, then the name of a column or site."""
    return 2 if key in shown and len(key) * 2 > len(first) else 1 if first in key else 0


def _fits(key: str, shown: str, first: str) -> bool:
    return key in shown or (len(first) >= 6 and first in key and len(key) < 2 * len(first) + 10)


def find_repeats(lines: Mapping[int, str], title: str | None, page_title: str) -> set[int]:
    """The numbers of the lines that say the title again, or part of it."""
    name, shown = plain(title or ""), plain(page_title)
    keys = {number: plain(text) for number, text in lines.items()}
    return {
        number for number, key in keys.items() if key and (key == name or (len(key) < 60 and key in shown))
    }


def find_published(
    text: str, meta: Mapping[str, str] | None = None, rest: str = "", address: str = ""
) -> datetime | None:
    """The first date with a clock time in the text, else what the head says, else any in text or address.

    `rest` is what stands below the article.
    """
    return (
        _first_moment(_WITH_CLOCK, text)
        or _meta_moment(meta or {})
        or _first_moment(_WITH_CLOCK, rest)
        or _first_moment(_DATE, text)
        or _first_moment(_IN_ADDRESS, address)
    )


def _first_moment(pattern: re.Pattern[str], text: str) -> datetime | None:
    return next((moment for match in pattern.finditer(text) if (moment := _moment(match)) is not None), None)


def _moment(match: re.Match[str]) -> datetime | None:
    part = match.groupdict()
    day = f"{part['year']}-{part['month']}-{part['day']}"
    clock = f" {part['hour']}:{part['minute']}:{part.get('second') or '00'}" if part.get("hour") else ""
    return parse_published(f"{day}{clock}{part.get('zone') or ''}")


def _meta_moment(meta: Mapping[str, str]) -> datetime | None:
    moments = (parse_published(meta[name]) for name in _PUBLISHED_META if name in meta)
    return next((moment for moment in moments if moment is not None), None)


def find_publisher(text: str, meta: Mapping[str, str] | None = None) -> str | None:
    """The name after 来源 or 稿源, else the head's."""
    return _find_name(_PUBLISHER, text) or _meta_name(meta or {}, _PUBLISHER_META)


def find_author(text: str, meta: Mapping[str, str] | None = None) -> str | None:
    """The name after 作者 or 记者 (not 责编), else the head's."""
    named = _meta_name(meta or {}, _AUTHOR_META)
    # The head often has the site there, which is seldom as short as a name.
    return _find_name(_AUTHOR, text) or (named if named and _PERSON.fullmatch(named) else None)


def _find_name(pattern: re.Pattern[str], text: str) -> str | None:
    for match in pattern.finditer(text):
        name = _NEXT_LABEL.split(match["name"])[0].strip()
        if len(name) >= 2 and not _NO_NAME.fullmatch(name):
            return name
    return None


def _meta_name(meta: Mapping[str, str], names: Sequence[str]) -> str | None:
    for key in names:
        value = re.sub(r"^(?:来源|作者)\s*[:：]\s*", "", meta.get(key, "")).strip()
        if (
            2 <= len(value) <= 30
            and not _NO_NAME.fullmatch(value)
            and not value.isdecimal()
            and "/" not in value
        ):
            return value
    return None
