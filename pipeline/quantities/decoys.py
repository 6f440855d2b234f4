"""Refusing the numerals that count nothing: names, idioms, codes."""

from __future__ import annotations

from functools import lru_cache

import regex

from pipeline.patterns import any_of, by_letter, compose
from pipeline.vocabulary import Vocabulary

_BEFORE = 6
_CODE_DIGITS = 3
_INSTITUTE_DIGITS = 3


@lru_cache(maxsize=8)
def _decoy_words(words: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The fixed words by their first letter, the longest first."""
    return by_letter(words.list("decoy.word"))


def find_decoy(text: str, start: int, end: int, words: Vocabulary) -> str | None:
    """The fixed word that covers the numeral [start, end), if there is one.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> find_decoy("实行一站式服务", 2, 3, default_vocabulary())
    '一站式'
    """
    by_letter = _decoy_words(words)
    for first in range(max(0, start - _BEFORE), start + 1):
        for word in by_letter.get(text[first], ()):
            if first + len(word) >= end and text.startswith(word, first):
                return word
    return None


@lru_cache(maxsize=8)
def _names(words: Vocabulary) -> tuple[regex.Pattern[str], regex.Pattern[str], regex.Pattern[str]]:
    """What makes a name of a number: words after it, before it, and after the number of an institute."""
    return (
        compose(r"[ ]?{word}|[GKDBSA](?![A-Za-z])", word=any_of(words.list("decoy.after"))),
        compose(r"{word}[:为是]?[ ]?$", word=any_of(words.list("decoy.before"))),
        compose(r"{word}", word=any_of(words.list("decoy.institute"))),
    )


def find_name(text: str, start: int, end: int, words: Vocabulary) -> str | None:
    """The neighbour that makes a name or a code of the numeral: 号 of 3号, G of 5G, 合约 of 合约0607.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> find_name("5G用户", 0, 1, default_vocabulary()), find_name("5家企业", 0, 1, default_vocabulary())
    ('G', None)
    """
    number = text[start:end]
    after, before, institute = _names(words)
    found = after.match(text, end)
    if found and not (found.group().isascii() and "." in number):
        return str(found.group()).strip()
    found = before.search(text, max(0, start - 8), start)
    if found and (
        found.group()[-1] in ":为是" or (len(number) >= _CODE_DIGITS and not _is_counted(text, end, words))
    ):
        return str(found.group()).strip()
    if len(number) == _INSTITUTE_DIGITS and number.isdecimal() and (found := institute.match(text, end)):
        return str(found.group())
    return None


def _is_counted(text: str, end: int, words: Vocabulary) -> bool:
    """A measure word follows: 接听电话1200个."""
    return text.startswith(("多", "余"), end) or any(text[end : end + n] in words.units for n in (1, 2))


@lru_cache(maxsize=8)
def _years(words: Vocabulary) -> regex.Pattern[str]:
    return compose(r"{sign}", sign=any_of(words.list("roc.sign")))


def counts_from_1912(text: str, words: Vocabulary) -> bool:
    """The article is from Taiwan, so that 114年 in it is the year 2025."""
    return bool(_years(words).search(text))


def is_year_after_1911(text: str, start: int, end: int) -> bool:
    """The numeral reads as a year of such an article: 114年, but not 3年 or 200年."""
    number = text[start:end]
    return text.startswith("年", end) and number.isdecimal() and 60 <= int(number) <= 130
