"""Sentences with one quantity each, and what that quantity is: value, upper value, unit, bound, quote.

Each grammar draws a value and writes it in one way.  What Chinese itself leaves open is not drawn: 二〇一八人
may hold a year, 三万五人 35,000 or 30,005 people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from tests.torture.spelling import DIGITS, SCALES, group, mix, point, spell, spell_point, vary

UNITS = ("件", "家", "人", "元", "起", "户", "吨", "公里", "平方米", "亩", "人次", "台", "套", "万元", "亿元",
         "美元", "千瓦时", "个", "项", "名", "辆")  # fmt: skip
SIZES = {"万元": ("元", 10**4), "亿元": ("元", 10**8)}
BEFORE = {"超": "over", "超过": "over", "逾": "over", "突破": "over", "近": "nearly", "接近": "nearly",
          "约": "about", "大约": "about", "不到": "under", "不足": "under", "至少": "at_least",
          "不少于": "at_least", "不低于": "at_least", "不超过": "at_most", "最多": "at_most"}  # fmt: skip
AFTER = {"以上": "at_least", "左右": "about", "以下": "at_most"}
OPENINGS = ("全市共受理", "截至目前,累计登记", "去年", "据统计,", "甲县报告", "其中", "平台发放\n共")
ENDINGS = ("。", ",同比有所变化。", ";", ",", "\n", "", "(见附表)。")
SIGNS = (("¥", "元"), ("$", "美元"), ("€", "欧元"), ("£", "英镑"), ("HK$", "港元"))
DASHES = ("至", "到", "-", "—", "~", "--")


@dataclass(frozen=True, slots=True)
class Saying:
    """A quantity as it is written, and what it must be read as."""

    quote: str
    value: Fraction
    unit: str = ""
    high: Fraction | None = None
    bound: str = "exact"
    text: str = ""


Grammar = Callable[[Random], Saying]


def say(draw: Random) -> tuple[str, Saying]:
    """The name of a grammar and a sentence that it made."""
    name = draw.choice(NAMES)
    saying = GRAMMARS[name](draw)
    opening = "变动为" if saying.quote[0] == "-" else draw.choice(OPENINGS)  # 去年-3% might be a dash
    text = opening + saying.quote + draw.choice(ENDINGS)
    return name, replace(saying, text=text)


def shorten(draw: Random) -> tuple[str, int]:
    """A numeral that leaves out what is clear, and its value: 二百五, 三万五, 廿三, 3兆, 〇 for 零."""
    digit, last = draw.randrange(1, 10), draw.randrange(1, 10)
    match draw.randrange(4):
        case 0:
            scale = draw.choice(("百", "千", "万", "亿"))
            size = SCALES[scale]
            return DIGITS[digit] + scale + DIGITS[last], digit * size + last * size // 10
        case 1:
            tens = draw.choice((20, 30))
            return {20: "廿", 30: "卅"}[tens] + DIGITS[last], tens + last
        case 2:
            return f"{digit}兆{last}亿", digit * 10**12 + last * 10**8
        case _:
            number = _whole(draw, 4)
            return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number)), number


def _whole(draw: Random, most: int = 13) -> int:
    """A whole number from 10 up; all lengths are as likely, and zeros within are frequent."""
    rest = (draw.choice("0000123456789") for _ in range(draw.randrange(1, most)))
    return int("".join((draw.choice("123456789"), *rest)))


def _decimal(draw: Random, most: int = 10_000, places: int = 3) -> tuple[Fraction, int]:
    places = draw.randrange(1, places + 1)
    return Fraction(draw.randrange(1, most * 10**places), 10**places), places


def _counted(draw: Random, written: str, value: Fraction | int) -> Saying:
    """The numeral with a measure word, and perhaps a bound on one side."""
    measure = draw.choice(UNITS)
    if measure in SIZES and set("百千万亿佰仟") & set(written):
        measure = "元"  # 3万万元 is nobody's way
    if measure == "千瓦时" and written[-1] in "百千佰仟":
        measure = "件"
    unit, size = SIZES.get(measure, (measure, 1))
    return _bounded(draw, written + measure, Saying("", Fraction(value) * size, unit))


def _bounded(draw: Random, written: str, saying: Saying) -> Saying:
    way = draw.randrange(4)
    if way == 0:
        word = draw.choice(tuple(BEFORE))
        return replace(saying, quote=word + written, bound=BEFORE[word])
    if way == 1:
        word = draw.choice(tuple(AFTER))
        return replace(saying, quote=written + word, bound=AFTER[word])
    return replace(saying, quote=written)


def hanzi(draw: Random) -> Saying:
    """一万零二百零三件."""
    number = _whole(draw)
    return _counted(draw, vary(spell(number), draw), number)


def arabic(draw: Random) -> Saying:
    """10203件 and 10,203件."""
    number = _whole(draw)
    return _counted(draw, draw.choice((str, group))(number), number)


def arabic_decimal(draw: Random) -> Saying:
    """102.03件."""
    value, places = _decimal(draw)
    return _counted(draw, point(value, places), value)


def mixed(draw: Random) -> Saying:
    """12亿1598万件, 1亿2345万6789件."""
    number = _whole(draw)
    return _counted(draw, mix(number), number)


def scaled(draw: Random) -> Saying:
    """12.3万件, 1,234万亿元, 三百万件."""
    scale = draw.choice([name for name in SCALES if name])
    value, places = _decimal(draw, 9999)
    if draw.randrange(2):
        value, places = Fraction(draw.randrange(2, 9999)), 0
    return _counted(draw, (point(value, places) if places else str(value)) + scale, value * SCALES[scale])


def stepped(draw: Random) -> Saying:
    """3万5千件, 1亿2千万件, 三万五千件."""
    high, low = draw.choice((("万", "千"), ("亿", "千万"), ("千万", "百万"), ("千", "百")))
    first, second = draw.randrange(1, 10), draw.randrange(1, 10)
    value = first * SCALES[high] + second * SCALES[low]
    if high == "千万":
        return _counted(draw, f"{first}千{second}百万", value)
    if draw.randrange(2):
        return _counted(draw, DIGITS[first] + high + DIGITS[second] + low, value)
    return _counted(draw, f"{first}{high}{second}{low}", value)


def hanzi_decimal(draw: Random) -> Saying:
    """三点一四亿元, 一百五十六点三万件."""
    value, places = _decimal(draw, 999, 2)
    scale = draw.choice(("", "万", "亿", "万亿"))
    return _counted(draw, spell_point(value, places) + scale, value * SCALES[scale])


def more(draw: Random) -> Saying:
    """二十多万件, 十余万件, 20余万件, 三百余件."""
    size = draw.choice((10, 100, 1000))
    number = draw.randrange(1, 10) * size
    written = str(number) if draw.randrange(2) else vary(spell(number), draw)
    scale = draw.choice(("", "万", "亿"))
    measure = draw.choice(("件", "人", "家", "户", "吨", "元"))
    quote = written + draw.choice("多余") + scale + measure
    return Saying(quote, Fraction(number * SCALES[scale]), measure, bound="over")


def tenths(draw: Random) -> Saying:
    """三成, 三成半, 九成九, 近七成."""
    digit = draw.randrange(1, 10)
    written = draw.choice((DIGITS[digit], str(digit))) + "成"
    value = digit * 10
    match draw.randrange(4):
        case 0:
            written, value = written + "半", value + 5
        case 1:
            extra = draw.randrange(1, 10)
            written, value = written + DIGITS[extra], value + extra
    word = draw.choice(("约", "近", "超", "超过", "不到", "逾", ""))
    return Saying(word + written, Fraction(value), "%", bound=BEFORE.get(word, "exact"))


def percent(draw: Random) -> Saying:
    """12.5%, -3.2%, 1.2个百分点, 3‰, 百分之十二点五."""
    value, places = _decimal(draw, 1000, 2)
    sign = draw.choice(("", "", "", "-", "负"))
    written = draw.choice((point(value, places) + "%", f"百分之{spell_point(value, places)}"))
    written = draw.choice((written, f"百分之{point(value, places)}"))
    unit = "%"
    match draw.randrange(6):
        case 0:
            written, unit, sign = point(value, places) + draw.choice(("个百分点", "百分点")), "百分点", ""
        case 1:
            written = draw.choice((point(value, places) + "‰", "千分之" + spell_point(value, places)))
            unit = "‰"
    if written[0] in "百千" and sign:
        sign = "负"
    return Saying(sign + written, -value, unit) if sign else _bounded(draw, written, Saying("", value, unit))


def parts(draw: Random) -> Saying:
    """三分之二, 十二分之五, 8分之3, 2/3."""
    below = draw.randrange(2, 60)
    above = draw.randrange(1, below)
    written = draw.choice((f"{vary_plain(below)}分之{vary_plain(above)}", f"{below}分之{above}"))
    return _bounded(draw, written, Saying("", Fraction(100 * above, below), "%"))


def vary_plain(number: int) -> str:
    """十二, 二十."""
    said = spell(number)
    return said.removeprefix("一") if said.startswith("一十") else said


def span(draw: Random) -> Saying:
    """3至5件, 10—20万人, 3万到5万户, 12.5%~13%."""
    low = draw.randrange(2, 900)
    high = low + draw.randrange(1, 100)
    dash, scale = draw.choice(DASHES), draw.choice(("", "万", "亿"))
    measure = draw.choice(("件", "人", "户", "吨", "公里"))
    ends = Fraction(low * SCALES[scale]), measure, Fraction(high * SCALES[scale])
    match draw.randrange(4):
        case 0:
            return Saying(f"{low}{dash}{high}{scale}{measure}", *ends)
        case 1:
            return Saying(f"{low}{scale}{dash}{high}{scale}{measure}", *ends)
        case 2:
            quote = f"{point(Fraction(low, 10), 1)}%{dash}{point(Fraction(high, 10), 1)}%"
            return Saying(quote, Fraction(low, 10), "%", Fraction(high, 10))
        case _:
            quote = f"{vary_plain(low)}{draw.choice('至到')}{vary_plain(high)}{measure}"
            return Saying(quote, Fraction(low), measure, Fraction(high))


def neighbours(draw: Random) -> Saying:
    """五六十家, 七八百万人, 三四成."""
    low = draw.choice((2, 3, 4, 5, 6, 7))
    first = "两" if low == 2 else DIGITS[low]
    scale = draw.choice(("十", "百", "千", "万", "百万", "成"))
    if scale == "成":
        return Saying(f"{first}{DIGITS[low + 1]}成", Fraction(10 * low), "%", Fraction(10 * low + 10))
    size, measure = {"十": 10, **SCALES}[scale], draw.choice(("家", "人", "户"))
    quote = f"{first}{DIGITS[low + 1]}{scale}{measure}"
    return Saying(quote, Fraction(low * size), measure, Fraction((low + 1) * size))


def money(draw: Random) -> Saying:
    """¥12.5, $3,000, 50元6角, 三元五角二分, 人民币12万元."""
    number = draw.randrange(1, 10**6)
    match draw.randrange(4):
        case 0:
            sign, unit = draw.choice(SIGNS)
            value, places = _decimal(draw, 10_000, 2)
            return Saying(sign + point(value, places), value, unit)
        case 1:
            jiao, fen = draw.randrange(1, 10), draw.randrange(1, 10)
            return Saying(f"{number}元{jiao}角{fen}分", Fraction(number * 100 + jiao * 10 + fen, 100), "元")
        case 2:
            jiao = draw.randrange(1, 10)
            return Saying(f"{spell(number)}元{DIGITS[jiao]}角", Fraction(number * 10 + jiao, 10), "元")
        case _:
            return Saying(f"人民币{group(number)}万元", Fraction(number * 10**4), "元")


def cold(draw: Random) -> Saying:
    """零下8℃, -12.5℃."""
    value, places = _decimal(draw, 60, 1)
    return Saying(draw.choice(("零下", "-")) + point(value, places) + "℃", -value, "℃")


GRAMMARS: dict[str, Grammar] = {
    grammar.__name__: grammar
    for grammar in (hanzi, arabic, arabic_decimal, mixed, scaled, stepped, hanzi_decimal, more, tenths,
                    percent, parts, span, neighbours, money, cold)
}  # fmt: skip
NAMES = tuple(GRAMMARS)
