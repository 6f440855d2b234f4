"""What a clause begins with: the noun phrase, and the name up to a word that names end with.

>>> from pipeline.vocabulary import default_vocabulary
>>> wide_names("今天,赞比亚卡桑卡国家公园迎来游客", (3, 16), (), default_vocabulary())
('赞比亚卡桑卡国家公园',)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.context.sentences import Span
from pipeline.context.tags import tag_of
from pipeline.model import Period
from pipeline.patterns import by_letter
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.words import Tokens

_PHRASE_STOP = ("v", "d", "p", "c", "m", "r", "uj", "ul", "t", "x", "y")
_MOST_PHRASE = 18
_REACH = 40
_LEAST = 2  # characters before the ending
_MOST_MARKS, _MOST_BEFORE = 2, 3
_INSIDE = regex.compile(r"[\p{Han}A-Za-z0-9()·“”]{2,26}")


def opening_phrase(tokens: Tokens, base: int, clause: Span, limit: int) -> str:
    """The noun phrase that a clause begins with, before `limit`; empty where there is none."""
    out = ""
    first, last = clause[0] - base, min(clause[1], limit) - base
    for token, a, b in tokens:
        if a < first:
            continue
        if b > last:
            break
        tag = tag_of(token)
        if tag in _PHRASE_STOP or not ("\u4e00" <= token[0] <= "\u9fff" or token[0].isalpha()):
            if out:
                break
            continue
        out += token
    return out if 2 <= len(out) <= _MOST_PHRASE else ""


def wide_names(text: str, clause: Span, periods: tuple[Period, ...], words: Vocabulary) -> tuple[str, ...]:
    """What a clause begins with, after its dates, up to a word that bodies, places and events end with.

    The shortest and the longest such name; what stands inside may be anything.
    """
    start = clause[0]
    for period in periods:
        if period.start >= clause[0] and not text[start : period.start].strip(" ,“"):
            start = min(period.end, clause[1])
    return _up_to_an_ending(text[start : min(clause[1], start + _REACH)], words)


@lru_cache(maxsize=4096)
def _up_to_an_ending(piece: str, words: Vocabulary) -> tuple[str, ...]:
    """The shortest and the longest name from the first beginning that an ending can be reached from."""
    table = _wide_words(words)
    ends = [(match.start(), match.end()) for match in _each(table.ending, piece, _LEAST)]
    if not ends:
        return ()
    whole = {end for token, _, end in words.cut(piece) if tag_of(token) != "v"}
    ends = [(begin, end) for begin, end in ends if end in whole]  # not 律师办|理, 馆举办
    for first in _beginnings(piece, table):
        inside = _INSIDE.match(piece, first)
        if inside is None:
            continue
        reached = [end for begin, end in ends if first + _LEAST <= begin <= inside.end()]
        if reached:
            return tuple(dict.fromkeys((piece[first : reached[0]], piece[first : reached[-1]])))
    return ()


def _each(pattern: re.Pattern[str], piece: str, at: int) -> Iterator[re.Match[str]]:
    """The matches that begin at each place, also inside one another."""
    while match := pattern.search(piece, at):
        yield match
        at = match.start() + 1


def _beginnings(piece: str, table: _WideWords) -> Iterator[int]:
    """Where a name may begin: after as many marks and leading words as there are, then after fewer."""
    marks = len(piece) - len(piece.lstrip(" “"))
    for at in range(min(marks, _MOST_MARKS), -1, -1):
        yield from _after_words(piece, at, _MOST_BEFORE, table)


def _after_words(piece: str, at: int, most: int, table: _WideWords) -> Iterator[int]:
    if most:
        for word in table.before.get(piece[at : at + 1], ()):
            if piece.startswith(word, at):
                yield from _after_words(piece, at + len(word), most - 1, table)
    yield at


@dataclass(frozen=True, slots=True)
class _WideWords:
    """What names end with, the longest ending first; the words that lead to a name, by letter."""

    ending: re.Pattern[str]
    before: dict[str, tuple[str, ...]]


@lru_cache(maxsize=8)
def _wide_words(words: Vocabulary) -> _WideWords:
    lists = ("body.suffix", "subject.suffix", "subject.event", "subject.wide")
    endings = {word for name in lists for word in words.list(name)}
    longest_first = sorted(endings, key=lambda word: (-len(word), word))
    return _WideWords(
        re.compile("|".join(map(re.escape, longest_first))),
        by_letter(words.list("subject.before_initial")),
    )
