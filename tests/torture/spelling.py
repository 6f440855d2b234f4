"""Numbers to the ways in which Chinese writes them: an oracle that shares no code with the pipeline.

It goes from the value to the characters, the pipeline from the characters to the value.

>>> spell(10203), spell(2_5000_0000), mix(1_2345_6789)
('一万零二百零三', '二亿五千万', '1亿2345万6789')
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

DIGITS = "零一二三四五六七八九"
FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
STEPS = ((10**8, "亿"), (10**4, "万"))
SCALES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8,
          "万亿": 10**12}  # fmt: skip


def spell(number: int) -> str:
    """The number in hanzi, read out in full."""
    if number < 10_000:
        return _below_ten_thousand(number) or DIGITS[0]
    size, name = next((size, name) for size, name in STEPS if number >= size)
    head, rest = divmod(number, size)
    if not rest:
        return spell(head) + name
    return spell(head) + name + (DIGITS[0] if rest < size // 10 else "") + spell(rest)


def _below_ten_thousand(number: int) -> str:
    written, skipped = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            written += (DIGITS[0] if skipped and written else "") + DIGITS[digit] + name
        skipped = not digit
    return written


def mix(number: int) -> str:
    """The number in Arabic digits between hanzi magnitudes."""
    written, rest, skipped = "", number, False
    for size, name in (*STEPS, (1, "")):
        digits, rest = divmod(rest, size)
        if digits:
            written += (DIGITS[0] if written and (skipped or digits < 1000) else "") + f"{digits}{name}"
        skipped = not digits
    return written or "0"


def vary(hanzi: str, draw: Random) -> str:
    """The same number as others write it: 两千, 十二, 〇, or in the characters of a bill."""
    way = draw.randrange(5)
    if way == 0:
        return hanzi.translate(FORMAL)
    if way == 1 and hanzi.startswith("二") and hanzi[1:2] in tuple("百千万亿"):
        hanzi = "两" + hanzi[1:]
    if way == 2:
        hanzi = hanzi.replace("零", "〇")
    return hanzi.removeprefix("一") if hanzi.startswith("一十") and way != 3 else hanzi


def point(value: Fraction, places: int) -> str:
    """A value with at most that many decimals as Arabic digits, without zeros at its end.

    >>> point(Fraction(5, 4), 3), point(Fraction(3), 3)
    ('1.25', '3')
    """
    whole, rest = divmod(value.numerator * 10**places // value.denominator, 10**places)
    decimals = f"{rest:0{places}}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def spell_point(value: Fraction, places: int) -> str:
    """The same in hanzi: 三点一四."""
    whole, _, decimals = point(value, places).partition(".")
    said = spell(int(whole))
    said = said.removeprefix("一") if said.startswith("一十") else said
    return said + ("点" + "".join(DIGITS[int(digit)] for digit in decimals) if decimals else "")


def group(number: int) -> str:
    """The number with commas."""
    return f"{number:,}"
