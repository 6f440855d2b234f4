"""Rows to Arrow tables, and part files of them: the schemas name the columns.

>>> batch = build_batch("failures", [dict.fromkeys(STORED["failures"].names, "") | {"source_record": 0}])
>>> join_batches("failures", [batch]).num_rows
1
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ArticleError
from pipeline.files import Files
from pipeline.schema import STORED

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
