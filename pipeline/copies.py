"""The duplicates table: from the signatures that the shards kept, and the texts that are worth comparing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.duplicates.compare import Match
from pipeline.duplicates.group import Compared, Signed, find_duplicates
from pipeline.duplicates.signature import Signature
from pipeline.model import Likeness
from pipeline.parts import read_rows
from pipeline.receipts import Receipt
from pipeline.rows import comparison_row, duplicate_row
from pipeline.tables import Part, build_batch, join_batches

_SIGNED = ["article_id", "published_at", "text", "digest", "sketch"]


def find_copies(
    receipts: Iterable[Receipt], find: Callable[[Part], Path], compared: Compared
) -> dict[str, pa.Table]:
    """The duplicates among the articles of all shards; the cut and order of the shards change nothing.

    `compared` is what was compared before; what is now goes with the duplicates, as the table comparisons.
    It takes about 2 KB of memory for each article, and the texts of those that may be duplicates.
    """
    texts = _Texts(find)
    articles = [signed for receipt in receipts for signed in _read_signatures(receipt, find, texts)]
    found = find_duplicates(articles, texts, compared)
    rows = {
        "duplicates": [duplicate_row(one) for one in found],
        "comparisons": [comparison_row(pair, compared[pair]) for pair in sorted(compared)],
    }
    return {table: join_batches(table, [build_batch(table, held)]) for table, held in rows.items()}


def read_compared(table: pa.Table | None) -> Compared:
    """What was compared before, from its table."""
    return (
        {}
        if table is None
        else {
            row["pair"]: row["kind"] and Match(Likeness(row["kind"]), row["similarity"])
            for row in table.to_pylist()
        }
    )


def _read_signatures(receipt: Receipt, find: Callable[[Part], Path], texts: _Texts) -> Iterator[Signed]:
    articles = [part for part in receipt.parts if part.table == "articles"]
    for part in receipt.parts:
        if part.table == "signatures":
            for row in read_rows(find(part), _SIGNED).to_pylist():
                if row["digest"] is not None:
                    signature = Signature(row["digest"], row["sketch"])
                    texts.stand(row["article_id"], articles)
                    yield Signed(row["article_id"], row["published_at"], signature, row["text"])


class _Texts:
    """The clean texts of articles, read from the parts that hold them."""

    def __init__(self, find: Callable[[Part], Path]) -> None:
        self._find = find
        self._parts: dict[str, list[Part]] = {}

    def stand(self, article_id: str, parts: list[Part]) -> None:
        """The text of the article stands in one of these parts."""
        self._parts[article_id] = parts

    def __call__(self, ids: frozenset[str]) -> Mapping[str, str]:
        texts: dict[str, str] = {}
        asked = pa.array(sorted(ids), pa.string())
        for part in dict.fromkeys(part for name in sorted(ids) for part in self._parts[name]):
            table = read_rows(self._find(part), ["article_id", "text"])
            chosen = table.filter(pc.is_in(table["article_id"], asked))
            texts.update(zip(chosen["article_id"].to_pylist(), chosen["text"].to_pylist(), strict=True))
        return texts
