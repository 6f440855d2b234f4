"""What an earlier run of a shard made of records that did not change: their rows, or their clean texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from pipeline.model import Article
from pipeline.receipts import Earlier
from pipeline.rows import record_digest
from pipeline.schema import STORED
from pipeline.tables import Row, read_part

_OF_ARTICLES = ("articles", "signatures")
_MANY = ("sections", "metrics")


class Held:
    """What earlier runs left, by record; where several hold a record, the first counts."""

    def __init__(self, earlier: Iterable[Earlier]) -> None:
        self._held = [_Held(one) for one in earlier]

    def rows(self, article: Article) -> Mapping[str, pa.RecordBatch] | None:
        """The article's rows; None where they do not hold."""
        digest = record_digest(article) if self._held else b""
        return next((rows for held in self._held if (rows := held.rows(article, digest))), None)

    def text(self, article: Article) -> Row | None:
        """The row of the articles table that the clean text is restored from; None where it does not hold."""
        digest = record_digest(article) if self._held else b""
        return next((row for held in self._held if (row := held.text(digest))), None)


class _Held:
    """The parts that one run left; nothing where they are damaged."""

    def __init__(self, earlier: Earlier) -> None:
        batches = _read_batches(earlier)
        self._has_rows = earlier.has_rows
        self._batches = batches
        digests = batches["signatures"].column("record").to_pylist() if batches else []
        self._places = {digest: place for place, digest in enumerate(digests)}
        self._spans = {table: dict(_spans_by_article(batches[table])) for table in _MANY if batches}

    def rows(self, article: Article, digest: bytes) -> Mapping[str, pa.RecordBatch] | None:
        place = self._places.get(digest) if self._has_rows else None
        if place is None:
            return None
        rows = {table: self._batches[table].slice(place, 1) for table in _OF_ARTICLES}
        for table in _MANY:
            rows[table] = self._batches[table].slice(*self._spans[table].get(article.id, (0, 0)))
        return {**rows, "articles": _at_its_place(rows["articles"], article)}

    def text(self, digest: bytes) -> Row | None:
        place = self._places.get(digest)
        if place is None:
            return None
        row: Row = self._batches["articles"].slice(place, 1).to_pylist(maps_as_pydicts="strict")[0]
        return row


def _read_batches(earlier: Earlier) -> Mapping[str, pa.RecordBatch]:
    """One batch for each table; none at all where a part is damaged."""
    tables = {}
    for table in (*_OF_ARTICLES, *_MANY):
        parts = [read_part(Path(path)) for name, path in earlier.parts if name == table]
        if None in parts:
            return {}
        tables[table] = _one_batch(table, parts)
    return tables if tables["articles"].num_rows == tables["signatures"].num_rows else {}


def _one_batch(table: str, parts: Iterable[pa.Table]) -> pa.RecordBatch:
    whole = pa.concat_tables([STORED[table].empty_table(), *parts]).combine_chunks()
    return [*whole.to_batches(), pa.RecordBatch.from_pylist([], schema=STORED[table])][0]


def _spans_by_article(batch: pa.RecordBatch) -> Iterator[tuple[str, tuple[int, int]]]:
    """Where the rows of each article begin, and how many they are."""
    start = 0
    for name, rows in groupby(batch.column("article_id").to_pylist()):
        number = sum(1 for _ in rows)
        yield name, (start, number)
        start += number


def _at_its_place(batch: pa.RecordBatch, article: Article) -> pa.RecordBatch:
    """The row of an article that may have stood elsewhere."""
    place = {"source_path": [article.source_path], "source_record": [article.source_record]}
    columns = [
        pa.array(place[column.name], column.type) if column.name in place else batch.column(column.name)
        for column in batch.schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
