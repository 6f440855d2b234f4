"""Two numbers that make one quantity: ranges, comparisons from both sides, a time in two units.

>>> from pipeline.quantities.find import find_quantities
>>> from pipeline.vocabulary import default_vocabulary
>>> [(str(q.value), str(q.value_high), q.unit) for q in find_quantities("10—20万元", default_vocabulary())]
[('100000', '200000', '元')]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

import regex

from pipeline.model import Bound, Quantity
from pipeline.patterns import any_of, compose
from pipeline.quantities import measures
from pipeline.quantities.draft import Draft, adjust
from pipeline.quantities.forms import Number, read_number, split_scale
from pipeline.quantities.grammar import Numeral
from pipeline.quantities.money import with_small_money
from pipeline.quantities.numerals import parse_number
from pipeline.vocabulary import Vocabulary

_RANGE = regex.compile(r"[ ]?(?:至|到|[-—–－~～〜―‑]{1,2})[ ]?")
_PAIR = regex.compile(r"[ ]?[与和及至到、][ ]?")
_JOINS = ("", "零", "又")
_LISTED = regex.compile(r"[、,]")
_CLOSES = frozenset(" ,。、;:!?)的")
_LOW = frozenset({Bound.OVER, Bound.AT_LEAST})
_HIGH = frozenset({Bound.UNDER, Bound.AT_MOST})


@dataclass(frozen=True, slots=True)
class RangeWords:
    """A verb before the first number, after which 至 is movement (从3增至5); what joins two comparisons."""

    moves: regex.Pattern[str]
    joint: regex.Pattern[str]


@lru_cache(maxsize=8)
def range_words(words: Vocabulary) -> RangeWords:
    """The look-ups of a vocabulary."""
    return RangeWords(
        compose(r"{verb}了?的?[近超约逾]?$", verb=any_of(words.list("range.moves"))),
        compose(r"[ ]?(?:(?P<comma>,)[ ]?{word}?|{word})[ ]?|[ ]", word=any_of(words.list("bound.joint"))),
    )


def with_range(text: str, draft: Draft, after: Numeral | None, words: Vocabulary) -> Draft:
    """The draft with its upper number: 3至5个, 10—20万, 10个月至20年, 6、7年, 10与20之间."""
    if after is None or after.kind != "number" or draft.number.unit:
        return draft
    upper = read_number(after)
    if upper is None or upper.high is not None or upper.vague:
        return draft
    top = measures.find_measure(text, upper.end, words)
    between = text[draft.end : after.start]
    closed = _find_close(text, upper, top)
    if closed and _PAIR.fullmatch(between) and (not draft.written or (top and top.unit == draft.unit)):
        return _closed(draft, upper, top if top and top.end <= closed - 2 else None, closed)
    if not _is_range(text, draft, upper, top is not None, words):
        return draft
    return _joined(draft, upper, after.text, top)


def _find_close(text: str, upper: Number, top: measures.Measure | None) -> int | None:
    """The end of 之间 after the upper number, or of 间 where nothing follows that 间 could count."""
    for end in {upper.end, top.end if top else upper.end}:
        if text.startswith("之间", end):
            return end + 2
    if text.startswith("间", upper.end) and (text[upper.end + 1 : upper.end + 2] or ",") in _CLOSES:
        return upper.end + 1
    return None


def _closed(draft: Draft, upper: Number, top: measures.Measure | None, end: int) -> Draft:
    value, high = adjust(draft.number.value, top), adjust(upper.value, top)
    if high <= value:
        return draft
    unit, written, known = (top.unit, top.written, top.known) if top else ("", "", None)
    draft = replace(draft, value=value, high=high, unit=unit, written=written, known=known)
    return replace(draft, end=end, rule="range")


def _is_range(text: str, draft: Draft, upper: Number, measured: bool, words: Vocabulary) -> bool:
    """What stands between the numbers makes a range of them, and neither moves from one to the other."""
    if draft.written and not measured:
        return False
    between = text[draft.end : upper.start]
    value = draft.number.value
    if _LISTED.fullmatch(between):
        next_one = value < 10 and upper.value == value + 1 and upper.end - upper.start == 1
        return next_one and measured and not draft.written
    if not _RANGE.fullmatch(between):
        return False
    spoken = "至" in between or "到" in between
    moves = range_words(words).moves.search(text, max(0, draft.number.start - 8), draft.number.start)
    return not (spoken and moves and "不等" not in text[upper.end : upper.end + 20])


def _joined(draft: Draft, upper: Number, form: str, top: measures.Measure | None) -> Draft:
    """The range of two numbers, both in one unit."""
    value, high = draft.value, adjust(upper.value, top)
    if top is None:
        return replace(draft, high=high, end=upper.end, rule="range") if high > value else draft
    unit, written, known = top.unit, top.written, top.known
    if not draft.written:
        value = draft.number.value * _shared_scale(draft.number, upper, form) * top.factor
    elif draft.unit != top.unit:
        converted = measures.combine(top.unit, draft.unit, high, Decimal(0))
        if converted is None:
            return draft
        high, unit, written, known = converted[0], draft.unit, draft.written, draft.known
    if high <= value:
        return draft
    draft = replace(draft, value=value, high=high, unit=unit, written=written, known=known)
    return replace(draft, end=top.end, rule="range")


def _shared_scale(low: Number, upper: Number, form: str) -> Decimal:
    """10—20万: the magnitude after the second number holds for the first one too."""
    size = split_scale(form)[1]
    return size if size > 1 and not low.scaled and low.value < upper.value / size else Decimal(1)


def with_compound(text: str, draft: Draft, after: Numeral | None, words: Vocabulary) -> Draft:
    """The draft with a smaller unit after it: 一年零五个月, 50元6角三分."""
    if not draft.written or draft.high is not None or after is None:
        return draft
    if draft.unit == "元" and after.start == draft.end:
        coins = with_small_money(text, draft)
        return coins if after.kind == "number" or _covers(coins, after) else draft
    if after.kind != "number" or draft.unit == "元" or text[draft.end : after.start] not in _JOINS:
        return draft
    number = parse_number(after.text.lstrip("零"))
    second = measures.find_measure(text, after.end, words)
    if number is None or second is None:
        return draft
    if draft.unit == "小时" and second.unit == "分":  # 2小时30分
        second = replace(second, unit="分钟", known=words.unit_names["分钟"])
    if (total := measures.combine(draft.unit, second.unit, draft.value, number)) is None:
        return draft
    draft = replace(draft, value=total[0], unit=total[1], written=second.written, known=second.known)
    return replace(draft, end=second.end, rule="compound")


def _covers(coins: Draft, after: Numeral) -> bool:
    """The fixed word that the numeral was taken for is no more than coins: 三角 of 五元三角."""
    return after.kind == "idiom" and coins.end >= after.start + len(after.word)


def join_comparisons(text: str, found: list[Quantity], words: Vocabulary) -> list[Quantity]:
    """大于100并且小于300 is one range; so are 最多100最少20个 and 比四分之一大,比二分之一小."""
    out: list[Quantity] = []
    for this in found:
        joined = _join(text, out[-1], this, words) if out else None
        if joined:
            out[-1] = joined
        else:
            out.append(this)
    return out


def _join(text: str, first: Quantity, second: Quantity, words: Vocabulary) -> Quantity | None:
    sides = (first, second) if first.bound in _LOW else (second, first)
    low, high = sides
    if low.bound not in _LOW or high.bound not in _HIGH or low.value >= high.value:
        return None
    if first.value_high or second.value_high or (first.unit and second.unit and first.unit != second.unit):
        return None
    between = text[first.end : second.start]
    match = range_words(words).joint.fullmatch(between) if between else None
    if between and match is None:
        return None
    if match and match["comma"] and not (_compares(text, first) and _compares(text, second)):
        return None
    owner = second if second.unit else first
    return replace(
        owner,
        start=first.start,
        end=second.end,
        value=low.value,
        value_high=high.value,
        bound=Bound.EXACT,
        rule="comparison",
        number_start=first.number_start,
        number_end=second.number_end,
    )


def _compares(text: str, quantity: Quantity) -> bool:
    """The bound is a comparison (大于, 比…大): only two of these are joined over a comma."""
    return quantity.rule == "compared" or "于" in text[quantity.start : quantity.number_start]
