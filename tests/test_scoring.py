"""The scorer itself, on made rows; and that it counts as the shared scorer does."""

from __future__ import annotations

import json
import math
import runpy
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Article, Basis, Bound, Category, Direction, Document, Kind, Metric, Section
from pipeline.scoring import Annotated, Score, means, pair, plain, read_annotated, score, score_article
from pipeline.text.aligned import AlignedText
from pipeline.vocabulary import default_vocabulary

ROOT = Path(__file__).parents[1]
GOLD = ROOT.parent / "shared" / "gold"
TEXT = "2021年,宁州市法院收案120件,同比增长5.5%。"
LEVEL = {
    "quote": "120件", "start": 13, "end": 17, "value": 120, "value_high": None, "bound": "exact",
    "unit": "件", "kind": "level", "direction": None, "basis": None, "indicator": "收案",
    "category": "case_count", "subject": "宁州市法院", "period_text": "2021年", "period_start": "2021-01-01",
    "period_end": "2021-12-31", "core": True,
}  # fmt: skip
CHANGE = LEVEL | {
    "quote": "5.5%", "start": 22, "end": 26, "value": 5.5, "unit": "%", "kind": "change", "direction": "up",
    "basis": "yoy", "category": "rate",
}  # fmt: skip
FOUND = Metric(
    13, 17, 13, 17, "120件", TEXT, 0, Decimal(120), None, Bound.EXACT, "件", Kind.LEVEL, Category.CASE_COUNT,
    "收案", "made", subject="宁州市法院", period_start=date(2021, 1, 1), period_end=date(2021, 12, 31),
    confidence=0.95,
)  # fmt: skip
FOUND_CHANGE = replace(
    FOUND, raw_start=22, raw_end=26, quote="5.5%", value=Decimal("5.5"), unit="%", kind=Kind.CHANGE,
    direction=Direction.UP, basis=Basis.YOY, category=Category.RATE, confidence=0.5,
)  # fmt: skip


needs_shared = pytest.mark.skipif(not GOLD.is_dir(), reason="../shared is absent: no other scorer")
phrases = st.text("案件收结数的、率新", min_size=1, max_size=9).filter(plain)


def counted(
    metrics: list[Metric],
    rows: list[dict[str, Any]],
    headings: list[dict[str, Any]] | None = None,
    sections: tuple[Section, ...] = (),
) -> Score:
    annotated = Annotated("a", TEXT, None, None, None, tuple(rows), tuple(headings or ()))
    total = Score()
    document = Document(Article("a", TEXT), AlignedText.of(TEXT), sections)
    score_article(annotated, document, metrics, total)
    return total


def test_the_made_rows_stand_where_they_say() -> None:
    for row in (LEVEL, CHANGE):
        assert TEXT[row["start"] : row["end"]] == row["quote"]


def test_rows_that_agree_are_wholly_right() -> None:
    total = counted([FOUND, FOUND_CHANGE], [LEVEL, CHANGE])
    report = total.report()
    assert not total.faults
    assert {report[name] for name in ("value", "quantity", "row", "full", "sections")} == {1.0}
    assert report["sure_share"] == 0.5
    assert report["sure_right"] == 1.0


@pytest.mark.parametrize(
    ("start", "end", "pairs"),
    [
        *((13, 17, True), (12, 17, True), (8, 20, True), (7, 20, False)),
        *((16, 18, False), (15, 19, True), (17, 20, False)),
    ],
    ids=["same", "longer", "a third", "less than a third", "one of four", "half", "beside"],
)  # fmt: skip
def test_spans_pair_that_share_a_third_of_the_longer(start: int, end: int, pairs: bool) -> None:
    assert (pair(start, end, 120.0, (LEVEL,), set()) == 0) is pairs


def test_of_two_overlapping_rows_the_one_with_the_value_is_taken() -> None:
    wide = LEVEL | {"start": 12, "value": 9}
    assert pair(13, 17, 120.0, (wide, LEVEL), set()) == 1
    assert pair(13, 17, 5.0, (wide, LEVEL), set()) == 0
    assert pair(13, 17, 120.0, (wide, LEVEL), {1}) == 0
    assert pair(13, 17, 120.0, (wide, LEVEL), {0, 1}) is None


def test_a_row_is_taken_once() -> None:
    total = counted([FOUND, FOUND], [LEVEL])
    assert (total.found, total.annotated, total.right["value"]) == (2, 1, 1)
    assert [fault[1] for fault in total.faults] == ["false positive"]


@pytest.mark.parametrize("metrics", [[FOUND], []], ids=["found", "left out"])
def test_rows_that_are_not_core_are_neither_rewarded_nor_punished(metrics: list[Metric]) -> None:
    total = counted([*metrics, FOUND_CHANGE], [LEVEL | {"core": False}, CHANGE])
    assert (total.found, total.annotated, total.right["full"]) == (1, 1, 1)
    assert not total.faults


def test_rows_that_the_pipeline_calls_not_core_do_not_count() -> None:
    beside = replace(FOUND, raw_start=0, raw_end=5, core=False)
    total = counted([beside, replace(FOUND, core=False)], [LEVEL])
    assert (total.found, total.annotated) == (0, 1)
    assert [fault[1] for fault in total.faults] == ["missed"]


@pytest.mark.parametrize(
    ("changed", "annotated"),
    [
        ({"value": Decimal(12)}, {}),
        ({"value_high": Decimal(130)}, {}),
        ({}, {"value_high": 130}),
        ({"value_high": Decimal(125)}, {"value_high": 130}),
    ],
)
def test_a_wrong_value_spoils_all_measures(changed: dict[str, Any], annotated: dict[str, Any]) -> None:
    total = counted([replace(FOUND, **changed)], [LEVEL | annotated])
    assert [total.f1(name) for name in ("value", "quantity", "row", "full")] == [0, 0, 0, 0]
    assert [fault[1] for fault in total.faults] == ["value"]
    assert not total.fields


@pytest.mark.parametrize(
    ("changed", "wrong", "f1"),
    [
        ({"bound": Bound.OVER}, "bound", (1, 0, 0, 0)),
        ({"unit": "宗"}, "unit", (1, 0, 0, 0)),
        ({"kind": Kind.SHARE}, "kind", (1, 1, 0, 0)),
        ({"indicator": "结案"}, "indicator", (1, 1, 0, 0)),
        ({"period_end": None}, "period", (1, 1, 0, 0)),
        ({"subject": "全国法院"}, "subject", (1, 1, 1, 0)),
        ({"subject": None}, "subject", (1, 1, 1, 0)),
        ({"category": Category.OTHER_COUNT}, "category", (1, 1, 1, 0)),
    ],
)
def test_each_field_spoils_the_measures_it_belongs_to(
    changed: dict[str, Any], wrong: str, f1: tuple[int, ...]
) -> None:
    total = counted([replace(FOUND, **changed)], [LEVEL])
    assert tuple(total.f1(name) for name in ("value", "quantity", "row", "full")) == f1
    assert {name for name, (good, _) in total.fields.items() if not good} == {wrong}
    assert [fault[1] for fault in total.faults] == [wrong]
    assert total.sure == [0, 1]


@pytest.mark.parametrize(
    ("changed", "wrong"), [({"direction": Direction.DOWN}, "direction"), ({"basis": None}, "basis")]
)
def test_direction_and_basis_count_for_changes(changed: dict[str, Any], wrong: str) -> None:
    total = counted([replace(FOUND_CHANGE, **changed)], [CHANGE])
    assert total.f1("quantity") == 1
    assert total.f1("row") == 0
    assert total.share(wrong) == 0
    assert "category" not in total.fields


def test_fields_that_the_annotation_leaves_open_are_not_judged() -> None:
    total = counted(
        [replace(FOUND, unit="亩", period_start=None)],
        [LEVEL | {"unit": "", "period_start": None, "period_end": None}],
    )
    assert "unit" not in total.fields
    assert "period" not in total.fields
    assert total.f1("full") == 1


def test_an_annotated_row_without_a_period_wants_none() -> None:
    none = {"period_text": None, "period_start": None, "period_end": None}
    assert counted([FOUND], [LEVEL | none]).share("period") == 0
    assert counted([replace(FOUND, period_start=None, period_end=None)], [LEVEL | none]).share("period") == 1


@pytest.mark.parametrize(
    ("found", "wanted", "others", "same"),
    [
        ("新收各类案件", "新收案件", (), True),
        ("新收 “案件”的", "新收案件", (), True),
        ("收案", "全省法院新收案件数量", (), False),
        ("新收案件数", "全省法院新收案件数量", (), True),
        ("件", "案件", (), True),
        ("件", "审结案件", (), False),
        ("全省各级人民法院去年新收各类案件", "案件", (), False),
        ("全省法院案件", "案件", (), True),
        ("结案", "收案", (), False),
        ("诉前调解成功率", "诉前调解率", ("诉前调解成功",), False),
        ("诉前调解成功率", "诉前调解率", ("诉前调解率。",), True),
        ("罚款", "罚款总额", ("罚款",), False),
        ("ＧＤＰ", "ＧＤＰ", (), True),
        ("gdp", "GDP", (), True),
        (None, None, ("收案",), True),
        (None, "收案", (), False),
        ("收案", None, (), False),
        ("、", None, (), True),
    ],
)  # fmt: skip
def test_phrases_mean_the_same_unless_closer_to_another(
    found: str | None, wanted: str | None, others: tuple[str, ...], same: bool
) -> None:
    assert means(found, wanted, others) is same


def test_plain_drops_marks_and_particles() -> None:
    assert plain("“新收”了 (各类)的案件、") == "新收各类案件"


def test_nothing_found_where_nothing_is_wanted_is_right() -> None:
    report = counted([], []).report()
    assert report["value"] == report["sections"] == 1.0
    assert not any(math.isnan(figure) for figure in report.values())


def headed(heading: str) -> Section:
    at = TEXT.index(heading)
    return Section(0, at, len(TEXT), at + len(heading), 1, None, heading)


@pytest.mark.parametrize(
    ("sections", "headings", "f1"),
    [
        (("宁州市法院",), [{"heading": "宁州市法院"}], 1.0),
        (("宁州市法院",), [{"heading": "宁州市"}], 0.0),
        (("宁州市法院",), [], 0.0),
        ((), [{"heading": "宁州市法院"}], 0.0),
        (("宁州市法院", "收案"), [{"heading": "宁州市法院"}], 0.6667),
        (("宁州市法院收案",), [{"heading": "宁州市法院", "category": None, "title": "收案"}], 1.0),
        (("收案",), [{"heading": "宁州市法院", "category": None, "title": "收案"}], 1.0),
        (("收案",), [{"heading": "收案"}, {"heading": "收案"}], 0.6667),
    ],
)  # fmt: skip
def test_headings_are_found_whole_or_by_a_line(
    sections: tuple[str, ...], headings: list[dict[str, Any]], f1: float
) -> None:
    total = counted([], [], headings, tuple(headed(heading) for heading in sections))
    assert total.report()["sections"] == f1


def test_articles_without_a_text_need_one(tmp_path: Path) -> None:
    row = {key: value for key, value in LEVEL.items() if key not in ("start", "end")} | {"nth": 1}
    (tmp_path / "a.json").write_text(json.dumps({"id": "a", "sections": [], "metrics": [row]}), "utf-8")
    assert read_annotated(tmp_path) == []
    (article,) = read_annotated(tmp_path, {"a": TEXT})
    assert (article.rows[0]["start"], article.rows[0]["end"]) == (13, 17)


def test_the_nth_occurrence_is_meant(tmp_path: Path) -> None:
    row = LEVEL | {"nth": 2, "quote": "5件"}
    doc = {"id": "a", "text": "收案5件,结案5件", "sections": [], "metrics": [row]}
    (tmp_path / "a.json").write_text(json.dumps(doc), "utf-8")
    assert read_annotated(tmp_path)[0].rows[0]["start"] == 7


@pytest.fixture(scope="module")
def shared_scorer() -> dict[str, Any]:
    return runpy.run_path(str(GOLD / "score.py"))  # unlike an import, leaves no file beside it


@needs_shared
@settings(max_examples=300, deadline=None)
@given(found=phrases, wanted=phrases, others=st.lists(phrases, max_size=3))
def test_the_shared_scorer_compares_phrases_alike(
    shared_scorer: dict[str, Any], found: str, wanted: str, others: list[str]
) -> None:
    assert means(found, wanted, others) == shared_scorer["names"](found, wanted, others)


@needs_shared
def test_the_shared_scorer_counts_the_same(tmp_path: Path) -> None:
    command = f"{sys.executable} -m pipeline run --raw {{raw}} --processed {{processed}}"
    out = tmp_path / "report.json"
    arguments = [
        sys.executable,
        str(GOLD / "score.py"),
        str(GOLD / "seeds"),
        "--command",
        command,
        "--json",
        str(out),
    ]
    subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True)
    theirs = json.loads(out.read_text("utf-8"))
    ours = score(read_annotated(GOLD / "seeds"), default_vocabulary()).report()
    same = {name: theirs[name]["f1"] for name in ("value", "quantity", "row", "full", "sections")}
    same |= theirs["fields"]
    same |= {
        f"sure_{a}": theirs["confidence_0.9"][b] for a, b in (("share", "share"), ("right", "full_right"))
    }
    assert ours == pytest.approx(same, abs=1.01e-4)
