"""Finding the bodies and regions that a text names.

>>> from pipeline.vocabulary import default_vocabulary
>>> text = "2017年,广州两级法院收案超42万件,宁波市江北区投入400万元"
>>> [s.name for s in find_subjects(text, 0, len(text), default_vocabulary())]
['广州两级法院', '宁波市江北区']

A name is built from tokens: a region, or a word that a body's name ends with, together with the regions and
attributes right before it.  What stands around a name says whether it can be whose a figure is (`role`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import regex

from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.words import Tokens

_ADMIN = ("自治区", "自治州", "自治县", "街道", "社区", "省", "市", "州", "区", "县", "镇", "乡", "村", "旗", "岛", "盟")
_LOOSE_ADMIN = ("镇", "乡", "村", "县", "区", "州", "街道", "社区")
_SHORT_SUFFIX = frozenset("部厅局办委署院处站")
_HAN = regex.compile(r"\p{Han}+")
_QUOTED = regex.compile(r"《[^》\n]{1,60}》|“[^”\n]{1,60}”")
_RANKED = regex.compile(r"第[一二三四五六七八九十0-9]{1,3}(?![季批届次期轮])")
_SYLLABLES = 2
_MOST_TOKENS = 7
_LONGEST = 24


class Role(StrEnum):
    """How a name stands in its sentence."""

    AGENT = "agent"
    SOURCE = "source"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Name:
    """A body or region named at a span, and how it stands there; ``body`` is False for a bare region."""

    start: int
    end: int
    name: str
    role: Role
    body: bool


@dataclass(frozen=True, slots=True)
class _Words:
    suffixes: frozenset[str]
    bodies: frozenset[str]
    scopes: frozenset[str]
    regions: frozenset[str]
    attributes: frozenset[str]
    borders: frozenset[str]
    object_after: tuple[str, ...]
    source_after: tuple[str, ...]
    object_before: tuple[str, ...]
    speaks: tuple[str, ...]
    generic: frozenset[str]
    never: frozenset[str]


@lru_cache(maxsize=8)
def _words_of(words: Vocabulary) -> _Words:
    one_letter = set(words.lists.get("region.abbreviation", ())) | set(words.lists.get("region.abbreviation.country", ()))
    regions = frozenset(name for name in words.region_names if name not in one_letter)
    return _Words(
        frozenset(words.list("body.suffix")) | frozenset(words.list("subject.suffix")), frozenset(words.bodies), frozenset(words.list("body.scope")), regions,
        frozenset(words.list("subject.attribute")), frozenset(words.list("subject.border")),
        tuple(words.list("subject.object_after")), tuple(words.list("subject.source_after")),
        tuple(words.list("subject.object_before")), tuple(words.list("subject.speaks")),
        frozenset(words.list("subject.generic")), frozenset(words.list("subject.never")),
    )


def find_subjects(text: str, start: int, end: int, words: Vocabulary, tokens: Tokens | None = None) -> tuple[Name, ...]:
    """The names in [start, end), in order, without overlaps; `tokens` are those of the span where known."""
    cut = tokens if tokens is not None else words.cut(text[start:end])
    table = _words_of(words)
    quoted = [(m.start(), m.end()) for m in _QUOTED.finditer(text, start, end)]
    found: list[Name] = []
    i = 0
    while i < len(cut):
        at_start = i == 0 or not _HAN.fullmatch(cut[i - 1][0]) or cut[i - 1][0] in ("据", "记者从", "其中", "从", "由")
        stop, body = _name_at(cut, i, table, at_start)
        if stop == i:
            i += 1
            continue
        first = start + cut[i][1]
        last = start + cut[stop - 1][2]
        if not any(a < first and last < b for a, b in quoted):
            found.append(Name(first, last, text[first:last], _role(text, first, last, start, table), body))
        i = stop
    return tuple(found)


def _name_at(cut: Tokens, i: int, table: _Words, at_start: bool) -> tuple[int, bool]:
    """The end (in tokens) of the longest name that begins at token i, and whether it is a body; i where none begins.

    `at_start` says that a clause begins here: only there may a name begin with a plain noun.
    """
    best, body, size = i, False, 0
    token = cut[i][0]
    named = token in table.regions or token in table.scopes or token in table.bodies or _is_admin(token)
    may_begin = named or token in table.attributes or (at_start and len(token) > 1 and token not in table.borders) or (_ends_body(token, table) and token not in table.generic and len(token) > 1)
    if not may_begin or token in table.never:
        return i, False
    for j in range(i, min(len(cut), i + _MOST_TOKENS)):
        token = cut[j][0]
        joined = token in ("和", "与") and i < j < len(cut) - 1 and (named or at_start)
        if not _HAN.fullmatch(token) or (token in table.borders and token not in table.scopes and not joined):
            break
        size += len(token)
        if size > _LONGEST:
            break
        if token in table.bodies or _ends_body(token, table):
            if j > i or (token not in table.generic and len(token) > 1):
                best, body = j + 1, True
        elif token in table.regions or (token in table.scopes and j == i) or _is_admin(token) or (named and j - best <= _SYLLABLES and token in _LOOSE_ADMIN):
            best = j + 1 if best == j or token in _LOOSE_ADMIN else best
            body = body or (token in table.scopes and token[-1:] in "院关门方")
    return best, body


def _is_admin(token: str) -> bool:
    """A place by its ending: 黄陵镇."""
    return len(token) > 2 and token.endswith(_ADMIN) and not token.endswith(("地区", "小区", "社区", "园区", "灾区", "景区", "城区", "山区", "农村", "乡村"))


def _ends_body(token: str, table: _Words) -> bool:
    if token in table.suffixes or token[-1:] in "局厅署":
        return True
    return any(token.endswith(suffix) for suffix in _suffixes_by_length(table) if len(suffix) < len(token) and suffix not in _SHORT_SUFFIX)


@lru_cache(maxsize=8)
def _suffixes_by_length(table: _Words) -> tuple[str, ...]:
    return tuple(sorted((s for s in table.suffixes if len(s) > 1), key=len, reverse=True))


def _role(text: str, first: int, last: int, start: int, table: _Words) -> Role:
    before = text[max(start, first - 4) : first]
    after = text[last : last + 4]
    if before.endswith(table.source_after):
        return Role.SOURCE
    if before.endswith(table.object_after):
        return Role.OBJECT
    if after.startswith(table.object_before) or _RANKED.match(after):
        return Role.OBJECT
    if any(word in text[last : last + 8] for word in table.speaks):
        return Role.SOURCE
    return Role.AGENT
