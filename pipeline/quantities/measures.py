"""The measure word after a numeral: longest match in the vocabulary, compound rates, 半 and 多 around it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.quantities.numerals import parse_number
from pipeline.vocabulary import Unit, Vocabulary

_SPACE = " "
_TENTH, _HALF = Decimal(10), Decimal("0.5")
_LADDERS = (
    {"年": Decimal(12), "个月": Decimal(1)},
    {"小时": Decimal(60), "分钟": Decimal(1)},
    {"年": Decimal(365), "个月": Decimal(30), "天": Decimal(1)},
)
_PER = regex.compile(r"每[一]?(?P<size>[百千万亿]{0,2})(?P<what>\p{Han}{1,3})$")
_HAN = regex.compile(r"\p{Han}")
_TENTHS = regex.compile(
    r"成(?:(?P<half>半)|(?P<more>[一二三四五六七八九])(?![十百千万亿\p{Han}])|(?P<bare>))"
)


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


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """Look-ups: beginnings of other words, nouns counted without a measure word, what 每 does not divide."""

    barriers: frozenset[str]
    longest_barrier: int
    scope: regex.Pattern[str]
    not_half: tuple[str, ...]
    not_tenth: tuple[str, ...]
    after_liang: tuple[str, ...]
    not_per: frozenset[str]
    households: tuple[str, ...]
    casualties: regex.Pattern[str]
    counted: regex.Pattern[str]


@lru_cache(maxsize=8)
def measure_words(words: Vocabulary) -> MeasureWords:
    """The look-ups of a vocabulary."""
    barriers = frozenset(words.list("unit.barrier"))
    return MeasureWords(
        barriers,
        max(map(len, barriers)),
        compose(r"{noun}", noun=any_of(words.list("scope.noun"))),
        words.list("unit.half.not"),
        words.list("unit.tenth.not"),
        words.list("unit.liang.after"),
        frozenset(words.list("unit.per.not")),
        words.list("unit.household"),
        compose(r"{word}(?=[0-9、,。;:!?()”\n一二三四五六七八九十数]|$)",
                word=any_of(words.list("unit.casualty"))),
        compose(r"(?P<noun>{noun})(?:总量|总数)?{verb}?$", noun=any_of(words.list("unit.noun")),
                verb=any_of(words.list("unit.noun.verb"))),
    )  # fmt: skip


def find_measure(text: str, start: int, words: Vocabulary) -> Measure | None:
    """The measure word that begins at `start` (one space may stand before it), or None.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> find_measure("3公斤苹果", 1, default_vocabulary()).unit
    '千克'
    """
    at = start + 1 if text[start : start + 1] == _SPACE else start
    found = _find_tenths(text, at, words) or _find_liang(text, at, words) or _find_inner(text, at, words)
    if found:
        return found
    entry = _longest(text, at, words)
    broken = _find_broken(text, start, words)
    if broken and (entry is None or len(broken.written) > entry[0] - at):
        return broken
    if entry is None:
        return None
    end, unit = entry
    extra = Decimal(0)
    not_half = measure_words(words).not_half
    if text.startswith("半", end) and unit.dimension and not text.startswith(not_half, end):
        extra, end = _HALF, end + 1
    name, end = _find_rate(text, end, unit.name, words)
    return Measure(end, text[at:end], name, extra=extra, known=unit)


def _find_tenths(text: str, at: int, words: Vocabulary) -> Measure | None:
    """成 as a tenth: 三成, 三成半, 九成九; not the 成 of 成立."""
    match = _TENTHS.match(text, at)
    if match is None or text.startswith(measure_words(words).not_tenth, at):
        return None
    extra = Decimal(5) if match["half"] else parse_number(match["more"] or "零")
    return Measure(match.end(), match.group(), "%", factor=_TENTH, extra=extra or Decimal(0))


def _find_liang(text: str, at: int, words: Vocabulary) -> Measure | None:
    """两 as a weight (1234两, 二两白银); before anything else it is a numeral."""
    if not text.startswith("两", at):
        return None
    table = measure_words(words)
    if at + 1 < len(text) and not text.startswith(table.after_liang, at + 1):
        return None
    return Measure(at + 1, "两", "两", known=words.unit_names.get("两"))


def _find_inner(text: str, at: int, words: Vocabulary) -> Measure | None:
    """多 and 半 inside a measure word: 两个多月, 一个半小时."""
    if text[at : at + 2] not in ("个多", "个半"):
        return None
    found = _longest(text, at + 2, words, prefix="个")
    if found is None or found[1].dimension not in ("time", "duration"):
        return None
    end, unit = found
    half = text[at + 1] == "半"
    return Measure(end, text[at:end], unit.name, more=not half, extra=_HALF * half, known=unit)


def _find_broken(text: str, start: int, words: Vocabulary) -> Measure | None:
    """A measure word that a line end cuts, or cuts off from a magnitude: 18.4万⏎吨, 0.5个千⏎分点.

    One character with a word behind it is no measure: 超9.8万⏎根据.
    """
    cut = text.find("\n", start, start + words.longest_measure)
    if cut < 0 or (cut == start and text[start - 1] not in "百千万亿"):
        return None
    stop = cut + 1 + words.longest_measure
    joined = text[start:cut] + text[cut + 1 : stop]
    found = _longest(joined, 0, words)
    if found is None or found[0] <= cut - start:
        return None
    if found[0] == 1 and _HAN.match(joined, 1):
        return None
    return Measure(start + found[0] + 1, joined[: found[0]], found[1].name, known=found[1])


def _longest(text: str, at: int, words: Vocabulary, prefix: str = "") -> tuple[int, Unit] | None:
    table = measure_words(words)
    sizes = range(table.longest_barrier, 0, -1)
    barrier = next((n for n in sizes if text[at : at + n] in table.barriers), 0)
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
    last, after = text[at + size - 1], text[at + size : at + size + 1]
    return last.isascii() and last.isalpha() and after.isascii() and after.isalnum()


def _find_rate(text: str, end: int, name: str, words: Vocabulary) -> tuple[str, int]:
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
    """每吨 or 每千人 right before a numeral: where it starts and the lower part of the unit.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> find_per("每万人5.2件", 3, default_vocabulary()), find_per("每天5件", 2, default_vocabulary())
    ((0, '万人'), None)
    """
    match = _PER.search(text, max(0, start - 6), start)
    if match is None or match["what"] in measure_words(words).not_per:
        return None
    unit = words.units.get(match["what"])
    return None if unit is None else (match.start(), match["size"] + unit.name)


def find_scope_noun(text: str, start: int, words: Vocabulary) -> int | None:
    """The end of a noun counted without a measure word (五国, 六方面), or None."""
    table = measure_words(words)
    match = table.scope.match(text, start)
    if match is None:
        return None
    longer = range(match.end() - start + 1, table.longest_barrier + 1)
    return None if any(text[start : start + n] in table.barriers for n in longer) else match.end()


def find_noun_unit(text: str, start: int, end: int, words: Vocabulary) -> str | None:
    """The unit that a noun carries for a number without one: 出游人次65.22亿, 一万多农户."""
    table = measure_words(words)
    if text.startswith(table.households, end):
        return "户"
    match = table.counted.search(text, max(0, start - 10), start)
    if match is None:
        return None
    unit = words.units.get(match["noun"]) or words.units.get(match["noun"].removesuffix("数"))
    return unit.name if unit else None


def counts_casualties(text: str, end: int, words: Vocabulary) -> bool:
    """10死4伤: people, counted without a measure word."""
    return bool(measure_words(words).casualties.match(text, end))


def combine(first: str, second: str, high: Decimal, low: Decimal) -> tuple[Decimal, str] | None:
    """Two times as one number in the smaller unit: 一年零五个月 is 17 个月.

    >>> combine("年", "个月", Decimal(1), Decimal(5))
    (Decimal('17'), '个月')
    """
    for scale in _LADDERS:
        if first in scale and second in scale and scale[first] > scale[second]:
            return high * scale[first] / scale[second] + low, second
    return None
