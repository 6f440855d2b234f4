"""The forms of a numeral and the number each one states: 十余万, 三四成, 数百万, 百分之七点八, 2/3, 第一.

>>> from pipeline.quantities.grammar import Numeral
>>> number = read_number(Numeral(0, 3, "number", "十余万"))
>>> number.value, number.more
(Decimal('100000'), True)
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import regex

from pipeline.quantities.grammar import Numeral
from pipeline.quantities.numerals import DIGITS, parse_number

_NEIGHBOURS = regex.compile(
    r"(?P<head>.{0,8}?)(?P<low>[一二两三四五六七八九])(?P<high>[二三四五六七八九])(?P<scale>[十百千万亿]{0,3})"
)
_FRACTION = regex.compile(
    r"(?P<sign>负?)(?P<below>.{1,40}?)[多余]?分之(?P<minus>负?)(?P<above>.{1,40}?)"
    r"(?:(?:至|到|[-—~]|、)(?:百分之)?(?P<high>.{1,20}?))?(?P<more>[多余])?"
)
_MORE = regex.compile(r"[多余来]|零?几")
_SCALES = frozenset("百佰千仟万亿兆")
_HUNDRED, _THOUSAND = Decimal(100), Decimal(1000)


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral that was read: its span, value, upper value and what its form says.

    ``more`` is True for 十余, ``vague`` for 数十 and 上百, ``scaled`` where a magnitude or a point shows that
    it counts; ``unit`` is that of a fraction (% or ‰).
    """

    start: int
    end: int
    value: Decimal
    high: Decimal | None = None
    more: bool = False
    vague: bool = False
    scaled: bool = False
    unit: str = ""


def read_number(numeral: Numeral) -> Number | None:
    """The number of a plain numeral with its 余, 多 and 几; None where the characters make no number."""
    form = numeral.text
    if form[0] in "几数" or (form[0] == "上" and len(form) > 1):
        return _read_vague(numeral)
    more = any(c in form for c in "多余来") or "几" in form[1:]
    plain = _MORE.sub("", form)
    pair = _read_neighbours(plain)
    if pair:
        low, high, scale = pair
        return Number(numeral.start, numeral.end, low, high, scaled=bool(scale))
    value = parse_number(plain)
    if value is None:
        return None
    scaled = "." in plain or "," in plain or not _SCALES.isdisjoint(plain)
    return Number(numeral.start, numeral.end, value, more=more, scaled=scaled)


def _read_vague(numeral: Numeral) -> Number | None:
    """数百万 and 几十 are at least two of their magnitude, 上百 is one."""
    form = numeral.text
    rest = form[1:].rstrip("多余")
    size = parse_number(rest) if rest else Decimal(1)
    if size is None:
        return None
    value = size if form[0] == "上" else size * 2
    return Number(numeral.start, numeral.end, value, more=True, vague=True, scaled=len(form) > 1)


def _read_neighbours(plain: str) -> tuple[Decimal, Decimal, str] | None:
    """Two digits side by side name a range: 三四成, 五六十家, 十七八岁."""
    pair = _NEIGHBOURS.fullmatch(plain)
    if pair is None or pair["high"] == "二" or DIGITS[pair["high"]] != DIGITS[pair["low"]] + 1:
        return None
    if pair["head"] and (pair["head"][-1] in DIGITS or pair["head"][-1] == "点"):
        return None
    low = parse_number(pair["head"] + pair["low"] + pair["scale"])
    high = parse_number(pair["head"] + pair["high"] + pair["scale"])
    return None if low is None or high is None else (low, high, pair["scale"])


def read_fraction(numeral: Numeral) -> Number | None:
    """百分之七点八 is 7.8 %, 三分之二 is 66.667 %, 千分之三 is 3 ‰; of 百分之八到五 the low end is first."""
    match = _FRACTION.fullmatch(numeral.text)
    if match is None:
        return None
    below, above = parse_number(match["below"]), parse_number(match["above"])
    high = parse_number(match["high"]) if match["high"] else None
    if below is None or above is None or not below:
        return None
    unit = "‰" if below == _THOUSAND else "%"
    factor = Decimal(1) if below in (_HUNDRED, _THOUSAND) else _HUNDRED / below
    sign = -1 if bool(match["sign"]) != bool(match["minus"]) else 1
    ends = [sign * above * factor] if high is None else sorted((sign * above * factor, high * factor))
    return Number(
        numeral.start,
        numeral.end,
        ends[0],
        ends[-1] if ends[-1] > ends[0] else None,
        more=bool(match["more"]),
        scaled=True,
        unit=unit,
    )


def read_slashed(numeral: Numeral) -> Number | None:
    """2/3 as a share; None for what is no proper fraction (24/7)."""
    above, below = (Decimal(part) for part in numeral.text.split("/"))
    if not below or above >= below or len(numeral.text.split("/")[1]) > 2:
        return None
    return Number(numeral.start, numeral.end, above * 100 / below, scaled=True, unit="%")


def read_ratio(numeral: Numeral) -> Number | None:
    """3:1 and 3.2∶1 as a quotient; of 38:34:28 the first two parts."""
    above, below = (Decimal(part) for part in regex.split("[:∶]", numeral.text)[:2])
    return Number(numeral.start, numeral.end, above / below, scaled=True) if below else None


def read_doubling(numeral: Numeral) -> Number:
    """翻番 is one 番, 翻两番 two; the span begins at the numeral, or at 翻 where there is none."""
    digits = numeral.text.removeprefix("翻").removeprefix("了").removesuffix("番")
    start = numeral.end - 1 - len(digits) if digits else numeral.start
    return Number(start, numeral.end, parse_number(digits) or Decimal(1), scaled=True, unit="番")


def split_scale(form: str) -> tuple[str, Decimal]:
    """The digits of a numeral and the magnitude after them.

    >>> split_scale("20万")
    ('20', Decimal('10000'))
    """
    digits = form.rstrip("百千万亿兆")
    size = parse_number("一" + form[len(digits) :]) if len(digits) < len(form) else None
    return digits, size or Decimal(1)
