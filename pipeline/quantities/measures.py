"""The measure word after a numeral: longest match in the vocabulary, compound rates, 半 and 多 around it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Unit, Vocabulary

_SPACE = " "
_CHENG_WORDS = "立员为果本功交都绩长型品套效形名宫"  # 成立, 成员 …: not 成 (a tenth)
_HALF_WORDS = "导岛径决夜山路场球程封挂自数价年月天军公官"  # 半导体, 半径 …: not the half of 两米半
_TIME = {"年": Decimal(12), "个月": Decimal(1)}
_CLOCK = {"小时": Decimal(60), "分钟": Decimal(1)}
_DAYS = {"年": Decimal(365), "个月": Decimal(30), "天": Decimal(1)}
_SUBDIVISIONS = {"角": Decimal("0.1"), "毛": Decimal("0.1"), "分": Decimal("0.01")}
PER = regex.compile(r"每[一]?(?P<size>[百千万亿]{0,2})(?P<what>\p{Han}{1,3})$")
_PER_EXCLUDED = frozenset({"天", "年", "日", "月", "个月", "次", "季度", "周", "小时", "年均", "期", "个", "股"})


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure word found at a position: where it ends, what it is as written, its canonical unit.

    ``factor`` and ``extra`` adjust the number (三成 is 30 %, 两米半 is 2.5 m); ``more`` is True for 两个多月.
    """

    end: int
    written: str
    unit: str
    factor: Decimal = Decimal(1)
    extra: Decimal = Decimal(0)
    more: bool = False
    known: Unit | None = None


@lru_cache(maxsize=8)
def _barriers(words: Vocabulary) -> tuple[frozenset[str], int]:
    entries = frozenset(words.list("unit.barrier"))
    return entries, max(map(len, entries))


@lru_cache(maxsize=8)
def _scope(words: Vocabulary) -> regex.Pattern[str]:
    return compose(r"{noun}", noun=any_of(words.list("scope.noun")))


def find_measure(text: str, start: int, words: Vocabulary) -> Measure | None:
    """The measure word that begins at `start` (one space may stand before it), or None."""
    at = start + 1 if text[start : start + 1] == _SPACE else start
    cheng = _tenths(text, at)
    if cheng:
        return cheng
    more = text[at : at + 2] in ("个多", "个半") and at + 2 < len(text)
    if more:
        found = _longest(text, at + 2, words, prefix="个")
        if found and found[1].dimension in ("time", "duration"):
            end, unit = found
            half = text[at + 1] == "半"
            return Measure(end, text[at:end], unit.name, more=not half, extra=Decimal("0.5") * half, known=unit)
    found = _longest(text, at, words)
    if found is None:
        return None
    end, unit = found
    extra = Decimal(0)
    if text[end : end + 1] == "半" and text[end + 1 : end + 2] not in tuple(_HALF_WORDS) and unit.dimension:
        extra, end = Decimal("0.5"), end + 1
    name, end = _per(text, end, unit.name, words)
    return Measure(end, text[at:end], name, extra=extra, known=unit)


def _tenths(text: str, at: int) -> Measure | None:
    """成 as a tenth: 三成, 三成半, 一成多."""
    if text[at : at + 1] != "成" or (text[at + 1 : at + 2] and text[at + 1] in _CHENG_WORDS):
        return None
    half = text[at + 1 : at + 2] == "半"
    end = at + 1 + half
    return Measure(end, text[at:end], "%", factor=Decimal(10), extra=Decimal(5) * half)


def _longest(text: str, at: int, words: Vocabulary, prefix: str = "") -> tuple[int, Unit] | None:
    entries, longest_barrier = _barriers(words)
    barrier = next((n for n in range(longest_barrier, 0, -1) if text[at : at + n] in entries), 0)
    for size in range(words.longest_measure, 0, -1):
        piece = text[at : at + size]
        unit = words.units.get(prefix + piece) if len(piece) == size else None
        if unit is None:
            continue
        if barrier > size or _inside_latin(text, at, size):
            return None
        return at + size, unit
    return None


def _inside_latin(text: str, at: int, size: int) -> bool:
    """A Latin unit must not run on into more Latin letters (5GHz is not 5 G)."""
    after = text[at + size : at + size + 1]
    return text[at + size - 1].isascii() and text[at + size - 1].isalpha() and after.isascii() and after.isalnum()


def _per(text: str, end: int, name: str, words: Vocabulary) -> tuple[str, int]:
    """元/吨, 元每吨, GB/户·月: the unit with what follows its slash."""
    if text[end : end + 1] not in ("/", "每"):
        return name, end
    below = _longest(text, end + 1, words)
    if below is None:
        return name, end
    stop, unit = below
    lower = unit.name
    if text[stop : stop + 1] == "·" and (second := _longest(text, stop + 1, words)):
        stop, lower = second[0], f"{lower}·{text[stop + 1 : second[0]]}"
    return f"{name}/{lower}", stop


def find_per(text: str, start: int, words: Vocabulary) -> tuple[int, str] | None:
    """每吨 or 每千人 right before a numeral: where it starts and the lower part of the unit."""
    match = PER.search(text, max(0, start - 6), start)
    if match is None or match["what"] in _PER_EXCLUDED:
        return None
    unit = words.units.get(match["what"])
    if unit is None:
        return None
    return match.start(), match["size"] + unit.name


def find_scope_noun(text: str, start: int, words: Vocabulary) -> int | None:
    """The end of a noun counted without a measure word (五国, 六方面), or None."""
    match = _scope(words).match(text, start)
    return match.end() if match else None


def combine(first: str, second: str, high: Decimal, low: Decimal) -> tuple[Decimal, str] | None:
    """Two times or two pieces of money as one number: 一年零五个月 is 17 个月, 五元三毛 is 5.3 元."""
    for scale in (_TIME, _CLOCK, _DAYS):
        if first in scale and second in scale and scale[first] > scale[second]:
            return high * scale[first] / scale[second] + low, second
    return None
