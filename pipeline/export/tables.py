"""A table as it is exported: its columns, how many rows are chosen, and the rows one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipeline.errors import UsageError
from pipeline.export.choose import Choice, filter_of
from pipeline.report import chinese
from pipeline.schema import TABLES

ROWS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class ChosenTable:
    """A table of a snapshot, its columns and the filter of its rows."""

    name: str
    folder: Path
    schema: pa.Schema
    chosen: pc.Expression | None
    headers: str = "en"

    def count(self) -> int:
        """How many rows are chosen."""
        return int(self._dataset().count_rows(filter=self.chosen))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The chosen rows in the order of the files."""
        for fragment in self._dataset().get_fragments():
            yield from fragment.to_batches(
                schema=TABLES[self.name],
                columns=self.schema.names,
                filter=self.chosen,
                batch_size=ROWS_AT_ONCE,
            )

    def rows(self) -> Iterator[dict[str, Any]]:
        """The chosen rows as Python values; a map is a dict, a float32 has no more digits than it holds."""
        short = [column.name for column in self.schema if pa.types.is_float32(column.type)]
        for batch in self.batches():
            for row in batch.to_pylist(maps_as_pydicts="strict"):
                yield row | {name: float(f"{row[name]:.7g}") for name in short}

    def title(self) -> str:
        """What the table is called."""
        return chinese.table_name(self.name) if self.headers == "zh" else self.name

    def header(self) -> list[str]:
        """What its columns are called."""
        if self.headers == "zh":
            return [chinese.column_name(self.name, column) for column in self.schema.names]
        return list(self.schema.names)

    def _dataset(self) -> ds.Dataset:
        files = sorted(map(str, self.folder.glob("*.parquet")))
        return ds.dataset(files, schema=TABLES[self.name], format="parquet")


def choose_tables(
    snapshot: Path,
    names: Sequence[str],
    choice: Choice,
    columns: Sequence[str] = (),
    headers: str = "en",
) -> list[ChosenTable]:
    """The tables to export.  Raises UsageError for tables and columns that there are not."""
    choice.check()
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        raise UsageError(f"there is no table {unknown[0]!r}: use one of {', '.join(TABLES)}")
    if choice.chooses_metrics() and "metrics" not in names:
        raise UsageError(
            f"{', '.join(names)}: what you choose by is said of metrics only; add --table metrics"
        )
    held = {column for name in names for column in TABLES[name].names}
    strange = [column for column in columns if column not in held]
    if strange:
        raise UsageError(f"there is no column {strange[0]!r} in {', '.join(names)}; see news-metrics schema")
    out = []
    for name in dict.fromkeys(names):
        wanted = [column for column in columns if column in TABLES[name].names] or TABLES[name].names
        schema = pa.schema([TABLES[name].field(column) for column in wanted])
        chosen = filter_of(name, choice, snapshot)
        out.append(ChosenTable(name, snapshot / name, schema, chosen, headers))
    return out
