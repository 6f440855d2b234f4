"""The category of what a metric measures: a first guess by unit and nouns, and what else speaks for each.

The classes and their borders are those of the annotation guideline.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.context.changes import RATES
from pipeline.context.ranking import Cross, Features
from pipeline.context.reading import Reading
from pipeline.model import Category, Kind
from pipeline.vocabulary import Vocabulary

_NAMES = {category: (category.value,) for category in Category}
_PLACE = {category: place for place, category in enumerate(Category)}
_CASE_UNITS = frozenset({"起", "宗", "例"})
_PEOPLE_UNITS = frozenset({"人", "名", "位"})
_SERVED_UNITS = frozenset({"人次", "件次", "户次", "次次", "架次", "车次"})
_ENTERPRISE_UNITS = frozenset({"家", "户", "家次"})
_FACILITY_UNITS = frozenset({"间", "所", "座", "幢", "栋", "张", "处", "床"})
_FREE = (
    Category.CASE_COUNT,
    Category.USERS_SERVED,
    Category.ENTERPRISE_COUNT,
    Category.FACILITY_COUNT,
    Category.OTHER_COUNT,
)


@lru_cache(maxsize=8)
def _nouns(words: Vocabulary) -> dict[Category, tuple[str, ...]]:
    return {c: tuple(words.lists.get(f"category.{c}", ())) for c in Category}


def find_category(indicator: str, beside: str, unit: str, kind: Kind, words: Vocabulary) -> Category:
    """The category of a metric.

    `indicator` is what is measured, `beside` the text around the number in its clause.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> str(find_category("罚款总额", "", "元", Kind.LEVEL, default_vocabulary()))
    'fine'
    """
    nouns = _nouns(words)
    if unit in RATES or kind is Kind.SHARE:
        return Category.RATE
    known = words.unit_names.get(unit.split("/", 1)[0])
    category = known.category if known else None
    if category is Category.MONEY:
        return Category.FINE if _says(indicator, nouns[Category.FINE]) else Category.MONEY
    if category in (Category.DURATION, Category.PHYSICAL, Category.RATE):
        return category
    return _by_unit(indicator, unit, nouns)


def _by_unit(indicator: str, unit: str, nouns: dict[Category, tuple[str, ...]]) -> Category:
    if unit in _CASE_UNITS:
        return Category.CASE_COUNT
    if unit in _PEOPLE_UNITS:
        return (
            Category.USERS_SERVED
            if _says(indicator, nouns[Category.USERS_SERVED])
            and not _says(indicator[-3:], nouns[Category.PEOPLE_COUNT])
            else Category.PEOPLE_COUNT
        )
    if unit in _SERVED_UNITS:
        return Category.USERS_SERVED
    if unit in _ENTERPRISE_UNITS:
        return _household(indicator, unit, nouns)
    if unit in _FACILITY_UNITS and not _says(indicator, ("证", "身份", "卡", "罚单", "票")):
        return (
            Category.FACILITY_COUNT
            if unit != "处" or not _says(indicator, ("隐患", "问题", "违"))
            else Category.CASE_COUNT
        )
    return _by_noun(indicator, nouns)


def _household(indicator: str, unit: str, nouns: dict[Category, tuple[str, ...]]) -> Category:
    if (
        unit == "户"
        and _says(
            indicator,
            ("用户", "农户", "居民", "家庭", "住户", "户籍", "搬迁", "安置", "低保", "贫困户", "签约"),
        )
        and not _says(indicator, ("企业", "商户", "工商户"))
    ):
        return Category.USERS_SERVED if not _says(indicator, ("户籍", "从事")) else Category.PEOPLE_COUNT
    if _says(
        indicator[-4:],
        ("幼儿园", "检测站", "床位", "示范区", "园区", "站点", "食堂", "大厅", "保护区", "窝点", "中心"),
    ):
        return Category.FACILITY_COUNT
    return Category.ENTERPRISE_COUNT


def _by_noun(indicator: str, nouns: dict[Category, tuple[str, ...]]) -> Category:
    """The class whose noun stands last in the indicator; the head noun comes last in Chinese."""
    best, at = Category.OTHER_COUNT, (-1, 0)
    for category in (*_FREE, Category.PEOPLE_COUNT):
        for noun in nouns[category]:
            found = indicator.rfind(noun)
            if found >= 0 and (found + len(noun), len(noun)) > at:
                best, at = category, (found + len(noun), len(noun))
    return best


def _says(text: str, nouns: tuple[str, ...]) -> bool:
    return any(map(text.__contains__, nouns))


def category_candidates(
    reading: Reading, sentence: str, known: Category | None, before: list[Reading], words: Vocabulary
) -> list[tuple[Category, Features]]:
    """Every category with what speaks for it; `known` is that of the canonical indicator that matches."""
    unit, indicator = reading.quantity.unit, reading.indicator
    guess = find_category(indicator, "", unit, reading.kind, words)
    marks = [f"unit/{unit}", f"kind/{reading.kind}", f"known/{known}" if known else "unknown"]
    for place, text in (
        ("in", indicator),
        ("end", indicator[-4:]),
        ("right", reading.right_any[:10]),
        ("sentence", sentence),
    ):
        marks += [f"{place}/{category}" for category in _said(text, words)]
    tokens = words.cut(indicator) if indicator else []
    marks += [f"last/{t}" for t, _, _ in tokens[-1:]] + [f"first/{t}" for t, _, _ in tokens[:1]]
    same = next((r for r in reversed(before) if r.quantity.unit == unit), None)
    marks.append(f"before/{same.category}" if same else "no_before")
    shared, guessed = tuple(marks), Cross(_NAMES[guess], "/", ("guess/" + unit, "guess"))
    out = []
    for category, names in _NAMES.items():
        both = Cross(names, "/", shared)
        out.append((category, Features(names, (guessed, both) if category is guess else (both,))))
    return out


@lru_cache(maxsize=8)
def _nouns_by_letter(words: Vocabulary) -> dict[str, list[tuple[str, Category]]]:
    """The nouns of all categories by their first letter, each with its category."""
    out: dict[str, list[tuple[str, Category]]] = {}
    for category, nouns in _nouns(words).items():
        for noun in nouns:
            out.setdefault(noun[0], []).append((noun, category))
    return out


@lru_cache(maxsize=1024)
def _said(text: str, words: Vocabulary) -> tuple[Category, ...]:
    """The categories whose nouns the text holds; all figures of a sentence ask for that of the sentence."""
    by_letter = _nouns_by_letter(words)
    letters = by_letter.keys() & text
    said = {category for letter in letters for noun, category in by_letter[letter] if noun in text}
    return tuple(sorted(said, key=_PLACE.__getitem__))
