"""Rows to Arrow to files: what the schema forbids is refused, and equal rows give equal bytes."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.earlier import Held
from pipeline.errors import ArticleError
from pipeline.files import Files
from pipeline.model import Article
from pipeline.receipts import Earlier
from pipeline.rows import article_row, metric_id, metric_rows, restore_document, section_row
from pipeline.schema import TABLES
from pipeline.shards import build_rows
from pipeline.stages import Taken, clean_document, extract_document, open_article, split_document
from pipeline.tables import (
    build_batch,
    check_part,
    join_batches,
    read_part,
    write_part,
)
from pipeline.vocabulary import default_vocabulary

TEXT = "一、審判工作\n２０２１年，甲市法院新收案件(jiàn)12.3萬件，同比增長5%。"


@pytest.fixture(scope="module")
def taken() -> Taken:
    words = default_vocabulary()
    article = Article("a1", TEXT, "a.txt", 0, "00", published=datetime(2022, 1, 2))
    document = split_document(clean_document(open_article(article, words), words), words)
    return Taken(document, extract_document(document, words))


def rows_by_table(taken: Taken) -> dict[str, list[dict[str, object]]]:
    document = taken.document
    return {
        "articles": [dict(article_row(document))],
        "sections": [dict(section_row(document, section)) for section in document.sections],
        "metrics": [dict(row) for row in metric_rows(document, taken.metrics)],
    }


@pytest.mark.parametrize("table", ["articles", "sections", "metrics"])
def test_rows_have_the_columns_of_the_schema(taken: Taken, table: str) -> None:
    rows = rows_by_table(taken)[table]
    assert rows
    assert all(set(row) == set(TABLES[table].names) for row in rows)
    assert build_batch(table, rows).schema.equals(TABLES[table])


def test_spans_hold_in_clean_and_raw_text(taken: Taken) -> None:
    clean = taken.document.text.clean
    for row in rows_by_table(taken)["metrics"]:
        assert clean[row["start"] : row["end"]] == row["quote"]
        assert taken.document.text.to_raw(row["start"], row["end"]) == (row["raw_start"], row["raw_end"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("quote", None), ("quote", "\ud800"), ("start", 2**31), ("value", "many"), ("period_start", "2021")],
)
def test_what_breaks_the_schema_is_refused(taken: Taken, column: str, value: object) -> None:
    row = rows_by_table(taken)["metrics"][0]
    with pytest.raises(ArticleError, match=f"metrics.{column}") as caught:
        build_batch("metrics", [row | {column: value}])
    assert caught.value.kind == "broken_row"


def test_equal_rows_give_equal_files(taken: Taken, tmp_path: Path) -> None:
    batches = [build_batch("metrics", [row]) for row in rows_by_table(taken)["metrics"]]
    one = write_part(tmp_path, "s", "metrics", join_batches("metrics", batches), Files())
    first = (tmp_path / one.file).read_bytes()
    again = write_part(tmp_path, "s", "metrics", pa.Table.from_batches(batches), Files())
    assert (one.file, one.size) == (again.file, again.size)
    assert (tmp_path / one.file).read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == [one.file]
    assert b"pandas" not in (pq.read_schema(tmp_path / one.file).metadata or {})
    assert check_part(tmp_path / one.file, one)


def test_a_damaged_part_is_seen(taken: Taken, tmp_path: Path) -> None:
    batch = build_batch("articles", rows_by_table(taken)["articles"])
    part = write_part(tmp_path, "s", "articles", join_batches("articles", [batch]), Files())
    path = tmp_path / part.file
    assert read_part(path) is not None
    data = bytearray(path.read_bytes())
    data[20] ^= 1
    path.write_bytes(data)
    assert not check_part(path, part)
    assert read_part(path) is None


def test_a_document_comes_back_from_its_row(taken: Taken, tmp_path: Path) -> None:
    parts = []
    for table, batch in build_rows(taken).items():
        part = write_part(tmp_path, "s", table, join_batches(table, [batch]), Files())
        parts.append((table, str(tmp_path / part.file)))
    row = Held([Earlier(tuple(parts), has_rows=False)]).text(taken.document.article)
    assert row is not None
    document = restore_document(taken.document.article, row)
    words = default_vocabulary()
    assert split_document(document, words) == taken.document


def test_a_metric_id_depends_on_place_and_value_alone() -> None:
    one = metric_id("a", 1, 5, Decimal(1200))
    assert one == metric_id("a", 1, 5, Decimal("1.2E+3"))
    others = {
        metric_id("b", 1, 5, Decimal(1200)),
        metric_id("a", 1, 6, Decimal(1200)),
        metric_id("a", 1, 5, Decimal(12)),
    }
    assert len(others | {one}) == 4
