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
from pipeline.text.script import is_common, is_traditional, simplified

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_LETTERS = f"a-züêɑɡ’' {_TONED}"  # a converter writes no capitals; a name does (Bózhōu)
_ANNOTATED = regex.compile(rf"(?P<han>\p{{Han}}{{1,8}})\((?P<latin>[{_LETTERS}]{{1,48}})\)")
_OPENED = re.compile(rf"\([{_LETTERS}]")  # a quick look
_TONE = re.compile(f"[{_TONED}]")
_GAPS = dict.fromkeys(map(ord, " '’"))
_PAGE = 3  # so many words with a usual reading behind them make an annotated page
_DENSE = 80  # and no fewer than one among so many characters

Edit = tuple[int, int, str]


def remove_pinyin(text: AlignedText) -> AlignedText:
    """Readings that a converter left behind characters, removed.

    One family stands behind Traditional characters that differ from the Simplified ones.  It is certain where
    the character is a common one; a rare one (闞(kàn)姓) may be explained, and counts on a page with others.
    The other family annotates every few words of a page, with the readings of a dictionary.  A page that
    explains rare names (亳(bó)州) or how names are read in a place (六安(lùān)) is no such page.

    >>> remove_pinyin(AlignedText.of("審結(jié)1294萬(wàn)件,亳(bó)州(CPI)")).clean
    '審結1294萬件,亳(bó)州(CPI)'
    """
    if not _OPENED.search(text.clean):
        return text
    sure: list[Edit] = []
    rare: list[Edit] = []
    likely: list[Edit] = []
    usual = 0
    for match in _ANNOTATED.finditer(text.clean):
        han, latin = match["han"], match["latin"].replace("ɑ", "a").replace("ɡ", "g")
        edit = (match.start("latin") - 1, match.end(), "")
        if is_traditional(han[-1]) and latin in _readings(han[-1]):
            (sure if is_common(simplified(han[-1])) else rare).append(edit)
        elif size := _spelled(han, latin):
            likely.append(edit)
            usual += _is_usual(han[-size:], latin)
    if len(sure) >= _PAGE:
        sure += rare
    if usual >= _PAGE and _DENSE * len(likely) >= len(text.clean):
        sure += rare + likely
    return text.edit(sorted(set(sure)), "pinyin")


def _is_usual(word: str, latin: str) -> bool:
    """Whether a toned reading is what a dictionary gives for a word of common characters.

    >>> _is_usual("汽车", "qìchē"), _is_usual("六安", "lùān"), _is_usual("亳州", "bózhōu")
    (True, False, False)
    """
    if _TONE.search(latin) is None or not all(map(is_common, word)):
        return False
    return latin.translate(_GAPS) == "".join(_ordered(character)[0] for character in word)


def _spelled(han: str, latin: str) -> int:
    """How many of the last characters of `han` the letters spell, with or without tones; 0 for none.

    >>> _spelled("在王江泾", "wángjiāngjing"), _spelled("指数", "CPI")
    (3, 0)
    """
    rest = {latin.translate(_GAPS)}
    for size, character in enumerate(reversed(han), 1):
        plain = {_plain(reading) for reading in _readings(character)}
        ends = _readings(character) | plain | {reading.replace("ü", "v") for reading in plain}
        rest = {left[: -len(end)] for left in rest for end in ends if left.endswith(end)}
        if "" in rest:
            return size
        if not rest:
            break
    return 0


@cache
def _readings(character: str) -> frozenset[str]:
    """All readings of a character, with tone marks."""
    return frozenset(_ordered(character))


@cache
def _ordered(character: str) -> tuple[str, ...]:
    """The readings of a character, the usual one first."""
    # pypinyin takes a fifth of a second to import, and few articles need it.
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    return tuple(filter(None, pinyin_dict.get(ord(character), "").split(",")))


def _plain(reading: str) -> str:
    """A reading without its tone marks; ü keeps its dots."""
    return normalize(
        "NFC", "".join(c for c in normalize("NFD", reading) if c not in "\u0300\u0301\u0304\u030c")
    )
