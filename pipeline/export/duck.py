"""Tables as one DuckDB file, with what each column says as its comment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.export.tables import ChosenTable


def write_duckdb(tables: Sequence[ChosenTable], path: Path) -> int:
    """Write a database with a table for each; gives the number of rows.

    Raises UsageError where duckdb is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415
    except ModuleNotFoundError:
        raise UsageError("DuckDB files need duckdb: pip install 'news-metrics[duckdb]'") from None
    rows = 0
    with duckdb.connect(str(path)) as database:
        for table in tables:
            reader = pa.RecordBatchReader.from_batches(table.schema, table.batches())
            database.register("chosen", reader)
            database.execute(f'CREATE TABLE "{table.name}" AS SELECT * FROM chosen')
            database.unregister("chosen")
            counted = database.execute(f'SELECT count(*) FROM "{table.name}"').fetchall()
            rows += int(counted[0][0])
            for column in table.schema:
                about = column.metadata[b"doc"].decode().replace("'", "''")
                database.execute(f'COMMENT ON COLUMN "{table.name}"."{column.name}" IS \'{about}\'')
    return rows
