"""Why a quantity is rarely summed: vague, indefinite, an age, a threshold, a scope count …

The note decides `core` later; the rules are those of the annotation guideline.  They are tried in order; the
first one that knows the quantity decides.
"""

from __future__ import annotations

from dataclasses import replace

import regex

from pipeline.model import Bound, Quantity
from pipeline.quantities.bare import note_bare, note_ratio
from pipeline.quantities.seen import MAGNITUDES, Seen, look_at
from pipeline.vocabulary import Vocabulary

PLAIN = ""
"""The verdict of a rule that knows the quantity to be a plain one."""

_MANY = 10000
_PROVINCES = 31  # 31个省(区、市): all of them
_SMALL_HANZI = regex.compile(r"[一二两三四五六七八九十]{1,2}")


def note_of(
    text: str, quantity: Quantity, scaled: bool, dimension: str | None, words: Vocabulary
) -> Quantity | None:
    """The quantity with its note, or None where the number counts nothing."""
    seen = look_at(text, quantity, dimension, words)
    if quantity.note:
        return quantity if quantity.measure or quantity.value >= 200 else None
    if quantity.rule == "ratio":
        return replace(quantity, note=note_ratio(seen))
    if not quantity.measure and not quantity.unit:
        bare = note_bare(seen, scaled)
        return replace(bare, note=_note_damaged(seen) or bare.note) if bare else None
    if _is_article(seen) or _is_part_of_rate(seen) or _is_file_size(seen):
        return None
    for rule in _RULES:
        verdict = rule(seen)
        if verdict is not None:
            return replace(quantity, note=verdict or None)
    return quantity


def _is_article(seen: Seen) -> bool:
    """一个 and 一批 before a noun are articles, unless 仅, 只有, 共 … says that they count."""
    quantity = seen.quantity
    if seen.form != "一" or quantity.measure not in ("个", "批") or quantity.bound is not Bound.EXACT:
        return False
    return quantity.value_high is None and not seen.before.endswith(seen.words.counted)


def _is_part_of_rate(seen: Seen) -> bool:
    """万 of 每万人5.2件, which the unit of the other number holds."""
    return seen.before.endswith("每") and seen.form in MAGNITUDES


def _is_file_size(seen: Seen) -> bool:
    """40715.58MB after another number: what is left of a list of files."""
    return seen.dimension == "bytes" and seen.before[-2:].strip()[-1:].isdigit()


def _note_damaged(seen: Seen) -> str | None:
    """A number that touches the mark of a lost character (单?584家, 约100?万元) may have lost a digit."""
    before, after = seen.before[-1:], seen.after[:1]
    if before == "\ufffd" or (before == "?" and not seen.words.asked.search(seen.before)):
        return "damaged"
    is_open = not seen.quantity.unit and seen.after[1:2].isalpha()
    return "damaged" if is_open and after and after in "?\ufffd" else None


def _note_age(seen: Seen) -> str | None:
    """Ages, anniversaries, voltages of lines: they describe.  A life expectancy is measured."""
    kind = seen.words.always.get(seen.quantity.measure) or seen.words.always.get(seen.quantity.unit)
    if kind == "age" and seen.words.lifespan.search(seen.before):
        return PLAIN
    if seen.dimension == "time" and seen.after.startswith(("大", "龄")) and not seen.after.startswith("大约"):
        return "age"
    return kind


def _note_per(seen: Seen) -> str | None:
    """每10万人: what a rate is counted by."""
    return "per" if seen.before.endswith(("每", "每隔")) else None


def _note_threshold(seen: Seen) -> str | None:
    """亿元以上, 百亿级, 超千万的城市, 5000万元以上的项目: a limit that sorts things, not an amount."""
    quantity = seen.quantity
    if MAGNITUDES.issuperset(seen.form) and (
        quantity.measure == "级" or (quantity.bound is Bound.OVER and seen.after.startswith("的"))
    ):
        return "threshold"
    if quantity.bound not in (Bound.AT_LEAST, Bound.AT_MOST):
        return None
    if seen.hanzi and seen.form[0] in "百千万亿":
        return "threshold"
    if quantity.unit == "%" or not quantity.measure:
        return None
    limits = seen.tail.endswith(("以上", "以下")) and seen.words.limited.match(seen.after)
    return "threshold" if limits else None


def _note_time(seen: Seen) -> str | None:
    """Times are core where they are a term or a measured duration, not where they only date something."""
    quantity = seen.quantity
    if seen.dimension not in ("time", "duration") or quantity.value >= _MANY:
        return None
    if seen.words.confined.search(seen.before) or seen.words.measured.search(seen.before):
        return PLAIN
    if seen.words.named.match(seen.after):
        return "description"
    if _is_span(seen):
        return "span"
    if seen.form == "24" and quantity.unit == "小时":
        return "description"
    return "small" if seen.hanzi and quantity.bound is not Bound.AT_MOST else PLAIN


def _is_span(seen: Seen) -> bool:
    """Years, 近三个月, 连续5天, 3小时后: how far something is from something, not how long it takes."""
    quantity = seen.quantity
    if quantity.unit == "年" or (quantity.bound is Bound.NEARLY and quantity.unit in ("个月", "天")):
        return True
    before, after = seen.words.span_before.search(seen.before), seen.words.span_after.match(seen.after)
    return before is not None or after is not None


def _note_scope(seen: Seen) -> str | None:
    """Counts that only say what the other figures cover: 五国, 这15条, 房屋等7类, 监测范围内的20个国家."""
    quantity = seen.quantity
    if quantity.unit == "个" and quantity.measure[:1] != "个":
        return "scope"
    if quantity.value >= 100 or quantity.bound is not Bound.EXACT:
        return None
    if quantity.unit == "分":
        return None  # 得分为89分 is no 分为N类
    national = quantity.value == _PROVINCES and seen.words.scope.match(seen.after)
    if national or seen.before.endswith(seen.words.listed):
        return "scope"
    grouped = quantity.value < 20 and quantity.unit in ("个", "类", "项", "种")
    if grouped and seen.words.total.search(seen.before):
        return "scope"
    within = seen.before.endswith(seen.words.within)
    return "scope" if within and seen.words.scope.match(seen.after) else None


def _note_small(seen: Seen) -> str | None:
    """两名男子, 一家, 两三场: counts in hanzi inside a story."""
    quantity = seen.quantity
    if not seen.hanzi or quantity.bound is not Bound.EXACT or not _SMALL_HANZI.fullmatch(seen.form):
        return None
    if quantity.unit in ("%", "番", "百分点") or seen.dimension not in (None, "people"):
        return PLAIN
    if seen.form == "一":
        return "indefinite"
    if quantity.unit in ("件", "宗", "起", "例") and seen.form not in ("两", "二"):
        return PLAIN
    return "small" if quantity.value < 10 or len(seen.form) == 1 else PLAIN


def _note_object(seen: Seen) -> str | None:
    """23人名单, 百元大钞, 十件实事: the number is part of what a thing is called."""
    return "description" if seen.words.object.match(seen.after) else None


def _note_vague(seen: Seen) -> str | None:
    """A magnitude without a digit (百家, 千亩); stated money is exact (百亿元)."""
    alone = seen.form in MAGNITUDES and seen.quantity.bound is Bound.EXACT
    return "vague" if alone and seen.dimension != "money" else None


def _note_capacity(seen: Seen) -> str | None:
    """30万千瓦风电项目, 120毫米迫击炮: the size is part of the name."""
    if seen.dimension not in ("power", "length", "energy", "mass", "data_rate"):
        return None
    return "capacity" if seen.words.capacity.match(seen.after) else None


def _note_base(seen: Seen) -> str | None:
    """1美元兑8.2789元: what a rate of exchange is given for."""
    single = seen.quantity.value in (1, 100) and seen.dimension == "money"
    return "base" if single and seen.after.startswith(("兑", "可兑", "合人民币")) else None


_RULES = (
    _note_damaged, _note_per, _note_age, _note_threshold, _note_time, _note_scope, _note_object,
    _note_small, _note_vague, _note_capacity, _note_base,
)  # fmt: skip
