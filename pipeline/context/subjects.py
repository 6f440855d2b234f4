"""Finding the bodies and regions that a text names.

>>> from pipeline.vocabulary import default_vocabulary
>>> text = "2017年,广州两级法院收案超42万件,宁波市江北区投入400万元"
>>> [s.name for s in find_subjects(text, 0, len(text), default_vocabulary())]
['广州两级法院', '宁波市江北区']

A name is built from tokens: a region, or a word that a body's name ends with, together with the regions and
attributes right before it.  What stands around a name says whether it can be whose a figure is (`role`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import regex

from pipeline.context.name_words import (
    NameWords,
    Traits,
    known_traits,
    name_words,
    split_regions,
)
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.words import Tokens

_LOOSE_ADMIN = ("镇", "乡", "村", "县", "区", "州", "街道", "社区", "省", "市")
_QUOTED = regex.compile(r"《[^》\n]{1,60}》|“[^”\n]{1,60}”")
_ORDINAL = regex.compile(
    r"(?:第[0-9一二三四五六七八九十百]{1,5}[届次]|首届|[一二三四五六七八九十]{1,3}届)[^,。;、(\n]{0,2}$"
)
_RANKED = regex.compile(r"第[一二三四五六七八九十0-9]{1,3}(?![季批届次期轮产])")
_SYLLABLES = 2
_MOST_TOKENS = 8
_LONGEST = 24
_FAR = 24


class Role(StrEnum):
    """How a name stands in its sentence."""

    AGENT = "agent"
    INSIDE = "inside"
    PLACE = "place"
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


def find_subjects(
    text: str, start: int, end: int, words: Vocabulary, tokens: Tokens | None = None
) -> tuple[Name, ...]:
    """The names in [start, end), in order, without overlaps; `tokens` are those of the span where known."""
    table = name_words(words)
    cut = split_regions(tokens if tokens is not None else words.cut(text[start:end]), table)
    known = known_traits(table)
    traits = [known[token] for token, _, _ in cut]
    quoted = [(m.start(), m.end()) for m in _QUOTED.finditer(text, start, end)]
    found: list[Name] = []
    i = 0
    while i < len(cut):
        if not traits[i].opens:
            i += 1
            continue
        at_start = i == 0 or not traits[i - 1].han or cut[i - 1][0] in ("据", "其中", "从", "由")
        stop, body = i, False
        if at_start or traits[i].begins:
            stop, body = _name_at(cut, traits, i, at_start)
        if stop == i:
            i += 1
            continue
        begin = _company_begins(cut, traits, i, stop, table)
        while found and start + cut[begin][1] < found[-1].end:
            begin += 1
        first, last = start + cut[begin][1], start + cut[stop - 1][2]
        if body and (ordinal := _ORDINAL.search(text, max(start, first - 8), first)):
            first = ordinal.start()
        clock = text.startswith("时间", last)
        if not clock and not any(a < first and last < b for a, b in quoted):
            found.append(Name(first, last, text[first:last], _role(text, first, last, start, table), body))
        i = stop
    return tuple(_join_lists(text, found))


def _name_at(cut: Tokens, traits: list[Traits], i: int, at_start: bool) -> tuple[int, bool]:
    """The end (in tokens) of the longest name that begins at token i, and whether it is a body.

    The end is i where none begins. `at_start` says that a clause begins here.
    """
    head = traits[i]
    named = head.named
    best, body, size = i, False, 0
    for j in range(i, min(len(cut), i + _MOST_TOKENS)):
        token, this = cut[j][0], traits[j]
        joined = token in ("和", "与") and i < j < len(cut) - 1 and (named or at_start)
        if (
            not this.han
            or size > _LONGEST
            or (
                j > i
                and not joined
                and not this.inside
                and not (named and len(token) == 1 and j - best < _SYLLABLES and not this.border)
            )
        ):
            break
        size += len(token)
        if this.whole or this.ends:
            placed = named and not head.scope
            strong = this.whole or not this.weak or (placed and not token.endswith("企业"))
            if (j > i or not this.generic) and strong:
                best, body = j + 1, True
        elif this.region or (this.scope and j == i) or this.admin:
            best = j + 1 if best == j else best
            body = body or (this.scope and token[-1:] in "院关门方")
        elif named and j - best <= _SYLLABLES and token in _LOOSE_ADMIN:
            best = j + 1
    return best, body


def _company_begins(cut: Tokens, traits: list[Traits], i: int, stop: int, table: NameWords) -> int:
    """Where the name of a company begins: its own name is no word, so it reaches back to the clause's begin,
    or to a word that no name holds (淳华科技昆山有限公司)."""
    if not cut[stop - 1][0].endswith(table.companies):
        return i
    k = i
    while k > 0 and i - k < _MOST_TOKENS:
        token, this = cut[k - 1][0], traits[k - 1]
        if not this.han or this.border or this.scope or (len(token) > 1 and not this.inside):
            break
        k -= 1
    return k if k == 0 or not traits[k - 1].han or traits[k - 1].border else i


def _role(text: str, first: int, last: int, start: int, table: NameWords) -> Role:
    before = text[max(start, first - 4) : first]
    after = text[last : last + 8]
    if text[first:last] in table.scopes and after[:1].isdigit():
        return Role.AGENT if before.endswith(table.covers) else Role.INSIDE
    if before.endswith(table.object_after) or after.startswith(table.object_before) or _RANKED.match(after):
        return Role.OBJECT
    if before.endswith(table.source_after) or after.startswith(table.titles):
        return Role.SOURCE
    if before.endswith(table.place_after):
        return Role.PLACE
    if any(word in after for word in table.speaks):
        return Role.SOURCE
    return Role.AGENT if _is_initial(text, first, start, table) else Role.INSIDE


def _is_initial(text: str, first: int, start: int, table: NameWords) -> bool:
    """Only dates and function words stand between the beginning of the clause and the name."""
    begin = max([start, *(text.rfind(c, start, first) + 1 for c in ",;。:!?、()\n—")])
    rest = text[begin:first]
    if len(rest) > _FAR:
        return False
    return not table.filler.sub("", rest).strip(" 0123456789-—.“”\t")


def _join_lists(text: str, names: list[Name]) -> list[Name]:
    """Names that follow one another directly or in a list stand as the first of them does."""
    for i in range(1, len(names)):
        between = text[names[i - 1].end : names[i].start]
        if between in ("", "、", "和", "及", "与", "的") and names[i - 1].role in (Role.OBJECT, Role.PLACE):
            names[i] = replace(names[i], role=names[i - 1].role)
    return names
