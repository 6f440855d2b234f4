"""The duplicates table: from the signatures that the shards kept, and the texts that are worth comparing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.duplicates.group import Signed, find_duplicates
from pipeline.duplicates.signature import Signature
from pipeline.parts import read_rows
from pipeline.receipts import Receipt
from pipeline.tables import Part, build_batch, duplicate_row, join_batches


def find_copies(receipts: Iterable[Receipt], find: Callable[[Part], Path]) -> pa.Table:
    """The duplicates among the articles of all shards; the cut and order of the shards change nothing.

    It takes about 2 KB of memory for each article, and the texts of those that may be duplicates.
    """
    parts = [part for receipt in receipts for part in receipt.parts]
    found = find_duplicates(tuple(_read_signatures(parts, find)), partial(_read_texts, parts, find))
    return join_batches("duplicates", [build_batch("duplicates", [duplicate_row(one) for one in found])])


def _read_signatures(parts: Iterable[Part], find: Callable[[Part], Path]) -> Iterator[Signed]:
    for part in parts:
        if part.table == "signatures":
            for row in read_rows(find(part)).to_pylist():
                signature = Signature(row["digest"], row["sketch"])
                yield Signed(row["article_id"], row["published_at"], signature)


def _read_texts(
    parts: Iterable[Part], find: Callable[[Part], Path], ids: frozenset[str]
) -> Mapping[str, str]:
    """The clean texts of these articles."""
    texts: dict[str, str] = {}
    asked = pa.array(sorted(ids), pa.string())
    for part in parts:
        if part.table == "articles" and ids:
            table = read_rows(find(part), ["article_id", "text"])
            chosen = table.filter(pc.is_in(table["article_id"], asked))
            texts.update(zip(chosen["article_id"].to_pylist(), chosen["text"].to_pylist(), strict=True))
    return texts
