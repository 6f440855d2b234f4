"""Crossed features count as much as the same features spelled out."""

import math

import pytest

from pipeline.context.ranking import Cross, Features, Ranker

WEIGHTS = {"near": 0.5, "near|level": 1.25, "body|level": -0.25, "near+unit_件": 2.0, "near+unit_%": 9.0}
CROSSED = Features(
    ("near", "body", "unknown"),
    (Cross(("near", "body", "near"), "|", ("level", "never")), Cross(("near",), "+", ("unit_件",))),
)
SPELLED = Features(tuple(CROSSED))


def test_crossed_features_weigh_as_much_as_spelled_out() -> None:
    ranker = Ranker({"subject": WEIGHTS})
    nothing = ("全市", Features(()))
    crossed = ranker.choose("subject", [nothing, ("市中院", CROSSED)])
    assert crossed == ranker.choose("subject", [nothing, ("市中院", SPELLED)])
    assert crossed == (1, pytest.approx(1 / (1 + math.exp(-4.75))))


def test_reasons_name_each_weighty_feature_once() -> None:
    ranker = Ranker({"subject": WEIGHTS})
    assert ranker.reasons("subject", CROSSED) == ("near+unit_件 +2.0", "near|level +1.2", "near +0.5")
    assert ranker.reasons("subject", CROSSED) == ranker.reasons("subject", SPELLED)


def test_there_must_be_a_candidate() -> None:
    with pytest.raises(ValueError, match="no candidates"):
        Ranker({}).choose("subject", [])
