"""Finding the quantities of a clean text: numeral first, then its unit to the right and its bounds on both sides.

>>> from pipeline.vocabulary import default_vocabulary
>>> [(q.value, q.unit, str(q.bound)) for q in find_quantities("收案超42万件,审结率近七成", default_vocabulary())]
[(Decimal('420000'), '件', 'over'), (Decimal('70'), '%', 'nearly')]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import regex

from pipeline.model import Bound, Quantity
from pipeline.quantities import measures
from pipeline.quantities.bounds import find_bound_after, find_bound_before
from pipeline.quantities.decoys import find_decoy, is_name
from pipeline.quantities.grammar import Numeral, lexer
from pipeline.quantities.notes import note_of
from pipeline.quantities.numerals import DIGITS, parse_number
from pipeline.vocabulary import Vocabulary

_HANZI = regex.compile(r"^[^0-9]{1,40}$")
_NEIGHBOURS = regex.compile(r"^(?P<head>.{0,8}?)(?P<low>[一二两三四五六七八九])(?P<high>[二三四五六七八九])(?P<scale>[十百千万亿]{0,3})$")
_RANGE = regex.compile(r"[ ]?(?:至|到|[-—–－~～〜―‑]{1,2})[ ]?")
_MOVES = regex.compile(r"(?:从|由|自|增加|减少|增|减|上升|下降|提高|降低|上涨|下跌)(?:了)?(?:的)?[近超约逾]?$")
_LISTED = regex.compile(r"[、,]")
_FRACTION = regex.compile(r"(?P<sign>负?)(?P<below>.{1,40}?)[多余]?分之(?P<minus>负?)(?P<above>.{1,40}?)"
                          r"(?:(?:至|到|[-—~]|、)(?:百分之)?(?P<high>.{1,20}?))?(?P<more>[多余])?$")
_HALVES = {"一半": "bare", "半数": "bare"}
_SCALE_SIZES = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
_FOREIGN = ("新台币", "港币", "港元", "澳门币", "美元", "欧元", "日元", "人民币")


@dataclass(frozen=True, slots=True)
class _Number:
    """A numeral that was read: its span, value, upper value and what its form says."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None = None
    more: bool = False
    vague: bool = False
    scaled: bool = False


def scan_numerals(text: str, words: Vocabulary) -> tuple[Numeral, ...]:
    """Every numeral of the text with its class; numerals inside fixed words are of class ``idiom``."""
    found = []
    for match in lexer(words).finditer(text):
        start, end, kind = match.start(), match.end(), str(match.lastgroup)
        if kind == "number" and (find_decoy(text, start, end, words) or is_name(text, start, end, words)):
            kind = "idiom"
        found.append(Numeral(start, end, kind, match.group()))
    return tuple(found)


def find_quantities(text: str, words: Vocabulary) -> tuple[Quantity, ...]:
    """The quantities of a clean text, in order, without overlaps."""
    numerals = scan_numerals(text, words)
    found: list[Quantity] = []
    skip_to = 0
    for i, numeral in enumerate(numerals):
        if numeral.start < skip_to:
            continue
        following = numerals[i + 1] if i + 1 < len(numerals) else None
        quantity = _read(text, numeral, numerals[i - 1] if i else None, following, words)
        if quantity is None:
            continue
        if found and quantity.start < found[-1].end:
            quantity = replace(quantity, start=found[-1].end)
        found.append(quantity)
        skip_to = quantity.end
    return tuple(q for q in _share_units(text, found) if q.rule != "drop")


def _read(text: str, numeral: Numeral, before: Numeral | None, after: Numeral | None, words: Vocabulary) -> Quantity | None:
    if numeral.kind == "fraction":
        return _read_fraction(text, numeral, words)
    if numeral.kind in ("ratio", "slashed"):
        return _read_ratio(text, numeral, words)
    if numeral.kind == "ordinal":
        return _read_rank(text, numeral)
    if numeral.kind != "number":
        return None
    number = _read_number(text, numeral)
    if number is None:
        return None
    if "半" in numeral.text and number.value == Decimal("0.5"):
        return _read_half(text, number, words)
    money = _currency_before(text, number.start, before, words)
    return _assemble(text, number, after, money, words)


def _read_number(text: str, numeral: Numeral) -> _Number | None:
    """The value of a numeral with its 余, 多 and 几: 十余万, 三四成, 数百万."""
    form = numeral.text
    more = any(c in form for c in "多余来") or (len(form) > 1 and "几" in form[1:])
    if form[0] in "几数" or (form[0] == "上" and len(form) > 1):
        rest = form[1:].rstrip("多余")
        size = parse_number(rest) if rest else Decimal(1)
        if size is None:
            return None
        return _Number(numeral.start, numeral.end, size if form[0] == "上" else size * 2, more=True, vague=True, scaled=len(form) > 1)
    plain = form
    for char in "多余来":
        plain = plain.replace(char, "")
    plain = regex.sub(r"零?几", "", plain)
    pair = _NEIGHBOURS.match(plain)
    if pair and pair["high"] != "二" and DIGITS[pair["high"]] == DIGITS[pair["low"]] + 1 and not (pair["head"] and pair["head"][-1] in DIGITS):
        low = parse_number(pair["head"] + pair["low"] + pair["scale"])
        high = parse_number(pair["head"] + pair["high"] + pair["scale"])
        if low is not None and high is not None:
            return _Number(numeral.start, numeral.end, low, high, scaled=bool(pair["scale"]))
    value = parse_number(plain)
    if value is None:
        return None
    scaled = any(c in _SCALE_SIZES for c in plain) or "." in plain or "," in plain
    return _Number(numeral.start, numeral.end, value, more=more, scaled=scaled)


def _assemble(text: str, number: _Number, after: Numeral | None, money: tuple[int, str] | None, words: Vocabulary) -> Quantity | None:
    """Unit, range, compound and bounds around one number."""
    measure = measures.find_measure(text, number.end, words)
    end = measure.end if measure else number.end
    unit, written = (measure.unit, measure.written) if measure else ("", "")
    value, high, rule = _adjusted(number.value, measure), number.high, "number"
    if high is not None:
        high, rule = _adjusted(high, measure), "neighbours"
    ranged = _read_range(text, number, measure, end, after, words)
    if ranged:
        value, high, unit, written, end, measure = ranged
        rule = "range"
    elif measure and after and high is None:
        compound = _read_compound(text, value, measure, end, after, words)
        if compound:
            value, unit, end = compound
            rule = "compound"
    start = number.start
    if money:
        start, unit = money[0], money[1]
        if not written:
            rule = "currency"
    per = measures.find_per(text, number.start, words) if measure else None
    if per and unit:
        start, unit = per[0], f"{unit}/{per[1]}"
    if not unit and (scope := measures.find_scope_noun(text, end, words)):
        unit, written, end = "个", text[end:scope], scope
    return _bounded(text, number, start, end, value, high, unit, written, rule, measure, words)


def _adjusted(value: Decimal, measure: measures.Measure | None) -> Decimal:
    return value if measure is None else value * measure.factor + measure.extra


def _bounded(text: str, number: _Number, start: int, end: int, value: Decimal, high: Decimal | None, unit: str, written: str,
             rule: str, measure: measures.Measure | None, words: Vocabulary) -> Quantity | None:
    known = words.units.get(written) or (measure.known if measure else None)
    dimension = known.dimension if known else ("share" if unit == "%" else None)
    bound = Bound.OVER if number.more or (measure and measure.more) else Bound.EXACT
    after = find_bound_after(text, end, dimension, words)
    if after:
        end, found = after
        bound = found if bound is Bound.EXACT else bound
    before = find_bound_before(text, start, words)
    if before:
        start, found = before
        bound = found if bound is Bound.EXACT or found is not Bound.ABOUT else bound
    return note_of(text, Quantity(start, end, value, high, bound, written, unit, rule,
                                  "vague" if number.vague else None, number.start, number.end),
                   number.scaled, dimension, words)


def _read_range(text: str, low: _Number, measure: measures.Measure | None, end: int, after: Numeral | None, words: Vocabulary,
                ) -> tuple[Decimal, Decimal, str, str, int, measures.Measure | None] | None:
    """3至5个, 10—20万, 10个月至20年, 6、7年: the upper number and the unit of both."""
    if after is None or after.kind not in ("number", "fraction"):
        return None
    between = text[end : after.start]
    listed = _LISTED.fullmatch(between)
    spoken = "至" in between or "到" in between
    if not (_RANGE.fullmatch(between) or listed) or spoken and _MOVES.search(text, max(0, low.start - 8), low.start) and "不等" not in text[end : end + 20]:
        return None
    upper = _read_number(text, after) if after.kind == "number" else None
    if upper is None or upper.high is not None or upper.vague:
        return None
    top = measures.find_measure(text, upper.end, words)
    small = low.value < 10 and upper.value == low.value + 1 and top is not None and measure is None
    if listed and not (small and upper.value <= 10 and len(after.text) == 1):
        return None
    if top is None and measure is not None:
        return None
    value, high = _adjusted(low.value, measure), _adjusted(upper.value, top)
    if measure is None and top is not None:
        value = low.value * _shared_scale(low, upper, after.text) * top.factor
    elif measure is not None and top is not None and measure.unit != top.unit:
        converted = measures.combine(top.unit, measure.unit, high, Decimal(0))
        if converted is None:
            return None
        high, top = converted[0], replace(measure, end=top.end)
    if high <= value:
        return None
    return value, high, top.unit if top else "", top.written if top else "", top.end if top else upper.end, top


def _shared_scale(low: _Number, upper: _Number, form: str) -> Decimal:
    """10—20万: the magnitude after the second number holds for the first one too."""
    digits = form.rstrip("百千万亿兆")
    size = Decimal(1)
    for char in form[len(digits) :]:
        size *= _SCALE_SIZES[char]
    return size if size > 1 and not low.scaled and low.value < upper.value / size else Decimal(1)


def _read_compound(text: str, value: Decimal, measure: measures.Measure, end: int, after: Numeral, words: Vocabulary) -> tuple[Decimal, str, int] | None:
    """一年零五个月, 50元6角三分."""
    if after.kind != "number" or text[end : after.start] not in ("", "零", "又"):
        return None
    if measure.unit == "元":
        return _read_small_money(text, value, after.start)
    start = after.start
    form = text[start : after.end]
    number = parse_number(form.lstrip("零"))
    second = measures.find_measure(text, after.end, words)
    if number is None or second is None:
        return None
    total = measures.combine(measure.unit, second.unit, value, number)
    return (total[0], total[1], second.end) if total else None


def _read_small_money(text: str, value: Decimal, start: int) -> tuple[Decimal, str, int] | None:
    match = regex.compile(r"(?:(?P<jiao>[0-9一二三四五六七八九两])[角毛])?(?:(?P<fen>[0-9一二三四五六七八九两])分(?!之))?").match(text, start)
    if match is None or match.end() == start:
        return None
    jiao, fen = (parse_number(match[g]) or Decimal(0) if match[g] else Decimal(0) for g in ("jiao", "fen"))
    return value + jiao / 10 + fen / 100, "元", match.end()


def _currency_before(text: str, start: int, before: Numeral | None, words: Vocabulary) -> tuple[int, str] | None:
    """A currency sign or name in front of the number: $20, 新台币1万元."""
    if before and before.kind == "currency" and before.end == start:
        unit = words.units.get(before.text.strip()) or words.units_before.get(before.text.strip())
        return (before.start, unit.name) if unit else None
    at = start - 1 if text[start - 1 : start] == " " else start
    name = next((n for n in _FOREIGN if text.endswith(n, 0, at)), None)
    if name is None:
        return None
    measure = measures.find_measure(text, _number_end(text, start), words)
    if measure is not None and measure.unit != "元":
        return None
    return at - len(name), words.units[name].name


def _number_end(text: str, start: int) -> int:
    match = regex.compile(r"[0-9.,零一二三四五六七八九十百千万亿兆两余多几]{1,40}").match(text, start)
    return match.end() if match else start


def _read_half(text: str, number: _Number, words: Vocabulary) -> Quantity | None:
    """一半, 近半, 过半, 半数, and 半 before a time (半年)."""
    at, end = number.start, number.end
    if text[at - 1 : at] == "一" or (at and text[at - 1] in "近过超占逾"):
        start = at - 1 if text[at - 1] == "一" else at
        end += text.startswith("数", end)
        return _bounded(text, number, start, end, Decimal(50), None, "%", "半", "half", None, words)
    if text.startswith("数", end):
        return _bounded(text, number, at, end + 1, Decimal(50), None, "%", "半数", "half", None, words)
    measure = measures.find_measure(text, end, words)
    if measure is None or measure.known is None or measure.known.dimension != "time":
        return None
    return _bounded(text, number, at, measure.end, Decimal("0.5"), None, measure.unit, measure.written, "half", measure, words)


def _read_fraction(text: str, numeral: Numeral, words: Vocabulary) -> Quantity | None:
    """百分之七点八 is 7.8 %, 三分之二 is 66.667 %, 千分之三 is 3 ‰."""
    match = _FRACTION.fullmatch(numeral.text)
    if match is None:
        return None
    below, above = parse_number(match["below"]), parse_number(match["above"])
    high = parse_number(match["high"]) if match["high"] else None
    if below is None or above is None or not below:
        return None
    sign = -1 if bool(match["sign"]) != bool(match["minus"]) else 1
    unit, factor = ("%", Decimal(100) / below)
    if match["below"] == "百":
        factor = Decimal(1)
    elif match["below"] == "千":
        unit, factor = "‰", Decimal(1)
    number = _Number(numeral.start, numeral.end, above, more=bool(match["more"]), scaled=True)
    upper = None if high is None else high * factor
    return _bounded(text, number, numeral.start, numeral.end, sign * above * factor, upper, unit, "分之", "fraction", None, words)


def _read_ratio(text: str, numeral: Numeral, words: Vocabulary) -> Quantity | None:
    """3:1 and 2/3; a ratio is rarely summed."""
    parts = regex.split(r"[:∶/]", numeral.text)
    above, below = Decimal(parts[0]), Decimal(parts[1])
    if not below:
        return None
    number = _Number(numeral.start, numeral.end, above, scaled=True)
    if "/" in numeral.text:
        if above >= below or len(parts[1]) > 2:
            return None
        return _bounded(text, number, numeral.start, numeral.end, above * 100 / below, None, "%", "分之", "fraction", None, words)
    return Quantity(numeral.start, numeral.end, above / below, None, Bound.EXACT, "", "", "ratio", "ratio", numeral.start, numeral.end)


_RANKED = regex.compile(r"(?:居|列|位居|位列|排名|排在|排|名列|位次|跃升至|上升至|升至|升到|保持|稳居)[^,。;、\d]{0,12}$")


def _read_rank(text: str, numeral: Numeral) -> Quantity | None:
    """居全省第一: a rank, where the words before say so."""
    if not _RANKED.search(text, max(0, numeral.start - 16), numeral.start):
        return None
    value = parse_number(regex.sub(r"^第[ ]?", "", numeral.text))
    end = numeral.end + (text[numeral.end : numeral.end + 1] in ("位", "名"))
    if value is None or (text[numeral.end : numeral.end + 1] not in ("位", "名", ",", "。", "、", ";", "") and numeral.text != "第一"):
        return None
    return Quantity(numeral.start, end, value, None, Bound.EXACT, "", "", "rank", "rank", numeral.start, numeral.end)


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """3、4和5件: a bare number in a list takes the unit of the next one."""
    out = list(found)
    for i in range(len(out) - 2, -1, -1):
        this, following = out[i], out[i + 1]
        between = text[this.end : following.start]
        if this.note == "bare" and between in ("、", "和", "及", "与", "、约", "或") and following.unit and following.note != "bare":
            out[i] = replace(this, unit=following.unit, measure=following.measure, note=following.note, rule="shared_unit")
    return out
