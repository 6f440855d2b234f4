"""The bound of a quantity: words before its numeral and after its unit.

>>> from pipeline.vocabulary import default_vocabulary
>>> words = default_vocabulary()
>>> find_bound_before("收案超42万件", 3, words), find_bound_after("42万件左右", 4, None, words)
((2, <Bound.OVER: 'over'>), (6, <Bound.ABOUT: 'about'>))
>>> find_bound_before("签约42家", 2, words) is None
True
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.model import Bound
from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Vocabulary

_ROUND = regex.compile(r"[半百千万亿]|[一二两三四五六七八九十]{1,2}(?:[成百千万亿]|分之)")
_LASTING = frozenset({"time", "duration", "length"})
_BEGINS_NUMERAL = regex.compile(r"[0-9一二三四五六七八九十百千万亿几两]")
_REACH = 14


@dataclass(frozen=True, slots=True)
class BoundWords:
    """The bound words of a vocabulary, ready to be looked up.

    ``guarded`` and ``freed`` are words that end in a bound word: 签约 bounds nothing, 已经过 does.
    ``distant`` finds a bound at the end of a stretch of text that ends before the numeral (约占全省8成).
    """

    before: dict[str, Bound]
    after: dict[str, Bound]
    filler: tuple[str, ...]
    guarded: tuple[str, ...]
    freed: tuple[str, ...]
    round_only: frozenset[str]
    inside: frozenset[str]
    undecided: frozenset[str]
    longest: int
    distant: regex.Pattern[str]
    distant_share: regex.Pattern[str]


@lru_cache(maxsize=8)
def bound_words(words: Vocabulary) -> BoundWords:
    """The look-ups for `find_bound_before` and `find_bound_after`."""
    before = {w: b for b in Bound for w in words.lists.get(f"bound.{b}.before", ())}
    after = {w: b for b in Bound for w in words.lists.get(f"bound.{b}.after", ())}
    stretch = r"(?P<bound>{word})[^,。;:、\n0-9]{1,10}"
    return BoundWords(
        before,
        after,
        words.list("bound.filler"),
        guarded=words.list("bound.guard"),
        freed=words.list("bound.guard.not"),
        round_only=frozenset(words.list("bound.round")),
        inside=frozenset(words.list("bound.inside")),
        undecided=frozenset(words.list("bound.undecided")),
        longest=max(map(len, [*before, *after])),
        distant=compose(stretch + "$", word=any_of(words.list("bound.distant"))),
        distant_share=compose(stretch + "的$", word=any_of(words.list("bound.distant.share"))),
    )


def find_bound_before(text: str, start: int, words: Vocabulary) -> tuple[int, Bound] | None:
    """Where a bound word before the numeral at `start` begins, and its bound; None when there is none."""
    table = bound_words(words)
    ends = [start]
    ends += [start - len(f) for f in table.filler if start >= len(f) and text.startswith(f, start - len(f))]
    if text[start - 1 : start] == " ":
        ends.append(start - 1)
    for end in ends:
        for size in range(min(table.longest, end), 0, -1):
            word = text[end - size : end]
            bound = table.before.get(word)
            if bound is None or not _stands_alone(text, end, table):
                continue
            if word in table.round_only and (end != start or not _ROUND.match(text, start)):
                continue
            return end - size, bound
    return None


def _stands_alone(text: str, end: int, table: BoundWords) -> bool:
    """The bound word that ends at `end` is no part of another word: not 签约, 附近, 通过, but 已经过."""
    if text.endswith(table.freed, 0, end):
        return True
    return not text.endswith(table.guarded, 0, end)


def find_distant_bound(text: str, start: int, unit: str, words: Vocabulary) -> Bound | None:
    """The bound that stands before a phrase before a share: 约占全省8成, 不低于上年的1.5倍.

    Only shares and multiples are bounded so; the quote does not reach back to the word.
    """
    if unit not in ("%", "‰", "倍"):
        return None
    table = bound_words(words)
    first = max(0, start - _REACH)
    found = table.distant.search(text, first, start) or table.distant_share.search(text, first, start)
    return table.before[found["bound"]] if found else None


def find_bound_after(
    text: str, end: int, dimension: str | None, words: Vocabulary
) -> tuple[int, Bound] | None:
    """Where a bound word after the unit ends, and its bound; 内 bounds only times and lengths."""
    table = bound_words(words)
    at = end + 1 if text[end : end + 1] == " " else end
    for size in range(table.longest, 0, -1):
        word = text[at : at + size]
        bound = table.after.get(word)
        if bound is None or len(word) < size:
            continue
        if word in table.inside and dimension not in _LASTING:
            continue
        if word in table.undecided and not _ends_quantity(text, at + size, word, dimension):
            continue
        return at + size, bound
    return None


def _ends_quantity(text: str, at: int, word: str, dimension: str | None) -> bool:
    """多 after a unit bounds it (3年多), before a noun not (3家多功能厅); 不到 may be the next number's."""
    after = text[at : at + 1]
    if word in ("多", "余"):
        return dimension is not None or not after or after in ",。、;的)"
    return not _BEGINS_NUMERAL.match(after)


def find_compared(text: str, start: int, end: int, words: Vocabulary) -> tuple[int, Bound] | None:
    """The end and the bound of a number that something is compared with: 比三十大, 比四分之一小."""
    if text[start - 1 : start] != "比":
        return None
    for bound in (Bound.OVER, Bound.UNDER):
        for word in words.list(f"bound.{bound}.compared"):
            if text.startswith(word, end):
                return end + len(word), bound
    return None
