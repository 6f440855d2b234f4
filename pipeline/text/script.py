"""Traditional script to Simplified, as OpenCC's ``t2s`` does it, and the readings that converters leave.

>>> to_simplified(AlignedText.of("審結1294萬件,一目瞭然")).clean
'审结1294万件,一目了然'

The dictionaries are those of the package opencc-python-reimplemented: one table of characters, and the
phrases that the table alone would get wrong.  Where an entry lists several readings the first is taken, so no
entry changes the length.  One thing is added: the particle 著, which OpenCC leaves alone (著力 → 着力).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from unicodedata import normalize

import regex

from pipeline.model import Script
from pipeline.text.aligned import AlignedText

# 著 is a word of its own (著名, 著作, 显著) in these; elsewhere in Traditional text it is the particle 着.
_ZHU = regex.compile(
    r"""(?<![显卓昭编论原名专合巨土遗译所拙较彰新旧撰])  # 显著, 编著, 论著
      著
      (?![名作称者述录译书有于文家])                  # 著名, 著作, 著称
    """,
    regex.VERBOSE,
)
_MOSTLY = 0.05  # up to this share of characters of the other script a text still counts as written in one

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_ANNOTATED = regex.compile(rf"(?P<han>\p{{Han}}{{1,8}})\((?P<latin>[a-zA-Züêɑɡ’' {_TONED}]{{1,48}})\)")
_TONE = regex.compile(f"[{_TONED}]")
_PAGE = 3  # so many words with a reading behind them make an annotated page


@dataclass(frozen=True, slots=True)
class _Tables:
    """What ``t2s`` needs.

    ``simplified`` are characters that only Simplified text has; ``odd`` are those that some phrase turns into
    another character than the table does, ``phrases`` the phrases that hold each of them, and where in it.
    """

    characters: Mapping[int, str]
    traditional: frozenset[str]
    simplified: frozenset[str]
    odd: regex.Pattern[str]
    phrases: Mapping[str, tuple[tuple[str, int, str], ...]]
    touched: frozenset[str]


def script_of(clean: str) -> Script:
    """The script of a text, told by the characters that only one script has.

    >>> script_of("審結萬件"), script_of("审结万件")
    (<Script.HANT: 'hant'>, <Script.HANS: 'hans'>)
    """
    tables = _tables()
    if tables.traditional.isdisjoint(clean):
        return Script.HANS
    hant = sum(map(tables.traditional.__contains__, clean))
    hans = sum(map(tables.simplified.__contains__, clean))
    if hant <= _MOSTLY * (hant + hans):
        return Script.HANS
    return Script.HANT if hans <= _MOSTLY * (hant + hans) else Script.MIXED


def to_simplified(text: AlignedText) -> AlignedText:
    """The text in Simplified script; each character keeps its place."""
    tables = _tables()
    if tables.touched.isdisjoint(text.clean):
        return text
    clean = text.clean.translate(tables.characters)
    for start, end, phrase in _phrases(text.clean, tables):
        if clean[start:end] != phrase:
            clean = clean[:start] + phrase + clean[end:]
    simplified = text.with_same_length(clean, "script")
    changed = simplified.repairs.get("script", 0) - text.repairs.get("script", 0)
    if "著" in clean and changed > _MOSTLY * len(clean):
        return simplified.with_same_length(_ZHU.sub("着", clean), "script")
    return simplified


def simplified(character: str) -> str:
    """The Simplified form of one character, out of context."""
    return _tables().characters.get(ord(character), character)


def is_traditional(character: str) -> bool:
    """Whether the character has another form in Simplified script."""
    return character in _tables().traditional


def remove_pinyin(text: AlignedText) -> AlignedText:
    """Readings that a converter left behind characters, removed.

    One family stands behind Traditional characters that differ from the Simplified ones; it is certain.  The
    other annotates every few words of a page; a page that explains a rare name (亳(bó)州) is no such page.

    >>> remove_pinyin(AlignedText.of("審結(jié)1294萬(wàn)件,亳(bó)州(CPI)")).clean
    '審結1294萬件,亳(bó)州(CPI)'
    """
    if "(" not in text.clean:
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


def _phrases(clean: str, tables: _Tables) -> list[tuple[int, int, str]]:
    """Where phrases of the dictionary stand: longest first, then from the left, none overlapping."""
    found: set[tuple[int, int, str]] = set()
    for match in tables.odd.finditer(clean):
        for phrase, offset, new in tables.phrases[match.group()]:
            start = match.start() - offset
            if start >= 0 and clean.startswith(phrase, start):
                found.add((start, start + len(phrase), new))
    kept: list[tuple[int, int, str]] = []
    end = -1
    for group in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if group[0] >= end or all(group[1] <= other[0] or other[1] <= group[0] for other in kept):
            kept.append(group)
            end = max(end, group[1])
    return kept


@cache
def _tables() -> _Tables:
    one = {key: _first(values) for key, values in _dictionary("TSCharacters").items()}
    characters = {key: value for key, value in one.items() if key != value}
    simplified = {key for key, values in _dictionary("STCharacters").items() if key not in values.split(" ")}
    whole = {key: _first(values) for key, values in _dictionary("TSPhrases").items()}
    odd = {
        old
        for phrase, new in whole.items()
        for old, character in zip(phrase, new, strict=True)
        if characters.get(old, old) != character
    }
    phrases = {
        key: tuple((phrase, phrase.index(key), new) for phrase, new in whole.items() if key in phrase)
        for key in sorted(odd)
    }
    return _Tables(
        {ord(key): value for key, value in characters.items()},
        frozenset(characters),
        frozenset(simplified),
        regex.compile("[" + "".join(map(regex.escape, sorted(odd))) + "]"),
        phrases,
        frozenset(characters) | odd,
    )


def _dictionary(name: str) -> dict[str, str]:
    text = files("opencc").joinpath("dictionary", f"{name}.txt").read_text(encoding="utf-8")
    return dict(line.strip().split("\t", 1) for line in text.splitlines() if "\t" in line)


def _first(values: str) -> str:
    """The first of several readings, which is the one that OpenCC takes."""
    return values.partition(" ")[0]


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


def is_common(character: str) -> bool:
    """Whether the character is of the first level of GB 2312, the 3,755 that every reader knows."""
    code = character.encode("gb2312", errors="ignore")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7
