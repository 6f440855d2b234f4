"""What a clause begins with: the noun phrase, and the name up to a word that names end with.

>>> from pipeline.vocabulary import default_vocabulary
>>> wide_names("今天,赞比亚卡桑卡国家公园迎来游客", (3, 16), (), default_vocabulary())
('赞比亚卡桑卡国家公园',)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.context.sentences import Span
from pipeline.context.tags import tag_of
from pipeline.model import Period
from pipeline.patterns import any_of, compose, glimpse
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.words import Tokens

_PHRASE_STOP = ("v", "d", "p", "c", "m", "r", "uj", "ul", "t", "x", "y")
_MOST_PHRASE = 18
_REACH = 40
_LEAST = 2  # characters before the ending


def opening_phrase(tokens: Tokens, base: int, clause: Span, limit: int) -> str:
    """The noun phrase that a clause begins with, before `limit`; empty where there is none."""
    out = ""
    for token, a, b in tokens:
        if base + a < clause[0] or base + b > min(clause[1], limit):
            continue
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
    table = _wide_patterns(words)
    if not table.glimpse.search(piece, _LEAST):
        return ()
    matches = (pattern.match(piece) for pattern in (table.shortest, table.longest))
    return tuple(dict.fromkeys(match["name"] for match in matches if match))


@dataclass(frozen=True, slots=True)
class _WidePatterns:
    """A name up to an ending, the shortest and the longest, and a quick look for any ending."""

    glimpse: re.Pattern[str]
    shortest: regex.Pattern[str]
    longest: regex.Pattern[str]


@lru_cache(maxsize=8)
def _wide_patterns(words: Vocabulary) -> _WidePatterns:
    lists = ("body.suffix", "subject.suffix", "subject.event", "subject.wide")
    endings = [word for name in lists for word in words.list(name)]
    parts = {"before": any_of(words.list("subject.before_initial")), "ending": any_of(endings)}
    shape = r"[ “]{0,2}(?:{before}){0,3}(?P<name>[\p{Han}A-Za-z0-9()·“”]{2,26}LAZY{ending})"
    return _WidePatterns(
        glimpse(endings),
        compose(shape.replace("LAZY", "?"), **parts),
        compose(shape.replace("LAZY", ""), **parts),
    )
