"""Bytes of unknown encoding to text.

>>> decode("新收案件12.3万件".encode("gbk"), declared="utf-8")
('新收案件12.3万件', 'gb18030')

Strict UTF-8 is nearly never right by chance, so it goes first.  What is left is decided by which reading
looks like Chinese: a wrong one gives rare characters.  A declared charset is often wrong and only breaks
ties.  Where a byte was lost, only the characters beside it are.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

from pipeline.text.frequent import LOST, weigh_characters
from pipeline.text.realign import realign

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the UTF-16 mark, so it is asked first
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BYTEWISE = ("gb18030", "big5hkscs")
_ALIASES = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
}
_HAN = re.compile(r"[\u4e00-\u9fff]")
# A stretch that begins at a byte outside ASCII, where a two-byte character can begin.
_STRETCH = re.compile(rb"[\x80-\xff][\x00-\xff]{0,95}")
_STRETCHES = 120
_SAMPLE = 8192


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of `data` and the name of its encoding; a byte order mark is dropped, line ends are kept.

    The encoding is ``utf-8``, ``gb18030``, ``big5hkscs``, or UTF-16 or UTF-32 by its mark or its NULs.  Bytes
    that do not decode become U+FFFD; nothing is raised.  `declared` may be any label, right or wrong.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    if b"\0" in data and (wide := _find_utf16(data)) is not None:
        return data.decode(wide, "replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    # Chinese in another encoding gives hardly any Han when read as UTF-8, UTF-8 with a byte lost gives much.
    if len(_HAN.findall(text)) > text.count(LOST):
        return text, "utf-8"
    encoding = _find_bytewise(data, declared)
    return realign(data, data.decode(encoding, "replace"), encoding), encoding


def _find_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: its ASCII characters leave NULs at positions of one parity."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if min(even, odd) * 20 > max(even, odd):
        return None
    wide = "utf-16-be" if even > odd else "utf-16-le"
    scores = {name: _score(data[:_SAMPLE].decode(name, "replace"), name) for name in (wide, "utf-8")}
    return wide if scores[wide] > scores["utf-8"] else None


def _find_bytewise(data: bytes, declared: str | None) -> str:
    hint = _ALIASES.get(re.sub(r"[^a-z0-9]", "", (declared or "").lower()))
    stretches = [match.group() for match, _ in zip(_STRETCH.finditer(data), range(_STRETCHES), strict=False)]
    scores = {encoding: sum(_stretch_score(piece, encoding) for piece in stretches) for encoding in _BYTEWISE}
    return max(_BYTEWISE, key=lambda encoding: (scores[encoding], encoding == hint))


def _stretch_score(piece: bytes, encoding: str) -> int:
    """How Chinese a stretch reads, from its first byte or its second: a lost byte shifts all that follow."""
    return max(_score(piece[shift:].decode(encoding, "replace"), encoding) for shift in (0, 1))


def _score(text: str, encoding: str) -> int:
    weights = weigh_characters(encoding)
    return sum(weights.get(character, -2) * count for character, count in Counter(text).items())
