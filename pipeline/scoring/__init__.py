"""How good extracted rows are: measured against articles that people annotated."""

from pipeline.scoring.annotated import Annotated, as_article, read_annotated
from pipeline.scoring.compare import compare, means, pair, plain, same_days
from pipeline.scoring.count import Score, score, score_article

__all__ = [
    "Annotated",
    "Score",
    "as_article",
    "compare",
    "means",
    "pair",
    "plain",
    "read_annotated",
    "same_days",
    "score",
    "score_article",
]
