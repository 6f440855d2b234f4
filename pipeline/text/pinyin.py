"""Readings that a converter left behind characters: 審結(jié), 添力(tiānlì).

>>> remove_pinyin(AlignedText.of("審結(jié)1294萬(wàn)件")).clean
'審結1294萬件'
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

import regex

from pipeline.text.aligned import AlignedText
from pipeline.text.script import is_common, is_traditional

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_ANNOTATED = regex.compile(rf"(?P<han>\p{{Han}}{{1,8}})\((?P<latin>[a-zA-Züêɑɡ’' {_TONED}]{{1,48}})\)")
_OPENED = re.compile(rf"\([a-zA-Züêɑɡ’' {_TONED}]")  # a quick look
_TONE = regex.compile(f"[{_TONED}]")
_PAGE = 3  # so many words with a reading behind them make an annotated page


def remove_pinyin(text: AlignedText) -> AlignedText:
    """Readings that a converter left behind characters, removed.

    One family stands behind Traditional characters that differ from the Simplified ones; it is certain.  The
    other annotates every few words of a page; a page that explains a rare name (亳(bó)州) is no such page.

    >>> remove_pinyin(AlignedText.of("審結(jié)1294萬(wàn)件,亳(bó)州(CPI)")).clean
    '審結1294萬件,亳(bó)州(CPI)'
    """
    if not _OPENED.search(text.clean):
        return text
    sure: list[tuple[int, int, str]] = []
    likely: list[tuple[int, int, str]] = []
    toned = 0
    for match in _ANNOTATED.finditer(text.clean):
        latin = match["latin"].replace("ɑ", "a").replace("ɡ", "g").lower()
        edit = (match.start("latin") - 1, match.end(), "")
        if is_traditional(match["han"][-1]) and latin in _readings(match["han"][-1]):
            sure.append(edit)
        elif (size := _spelled(match["han"], latin)) and any(map(is_common, match["han"][-size:])):
            likely.append(edit)
            toned += _TONE.search(latin) is not None
    return text.edit(sorted(sure + likely) if toned >= _PAGE else sure, "pinyin")


def _spelled(han: str, latin: str) -> int:
    """How many of the last characters of `han` the letters spell, with or without tones; 0 for none.

    >>> _spelled("在王江泾", "wángjiāngjing"), _spelled("指数", "CPI")
    (3, 0)
    """
    rest = {latin.replace(" ", "").replace("'", "").replace("’", "")}
    for size, character in enumerate(reversed(han), 1):
        ends = _readings(character) | {_plain(reading) for reading in _readings(character)}
        rest = {left[: -len(end)] for left in rest for end in ends if left.endswith(end)}
        if "" in rest:
            return size
        if not rest:
            break
    return 0


@cache
def _readings(character: str) -> frozenset[str]:
    """All readings of a character, with tone marks."""
    # pypinyin takes a fifth of a second to import, and few articles need it.
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    return frozenset(filter(None, pinyin_dict.get(ord(character), "").split(",")))


def _plain(reading: str) -> str:
    """A reading without its tone marks; ü keeps its dots."""
    return normalize(
        "NFC", "".join(c for c in normalize("NFD", reading) if c not in "\u0300\u0301\u0304\u030c")
    )
