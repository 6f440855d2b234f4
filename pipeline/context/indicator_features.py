"""What speaks for a phrase as the indicator of a quantity.

That is where the quantity stands, what the phrase looks like, and how it fits.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.context import changes
from pipeline.context.phrases import is_empty_head
from pipeline.context.reading import Reading
from pipeline.context.tags import tag_of
from pipeline.model import Category
from pipeline.vocabulary import Vocabulary

_RATE_END = (
    "率",
    "比例",
    "比重",
    "占比",
    "增速",
    "增幅",
    "涨幅",
    "降幅",
    "份额",
    "满意度",
    "指数",
    "覆盖面",
    "面",
)
_MONEY_END = (
    "额",
    "金",
    "款",
    "资金",
    "投资",
    "收入",
    "利润",
    "产值",
    "增加值",
    "价",
    "费",
    "税",
    "投入",
    "支出",
    "成本",
    "资产",
    "市值",
    "总值",
    "营收",
    "贷款",
    "融资",
    "补贴",
    "补助",
    "预算",
    "赤字",
    "财损",
    "存款",
    "价格",
    "工资",
    "消费",
    "花费",
    "损失",
)
_STOPS = frozenset(",。;:")
# Units that count the thing that the noun beside them names.
_COUNTING = frozenset("件家名人个项条户起例宗次场所间台辆位")


def context_features(
    reading: Reading, left: str, right: str, before: list[Reading], words: Vocabulary
) -> tuple[str, ...]:
    """What the place of the quantity looks like; combined with how a candidate was made."""
    unit = reading.quantity.unit
    size = "L0" if not left else "Lh" if is_empty_head(left, words) else "L1" if len(left) <= 3 else "L2"
    side = f"{size}{'R' if right else 'r'}{'B' if before else 'b'}"
    kind = str(reading.kind)
    measure = "rate" if unit in changes.RATES else "noun" if unit in _COUNTING else "unit"
    out = [f"{kind}/{side}", f"{kind}/{measure}"]
    if reading.part:
        out.append("part")
    if reading.listed:
        out.append("listed")
    if reading.label is not None:
        out.append(f"label/{size}")
    return tuple(out)


@lru_cache(maxsize=1 << 13)
def looks_features(text: str, words: Vocabulary) -> tuple[str, ...]:
    """What the phrase looks like by itself."""
    length = len(text)
    tokens = words.cut(text)
    first, last = tag_of(tokens[0][0]), tag_of(tokens[-1][0])
    out = [
        f"len{min(length // 3, 9)}",
        f"first_{first[:1] or '?'}",
        f"last_{last[:1] or '?'}",
    ]
    if is_empty_head(text, words):
        out.append("empty_head")
    if length == 1:
        out.append("one")
    if text[:1] in "的和与及等了为":
        out.append("bad_start")
    if not _STOPS.isdisjoint(text):
        out.append("stop_inside")
    if any(map(str.isdigit, text)):
        out.append("digit_inside")
    if text.count("“") != text.count("”") or text.count("《") != text.count("》"):
        out.append("open_quote")
    if len(tokens) == 1:
        out.append(f"single_{first[:1] or '?'}")
    if says_indicator(text, words):
        out.append("known")
    out += [f"begins_{text[:1]}", f"ends_{text[-1:]}", f"ends_{text[-2:]}", f"begins_{text[:2]}"]
    return tuple(out)


def fit_features(text: str, reading: Reading, of: Reading | None, words: Vocabulary) -> list[str]:
    """How the phrase agrees with the unit, the kind, and the reading that it was taken over from."""
    unit, kind, label = reading.quantity.unit, reading.kind, reading.label
    rate = unit if unit in changes.RATES else "-"
    out = [f"{'rate_end' if text.endswith(_RATE_END) else 'no_rate_end'}/{kind}/{rate}"]
    known = words.unit_names.get(unit)
    category = known.category if known else None
    if category is Category.MONEY:
        out.append(f"{'money_end' if text.endswith(_MONEY_END) else 'no_money_end'}/{kind}")
    nouns = words.lists.get(f"category.{category}") if category else None
    if nouns:
        out.append(f"{'noun' if text.endswith(nouns) else 'no_noun'}/{category}")
    if of is not None:
        out.append("of_same_unit" if of.quantity.unit == unit else "of_other_unit")
        out.append(f"of_{of.kind}/{kind}")
    if label is not None and label.name in text:
        out.append("holds_label")
    if text in words.region_names or (label is not None and label.name == text):
        out.append("is_place")
    if reading.quantity.note is not None:
        out.append(f"noted_{reading.quantity.note}")
    return out


@lru_cache(maxsize=8)
def _says_by_last_letter(words: Vocabulary) -> dict[str, tuple[str, ...]]:
    says = [wording for wording in words.indicator_says if len(wording) > 1]
    letters = {wording[-1] for wording in says}
    return {letter: tuple(w for w in says if w[-1] == letter) for letter in letters}


def says_indicator(text: str, words: Vocabulary) -> bool:
    """The phrase is, or ends with, a wording of a canonical indicator."""
    return text.endswith(_says_by_last_letter(words).get(text[-1:], ()))
