"""The words that date something, and the days they stand for; with look-alikes that date nothing."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.context.periods import find_periods
from pipeline.vocabulary import default_vocabulary

WORDS = default_vocabulary()
WEDNESDAY = date(2020, 4, 1)
CASES = [
    ("周五下调9个评级", [("周五", "2020-03-27", "2020-03-27")]),
    ("截至上一交易日,余额报5627亿元", [("截至上一交易日", None, "2020-03-31")]),
    ("其中三季度41.9亿元", [("三季度", "2019-07-01", "2019-09-30")]),
    ("省政府22号颁布办法", [("22号", "2020-03-22", "2020-03-22")]),
    ("住在长青街7号院,乘3号线到5号楼", []),
    ("两天前签约23项", [("两天前", "2020-03-30", "2020-03-30")]),
    ("20世纪80年代有1100只", [("20世纪80年代", "1980-01-01", "1989-12-31")]),
    ("今明两天降温", [("今明两天", "2020-04-01", "2020-04-02")]),
    ("今年一、二季度", [("今年一、二季度", "2020-01-01", "2020-06-30")]),
    ("2015年至今年1月", [("2015年至今年1月", "2015-01-01", "2020-01-31")]),
    ("自3月1日起试行学法减分以来", [("自3月1日起试行学法减分以来", "2020-03-01", "2020-04-01")]),
    ("铁路2019年建成后,运能提高", [("2019年建成后", "2019-01-01", None)]),
    ("2025年12月31日前办理", [("2025年12月31日前", None, "2025-12-31")]),
]


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[text for text, _ in CASES])
def test_words_that_date(text: str, wanted: list[tuple[str, str | None, str | None]]) -> None:
    found = find_periods(text, WEDNESDAY, WORDS)
    days = [(p.text, p.first and p.first.isoformat(), p.last and p.last.isoformat()) for p in found]
    assert days == wanted
