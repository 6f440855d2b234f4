"""Choosing among candidates: a linear model over named features.

>>> ranker = Ranker({"subject": {"near": 2.0, "near|level": 1.0, "far": -1.0}})
>>> near = Features(("near",), (Cross(("near",), "|", ("level",)),))
>>> ranker.choose("subject", [("全市", Features(("far",))), ("市中院", near)])
(1, 0.9820137900379085)

Each candidate says in words what speaks for it; the weights of those words are a small table, fitted to
annotated articles by `tests/fit_weights.py`.  The probability is the softmax over the candidates' sums.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

_STEEPEST = 30.0
_ONE = 1 << 60  # no weight has finer digits
_MOST_JOINED = 4096
WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(slots=True)
class Cross:
    """Features made of each of `names` and each of `marks`, joined by `sign`, which no name holds."""

    names: tuple[str, ...]
    sign: str
    marks: tuple[str, ...]


@dataclass(slots=True)
class Features:
    """What speaks for a candidate: the features that stand alone, and those that are crossed.

    Most crossed features have no weight, so they are spelled out only for those who ask.

    >>> list(Features(("near",), (Cross(("near", "body"), "|", ("level",)),)))
    ['near', 'near|level', 'body|level']
    """

    alone: tuple[str, ...]
    crosses: tuple[Cross, ...] = ()

    def __iter__(self) -> Iterator[str]:
        crossed = (f"{n}{c.sign}{m}" for c in self.crosses for n in c.names for m in c.marks)
        return chain(self.alone, crossed)


class Ranker:
    """Weights by field and feature; a feature without a weight counts nothing.

    Weights are summed as whole multiples of 2⁻⁶⁰, so that sums are exact, in whatever order they are taken.
    """

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.weights = weights
        self._tables = {field: _Table(held) for field, held in weights.items()}

    def choose(self, field: str, candidates: Sequence[tuple[Any, Features]]) -> tuple[int, float]:
        """The index of the best candidate and its probability; the first wins a tie.

        Raises ValueError when there are no candidates.
        """
        if not candidates:
            raise ValueError(f"no candidates for the {field}")
        table = self._tables.get(field) or _Table({})
        sums = [table.sum_of(features) / _ONE for _, features in candidates]
        most = max(sums)
        return sums.index(most), 1 / math.fsum([math.exp(s - most) for s in sums])

    def probability(self, field: str, features: Mapping[str, float]) -> float:
        """The logistic model of one field: the probability that what has these features is right."""
        table = self.weights.get(field, {})
        total = math.fsum(table.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(min(total, _STEEPEST), -_STEEPEST)))

    def reasons(self, field: str, features: Features, most: int = 3) -> tuple[str, ...]:
        """The features that spoke most for a candidate, with their weights, for `explain`."""
        known = sorted(((weight, name) for name, weight in self._known(field, features)), reverse=True)
        return tuple(f"{name} {weight:+.1f}" for weight, name in known[:most])

    def _known(self, field: str, features: Features) -> set[tuple[str, float]]:
        """The features that have a weight, each once."""
        table = self.weights.get(field, {})
        return {(name, table[name]) for name in features if name in table}


class _Table:
    """The weights of one field in multiples of 2⁻⁶⁰; those of crossed features by their sign and marks."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._alone = {feature: round(weight * _ONE) for feature, weight in weights.items()}
        self._by_mark: dict[str, dict[str, dict[str, int]]] = {}
        self._joined: dict[tuple[str, tuple[str, ...]], dict[str, int]] = {}

    def sum_of(self, features: Features) -> int:
        """The sum of the weights of a candidate's features."""
        total = sum(filter(None, map(self._alone.get, features.alone)))
        for cross in features.crosses:
            if cross.names:
                crossed = self._joined.get((cross.sign, cross.marks))
                if crossed is None:
                    crossed = self._join(cross.sign, cross.marks)
                total += sum(filter(None, map(crossed.get, cross.names)))
        return total

    def _join(self, sign: str, marks: tuple[str, ...]) -> dict[str, int]:
        """What each name weighs together with all of the marks."""
        by_mark = self._by_mark.get(sign) or self._split(sign)
        joined: dict[str, int] = {}
        for mark in marks:
            for name, weight in by_mark.get(mark, {}).items():
                joined[name] = joined.get(name, 0) + weight
        if len(self._joined) >= _MOST_JOINED:
            self._joined.clear()
        self._joined[sign, marks] = joined
        return joined

    def _split(self, sign: str) -> dict[str, dict[str, int]]:
        """The weights of the features that are crossed by `sign`, by mark and name."""
        by_mark: dict[str, dict[str, int]] = {}
        for feature, weight in self._alone.items():
            name, found, mark = feature.partition(sign)
            if found:
                by_mark.setdefault(mark, {})[name] = weight
        self._by_mark[sign] = by_mark
        return by_mark


@cache
def default_ranker() -> Ranker:
    """The ranker with the fitted weights."""
    return Ranker(json.loads(WEIGHTS.read_text("utf-8")))
