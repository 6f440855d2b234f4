"""Why a quantity is rarely summed: vague, indefinite, an age, a threshold, a scope count …

The note decides `core` later; the rules are those of the annotation guideline.
"""

from __future__ import annotations

from dataclasses import replace

import regex

from pipeline.model import Bound, Quantity
from pipeline.vocabulary import Vocabulary

_STATED = regex.compile(r"(?:为|达|达到|于|报|收报|收于|是|占|突破|指数|合计|共计|共)$")
_PERIOD_BEFORE = regex.compile(r"(?:近|过去|最近|未来|今后|此后|连续|为期|历时|每隔|间隔|长达|满|头|时长|成立|建校|建党|建国|建交|任期|迄今|经过|连|整整|历经|耕耘|冷战结束)$")
_PERIOD_AFTER = regex.compile(r"(?:来|以来|前|后|之后|之前|间|期间|之间|的时间|期|内|里|之内|以内|如一日|时间|任期|行动|计划|规划|中|多来|左右的时间)")
_CONFINED = regex.compile(r"(?:徒刑|拘留|拘役|管制|刑期|监禁|禁止|限定|限制|禁入|禁止在|不得|监外|判处|处以|获刑|入狱|有期|权利|隔离)[^,。;]{0,6}$")
_CAPACITY = regex.compile(r"(?:[^,。;、0-9的]{0,6})(?:项目|工程|电站|机组|输电|特高压|线路|电池|储能|风电|光伏|纯电动|级[^,。]{0,4})")
_MANY = 10000
_LONG = 4
_ALWAYS = {"岁": "age", "千伏": "capacity", "周年": "anniversary"}
_HANZI_NUMERAL = regex.compile(r"[一二两三四五六七八九十]{1,2}")
_CASES = frozenset({"件", "宗", "起", "例"})


def note_of(text: str, quantity: Quantity, scaled: bool, dimension: str | None, words: Vocabulary) -> Quantity | None:
    """The quantity with its note, or None where the number counts nothing."""
    if quantity.note:
        return quantity if quantity.measure or scaled_enough(quantity) else None
    form = text[quantity.number_start : quantity.number_end]
    hanzi = not any(c.isdigit() and c.isascii() for c in form)
    if not quantity.measure and not quantity.unit:
        return _bare(text, quantity, form, hanzi, scaled)
    if quantity.unit == "岁" or quantity.measure in _ALWAYS or quantity.unit in _ALWAYS:
        return replace(quantity, note=_ALWAYS.get(quantity.measure, _ALWAYS.get(quantity.unit, "age")))
    if (dimension == "time" or quantity.unit == "工作日") and quantity.value < _MANY:
        return replace(quantity, note=_time_note(text, quantity, form, hanzi))
    if quantity.unit == "个" and quantity.measure[:1] != "个":
        return replace(quantity, note="scope")
    if hanzi and quantity.bound is Bound.EXACT and _HANZI_NUMERAL.fullmatch(form):
        return replace(quantity, note=_small_note(quantity, form, dimension))
    if form in ("十", "百", "千", "万", "亿") and quantity.bound is Bound.EXACT and dimension != "money":
        return replace(quantity, note="vague")
    if quantity.bound in (Bound.AT_LEAST, Bound.AT_MOST) and form[0] in "百千万亿" and hanzi:
        return replace(quantity, note="threshold")
    if dimension in ("power", "length", "energy", "mass") and _CAPACITY.match(text, quantity.end):
        return replace(quantity, note="capacity")
    return quantity


def scaled_enough(quantity: Quantity) -> bool:
    """数百万 counts even without a measure word; a lone 几 or 数 does not."""
    return quantity.value >= 200 or bool(quantity.measure)


def _small_note(quantity: Quantity, form: str, dimension: str | None) -> str | None:
    if quantity.unit == "%" or dimension not in (None, "people"):
        return None
    if form == "一":
        return "indefinite"
    if quantity.unit in _CASES and form not in ("两", "二"):
        return None
    return "small" if len(form) == 1 else None


def _time_note(text: str, quantity: Quantity, form: str, hanzi: bool) -> str | None:
    """Times are core where they are a term or a measured duration, not where they only date something."""
    before, after = text[max(0, quantity.start - 8) : quantity.start], text[quantity.end : quantity.end + 6]
    if _CONFINED.search(before):
        return None
    if "周年" in quantity.measure:
        return "anniversary"
    if quantity.bound in (Bound.NEARLY,) and quantity.unit in ("年", "个月", "天"):
        return "span"
    if _PERIOD_BEFORE.search(before) or _PERIOD_AFTER.match(after):
        return "span"
    if quantity.unit == "年":
        return "span"
    if form == "24" and quantity.unit == "小时":
        return "description"
    if hanzi and quantity.bound is not Bound.AT_MOST:
        return "small"
    return None


def _bare(text: str, quantity: Quantity, form: str, hanzi: bool, scaled: bool) -> Quantity | None:
    """A number without a unit: a magnitude or a stated figure counts; a lone digit string does not."""
    before, after = text[max(0, quantity.start - 4) : quantity.start], text[quantity.end : quantity.end + 1]
    alone = not _touches(text[quantity.start - 1 : quantity.start]) and not _touches(after)
    if hanzi and len(form) == 1 and not (alone or form in "亿万" and quantity.bound is not Bound.EXACT):
        return None
    if after in ("男", "女") and not hanzi:
        return quantity
    if scaled and (not hanzi or len(form) > _LONG or form.rstrip("多余")[-1] in "万亿百千"):
        return quantity
    if hanzi and not alone:
        return None
    if quantity.bound is not Bound.EXACT or _STATED.search(before):
        return quantity if _STATED.search(before) or not hanzi else replace(quantity, note="bare")
    return replace(quantity, note="bare")


def _touches(char: str) -> bool:
    return bool(char) and (char.isalnum() or char in "_@#/\\")
