"""The public API: one text, and the tables as frames."""

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import pipeline
from pipeline.errors import StorageError, UsageError
from pipeline.model import CLOSED_SETS, Bound
from pipeline.readers import open_snapshot
from pipeline.schema import TABLES
from tests.shell_inputs import run, write_folders, write_lines

TEXT = "２０２１年，全市法院新收案件超\u200b１２.3萬件，結案率近七成。"
SPANS = ["超\u200b１２.3萬件", "近七成"]


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readers")
    write_folders(folder / "raw", folders=2)
    write_lines(folder / "raw/f2/a.jsonl", [{"text": "收案3件。", "published_at": "2021-03-04"}, "{"])
    run(folder / "raw", folder / "processed")
    return folder / "processed"


def test_frames_have_fitting_dtypes(processed: Path) -> None:
    metrics = pipeline.read_metrics(processed)
    assert list(metrics.columns) == TABLES["metrics"].names
    assert list(metrics["bound"].cat.categories) == [value.value for value in Bound]
    for column in ("published_at", "period_start", "period_end"):
        assert pd.api.types.is_datetime64_dtype(metrics[column])
    assert metrics["start"].dtype == "int32"
    assert metrics["core"].dtype == bool
    assert len(pipeline.read_sections(processed)) >= 9
    assert list(pipeline.read_failures(processed)["error"]) == ["bad_json"]


def test_no_column_of_whole_numbers_may_be_empty() -> None:
    numbers = [column for table in TABLES.values() for column in table if pa.types.is_integer(column.type)]
    assert numbers
    assert not any(column.nullable for column in numbers)


def test_every_enum_column_is_known() -> None:
    said = {c.name for t in TABLES.values() for c in t if b"one of:" in c.metadata[b"doc"]}
    assert said - {"status", "kind"} <= set(CLOSED_SETS)


def test_columns_can_be_chosen(processed: Path) -> None:
    assert list(pipeline.read_articles(processed, ["article_id", "text"]).columns) == ["article_id", "text"]
    with pytest.raises(UsageError, match="no column nothing"):
        pipeline.read_articles(processed, ["nothing"])


def test_a_snapshot_is_of_one_run(processed: Path) -> None:
    snapshot = open_snapshot(processed)
    assert snapshot.parent.name == ".snapshots"
    assert open_snapshot(snapshot) == snapshot
    assert pipeline.read_metrics(snapshot).equals(pipeline.read_metrics(str(processed)))
    with pytest.raises(StorageError, match="holds no tables"):
        open_snapshot(processed / "nothing")


@pytest.mark.parametrize(
    "published", [date(2022, 3, 1), datetime(2022, 3, 1, 9), "2022-03-01", "2022年3月1日"]
)
def test_extract_takes_days_in_many_forms(published: date | datetime | str) -> None:
    metric = pipeline.extract("去年，全市法院新收案件12.3万件。", published=published)[0]
    assert (metric.period_start, metric.period_end) == (date(2021, 1, 1), date(2021, 12, 31))


def test_spans_count_the_text_as_given() -> None:
    assert [TEXT[m.raw_start : m.raw_end] for m in pipeline.extract(TEXT)] == SPANS
    quantities = pipeline.find_quantities(TEXT)
    assert [TEXT[q.start : q.end] for q in quantities] == SPANS
    assert [TEXT[q.number_start : q.number_end] for q in quantities] == ["１２.3萬", "七"]


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="someday"):
        pipeline.extract("收案3件", published="someday")


def test_importing_the_package_loads_nothing() -> None:
    code = (
        "import sys, pipeline; sys.exit(any(name in sys.modules for name in ('pyarrow', 'pandas', 'regex')))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-S", "-c", code], check=False, cwd=Path(__file__).parents[1]
        ).returncode
        == 0
    )
    assert set(pipeline.__all__) <= set(dir(pipeline))
    with pytest.raises(AttributeError):
        _ = pipeline.nothing
