"""Exports: the rows asked for, each value as what it is, no cell a formula, all of a file or nothing."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape

from pipeline import read_articles, read_duplicates, read_metrics
from pipeline.cli import run_command
from pipeline.errors import UsageError
from pipeline.export.choose import Choice
from pipeline.export.excel import MOST_CHARACTERS, write_excel
from pipeline.export.tables import ChosenTable, choose_tables
from pipeline.export.write import export
from pipeline.files import Files
from pipeline.report import chinese
from pipeline.schema import TABLES
from tests.shell_inputs import rows_of, run, write_lines

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫−"
BEFORE = ("", " ", "\t", "\r", "\n", "\u3000", "\ufeff", "\u200b", "\x00")
AFTER = ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("http://h.cn","点")')
PAYLOADS = [f"{a}{sign}{AFTER[n % 3]}" for n, (a, sign) in enumerate(product(BEFORE, SIGNS))] + ["\t5", "\r5"]
RECORDS: list[dict[str, object] | str] = [
    {"id": "a", "text": "2021年，甲市法院新收案件100件，同比增长5.5%。", "published_at": "2022-01-05"},
    {"id": "b", "text": "2022年，乙市公安局查处案件70件，罚款300万元。", "published_at": "2023-02-01"},
    {"id": "c", "text": "2021年，甲市法院新收案件100件，同比增长5.5%。", "published_at": "2022-01-06"},
    {"id": "d", "text": "到2027年，丙县力争建成公园20个。2023年，丙县建成公园8个。"},
    {
        "id": "e",
        "title": "=1+1",
        "text": "截至2022年底，丁区有学校-5所。近日，丁区约有学校12所，数千人参加活动。",
    },
    "{",
]


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    write_lines(folder / "raw" / "courts" / "a.jsonl", RECORDS[:3])
    write_lines(folder / "raw" / "other" / "b.jsonl", RECORDS[3:])
    run(folder / "raw", folder / "processed")
    return folder / "processed"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables whose every text is a payload, and whose numbers are negative."""
    folder = tmp_path_factory.mktemp("hostile")
    for table, schema in TABLES.items():
        columns = [hostile_column(column.type) for column in schema]
        (folder / table).mkdir()
        pq.write_table(pa.Table.from_arrays(columns, schema=schema), folder / table / "part-0.parquet")
    return folder


def hostile_column(kind: pa.DataType) -> pa.Array:
    values: list[Any] = [None] * len(PAYLOADS)
    if pa.types.is_string(kind):
        values = list(PAYLOADS)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = [-number - 1 for number in range(len(PAYLOADS))]
    elif pa.types.is_boolean(kind):
        values = [True] * len(PAYLOADS)
    elif pa.types.is_map(kind):
        values = [[(payload, -1)] for payload in PAYLOADS]
    elif pa.types.is_list(kind):
        values = [[]] * len(PAYLOADS)
    elif not pa.types.is_date(kind):
        values = [datetime(2021, 3, 4)] * len(PAYLOADS)
    return pa.array(values, kind)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: told otherwise than the guard does."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    seen = re.sub(r"^[\s\x00-\x20\u200b\ufeff]+", "", cell)
    return unicodedata.normalize("NFKC", seen)[:1] in ("=", "+", "-", "@", "−")


# --- no cell becomes a formula


@pytest.mark.parametrize("table", list(TABLES))
def test_no_text_begins_a_formula_in_csv_and_numbers_stay(table: str, hostile: Path, tmp_path: Path) -> None:
    assert len(PAYLOADS) >= 100
    assert all(map(is_formula, PAYLOADS))
    (chosen,) = choose_tables(hostile, [table], Choice())
    assert export([chosen], "csv", tmp_path / "out.csv") == len(PAYLOADS)
    for payload, number, row in zip(PAYLOADS, range(1, 1000), read_csv(tmp_path / "out.csv"), strict=False):
        for column in TABLES[table]:
            cell = row[column.name]
            if pa.types.is_string(column.type):
                assert cell == f"'{payload}"
                assert not is_formula(cell)
            elif pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
                assert cell == str(-number)
            else:
                assert not is_formula(cell)


@pytest.mark.parametrize("table", list(TABLES))
def test_no_cell_is_a_formula_in_excel_and_numbers_stay(table: str, hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    export(choose_tables(hostile, [table], Choice()), "xlsx", out)
    with zipfile.ZipFile(out) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == 2
    assert not any(re.search(r"<(f|hyperlinks?)[ >]", sheet) for sheet in sheets)
    sheet = openpyxl.load_workbook(out)[table]
    names = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for name, cell in zip(names, row, strict=True):
            kind = TABLES[table].field(name).type
            assert cell.data_type != "f"
            if pa.types.is_integer(kind) or pa.types.is_floating(kind):
                assert (cell.data_type, cell.value) == ("n", 1 - cell.row)
            elif pa.types.is_string(kind):
                assert cell.data_type == "s"
                assert unescape(cell.value) == PAYLOADS[cell.row - 2]


def test_harmless_texts_are_not_touched(processed: Path, tmp_path: Path) -> None:
    export(choose_tables(processed, ["metrics"], Choice()), "csv", tmp_path / "m.csv")
    held = rows_of(processed, "metrics")
    found = read_csv(tmp_path / "m.csv")
    assert [row["quote"].removeprefix("'") for row in found] == [row["quote"] for row in held]
    assert [row["quote"] for row in found if row["quote"].startswith("'")] == ["'-5所"]
    assert [float(row["value"]) for row in found] == [row["value"] for row in held]
    assert (tmp_path / "m.csv").read_bytes().startswith(b"\xef\xbb\xbfmetric_id,")
    assert {row["core"] for row in found} <= {"true", "false"}
    assert all(len(row["confidence"]) <= 10 for row in found)


# --- which rows


CHOICES: list[tuple[list[str], Callable[[pd.DataFrame], Any]]] = [
    ([], lambda m: m.value == m.value),
    (["--indicator", "案件"], lambda m: m.indicator.str.contains("案件", na=False)),
    (["--indicator", "cases"], lambda m: m.indicator_id.str.startswith("cases.", na=False)),
    (["--category", "fine", "--category", "rate"], lambda m: m.category.isin(["fine", "rate"])),
    (["--kind", "change"], lambda m: m.kind == "change"),
    (["--unit", "件"], lambda m: m.unit == "件"),
    (["--subject", "甲市", "--subject", "丙县"], lambda m: m.subject.str.contains("甲市|丙县", na=False)),
    (["--core"], lambda m: m.core),
    (["--facts"], lambda m: ~m.target),
    (["--min-confidence", "0.5"], lambda m: m.confidence >= 0.5),
    (["--from", "2022"], lambda m: m.period_start.fillna(m.period_end) >= "2022-01-01"),
    (["--to", "2022-12"], lambda m: m.period_end.fillna(m.period_start) <= "2022-12-31"),
    (
        ["--from", "2021-01-01", "--to", "2021-12-31"],
        lambda m: (m.period_start >= "2021-01-01") & (m.period_end <= "2021-12-31"),
    ),
    (["--published-from", "2022-01-06"], lambda m: m.published_at >= "2022-01-06"),
    (["--published-to", "2022-01-05"], lambda m: m.published_at < "2022-01-06"),
    (["--source", "courts/"], lambda m: m.article_id.isin(["a", "b", "c"])),
    (["--no-duplicates"], lambda m: (m.article_id != "c") & m.repeats_metric_id.isna()),
    (["--core", "--unit", "件", "--from", "2022"], lambda m: (m.unit == "件") & (m.article_id == "b")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "wanted"), CHOICES, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_the_rows_chosen_are_those_that_pandas_chooses(
    asked: list[str], wanted: Callable[[pd.DataFrame], Any], processed: Path, tmp_path: Path
) -> None:
    metrics = read_metrics(processed)
    expected = list(metrics[wanted(metrics)].metric_id)
    out = tmp_path / "out.jsonl"
    assert run_command(["export", "--processed", str(processed), "-o", str(out), *asked]) == 0
    assert [json.loads(line)["metric_id"] for line in out.read_text("utf-8").splitlines()] == expected
    assert expected
    assert not asked or len(expected) < len(metrics)


def test_a_choice_of_articles_holds_for_all_tables(processed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ["--table", "all", "--format", "jsonl", "--source", "other/", "--headers", "zh"]
    assert run_command(["export", "--processed", str(processed), "-o", str(out), *asked]) == 0
    held = {file.stem: len(file.read_text("utf-8").splitlines()) for file in out.iterdir()}
    assert (held["articles"], held["failures"], held["duplicates"], held["runs"]) == (2, 1, 0, 1)
    articles = read_articles(processed)
    assert set(articles.article_id) - set(read_duplicates(processed).article_id) == {"a", "b", "d", "e"}


def test_the_same_rows_give_the_same_bytes(processed: Path, tmp_path: Path) -> None:
    for form in ("csv", "jsonl", "xlsx"):
        for name in ("one", "two"):
            export(choose_tables(processed, ["metrics"], Choice()), form, tmp_path / f"{name}.{form}")
        assert (tmp_path / f"one.{form}").read_bytes() == (tmp_path / f"two.{form}").read_bytes()


# --- Excel


def test_a_workbook_has_types_a_frozen_header_filters_and_a_dictionary(
    processed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xlsx"
    asked = ["--table", "metrics", "--table", "articles", "--headers", "zh"]
    assert run_command(["export", "--processed", str(processed), "-o", str(out), *asked]) == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["指标", "文章", "数据字典"]
    sheet = book["指标"]
    names = [cell.value for cell in sheet[1]]
    assert names == [chinese.column_name("metrics", column) for column in TABLES["metrics"].names]
    first = dict(zip(names, sheet[2], strict=True))
    assert (first["数值"].value, first["数值"].data_type) == (100, "n")
    assert (first["起始日"].value, first["起始日"].number_format) == (datetime(2021, 1, 1), "yyyy-mm-dd")
    assert first["发布时间"].value == datetime(2022, 1, 5)
    assert first["核心"].data_type == "b"
    assert first["数值上限"].value is None
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:AI{len(rows_of(processed, 'metrics')) + 1}"
    said = [[cell.value for cell in row] for row in book["数据字典"].iter_rows(min_row=2)]
    assert [row[1] for row in said if row[0] == "指标" and row[3]] == names
    assert ["指标", "界限", "bound", "", "over", "比它多：超42万件、1300多条、60余家"] in said
    assert "对齐" not in [cell.value for cell in book["文章"][1]]
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def long_text(folder: Path, text: str) -> ChosenTable:
    """A table of one failure with this message."""
    schema = TABLES["failures"]
    row = {"source_path": "a", "source_record": 0, "article_id": None, "stage": "read", "error": "e"}
    (folder / "failures").mkdir(exist_ok=True)
    table = pa.Table.from_pylist([row | {"message": text}], schema=schema)
    pq.write_table(table, folder / "failures" / "part-0.parquet")
    return ChosenTable("failures", folder / "failures", schema, None)


@pytest.mark.parametrize("text", ["字" * (MOST_CHARACTERS + 1), "𠮷" * (MOST_CHARACTERS // 2 + 1)])
def test_a_text_longer_than_a_cell_stops_the_export(text: str, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    out.write_text("as it was")
    with pytest.raises(UsageError, match=r"failures, row 1, column message: 3276[89] characters"):
        export([long_text(tmp_path, text)], "xlsx", out)
    assert out.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["failures", "out.xlsx"]
    export([long_text(tmp_path, text[:-1])], "xlsx", out)
    assert openpyxl.load_workbook(out)["failures"]["F2"].value == text[:-1]


def test_more_rows_than_a_sheet_holds_are_refused_before_writing(processed: Path, tmp_path: Path) -> None:
    count = len(rows_of(processed, "metrics"))
    tables = choose_tables(processed, ["metrics"], Choice())
    with pytest.raises(UsageError, match=f"metrics has {count} rows and an Excel sheet holds {count - 1}"):
        write_excel(tables, tmp_path / "out.xlsx", most_rows=count)
    assert not list(tmp_path.iterdir())
    assert write_excel(tables, tmp_path / "out.xlsx", most_rows=count + 1) == count


def test_days_that_excel_does_not_know_are_text(tmp_path: Path) -> None:
    schema = pa.schema([TABLES["metrics"].field(name) for name in ("period_start", "period_end")])
    rows = pa.Table.from_pylist([{"period_start": date(1898, 1, 1), "period_end": date(1900, 3, 1)}], schema)
    pq.write_table(rows, tmp_path / "part-0.parquet")
    export([ChosenTable("metrics", tmp_path, schema, None)], "xlsx", tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["metrics"]
    assert (sheet["A2"].value, sheet["B2"].value) == ("1898-01-01", datetime(1900, 3, 1))


# --- DuckDB, several files, faults


def test_a_database_holds_the_tables_and_what_they_say(processed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.duckdb"
    assert run_command(["export", "--processed", str(processed), "-o", str(out), "--table", "all"]) == 0
    with duckdb.connect(str(out), read_only=True) as database:
        for table in TABLES:
            counted = database.execute(f"SELECT count(*) FROM {table}").fetchall()
            assert counted == [(len(rows_of(processed, table)),)]
        query = "SELECT sum(value) FROM metrics WHERE unit = '件' AND period_start >= DATE '2022-01-01'"
        assert database.execute(query).fetchall() == [(70.0,)]
        said = database.execute("SELECT comment FROM duckdb_columns() WHERE column_name = 'quote'").fetchall()
    assert said == [("modifier, number and unit as cleaned: 超42万件",)]
    assert [path.name for path in tmp_path.iterdir()] == ["out.duckdb"]


def test_a_folder_of_csv_describes_itself(processed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ["export", "--processed", str(processed), "-o", str(out), "--table", "all", "--format", "csv"]
    assert run_command(asked) == 0
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        with (out / resource["path"]).open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines))
        assert header == [field["name"] for field in resource["schema"]["fields"]]
    assert run_command(asked) == 2


def test_the_frictionless_package_finds_no_fault_in_the_folder(processed: Path, tmp_path: Path) -> None:
    frictionless = pytest.importorskip(
        "frictionless", reason="frictionless is not installed; see docs/export.md"
    )
    tables = choose_tables(processed, list(TABLES), Choice())
    export(tables, "csv", tmp_path / "out")
    report = frictionless.Package(str(tmp_path / "out" / "datapackage.json")).validate()
    assert report.valid, report.flatten()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["-o", "{}/out.txt"], "does not tell its format"),
        (["-o", "{}/out.csv", "--format", "ods"], "no format 'ods'"),
        (["-o", "{}/none/out.csv"], "make the folder first"),
        (["-o", "{}"], "does not tell its format"),
        (["-o", "{}", "--format", "csv"], "is a folder"),
        (["-o", "{}/out.csv", "--table", "metric"], "no table 'metric'"),
        (["-o", "{}/out.csv", "--columns", "value,units"], "no column 'units'"),
        (["-o", "{}/out.csv", "--category", "fines"], "no category 'fines'"),
        (["-o", "{}/out.csv", "--min-confidence", "60"], "a share from 0 to 1"),
        (["-o", "{}/out.csv", "--from", "2021-13"], "no day '2021-13'"),
        (["-o", "{}/out.csv", "--from", "2022", "--to", "2021"], "the first day is after the last"),
        (["-o", "{}/out.csv", "--headers", "fr"], "no headers 'fr'"),
        (["-o", "{}/out.csv", "--table", "articles", "--core"], "add --table metrics"),
    ],
)
def test_what_cannot_be_exported_is_told(
    more: list[str], said: str, processed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [argument.format(tmp_path) for argument in more]
    assert run_command(["export", "--processed", str(processed), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_output_among_the_tables_is_refused(processed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = processed / "metrics" / "out.csv"
    assert run_command(["export", "--processed", str(processed), "-o", str(out)]) == 2
    assert "write it elsewhere" in capsys.readouterr().err


class _NoReplace(Files):
    def replace(self, old: Path, new: Path) -> None:
        raise OSError(28, "No space left on device", str(new))


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "duckdb"])
def test_a_failed_export_leaves_the_old_file_and_nothing_else(
    form: str, processed: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"[out].{form}"
    out.write_text("as it was")
    tables = choose_tables(processed, ["metrics"], Choice())
    with pytest.raises(OSError, match="No space"):
        export(tables, form, out, _NoReplace())
    assert out.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [out]
