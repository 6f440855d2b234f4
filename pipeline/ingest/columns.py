"""Arrow columns to plain values, whatever types a Parquet file has.

>>> batch = pa.record_batch({"id": [7], "published_at": pa.array([0], pa.timestamp("s", "UTC"))})
>>> list(read_columns(batch))
[{'id': 7, 'published_at': datetime.datetime(1970, 1, 1, 8, 0)}]
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pyarrow as pa

from pipeline.text.decode import decode

_EPOCH = datetime(1970, 1, 1)
_CHINA = timedelta(hours=8)


def read_columns(batch: pa.RecordBatch) -> Iterator[dict[str, object]]:
    """The rows of a batch by column name; times as naive China time, broken UTF-8 decoded by what it is."""
    values = [_values(column) for column in batch.columns]
    for row in zip(*values, strict=True):
        yield dict(zip(batch.schema.names, row, strict=True))


def _values(column: pa.Array) -> list[object]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind):
        ticks = column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64()).to_pylist()
        return [_moment(tick, kind.tz is not None) for tick in ticks]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        # As bytes first: a writer may have put other encodings into a string column.
        wide = pa.types.is_large_string(kind)
        column = column.cast(pa.large_binary() if wide else pa.binary())
        return [None if value is None else decode(value)[0] for value in column.to_pylist()]
    values: list[object] = column.to_pylist()
    return values


def _moment(tick: int | None, has_zone: bool) -> datetime | None:
    if tick is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=tick) + (_CHINA if has_zone else timedelta(0))
    except OverflowError:
        return None
