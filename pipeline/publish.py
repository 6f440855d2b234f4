"""Bringing the tables to an object store, or any place that fsspec reaches.

::

    URL/current.json                               names the current snapshot, and the one before it
    URL/snapshots/20250102T030405Z-1a2b3c/metrics/part-*.parquet

An object store has no links and replaces no folder at once, but it replaces one object at once.  So a
snapshot is brought there under its own name, checked, and then `current.json` is replaced: readers who begin
there see the old tables or the new ones.  Parts that the store has are copied within it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import StorageError
from pipeline.files import TEMPORARY
from pipeline.schema import TABLES

POINTER = "current.json"
SNAPSHOTS = "snapshots"
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Published:
    """What was brought: the snapshot's address, parts sent, and parts that the place had already."""

    address: str
    sent: int
    kept: int


def publish(snapshot: Path, url: str) -> Published:
    """Bring a snapshot to `url` and make it the current one there; the one before it stays until the next.

    Raises OSError where the place cannot be written, StorageError where a part did not arrive whole.
    """
    from fsspec.core import url_to_fs  # noqa: PLC0415  (an optional extra)

    place, root = url_to_fs(url)
    before = _read_pointer(place, root).get("snapshot")
    held = {} if before is None else _sizes(place, f"{root}/{SNAPSHOTS}/{before}")
    folder = f"{root}/{SNAPSHOTS}/{snapshot.name}"
    if before != snapshot.name:
        sent, kept = _send(place, snapshot, folder, held, f"{root}/{SNAPSHOTS}/{before}")
        _check(place, snapshot, folder)
        _replace(place, root, {"snapshot": snapshot.name, "previous": before})
    else:
        sent, kept = 0, len(held)
    _clear(place, root)
    return Published(place.unstrip_protocol(folder), sent, kept)


def find_published(url: str) -> str:
    """The address of the snapshot that is the current one at `url`: its tables are folders of Parquet files.

    Raises StorageError where there is none.
    """
    from fsspec.core import url_to_fs  # noqa: PLC0415

    place, root = url_to_fs(url)
    name = _read_pointer(place, root).get("snapshot")
    if name is None:
        raise StorageError(f"{url} holds no tables: publish some first")
    return str(place.unstrip_protocol(f"{root}/{SNAPSHOTS}/{name}"))


def _parts(snapshot: Path) -> dict[str, int]:
    """The parts of the tables that are for readers, with their sizes."""
    files = (file for table in TABLES for file in sorted((snapshot / table).glob("*.parquet")))
    return {f"{file.parent.name}/{file.name}": file.stat().st_size for file in files}


def _sizes(place: Any, folder: str) -> dict[str, int]:
    """The same of a snapshot at the place; nothing where there is none."""
    place.invalidate_cache()
    found = place.find(folder, detail=True) if place.exists(folder) else {}
    return {"/".join(path.split("/")[-2:]): held["size"] for path, held in found.items()}


def _send(place: Any, snapshot: Path, folder: str, held: dict[str, int], before: str) -> tuple[int, int]:
    """Bring all parts; how many were sent, and how many copied."""
    kept = 0
    for table in TABLES:
        place.makedirs(f"{folder}/{table}", exist_ok=True)
    parts = _parts(snapshot)
    for part, size in parts.items():
        if held.get(part) == size:  # the name holds a digest of the content
            place.cp_file(f"{before}/{part}", f"{folder}/{part}")
            kept += 1
        else:
            place.put_file(str(snapshot / part), f"{folder}/{part}")
    return len(parts) - kept, kept


def _check(place: Any, snapshot: Path, folder: str) -> None:
    if _sizes(place, folder) != _parts(snapshot):
        raise StorageError(f"{folder} did not arrive whole: publish again; the tables there are as they were")


def _read_pointer(place: Any, root: str) -> dict[str, str | None]:
    place.invalidate_cache()
    try:
        found = json.loads(place.cat_file(f"{root}/{POINTER}"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise StorageError(f"{root}/{POINTER} is damaged: remove it, then publish again") from None
    return found if isinstance(found, dict) else {}


def _replace(place: Any, root: str, pointer: dict[str, str | None]) -> None:
    """Replace the pointer: a store does so at once; files are renamed."""
    content = json.dumps(pointer).encode()
    if "file" not in place.protocol:
        place.pipe_file(f"{root}/{POINTER}", content)
        return
    temporary = Path(root, f"{TEMPORARY}{POINTER}")
    with temporary.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(Path(root, POINTER))


def _clear(place: Any, root: str) -> None:
    """Remove snapshots but the current and the one before it, also such as a broken publishing left."""
    kept = set(_read_pointer(place, root).values())
    for folder in place.ls(f"{root}/{SNAPSHOTS}", detail=False):
        name = folder.rstrip("/").rpartition("/")[2]
        if name not in kept and _NAME.fullmatch(name):
            place.rm(folder, recursive=True)
