"""From values to Arrow tables and part files: the schemas name the columns, this says where they come from.

>>> metric_id("a1", 3, 8, Decimal(42))
'6f95ceb05a7f351f'
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.duplicates.group import Duplicate
from pipeline.duplicates.signature import sign
from pipeline.errors import ArticleError
from pipeline.files import Files
from pipeline.ingest import Failure
from pipeline.model import Article, Document, Metric, Script, Section
from pipeline.schema import STORED, TABLES
from pipeline.sections.split import heading_raw
from pipeline.text.aligned import AlignedText

Row = Mapping[str, Any]


def spare_pandas() -> None:
    """Keep pyarrow from importing pandas for its first array, as it does to ask whether a list is a Series.

    For processes that build tables and have no use for pandas; it can be imported afterwards.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _WithoutPandas())
        pa.array([])
        del sys.meta_path[0]


class _WithoutPandas(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


@dataclass(frozen=True, slots=True)
class Part:
    """A part file of a table, as a receipt names it; its name holds the start of its SHA-256."""

    table: str
    file: str
    rows: int
    size: int


def metric_id(article_id: str, start: int, end: int, value: Decimal) -> str:
    """The name of a metric, the same for equal input."""
    return hashlib.sha256(f"{article_id}\n{start}\n{end}\n{value.normalize()}".encode()).hexdigest()[:16]


def section_id(article_id: str, index: int) -> str:
    """The name of a section: its article and its place in it.

    >>> section_id("a1", 2)
    'a1-2'
    """
    return f"{article_id}-{index}"


def article_row(document: Document) -> Row:
    """The row of the articles table."""
    article, text = document.article, document.text
    return {
        "article_id": article.id,
        "raw_sha256": article.raw_sha256,
        "source_path": article.source_path,
        "source_record": article.source_record,
        "url": article.url,
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "published_at": document.published,
        "encoding": article.encoding,
        "script": document.script.value,
        "text": text.clean,
        "raw_chars": len(text.raw),
        "clean_chars": len(text.clean),
        "alignment": [
            {"clean": clean, "raw": raw}
            for clean, raw in zip(text.clean_starts, text.raw_starts, strict=True)
        ],
        "repairs": sorted(text.repairs.items()),
    }


def section_row(document: Document, section: Section) -> Row:
    """A row of the sections table."""
    raw_start, raw_end = document.text.to_raw(section.start, section.end)
    name = document.article.id
    return {
        "article_id": name,
        "section_id": section_id(name, section.index),
        "ordinal": section.index,
        "level": section.level,
        "parent_id": None if section.parent is None else section_id(name, section.parent),
        "heading": section.heading,
        "heading_raw": None if section.heading is None else heading_raw(section, document.text),
        "organisation": section.organisation,
        "category_line": section.category_line,
        "project": section.project,
        "start": section.start,
        "end": section.end,
        "raw_start": raw_start,
        "raw_end": raw_end,
        "text": document.text.clean[section.body : section.end],
    }


def metric_rows(document: Document, metrics: Sequence[Metric]) -> Iterator[Row]:
    """The rows of the metrics table, in the order of the text."""
    article = document.article.id
    sections = {section.index: section for section in document.sections}
    names = [metric_id(article, m.start, m.end, m.value) for m in metrics]
    for name, metric in zip(names, metrics, strict=True):
        section = sections[metric.section]
        yield {
            "metric_id": name,
            "article_id": article,
            "section_id": section_id(article, metric.section),
            "published_at": document.published,
            "organisation": section.organisation,
            "project": section.project,
            "of_metric_id": None if metric.of_metric is None else names[metric.of_metric],
            "repeats_metric_id": None if metric.repeats is None else names[metric.repeats],
            "value": float(metric.value),
            "value_high": None if metric.value_high is None else float(metric.value_high),
            **{column: getattr(metric, column) for column in _COPIED},
        }


_COPIED = (
    "quote", "sentence", "start", "end", "raw_start", "raw_end", "bound", "unit", "dimension", "base_value",
    "base_unit", "kind", "direction", "basis", "indicator", "indicator_id", "category", "subject",
    "period_text", "period_start", "period_end", "target", "core", "rule", "confidence",
)  # fmt: skip


def signature_rows(document: Document) -> Iterator[Row]:
    """What is kept of an article to find its copies; nothing where it has no text."""
    signature = sign(document.text.clean)
    if signature is not None:
        yield {
            "article_id": document.article.id,
            "published_at": document.published,
            "digest": signature.digest,
            "sketch": signature.sketch,
        }


def duplicate_row(duplicate: Duplicate) -> Row:
    """The row of the duplicates table."""
    return {
        "article_id": duplicate.article_id,
        "duplicate_of": duplicate.duplicate_of,
        "kind": duplicate.match.kind,
        "similarity": duplicate.match.similarity,
    }


def failure_row(failure: Failure) -> Row:
    """The row of the failures table."""
    return {column: getattr(failure, column) for column in TABLES["failures"].names}


def read_cleaned(articles: Path) -> Mapping[tuple[str, int], Row]:
    """The rows of an articles part by source path and record; none where the file is damaged."""
    table = read_part(articles)
    rows = [] if table is None else table.to_pylist(maps_as_pydicts="strict")
    return {(row["source_path"], row["source_record"]): row for row in rows}


def restore_document(article: Article, row: Row) -> Document:
    """The document, without sections, that gave this row of the articles table."""
    runs = row["alignment"]
    text = AlignedText(
        article.raw,
        row["text"],
        tuple(run["clean"] for run in runs),
        tuple(run["raw"] for run in runs),
        row["repairs"],
    )
    return Document(
        article,
        text,
        (),
        Script(row["script"]),
        title=row["title"],
        publisher=row["publisher"],
        author=row["author"],
        published=row["published_at"],
    )


def build_batch(table: str, rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows as Arrow, column by column.

    Raises ArticleError where a row breaks the schema; pyarrow lets nulls into columns that forbid them.
    """
    schema = STORED[table]
    columns = []
    for column in schema:
        values = [row[column.name] for row in rows]
        if not column.nullable and None in values:
            raise ArticleError("broken_row", f"{table}.{column.name} is empty in row {values.index(None)}")
        try:
            columns.append(pa.array(values, column.type))
        except (pa.ArrowException, UnicodeEncodeError, OverflowError, TypeError) as error:
            raise ArticleError("broken_row", f"{table}.{column.name} cannot be written: {error}") from error
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def join_batches(table: str, batches: Iterable[pa.RecordBatch]) -> pa.Table:
    """All batches of a table as one table without seams."""
    return pa.Table.from_batches(list(batches), schema=STORED[table]).combine_chunks()


def write_part(folder: Path, label: str, table: str, content: pa.Table, files: Files) -> Part:
    """Write one part file: the same rows give the same bytes under the same name."""
    sink = pa.BufferOutputStream()
    pq.write_table(content, sink, compression="zstd", version="2.6", store_schema=True)
    data = sink.getvalue().to_pybytes()
    file = f"part-{label}-{_digest(data)}.parquet"
    files.publish(folder / file, data)
    return Part(table, file, content.num_rows, len(data))


def read_part(path: Path) -> pa.Table | None:
    """The rows of a part; None where the file is damaged."""
    data = path.read_bytes()
    if not path.name.endswith(f"-{_digest(data)}.parquet"):
        return None
    return pq.ParquetFile(pa.BufferReader(data)).read()


def check_part(path: Path, part: Part) -> bool:
    """Whether the file holds the bytes that its name and receipt promise."""
    data = path.read_bytes()
    return len(data) == part.size and part.file.endswith(f"-{_digest(data)}.parquet")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
