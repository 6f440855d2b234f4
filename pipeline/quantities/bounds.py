"""The bound of a quantity: words before its numeral and after its unit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipeline.model import Bound
from pipeline.vocabulary import Vocabulary

# a bound word after one of these characters is the end of another word: 签约 3 家, 附近 5 家, 通过 10 项
_GUARDS = {
    "约": "签节合预条公续违契邀履失誓制简",
    "近": "附邻靠亲最远临",
    "过": "通经超越路度渡难错透不飞胜",
    "满": "充圆美丰期届",
    "超": "赶反",
    "多": "众许诸",
    "大于": "远",
    "起码": "",
}
_ONLY_ROUND = frozenset({"过"})  # 过亿元, 过半, 过两成; 过 before other numerals is a verb
_LENGTH_OR_TIME = frozenset({"time", "duration", "length"})


@dataclass(frozen=True, slots=True)
class BoundWords:
    """The bound words of a vocabulary: word -> bound, longest word, words that may stand in between."""

    before: dict[str, Bound]
    after: dict[str, Bound]
    filler: tuple[str, ...]
    longest: int


@lru_cache(maxsize=8)
def bound_words(words: Vocabulary) -> BoundWords:
    """The look-ups for `find_bound_before` and `find_bound_after`."""
    before = {w: b for b in Bound if b is not Bound.EXACT for w in words.lists.get(f"bound.{b}.before", ())}
    after = {w: b for b in Bound if b is not Bound.EXACT for w in words.lists.get(f"bound.{b}.after", ())}
    return BoundWords(before, after, words.list("bound.filler"), max(map(len, [*before, *after])))


def find_bound_before(text: str, start: int, words: Vocabulary) -> tuple[int, Bound] | None:
    """Where a bound word before the numeral at `start` begins, and its bound; None when there is none."""
    table = bound_words(words)
    ends = [start]
    ends += [start - len(f) for f in table.filler if text.startswith(f, start - len(f)) and start >= len(f)]
    if text[start - 1 : start] == " ":
        ends.append(start - 1)
    for end in ends:
        for size in range(min(table.longest, end), 0, -1):
            word = text[end - size : end]
            bound = table.before.get(word)
            if bound is None or not _stands_alone(text, end - size, word):
                continue
            if word in _ONLY_ROUND and (end != start or text[start] not in "半百千万亿一二两三四五六七八九十"):
                continue
            return end - size, bound
    return None


def _stands_alone(text: str, at: int, word: str) -> bool:
    before = text[at - 1 : at]
    return not before or before not in _GUARDS.get(word, "")


def find_bound_after(text: str, end: int, dimension: str | None, words: Vocabulary) -> tuple[int, Bound] | None:
    """Where a bound word after the unit ends, and its bound; 内 bounds only times and lengths."""
    table = bound_words(words)
    at = end + 1 if text[end : end + 1] == " " else end
    for size in range(table.longest, 0, -1):
        word = text[at : at + size]
        bound = table.after.get(word)
        if bound is None or len(word) < size:
            continue
        if word in ("内", "之内", "以内") and dimension not in _LENGTH_OR_TIME:
            continue
        if word in ("多", "余", "强", "弱") and not _ends_quantity(text, at + 1, word, dimension):
            continue
        return at + size, bound
    return None


def _ends_quantity(text: str, at: int, word: str, dimension: str | None) -> bool:
    """多 after a unit bounds it (3年多); before a noun of its own it does not (3家多功能厅)."""
    after = text[at : at + 1]
    if word in ("强", "弱"):
        return False
    return dimension is not None or not after or after in ",。、;的)"
