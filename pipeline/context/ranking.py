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
WEIGHTS = Path(__file__).with_name("weights.json")
Tables = dict[str, dict[str, float]]


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
    """Weights by field and feature; a feature without a weight counts nothing."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.weights = weights
        self._marked: dict[tuple[str, str], Tables] = {}

    def choose(self, field: str, candidates: Sequence[tuple[Any, Features]]) -> tuple[int, float]:
        """The index of the best candidate and its probability; the first wins a tie.

        Raises ValueError when there are no candidates.
        """
        if not candidates:
            raise ValueError(f"no candidates for the {field}")
        sums = self._sums(field, [features for _, features in candidates])
        best = max(range(len(sums)), key=lambda i: (sums[i], -i))
        return best, 1 / math.fsum(math.exp(s - sums[best]) for s in sums)

    def _sums(self, field: str, candidates: list[Features]) -> list[float]:
        """The sum of the weights of each candidate; the weights of their common marks are looked up once."""
        table = self.weights.get(field, {})
        known: dict[tuple[str, tuple[str, ...]], list[dict[str, float]]] = {}
        sums = []
        for features in candidates:
            weights = [table[name] for name in features.alone if name in table]
            for cross in features.crosses:
                key = (cross.sign, cross.marks)
                tables = known.get(key)
                if tables is None:
                    by_mark = self._by_mark(field, cross.sign)
                    tables = known[key] = [by_mark[mark] for mark in cross.marks if mark in by_mark]
                weights += [held[name] for held in tables for name in cross.names if name in held]
            sums.append(math.fsum(weights))
        return sums

    def _by_mark(self, field: str, sign: str) -> Tables:
        """The weights of the crossed features of a field, by mark and name."""
        if (field, sign) not in self._marked:
            tables: Tables = {}
            for feature, weight in self.weights.get(field, {}).items():
                name, found, mark = feature.partition(sign)
                if found:
                    tables.setdefault(mark, {})[name] = weight
            self._marked[field, sign] = tables
        return self._marked[field, sign]

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
        known = {(name, table[name]) for name in features.alone if name in table}
        for cross in features.crosses:
            by_mark = self._by_mark(field, cross.sign)
            for mark in cross.marks:
                held = by_mark.get(mark, {})
                known |= {(f"{name}{cross.sign}{mark}", held[name]) for name in cross.names if name in held}
        return known


@cache
def default_ranker() -> Ranker:
    """The ranker with the fitted weights."""
    return Ranker(json.loads(WEIGHTS.read_text("utf-8")))
