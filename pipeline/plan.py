"""Which shards there are, and which of them must run, and why."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.digests import clean_code_digest, extract_code_digest
from pipeline.ingest import Input, Slice, list_inputs, slice_digest, split_input
from pipeline.receipts import Receipt, ShardSpec
from pipeline.schema import schema_digest
from pipeline.stages import cleaning_words
from pipeline.tables import Part
from pipeline.vocabulary import Vocabulary

SHARD_FILES = 128
SHARD_BYTES = 2 * 1024 * 1024
CLEANING_KEYS = ("input", "clean_words", "clean_code", "schema")
REASONS = {
    "input": "its input changed",
    "words": "the word lists changed",
    "clean_words": "the word lists changed",
    "clean_code": "the code changed",
    "extract_code": "the code changed",
    "schema": "the schema changed",
    "until": "other stages are asked for",
}


@dataclass(frozen=True, slots=True)
class PlannedShard:
    """A shard, the receipt of an earlier run that still holds, and otherwise why it must run."""

    spec: ShardSpec
    receipt: Receipt | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SliceGroup:
    """The slices of one shard, and how many bytes they have, about."""

    name: str
    slices: tuple[Slice, ...]
    size: int


@dataclass(frozen=True, slots=True)
class _Small:
    """A file that shares its shard with others; `bits` place it among them."""

    bits: str
    slice: Slice
    size: int


def group_slices(inputs: Iterable[tuple[Input, Sequence[Slice]]]) -> Iterator[SliceGroup]:
    """Groups of slices that stay as they are when other files come or go.

    Each slice of a large file is a group.  The small files of a folder are one group; where they are too
    many, it is halved by a bit of the hash of their names, and so on: a new file changes its own group only.
    """
    folders: dict[str, list[_Small]] = defaultdict(list)
    for item, slices in inputs:
        if len(slices) == 1 and item.size <= SHARD_BYTES // 2:
            bits = f"{int(_hash(item.relative), 16):0256b}"
            folders[item.relative.rpartition("/")[0]].append(_Small(bits, slices[0], item.size))
            continue
        for piece in slices:
            name = _hash(f"{item.relative}\0{piece.start}")[:16]
            yield SliceGroup(name, (piece,), item.size // len(slices))
    for folder, members in folders.items():
        yield from _halve(folder, members, 0)


def _halve(folder: str, members: list[_Small], depth: int) -> Iterator[SliceGroup]:
    size = sum(member.size for member in members)
    if len(members) > 1 and (len(members) > SHARD_FILES or size > SHARD_BYTES):
        for bit in "01":
            yield from _halve(folder, [member for member in members if member.bits[depth] == bit], depth + 1)
    elif members:
        name = _hash(f"{folder}\0\0{members[0].bits[:depth]}")[:16]
        yield SliceGroup(name, tuple(member.slice for member in members), size)


def make_specs(raw: Path, work: Path, until: str, extra: str | None, words: Vocabulary) -> list[ShardSpec]:
    """A spec for every shard of the raw folder.  All input is read once, for its digest.

    Raises UsageError where there is no input.
    """
    common = {
        "words": words.digest,
        "clean_words": cleaning_words(words).digest,
        "clean_code": clean_code_digest(),
        "extract_code": extract_code_digest(),
        "schema": schema_digest(),
        "until": until,
        "taken": "",
    }
    inputs = ((item, tuple(split_input(raw, item.relative, SHARD_BYTES))) for item in list_inputs(raw))
    specs = []
    for group in group_slices(inputs):
        keys = {**common, "input": _input_digest(raw, group.slices)}
        place = (group.name, str(raw), str(work), group.slices)
        specs.append(ShardSpec(*place, keys, group.size, until, extra))
    return sorted(specs, key=lambda spec: (-spec.size, spec.name))


def plan_shards(
    specs: Iterable[ShardSpec],
    current: Mapping[str, Receipt],
    finished: Mapping[str, Receipt],
    find: Callable[[Part], Path],
) -> list[PlannedShard]:
    """For each shard the receipt that holds still, or the reason to run it.

    Receipts of `finished` shards, which a killed run left, come first.  What `taken` says is settled after
    the other shards ran, so a receipt holds whatever it says there.  A shard whose cleaned texts hold still
    is told where `find` finds them.
    """
    return [_plan_shard(spec, (finished.get(spec.name), current.get(spec.name)), find) for spec in specs]


def _plan_shard(
    spec: ShardSpec, receipts: tuple[Receipt | None, ...], find: Callable[[Part], Path]
) -> PlannedShard:
    reason = "it is new"
    for receipt in receipts:
        if receipt is None:
            continue
        if not receipt.keys.get("input"):
            reason = "its input could not be read"
            continue
        changed = [key for key in spec.keys if key != "taken" and receipt.keys.get(key) != spec.keys[key]]
        if not changed:
            return PlannedShard(spec, receipt)
        reason = " and ".join(dict.fromkeys(REASONS[key] for key in changed))
        articles = next((part for part in receipt.parts if part.table == "articles"), None)
        if articles is not None and not set(changed) & set(CLEANING_KEYS):
            spec = replace(spec, cleaned=str(find(articles)))
    return PlannedShard(spec, None, reason)


def _input_digest(raw: Path, slices: tuple[Slice, ...]) -> str:
    digest = hashlib.sha256()
    for piece in slices:
        digest.update(f"{piece.source_path}\n{piece.first_record}\n{slice_digest(raw, piece)}\n".encode())
    return digest.hexdigest()[:16]


def _hash(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()
