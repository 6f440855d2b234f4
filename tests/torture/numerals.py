"""Numerals against an oracle: what is written from a value must be read as that value."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random

from pipeline.model import Quantity
from pipeline.quantities.find import find_quantities
from pipeline.quantities.numerals import parse_number
from pipeline.text.aligned import AlignedText
from pipeline.text.clean import clean_text
from pipeline.vocabulary import Vocabulary, default_vocabulary
from tests.torture.outcome import Outcome
from tests.torture.sayings import NAMES, Saying, say, shorten
from tests.torture.spread import spread

CLEANED = 20  # one of so many is written full width and in Traditional characters, and cleaned
CLOSE = Fraction(1, 10**12)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in "~\"'"}
HANT = str.maketrans("亿万两余约过达个项辆户吨亩发计报见", "億萬兩餘約過達個項輛戶噸畝發計報見")


def check_numerals(count: int, folder: Path, seed: int) -> Outcome:
    """`count` sentences, each with one quantity."""
    note = f"{len(NAMES) + 1} grammars: {', '.join(NAMES).replace('_', ' ')}, short"
    return Outcome(10, "numerals against an oracle", count, tuple(spread(find_misread, count, seed)), note)


def find_misread(count: int, seed: int) -> list[str]:
    """The sentences that are read wrong, of `count` drawn from `seed`."""
    words, draw = default_vocabulary(), Random(seed)
    return [fault for number in range(count) for fault in _misread(draw, words, number % CLEANED == 0)]


def _misread(draw: Random, words: Vocabulary, is_wide: bool) -> Iterator[str]:
    grammar, saying = say(draw)
    text = saying.text
    numeral, value = shorten(draw)
    if parse_number(numeral) != value:
        yield f"short: {numeral} read as {parse_number(numeral)}, not {value}"
    if is_wide:
        text = clean_text(AlignedText.of(text.translate(WIDE | HANT)), words).text.clean
    found = find_quantities(text, words)
    if len(found) != 1 or not is_right(found[0], saying, text):
        read = [(text[q.start : q.end], str(q.value), str(q.value_high), q.unit, str(q.bound)) for q in found]
        wanted = (saying.quote, str(saying.value), str(saying.high), saying.unit, saying.bound)
        yield f"{grammar}: {text!r} read as {read}, not {wanted}"


def is_right(quantity: Quantity, saying: Saying, text: str) -> bool:
    """Whether the quantity is what was said."""
    high = None if quantity.value_high is None else Fraction(quantity.value_high)
    return (
        _is_close(Fraction(quantity.value), saying.value)
        and (high is None) == (saying.high is None)
        and (high is None or saying.high is None or _is_close(high, saying.high))
        and (quantity.unit, str(quantity.bound)) == (saying.unit, saying.bound)
        and text[quantity.start : quantity.end] == saying.quote
    )


def _is_close(value: Fraction, wanted: Fraction) -> bool:
    """Exact, but for thirds and the like, which have no end as decimals."""
    return value == wanted or abs(value - wanted) <= CLOSE * abs(wanted)
