"""What lies in the raw folder, and what an earlier run knows of it.

A file whose size, times and place on the disk are as they were when it was read is not read again: a run in
which nothing changed reads no input.  What was known is a cache; without it all is read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.digests import clean_code_digest
from pipeline.ingest import Form, Input, Packing, Slice, is_fault, list_inputs, split_input
from pipeline.plan import Found

# A file that was changed shortly before it was read may be changed again under the same times.
SETTLED_NS = 2_000_000_000
_FIELDS = ("start", "end", "first_record", "first_line", "mark", "digest")

Known = Mapping[str, Found]


def find_inputs(raw: Path, known: Known, shard_bytes: int) -> list[Found]:
    """The inputs below `raw` with their slices; those that are `known` are not read.

    Raises UsageError where there is no input, StorageError where the folder cannot be read.
    """
    return [_find_slices(raw, item, known, shard_bytes) for item in list_inputs(raw)]


def _find_slices(raw: Path, item: Input, known: Known, shard_bytes: int) -> Found:
    held = known.get(item.relative)
    if held is not None and item.stamp and held[0].stamp == item.stamp:
        return item, held[1]
    return item, tuple(split_input(raw, item.relative, shard_bytes))


def is_news(found: Sequence[Found], known: Known) -> bool:
    """Whether an input was read, or one that is known was not found."""
    held = [known.get(item.relative, (item, ()))[1] for item, _ in found]
    return len(found) != len(known) or any(a is not b for a, (_, b) in zip(held, found, strict=True))


def known_key(raw: Path, shard_bytes: int) -> str:
    """What else decides the slices, and with them what is known: the code, their size, the folder.

    >>> len(known_key(Path("raw"), 1000))
    16
    """
    text = f"{clean_code_digest()} {shard_bytes} {os.fsencode(raw)!r}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_known(file: Path, key: str) -> Known:
    """What an earlier run wrote under the same key; nothing where the file is gone or damaged."""
    try:
        head, *lines = file.read_text("ascii").split("\n")
        if head != key or lines[-1:] != ["end"]:
            return {}
        return {item.relative: (item, slices) for item, slices in map(_from_line, lines[:-1])}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def format_known(found: Iterable[Found], key: str, read_at_ns: int) -> bytes:
    """What to write: the inputs that were at rest when they were read, `read_at_ns` or later."""
    lines = [_to_line(*one) for one in found if _is_settled(*one, read_at_ns)]
    return "\n".join([key, *lines, "end"]).encode("ascii")


def _is_settled(item: Input, slices: Iterable[Slice], read_at_ns: int) -> bool:
    changed = max(item.stamp[1:3], default=read_at_ns)
    return changed + SETTLED_NS < read_at_ns and not any(is_fault(piece.digest) for piece in slices)


def _to_line(item: Input, slices: Iterable[Slice]) -> str:
    values = [[getattr(piece, name) for name in _FIELDS] for piece in slices]
    return json.dumps([item.relative, item.form, item.packing, item.size, item.stamp, values])


def _from_line(line: str) -> Found:
    relative, form, packing, size, stamp, values = json.loads(line)
    item = Input(relative, Form(form), Packing(packing), size, tuple(stamp))
    slices = (dict(zip(_FIELDS, value, strict=True)) for value in values)
    return item, tuple(Slice(relative, item.form, item.packing, **piece) for piece in slices)
