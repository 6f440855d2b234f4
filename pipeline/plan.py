"""Which shards there are, and which of them must run, and why."""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.digests import clean_code_digest, extract_code_digest
from pipeline.ingest import Input, Slice
from pipeline.receipts import Earlier, Receipt, ShardSpec
from pipeline.schema import schema_digest
from pipeline.tables import Part
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.cleaning import cleaning_words

SHARD_FILES = 128
SHARD_BYTES = 2 * 1024 * 1024
GONE_READ = 4
CLEANING_KEYS = ("clean_words", "clean_code", "schema")
REASONS = {
    "unread": "its input could not be read",
    "input": "its input changed",
    "words": "the word lists changed",
    "clean_words": "the word lists changed",
    "clean_code": "the code changed",
    "extract_code": "the code changed",
    "schema": "the schema changed",
    "until": "other stages are asked for",
    "place": "it was elsewhere",
}


@dataclass(frozen=True, slots=True)
class PlannedShard:
    """A shard, the receipt of an earlier run that still holds, and otherwise why it must run."""

    spec: ShardSpec
    receipt: Receipt | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SliceGroup:
    """The slices of one shard, and how many bytes they have, about; `place` names their file or folder."""

    name: str
    place: str
    slices: tuple[Slice, ...]
    size: int


Found = tuple[Input, Sequence[Slice]]


@dataclass(frozen=True, slots=True)
class _Small:
    """A file that shares its shard with others; `bits` place it among them."""

    bits: str
    slice: Slice
    size: int


def group_slices(inputs: Iterable[Found], shard_bytes: int = SHARD_BYTES) -> Iterator[SliceGroup]:
    """Groups of slices that stay as they are when other files come or go.

    Each slice of a large file is a group, named by its mark.  The small files of a folder are one group;
    where they are too many, it is halved by a bit of the hash of their names, and so on: a new file changes
    its own group only.
    """
    folders: dict[str, list[_Small]] = defaultdict(list)
    for item, slices in inputs:
        if len(slices) == 1 and item.size <= shard_bytes // 2:
            bits = f"{int(_hash(item.relative), 16):0256b}"
            folders[item.relative.rpartition("/")[0]].append(_Small(bits, slices[0], item.size))
            continue
        seen: Counter[str] = Counter()
        for piece in slices:
            name = _hash(f"{item.relative}\0{piece.mark}\0{seen[piece.mark]}")[:16]
            seen[piece.mark] += 1
            yield SliceGroup(name, _hash(item.relative)[:8], (piece,), item.size // len(slices))
    for folder, members in folders.items():
        yield from _halve(folder, members, 0, shard_bytes)


def _halve(folder: str, members: list[_Small], depth: int, shard_bytes: int) -> Iterator[SliceGroup]:
    size = sum(member.size for member in members)
    most = SHARD_FILES * max(1, shard_bytes // SHARD_BYTES)
    if len(members) > 1 and (len(members) > most or size > shard_bytes):
        for bit in "01":
            half = [member for member in members if member.bits[depth] == bit]
            yield from _halve(folder, half, depth + 1, shard_bytes)
    elif members:
        name = _hash(f"{folder}\0\0{members[0].bits[:depth]}")[:16]
        yield SliceGroup(name, _hash(f"{folder}/")[:8], tuple(member.slice for member in members), size)


def make_specs(
    groups: Iterable[SliceGroup], raw: Path, work: Path, until: str, extra: str | None, words: Vocabulary
) -> list[ShardSpec]:
    """A spec for every group of slices of the raw folder, the largest first."""
    common = {
        "words": words.digest,
        "clean_words": cleaning_words(words).digest,
        "clean_code": clean_code_digest(),
        "extract_code": extract_code_digest(),
        "schema": schema_digest(),
        "until": until,
        "taken": "",
    }
    specs = []
    for group in groups:
        keys = {**common, "input": _input_digest(group.slices), "place": group.place}
        place = (group.name, str(raw), str(work), group.slices)
        specs.append(ShardSpec(*place, keys, group.size, until, extra))
    return sorted(specs, key=lambda spec: (-spec.size, spec.name))


def plan_shards(
    specs: Sequence[ShardSpec],
    current: Mapping[str, Receipt],
    finished: Mapping[str, Receipt],
    find: Callable[[Part], Path],
) -> list[PlannedShard]:
    """For each shard the receipt that holds still, or the reason to run it.

    Receipts of `finished` shards, which a killed run left, come first.  What `taken` says is settled after
    the other shards ran, so a receipt holds whatever it says there.  A shard that must run is told where
    `find` finds what may hold still: of itself and, where its input changed, of shards beside it.
    """
    beside = _find_beside(specs, current)
    planned = []
    for spec in specs:
        receipts = [held[spec.name] for held in (finished, current) if spec.name in held]
        if still := next((receipt for receipt in receipts if not _changes(spec, receipt)), None):
            planned.append(PlannedShard(spec, still))
            continue
        changes = _changes(spec, receipts[-1]) if receipts else ["input"]
        others = beside[spec.name] if {"input", "unread"} & set(changes) else []
        earlier = _find_earlier(spec, [*receipts, *others], find)
        reason = " and ".join(dict.fromkeys(REASONS[key] for key in changes)) if receipts else "it is new"
        planned.append(PlannedShard(replace(spec, earlier=earlier), None, reason))
    return planned


def _find_beside(
    specs: Sequence[ShardSpec], current: Mapping[str, Receipt]
) -> Mapping[str, list[Receipt]]:
    """For each shard the receipts of its neighbours in its file, and of shards of its file or folder that
    are no more: where a cut moved, they may hold records of it.
    """
    names = {spec.name for spec in specs}
    gone: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in current.values():
        if receipt.shard not in names:
            gone[receipt.keys.get("place", "")].append(receipt)
    places: dict[str, list[ShardSpec]] = defaultdict(list)
    for spec in sorted(specs, key=lambda spec: spec.slices[0].first_record):
        places[spec.keys["place"]].append(spec)
    beside = {}
    for place, members in places.items():
        old = gone[place] if len(gone[place]) <= GONE_READ else []
        for number, spec in enumerate(members):
            near = [] if spec.slices[0].is_whole else members[max(0, number - 1) : number + 2]
            beside[spec.name] = [current[s.name] for s in near if s is not spec and s.name in current] + old
    return beside


def _changes(spec: ShardSpec, receipt: Receipt) -> list[str]:
    """What has changed since the receipt."""
    if not receipt.keys.get("input"):
        return ["unread"]
    return [key for key in spec.keys if key != "taken" and receipt.keys.get(key) != spec.keys[key]]


def _find_earlier(
    spec: ShardSpec, receipts: Iterable[Receipt], find: Callable[[Part], Path]
) -> tuple[Earlier, ...]:
    """Of these receipts what may hold still for records of the shard."""
    found = []
    for receipt in receipts:
        changes = set(_changes(spec, receipt)) - {"input", "unread"}
        if not changes & set(CLEANING_KEYS):
            found.append(earlier_of(receipt, find, not changes))
    return tuple(found)


def earlier_of(receipt: Receipt, find: Callable[[Part], Path], has_rows: bool) -> Earlier:
    """What a shard that runs again is told of its earlier run."""
    return Earlier(tuple((part.table, str(find(part))) for part in receipt.parts), has_rows)


def _input_digest(slices: tuple[Slice, ...]) -> str:
    """A digest over what decides the records of the slices: paths, places in the files, content."""
    places = [(s.source_path, s.form, s.packing, s.first_record, s.first_line, s.digest) for s in slices]
    return _hash(repr(places))[:16]


def _hash(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()
