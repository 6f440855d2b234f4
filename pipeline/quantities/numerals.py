"""From the characters of a numeral to its exact value.

>>> parse_number("12亿1598万"), parse_number("一百五十六点三亿"), parse_number("二百五")
(Decimal('1215980000'), Decimal('15630000000.0'), Decimal('250'))

Finding a numeral is not done here: `parse_number` takes a string that is one numeral, or gives None.
"""

from __future__ import annotations

from decimal import Decimal

import regex

_WRITTEN = ("零〇○", "一壹", "二贰两俩", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
DIGITS = {character: digit for digit, group in enumerate(_WRITTEN) for character in group}
_SMALL = {"十": 10, "拾": 10, "廿": 20, "卅": 30, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = (("兆", 10**12), ("亿", 10**8), ("万", 10**4))
_HALF = Decimal("0.5")
_NEGATIVE = ("-", "−", "负", "零下")
_ARABIC = r"[0-9][0-9,]{0,40}(?:\.[0-9]{1,20})?|\.[0-9]{1,20}"
_TOKEN = regex.compile(rf"(?P<arabic>{_ARABIC})|(?P<char>.)", regex.DOTALL)

Token = Decimal | str


def parse_number(numeral: str) -> Decimal | None:
    """The value of a numeral in Arabic digits, hanzi or both; None when it is not one well-formed numeral.

    Magnitudes multiply what stands before them (万亿 is 10¹²); a last digit straight after a magnitude is a
    tenth of it (二百五 is 250); hanzi digits without a magnitude read as written (二〇一八 is 2018).
    """
    bare = numeral.replace(" ", "")
    negative = next((sign for sign in _NEGATIVE if bare.startswith(sign)), "")
    tokens = _tokens(bare[len(negative) :])
    if tokens is None:
        return None
    value = _with_fraction(tokens)
    return -value if negative and value is not None else value


def _tokens(numeral: str) -> list[Token] | None:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(numeral):
        if match["arabic"]:
            tokens.append(Decimal(match["arabic"].replace(",", "")))
        elif match["char"] in DIGITS or match["char"] in "十拾廿卅百佰千仟万亿兆点半":
            tokens.append(match["char"])
        else:
            return None
    return tokens or None


def _with_fraction(tokens: list[Token]) -> Decimal | None:
    """A numeral that may hold one 点: 十点二三三, 一百五十六点三亿."""
    if "点" not in tokens:
        return _whole(tokens)
    at = tokens.index("点")
    tail = tokens[at + 1 :]
    digits = 0
    while digits < len(tail) and tail[digits] in DIGITS:
        digits += 1
    head = _whole(tokens[:at]) if at else None
    if head is None or not digits:
        return None
    fraction = Decimal("0." + "".join(str(DIGITS[str(c)]) for c in tail[:digits]))
    scale = _whole(tail[digits:]) if digits < len(tail) else Decimal(1)
    return None if scale is None else (head + fraction) * scale


def _whole(tokens: list[Token]) -> Decimal | None:
    """The value of a numeral without 点: left of its largest magnitude times that, plus the rest."""
    for char, size in _LARGE:
        if char not in tokens:
            continue
        at = len(tokens) - 1 - tokens[::-1].index(char)
        left = _whole(tokens[:at]) if at else Decimal(1)
        right = _after_magnitude(tokens[at + 1 :], size)
        return None if left is None or right is None else left * size + right
    return _below_ten_thousand(tokens)


def _after_magnitude(tokens: list[Token], size: int) -> Decimal | None:
    if not tokens:
        return Decimal(0)
    if len(tokens) == 1 and tokens[0] in DIGITS:
        return Decimal(DIGITS[str(tokens[0])] * size) / 10
    value = _whole(tokens[1:] if tokens[0] in ("零", "〇") and len(tokens) > 1 else tokens)
    return value if value is None or value < size else None


def _below_ten_thousand(tokens: list[Token]) -> Decimal | None:
    if tokens == ["半"]:
        return _HALF
    if not tokens:
        return None
    if all(token in DIGITS for token in tokens):
        return Decimal("".join(str(DIGITS[str(token)]) for token in tokens))
    total = Decimal(0)
    digit: Decimal | None = None
    last = 0
    for i, token in enumerate(tokens):
        if isinstance(token, str) and token in _SMALL:
            last = _SMALL[token]
            total += last * (digit or 1)
            digit = None
            continue
        value = _digit(token, first=i == 0)
        if value is None or digit:
            return None
        digit = value
    if digit is None:
        return total
    short = last >= 100 and isinstance(tokens[-1], str) and tokens[-2] in _SMALL
    return total + digit * (Decimal(last) / 10 if short else 1)


def _digit(token: Token, first: bool) -> Decimal | None:
    """The value of a digit or an Arabic number; 半 counts only at the beginning (半百)."""
    if isinstance(token, Decimal):
        return token
    if token in DIGITS:
        return Decimal(DIGITS[token])
    return _HALF if token == "半" and first else None
