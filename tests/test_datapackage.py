"""The description of the tables for programs: what it says is so, and it does no harm where it lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from pipeline.datapackage import FILE, KEYS, LINKS, data_package
from pipeline.model import Category
from pipeline.schema import TABLES
from tests.shell_inputs import run, write_folders


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    write_folders(folder / "raw", folders=2)
    run(folder / "raw", folder / "processed")
    return folder / "processed"


def read_package(processed: Path) -> dict[str, Any]:
    return dict(json.loads((processed / FILE).read_text("utf-8")))


def test_it_names_every_part_and_every_column(processed: Path) -> None:
    resources = {resource["name"]: resource for resource in read_package(processed)["resources"]}
    assert set(resources) == set(TABLES) - {"runs"}
    for table, resource in resources.items():
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        rows = sum(pq.read_table(processed / path).num_rows for path in paths)
        assert rows == pq.read_table(processed / table).num_rows
        assert [field["name"] for field in resource["schema"]["fields"]] == TABLES[table].names
    fields = {field["name"]: field for field in resources["metrics"]["schema"]["fields"]}
    assert fields["category"]["constraints"] == {
        "required": True,
        "enum": [value.value for value in Category],
    }
    assert (fields["period_start"]["type"], fields["core"]["type"]) == ("date", "boolean")


def test_readers_of_the_tables_do_not_see_it(processed: Path) -> None:
    rows = pq.read_table(processed / "metrics").num_rows
    assert rows == 16
    assert ds.dataset(processed / "metrics").count_rows() == rows
    assert len(pd.read_parquet(processed / "metrics")) == rows
    assert duckdb.sql(f"SELECT count(*) FROM '{processed}/metrics/*.parquet'").fetchall() == [(rows,)]


def test_the_same_tables_give_the_same_bytes(processed: Path) -> None:
    before = (processed / FILE).read_bytes()
    run(processed.parent / "raw", processed)
    run(processed.parent / "raw", processed.parent / "again")
    assert (processed / FILE).read_bytes() == (processed.parent / "again" / FILE).read_bytes() == before


def test_keys_name_rows_and_links_lead_to_rows(processed: Path) -> None:
    held = {table: pd.read_parquet(processed / table) for table in TABLES}
    for table, key in KEYS.items():
        assert held[table][key].is_unique
    for table, column, other in LINKS:
        assert set(held[table][column]) <= set(held[other][KEYS[other]])


def test_a_package_links_only_tables_and_columns_that_it_holds() -> None:
    both = data_package(
        {"articles": ["a.csv"], "metrics": ["m.csv"]}, "csv", {"metrics": ["article_id", "value"]}
    )
    schema = both["resources"][1]["schema"]
    assert schema["foreignKeys"] == [
        {"fields": ["article_id"], "reference": {"resource": "articles", "fields": ["article_id"]}}
    ]
    assert "primaryKey" not in schema
    assert "foreignKeys" not in data_package({"metrics": ["m.csv"]}, "csv")["resources"][0]["schema"]


def test_the_frictionless_package_finds_no_fault(processed: Path) -> None:
    frictionless = pytest.importorskip(
        "frictionless", reason="frictionless is not installed; see docs/export.md"
    )
    frictionless.Package.from_descriptor(read_package(processed))
