"""What each number measures, whose it is, when it holds, how it changed: sentences, and properties."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Metric
from pipeline.readers import extract
from pipeline.scoring import Annotated, means, read_annotated

TABLE = tomllib.loads((Path(__file__).parent / "cases" / "context.toml").read_text("utf-8"))
CASES: list[dict[str, Any]] = TABLE["case"]
PUBLISHED = "2022-09-15"
PHRASES = ("indicator", "subject")


def marked(cases: list[dict[str, Any]]) -> list[Any]:
    """The cases as parameters; those with `xfail` must fail."""
    return [
        pytest.param(
            case,
            id=case["name"],
            marks=[pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else [],
        )
        for case in cases
    ]


@pytest.mark.parametrize("case", marked(CASES))
def test_case(case: dict[str, Any]) -> None:
    metrics = extract(case["text"], case.get("published", PUBLISHED), case.get("title"))
    faults = [fault for row in case.get("rows", ()) for fault in find_faults(row, metrics, case)]
    faults += [f"{m.quote} has a row" for m in metrics if m.quote in case.get("absent", ())]
    assert not faults


def find_faults(row: dict[str, Any], metrics: tuple[Metric, ...], case: dict[str, Any]) -> list[str]:
    """What does not hold of the row with this quote."""
    found = [metric for metric in metrics if metric.quote == row["quote"]]
    if len(found) < row.get("nth", 1):
        return [f"{row['quote']}: no row"]
    metric = found[row.get("nth", 1) - 1]
    faults = []
    for key, wanted in row.items():
        if key in ("quote", "nth"):
            continue
        value = value_of(metric, key, metrics)
        others = [other[key] for other in case["rows"] if key in other] if key in PHRASES else []
        good = means(value, wanted, others) if key in PHRASES else value == wanted
        if not good:
            faults.append(f"{row['quote']}: {key} is {value!r}, not {wanted!r}")
    return faults


def value_of(metric: Metric, key: str, metrics: tuple[Metric, ...]) -> Any:
    """A field of the row as the table writes it."""
    if key == "period":
        return f"{spell(metric.period_start)}..{spell(metric.period_end)}"
    if key == "change":
        return (
            " ".join(part for part in (metric.direction, metric.basis) if part)
            if metric.kind == "change"
            else None
        )
    if key in ("of", "repeats"):
        linked = metric.of_metric if key == "of" else metric.repeats
        return "" if linked is None else metrics[linked].quote
    value = getattr(metric, key)
    return value.value if isinstance(value, StrEnum) else value


def spell(day: date | None) -> str:
    return day.isoformat() if day else ""


def test_case_names_are_unique() -> None:
    assert not [name for name, count in Counter(case["name"] for case in CASES).items() if count > 1]


def test_known_failures_are_counted() -> None:
    assert sum("xfail" in case for case in CASES) == TABLE["known_failures"]


# --- properties

ARTICLES = [case["text"] for case in CASES if "\n" not in case["text"] and "title" not in case]
SAMPLE = [a for a in read_annotated(Path(__file__).parent / "gold") if not a.is_html]
DECOYS = [
    "详情请拨打12345热线咨询。",
    "本报地址:幸福路,邮政编码510000。",
    "法庭依据民法典第一千零四十二条作出裁定。",
    "会议传达了穗府〔2020〕3号文件精神。",
    "要着力打通最后一公里,推行一站式办理。",
    "PM2.5和5G是常见的词。",
]
JUNK = (
    "一二三两十百千万亿半几多余零年月日号季度%‰.,、。;:()“”《》—-~/0123456789件人元家个比较同增长降占"
    "其中分别至到约近超截今去法院市区收案\n "
)
PRINTED = st.characters(categories=("L", "N", "P", "S", "Zs"))


def facts(metric: Metric) -> tuple[Any, ...]:
    """A row without how sure it is and why."""
    return tuple(
        getattr(metric, name)
        for name in Metric.__dataclass_fields__
        if name not in ("confidence", "why", "section")
    )


@settings(max_examples=60, deadline=None)
@given(article=st.sampled_from(ARTICLES), decoy=st.sampled_from(DECOYS))
def test_a_decoy_paragraph_at_the_end_changes_no_row(article: str, decoy: str) -> None:
    before = extract(article, PUBLISHED)
    after = extract(f"{article}\n{decoy}", PUBLISHED)
    assert [facts(m) for m in after] == [facts(m) for m in before]


@pytest.mark.parametrize("annotated", SAMPLE, ids=[annotated.id for annotated in SAMPLE])
def test_a_decoy_paragraph_changes_no_row_of_the_sample(annotated: Annotated) -> None:
    before = extract(annotated.text, annotated.published, annotated.title)
    after = extract(f"{annotated.text}\n{''.join(DECOYS)}", annotated.published, annotated.title)
    assert [facts(m) for m in after] == [facts(m) for m in before]


@settings(max_examples=300, deadline=None)
@given(junk=st.text(alphabet=JUNK, max_size=120))
def test_junk_raises_nothing_and_rows_stay_in_the_text(junk: str) -> None:
    end = 0
    for metric in extract(junk, PUBLISHED):
        assert 0 <= metric.raw_start < metric.raw_end <= len(junk)
        assert end <= metric.start < metric.end
        end = metric.end


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=PRINTED, max_size=80))
def test_any_printed_text_raises_nothing(text: str) -> None:
    extract(text, PUBLISHED)
