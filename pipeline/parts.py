"""Reading part files, whatever the folders above them are called.

>>> import tempfile
>>> folder = Path(tempfile.mkdtemp()) / "year=2024"
>>> folder.mkdir()
>>> pq.write_table(pa.table({"value": [7]}), folder / "part-1.parquet")
>>> read_table(folder).to_pylist()
[{'value': 7}]

Given a path, pyarrow makes a column of such a folder, and refuses a name that is no UTF-8; so it is given
open files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import StorageError


def read_rows(
    file: Path, columns: Sequence[str] | None = None, filters: pc.Expression | None = None
) -> pa.Table:
    """The rows of one part file.  Raises OSError, and StorageError where it is damaged."""
    with file.open("rb") as opened:
        try:
            return pq.read_table(opened, columns=columns and list(columns), filters=filters)
        except (pa.ArrowInvalid, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise StorageError(f"{file} is damaged: remove it, then run again") from error


def read_table(
    folder: Path, columns: Sequence[str] | None = None, filters: pc.Expression | None = None
) -> pa.Table:
    """The rows of all part files of a table, in the order of their names.

    Raises OSError, and StorageError where a part is damaged or there is none.
    """
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise StorageError(f"{folder} holds no part of the table: run again")
    return pa.concat_tables([read_rows(file, columns, filters) for file in files])


def read_first(folder: Path, rows: int, columns: Sequence[str]) -> list[dict[str, object]]:
    """The first rows of a table; no more part files are read than that takes."""
    found: list[dict[str, object]] = []
    for file in sorted(folder.glob("*.parquet")):
        found += read_rows(file, columns).slice(0, rows - len(found)).to_pylist()
        if len(found) >= rows:
            break
    return found
