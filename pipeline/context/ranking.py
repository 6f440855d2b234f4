"""Choosing among candidates: a linear model over named features.

>>> ranker = Ranker({"subject": {"near": 2.0, "far": -1.0}})
>>> ranker.choose("subject", [("全市", ("far",)), ("市中院", ("near",))])
(1, 0.9525741268224334)

Each candidate says in words what speaks for it; the weights of those words are a small table, fitted to
annotated articles by `tests/fit_weights.py`.  The probability is the softmax over the candidates' sums.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

Features = tuple[str, ...]
_STEEPEST = 30.0
WEIGHTS = Path(__file__).with_name("weights.json")


class Ranker:
    """Weights by field and feature; a feature without a weight counts nothing."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.weights = weights

    def choose(self, field: str, candidates: Sequence[tuple[Any, Features]]) -> tuple[int, float]:
        """The index of the best candidate and its probability; the first wins a tie.

        Raises ValueError when there are no candidates.
        """
        if not candidates:
            raise ValueError(f"no candidates for the {field}")
        table = self.weights.get(field, {})
        sums = [math.fsum(map(table.get, features, repeat(0.0))) for _, features in candidates]
        best = max(range(len(sums)), key=lambda i: (sums[i], -i))
        return best, 1 / math.fsum(math.exp(s - sums[best]) for s in sums)

    def probability(self, field: str, features: Mapping[str, float]) -> float:
        """The logistic model of one field: the probability that what has these features is right."""
        table = self.weights.get(field, {})
        total = math.fsum(table.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(min(total, _STEEPEST), -_STEEPEST)))

    def reasons(self, field: str, features: Features, most: int = 3) -> tuple[str, ...]:
        """The features that spoke most for a candidate, with their weights, for `explain`."""
        table = self.weights.get(field, {})
        known = sorted(((table[f], f) for f in set(features) if f in table), reverse=True)
        return tuple(f"{name} {weight:+.1f}" for weight, name in known[:most])


@cache
def default_ranker() -> Ranker:
    """The ranker with the fitted weights."""
    return Ranker(json.loads(WEIGHTS.read_text("utf-8")))
