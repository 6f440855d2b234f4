"""Ids that several articles have: the first record that could be taken has it, each later one is a failure.

A shard sees to its own records.  Which of its ids are taken by articles of other shards is settled here, from
the rows that the shards wrote, so that it depends neither on the order of the work nor on the cut of shards.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.parts import read_rows
from pipeline.receipts import Receipt, Winner
from pipeline.tables import Part

DUPLICATE = "duplicate_id"
_COLUMNS = ["article_id", "source_path", "source_record"]


@dataclass(frozen=True, slots=True)
class _Holder:
    """A record that has an id, and whether it could be taken if no other had it."""

    shard: str
    source_path: str
    source_record: int
    is_able: bool

    @property
    def place(self) -> tuple[str, int]:
        return self.source_path, self.source_record


def find_winners(
    receipts: Iterable[Receipt], find: Callable[[Part], Path]
) -> Mapping[str, tuple[Winner, ...]]:
    """For each shard the winners of other shards that come before a record of its own."""
    receipts = list(receipts)
    repeated = _repeated_ids(receipts, find)
    taken: dict[str, list[Winner]] = defaultdict(list)
    for name, holders in sorted(_holders(receipts, find, repeated).items()):
        able = [holder for holder in holders if holder.is_able]
        if not able:
            continue
        first = min(able, key=lambda holder: holder.place)
        losers = {h.shard for h in holders if h.place > first.place and h.shard != first.shard}
        for shard in sorted(losers):
            taken[shard].append(Winner(name, first.source_path, first.source_record))
    return {shard: tuple(winners) for shard, winners in taken.items()}


def winners_digest(winners: tuple[Winner, ...]) -> str:
    """A digest of the winners; empty where there are none."""
    if not winners:
        return ""
    text = "".join(f"{w.id}\0{w.source_path}\0{w.source_record}\n" for w in winners)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _repeated_ids(receipts: list[Receipt], find: Callable[[Part], Path]) -> pa.Array:
    """The ids that more than one record has."""
    columns = [
        chunk
        for receipt in receipts
        for part in receipt.parts
        if part.table in ("articles", "failures")
        for chunk in read_rows(find(part), ["article_id"]).column(0).chunks
    ]
    counts = pc.value_counts(pa.chunked_array(columns, pa.string()))
    return counts.field("values").filter(pc.greater(counts.field("counts"), 1)).drop_null()


def _holders(
    receipts: list[Receipt], find: Callable[[Part], Path], ids: pa.Array
) -> Mapping[str, list[_Holder]]:
    found: dict[str, list[_Holder]] = defaultdict(list)
    for receipt in receipts if len(ids) else ():
        for part in receipt.parts:
            if part.table not in ("articles", "failures"):
                continue
            columns = _COLUMNS if part.table == "articles" else [*_COLUMNS, "error"]
            table = read_rows(find(part), columns)
            for row in table.filter(pc.is_in(table["article_id"], ids)).to_pylist():
                is_able = row.get("error", DUPLICATE) == DUPLICATE
                holder = _Holder(receipt.shard, row["source_path"], row["source_record"], is_able)
                found[row["article_id"]].append(holder)
    return found
