"""Refusing the numerals that count nothing: names, idioms, codes."""

from __future__ import annotations

from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose

from pipeline.vocabulary import Vocabulary

_BEFORE = 6


@lru_cache(maxsize=8)
def _decoy_words(words: Vocabulary) -> tuple[frozenset[str], int]:
    entries = frozenset(words.list("decoy.word"))
    return entries, max(map(len, entries))


def find_decoy(text: str, start: int, end: int, words: Vocabulary) -> str | None:
    """The fixed word that covers the numeral [start, end) or its beginning, if there is one.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> find_decoy("实行一站式服务", 2, 3, default_vocabulary())
    '一站式'
    """
    entries, longest = _decoy_words(words)
    for first in range(max(0, start - _BEFORE), start + 1):
        for last in range(min(len(text), first + longest), max(end, first + 1) - 1, -1):
            if last >= end and text[first:last] in entries:
                return text[first:last]
    return None


@lru_cache(maxsize=8)
def _name_after(words: Vocabulary) -> regex.Pattern[str]:
    return compose(r"[ ]?{word}|[GKDBS](?![A-Za-z])", word=any_of(words.list("decoy.after")))


@lru_cache(maxsize=8)
def _name_before(words: Vocabulary) -> regex.Pattern[str]:
    return compose(r"{word}[:为是]?[ ]?$", word=any_of(words.list("decoy.before")))


@lru_cache(maxsize=8)
def _year_after_1911(words: Vocabulary) -> regex.Pattern[str]:
    return compose(r"{sign}", sign=any_of(words.list("roc.sign")))


def is_name(text: str, start: int, end: int, words: Vocabulary) -> bool:
    """The numeral is part of a name or a code: 3号, 5G, 合约0607, and a year such as 114年 in an article from Taiwan.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> is_name("5G用户", 0, 1, default_vocabulary())
    True
    """
    number = text[start:end]
    if (after := _name_after(words).match(text, end)) and not (after.group().isascii() and "." in number):
        return True
    if (before := _name_before(words).search(text, max(0, start - 8), start)) and (
        before.group()[-1] in ":为是" or len(number) >= 4  # noqa: PLR2004
    ):
        return True
    if text.startswith("年", end) and len(number) in (2, 3) and number.isdecimal() and 60 <= int(number) <= 130:  # noqa: PLR2004
        return bool(_year_after_1911(words).search(text))
    return False
