"""Traditional script to Simplified, as OpenCC's ``t2s`` does it.

>>> to_simplified(AlignedText.of("審結1294萬件,一目瞭然")).clean
'审结1294万件,一目了然'

The dictionaries are those of the package opencc-python-reimplemented: one table of characters, and the
phrases that the table alone would get wrong.  Where an entry lists several readings the first is taken, so no
entry changes the length.  One thing is added: the particle 著, which OpenCC leaves alone (著力 → 着力).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from pipeline.model import Script
from pipeline.text.aligned import AlignedText
from pipeline.text.points import Points, count_changes, points_of, table_of, text_of

# 著 is a word of its own (著名, 著作, 显著) in these; elsewhere in Traditional text it is the particle 着.
_ZHU = regex.compile(
    r"""(?<![显卓昭编论原名专合巨土遗译所拙较彰新旧撰])  # 显著, 编著, 论著
      著
      (?![名作称者述录译书有于文家《])                # 著名, 著作, 著称, 钱锺书著《围城》
    """,
    regex.VERBOSE,
)
_MOSTLY = 0.05  # up to this share of characters of the other script a text still counts as written in one


@dataclass(frozen=True, slots=True)
class _Tables:
    """What ``t2s`` needs.

    ``characters`` are those that change by themselves, ``points`` the same as a table of all code points;
    ``simplified`` are characters that only Simplified text has; ``odd`` finds those that some phrase turns
    into another character than the table does, ``phrases`` are the phrases that hold each of them, and where
    in it; ``changed`` finds characters that change by themselves, ``touched`` those and the odd ones.
    """

    characters: Mapping[str, str]
    points: Points
    simplified: frozenset[str]
    odd: re.Pattern[str]
    phrases: Mapping[str, tuple[tuple[str, int, str], ...]]
    changed: re.Pattern[str]
    touched: re.Pattern[str]


def script_of(clean: str) -> Script:
    """The script of a text, told by the characters that only one script has.

    >>> script_of("審結萬件"), script_of("审结万件")
    (<Script.HANT: 'hant'>, <Script.HANS: 'hans'>)
    """
    tables = _tables()
    hant = sum(map(tables.characters.__contains__, clean))
    if not hant:
        return Script.HANS
    hans = sum(map(tables.simplified.__contains__, clean))
    if hant <= _MOSTLY * (hant + hans):
        return Script.HANS
    return Script.HANT if hans <= _MOSTLY * (hant + hans) else Script.MIXED


def to_simplified(text: AlignedText) -> AlignedText:
    """The text in Simplified script; each character keeps its place."""
    tables = _tables()
    if not tables.touched.search(text.clean):
        return text
    phrases = _phrases(text.clean, tables)
    if not phrases and not tables.changed.search(text.clean):
        return text
    old = points_of(text.clean)
    new = tables.points[old]
    for start, end, phrase in phrases:
        new[start:end] = points_of(phrase)
    changed, clean = count_changes(old, new), text_of(new)
    simplified = text.with_same_length(clean, "script", changed)
    if "著" in clean and changed > _MOSTLY * len(clean):
        return simplified.with_same_length(_ZHU.sub("着", clean), "script")
    return simplified


def simplified(character: str) -> str:
    """The Simplified form of one character, out of context."""
    return _tables().characters.get(character, character)


def is_traditional(character: str) -> bool:
    """Whether the character has another form in Simplified script."""
    return character in _tables().characters


def _phrases(clean: str, tables: _Tables) -> list[tuple[int, int, str]]:
    """Where phrases of the dictionary stand: longest first, then from the left, none overlapping."""
    found: set[tuple[int, int, str]] = set()
    for match in tables.odd.finditer(clean):
        for phrase, offset, new in tables.phrases.get(match.group(), ()):
            start = match.start() - offset
            if start >= 0 and clean.startswith(phrase, start):
                found.add((start, start + len(phrase), new))
    kept: list[tuple[int, int, str]] = []
    taken: set[int] = set()
    for start, end, new in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if taken.isdisjoint(range(start, end)):
            kept.append((start, end, new))
            taken.update(range(start, end))
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
        characters,
        table_of(characters),
        frozenset(simplified),
        _any_of(odd),
        phrases,
        _any_of(characters),
        _any_of(odd | characters.keys()),
    )


def _any_of(characters: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds each of the characters, and all beyond the basic plane.

    A class of the basic plane alone is a bitmap for `re`, ten times as fast as any other way to look.
    """
    basic = "".join(re.escape(character) for character in sorted(characters) if character < "\U00010000")
    return re.compile(f"[{basic}]|[\U00010000-\U0010ffff]")


def _dictionary(name: str) -> dict[str, str]:
    text = files("opencc").joinpath("dictionary", f"{name}.txt").read_text(encoding="utf-8")
    return dict(line.strip().split("\t", 1) for line in text.splitlines() if "\t" in line)


def _first(values: str) -> str:
    """The first of several readings, which is the one that OpenCC takes."""
    return values.partition(" ")[0]


def is_common(character: str) -> bool:
    """Whether the character is of the first level of GB 2312, the 3,755 that every reader knows."""
    code = character.encode("gb2312", errors="ignore")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7
