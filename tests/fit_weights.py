"""Fits the weights of the rankers to annotated articles, and writes them to the package.

    python -m tests.fit_weights FOLDER [FOLDER …] [--corpus FILE]

Every folder holds annotated articles.  Articles are gone through with the weights so far, so that what is
inherited looks as it will look in a run; all candidates that were weighed are kept, with whether they mean
what the annotation says, and a conditional logit model with an L2 penalty is fitted to them, by field.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from pipeline.context.link import Linker
from pipeline.context.ranking import WEIGHTS, Features, Ranker
from pipeline.context.reading import Reading
from pipeline.context.rows import confidence_features
from pipeline.model import Metric
from pipeline.scoring import (
    Annotated,
    Score,
    as_article,
    compare,
    means,
    pair,
    read_annotated,
    same_days,
    score_article,
)
from pipeline.stages import read_document
from pipeline.vocabulary import Vocabulary, default_vocabulary

ROUNDS = 3
FOLDS = 5
PENALTY = {"subject": 4.0, "period": 4.0, "indicator": 1.5, "category": 1.0}
RAREST = 4
COMMON = 15
CONFIDENCE_PENALTY = 2.0
Choice = tuple[str, list[Features], list[bool]]
Reliability = list[tuple[float, bool]]


class Recorder(Linker):
    """A linker that keeps what it weighed; `forced` makes it take a right candidate where there is one."""

    def __init__(self, annotated: Annotated, words: Vocabulary, ranker: Ranker, forced: bool) -> None:
        document = read_document(as_article(annotated), words)
        super().__init__(document, words, ranker)
        self.annotated, self.forced = annotated, forced
        self.others = {key: {row[key] for row in annotated.rows} for key in ("indicator", "subject")}
        self.choices: list[Choice] = []
        self.metrics: tuple[Metric, ...] = ()

    def choose(self, field: str, reading: Reading, candidates: Sequence[tuple[object, Features]]) -> int:
        best = super().choose(field, reading, candidates)
        row = self._row(reading)
        if (
            row is None
            or (field == "category" and row["kind"] != "level")
            or (field == "period" and row["period_text"] and not (row["period_start"] or row["period_end"]))
        ):
            return best
        right = [self._is_right(field, value, row) for value, _ in candidates]
        self.choices.append((field, [features for _, features in candidates], right))
        if self.forced and any(right) and not right[best]:
            return right.index(True)
        return best

    def _row(self, reading: Reading) -> dict[str, Any] | None:
        start, end = self.document.text.to_raw(reading.quantity.start, reading.quantity.end)
        hit = pair(start, end, float(reading.quantity.value), self.annotated.rows, set())
        return None if hit is None else self.annotated.rows[hit]

    def _is_right(self, field: str, value: Any, row: dict[str, Any]) -> bool:
        if field == "period":
            first, last = (None, None) if value is None else (value.first, value.last)
            return same_days(first, last, row)
        if field == "category":
            return bool(value == row["category"])
        return means(value, row[field], self.others[field])


def go_through(annotated: Annotated, words: Vocabulary, ranker: Ranker, forced: bool) -> Recorder:
    """An article gone through, with all that was weighed in it."""
    recorder = Recorder(annotated, words, ranker, forced)
    recorder.metrics = recorder.run()
    return recorder


def fit(choices: Sequence[Choice], field: str) -> dict[str, float]:
    """The weights of one field's features."""
    useful = [
        (features, right)
        for name, features, right in choices
        if name == field and any(right) and not all(right)
    ]
    counts = Counter(f for features, _ in useful for candidate in features for f in set(candidate))
    index = {name: i for i, name in enumerate(sorted(f for f, n in counts.items() if n >= RAREST))}
    rows, columns, groups, good = [], [], [], []
    for group, (features, right) in enumerate(useful):
        for candidate, is_right in zip(features, right, strict=True):
            for name in candidate:
                if name in index:
                    rows.append(len(groups))
                    columns.append(index[name])
            groups.append(group)
            good.append(is_right)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(groups), len(index)))
    starts = np.flatnonzero(np.diff(np.array([-1, *groups])))
    weights = _minimise(matrix, np.array(groups), starts, np.array(good), PENALTY[field])
    return {name: round(float(weights[i]), 3) for name, i in index.items() if abs(weights[i]) >= 0.02}


def _minimise(matrix: Any, groups: Any, starts: Any, good: Any, penalty: float) -> Any:
    def loss(w: Any) -> tuple[float, Any]:
        sums = matrix @ w
        top = np.maximum.reduceat(sums, starts)[groups]
        raised = np.exp(sums - top)
        total = np.add.reduceat(raised, starts)
        right = np.add.reduceat(np.where(good, raised, 0.0), starts)
        p_all = raised / total[groups]
        p_right = np.where(good, raised, 0.0) / right[groups]
        value = -np.log(right / total).sum() + 0.5 * penalty * (w @ w)
        return value, matrix.T @ (p_all - p_right) + penalty * w

    start = np.zeros(matrix.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def fit_all(
    articles: Sequence[Annotated], words: Vocabulary
) -> tuple[dict[str, dict[str, float]], Reliability]:
    """The weights of all fields and the reliability of the confidence.

    What is inherited depends on the weights themselves, so articles are gone through in rounds; each article
    by weights that were fitted without it, so that what it inherits errs as it will err in a run.
    """
    order = sorted(articles, key=lambda a: hashlib.sha256(a.id.encode()).hexdigest())
    through = {a.id: go_through(a, words, Ranker({}), forced=True) for a in order}
    forced = [choice for recorder in through.values() for choice in recorder.choices]
    for _ in range(ROUNDS):
        renewed: dict[str, Recorder] = {}
        for fold in range(FOLDS):
            held = order[fold::FOLDS]
            others = [c for a in order if a not in held for c in through[a.id].choices]
            ranker = Ranker({field: fit(others, field) for field in PENALTY})
            renewed |= {a.id: go_through(a, words, ranker, forced=False) for a in held}
        through = renewed
    choices = [choice for recorder in through.values() for choice in recorder.choices]
    weights = {field: fit([*choices, *forced], field) for field in PENALTY}
    samples = [_judge(through[a.id]) for a in order]
    weights["confidence"], reliability = _fit_confidence(samples)
    total = Score()
    for recorder in through.values():
        score_article(recorder.annotated, recorder.document, recorder.metrics, total)
    print("articles that the weights were not fitted to:", total.report())
    return weights, reliability


def _fit_confidence(
    samples: list[list[tuple[dict[str, float], bool]]],
) -> tuple[dict[str, float], Reliability]:
    """The weights of the confidence, and (confidence, wholly right) of every row.

    The confidence of a row is that of a model fitted without its fold.
    """
    reliability: Reliability = []
    for fold in range(FOLDS):
        model = _logistic([s for k, part in enumerate(samples) if k % FOLDS != fold for s in part])
        ranker = Ranker({"confidence": model})
        for part in samples[fold::FOLDS]:
            reliability += [(ranker.probability("confidence", features), right) for features, right in part]
    return _logistic([s for part in samples for s in part]), reliability


def _judge(recorder: Recorder) -> list[tuple[dict[str, float], bool]]:
    """Features and whole rightness of each core row.

    Rows set against an annotated row that is not core are left out.
    """
    out = []
    for reading, metric in zip(recorder.readings, recorder.metrics, strict=True):
        rows = recorder.annotated.rows
        hit = pair(metric.raw_start, metric.raw_end, float(metric.value), rows, set())
        row = None if hit is None else rows[hit]
        if not metric.core or (row is not None and not row["core"]):
            continue
        right = (
            row is not None
            and row["value"] == float(metric.value)
            and all(compare(metric, row, recorder.others).values())
        )
        out.append((confidence_features(reading), right))
    return out


def _logistic(samples: Sequence[tuple[dict[str, float], bool]]) -> dict[str, float]:
    counts = Counter(f for features, _ in samples for f, v in features.items() if v)
    names = sorted(f for f, n in counts.items() if n >= COMMON)
    x = np.array([[features.get(n, 0.0) for n in names] for features, _ in samples])
    y = np.array([right for _, right in samples], dtype=float)

    def loss(w: Any) -> tuple[float, Any]:
        z = x @ w
        value = np.logaddexp(0, z).sum() - y @ z + 0.5 * CONFIDENCE_PENALTY * (w @ w)
        return value, x.T @ (1 / (1 + np.exp(-z)) - y) + CONFIDENCE_PENALTY * w

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return {name: round(float(w), 3) for name, w in zip(names, found, strict=True)}


def reliability_table(reliability: Sequence[tuple[float, bool]]) -> str:
    """Rows and share wholly right by confidence, as a Markdown table.

    >>> print(reliability_table([(0.95, True), (0.97, True), (0.42, False)]))
    | confidence | rows | wholly right |
    |---|---|---|
    | 0.9–1.0 | 2 | 100 % |
    | 0.4–0.5 | 1 | 0 % |
    """
    lines = ["| confidence | rows | wholly right |", "|---|---|---|"]
    for tenth in range(9, -1, -1):
        part = [right for p, right in reliability if tenth <= min(p * 10, 9.999) < tenth + 1]
        if part:
            lines.append(
                f"| {tenth / 10:.1f}–{(tenth + 1) / 10:.1f} | {len(part)} "
                f"| {100 * sum(part) / len(part):.0f} % |"
            )
    return "\n".join(lines)


def texts_of(corpus: Path) -> dict[str, str]:
    """The texts of the articles that are annotated without one."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        return {row["id"]: row["text"] for row in map(json.loads, lines)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument(
        "--corpus", type=Path, help="gzipped JSONL with the texts of articles annotated without them"
    )
    args = parser.parse_args()
    texts = texts_of(args.corpus) if args.corpus else {}
    articles = [a for folder in args.folders for a in read_annotated(folder, texts)]
    weights, reliability = fit_all(articles, default_vocabulary())
    print(reliability_table(reliability))
    lines = defaultdict(dict, weights)
    WEIGHTS.write_text(json.dumps(lines, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
    print(f"{len(articles)} articles; weights: " + ", ".join(f"{k} {len(v)}" for k, v in weights.items()))


if __name__ == "__main__":
    main()
