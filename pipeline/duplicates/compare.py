"""Whether a text says again what an earlier one says, by the texts themselves.

>>> notice = "云州市文化馆本周六在河滨广场举办皮影戏专场，由老艺人登台演出，市民可凭身份证在馆内领取门票。"
>>> compare(read_text(notice), read_text(notice + "（记者 林某）"))
Match(kind=<Likeness.NEAR: 'near'>, similarity=0.9111)
>>> compare(read_text(notice), read_text("云州市文化馆下月起闭馆维修，图书可在河滨分馆归还，敬请谅解。"))
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.duplicates.signature import FEWEST, LONGEST, Hashes, hash_shingles, letters_of
from pipeline.model import Likeness

COMPARED = 3
WINDOW = 50
HEARD = 0.35
SAID = 0.88
SAID_BACK = 0.67
ALIKE = 0.45
ALIKE_PART = 0.5
SHORT = 2 * WINDOW
VERBATIM = 0.7
PART = 0.75
WRAPPED = 0.9
WRAPPED_SHARE = 0.25
OTHER_FIGURES = 0.1
ONE_OTHER_FIGURE = 0.15
KEPT_FIGURES = 0.8
_FIGURE = re.compile(
    r"\d{1,30}(?:[.,]\d{1,30}){0,9}"
    r"|第[一二三四五六七八九十百零〇两]{1,6}"
    r"|[一二三四五六七八九十百千万亿零〇两]{2,9}"
)
_MARK = "\0"
_SILENT = re.compile(r"[^\w\0]+|_")


@dataclass(frozen=True, slots=True)
class Match:
    """`similarity` is the Jaccard similarity of the shingles, with four digits."""

    kind: Likeness
    similarity: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is compared: its shingles in order and sorted, its figures by what stands around them."""

    shingles: Hashes
    known: Hashes
    figures: Mapping[str, frozenset[str]]


def read_text(text: str) -> Reading:
    """The reading of a clean text."""
    shingles = hash_shingles(letters_of(text), COMPARED)
    return Reading(shingles, np.unique(shingles), _find_figures(text[:LONGEST]))


def compare(earlier: Reading, later: Reading) -> Match | None:
    """How the later text says again what the earlier one says; None where it does not."""
    if min(len(earlier.shingles), len(later.shingles)) < FEWEST - COMPARED + 1:
        return None
    before, after = _Share.of(earlier, later), _Share.of(later, earlier)
    kind = _likeness(before, after)
    if kind is None or _have_other_figures(earlier, later):
        return None
    is_verbatim = max(before.held, after.held) >= VERBATIM
    is_copy = is_verbatim or (not before.is_short and not after.is_short and _keeps_figures(earlier, later))
    return Match(kind, similarity_of(earlier, later)) if is_copy else None


def similarity_of(one: Reading, other: Reading) -> float:
    """The Jaccard similarity of two texts."""
    common = int(_held(one.known, other.known).sum())
    return round(common / max(1, len(one.known) + len(other.known) - common), 4)


@dataclass(frozen=True, slots=True)
class _Share:
    """How much of a text the other one has: of its shingles, and of its windows."""

    held: float
    said: float
    is_short: bool

    @classmethod
    def of(cls, text: Reading, other: Reading) -> _Share:
        held = _held(text.shingles, other.known)
        size = min(WINDOW, len(held))
        sums = np.concatenate(([0], np.cumsum(held)))
        windows = sums[size:] - sums[:-size]
        return cls(float(held.mean()), float((windows >= HEARD * size).mean()), len(held) < SHORT)


def _held(shingles: Hashes, known: Hashes) -> NDArray[np.bool_]:
    """Which of the shingles are among the known ones, which are sorted."""
    places = np.searchsorted(known, shingles)
    places[places == len(known)] = 0
    held: NDArray[np.bool_] = known[places] == shingles
    return held


def _likeness(earlier: _Share, later: _Share) -> Likeness | None:
    less, more = sorted((earlier.said, later.said))
    if more >= SAID and less >= SAID_BACK and max(earlier.held, later.held) >= ALIKE:
        return Likeness.NEAR
    is_part = later.held >= PART or (later.held >= ALIKE_PART and later.said >= SAID)
    is_wrapped = earlier.held >= WRAPPED and later.said >= WRAPPED_SHARE
    return Likeness.PARTIAL if is_part or is_wrapped else None


def _find_figures(text: str) -> Mapping[str, frozenset[str]]:
    """The numbers of a text by the two characters before and the one after, other numbers left out.

    >>> _find_figures("新收案件1,234件，审结1.1万件")
    {'案件|件': frozenset({'1234'}), '审结|万': frozenset({'1.1'})}
    """
    text = text.replace(_MARK, "")
    figures = [figure.replace(",", "") for figure in _FIGURE.findall(text)]
    letters = _SILENT.sub("", _FIGURE.sub(_MARK, text)).casefold()
    found: dict[str, set[str]] = defaultdict(set)
    for figure, mark in zip(figures, re.finditer(_MARK, letters), strict=True):
        before, after = letters[max(0, mark.start() - 2) : mark.start()], letters[mark.end() : mark.end() + 1]
        found[f"{before}|{after}".replace(_MARK, "#")].add(figure)
    return {place: frozenset(values) for place, values in found.items()}


def _have_other_figures(one: Reading, other: Reading) -> bool:
    """Whether too many of the numbers that stand in the same place are others."""
    places = one.figures.keys() & other.figures.keys()
    same = math.fsum(_overlap(one.figures[place], other.figures[place]) for place in places)  # in any order
    others = len(places) - same
    return others > len(places) * (OTHER_FIGURES if others > 1 else ONE_OTHER_FIGURE)


def _overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """The share of the smaller set that is in the larger."""
    return len(some & others) / min(len(some), len(others))


def _keeps_figures(one: Reading, other: Reading) -> bool:
    """Whether one text has nearly all numbers of the other that are written with digits."""
    numbers, others = _numbers(one), _numbers(other)
    return len(numbers & others) >= KEPT_FIGURES * min(len(numbers), len(others))


def _numbers(text: Reading) -> frozenset[str]:
    return frozenset(figure for found in text.figures.values() for figure in found if figure[0].isdigit())
