"""What a worker is asked and what it answers: strings and numbers only, so that any engine can carry them."""

from __future__ import annotations

import json
import os
import signal
import struct
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from multiprocessing import parent_process
from pathlib import Path
from types import TracebackType

from pipeline.errors import StorageError
from pipeline.ingest import Slice
from pipeline.schema import STORED
from pipeline.tables import Part

STAGE_NAMES = ("read", "clean", "sections", "metrics", "write")
_PLACE = struct.Struct("<qq")


@dataclass(frozen=True, slots=True)
class Winner:
    """The first article that has an `id`; a later record with that id is a failure."""

    id: str
    source_path: str
    source_record: int


@dataclass(frozen=True, slots=True)
class Place:
    """A record of a shard, counted from 0, and the stage that it was in."""

    ordinal: int
    stage: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The parts, as tables and paths, that an earlier run of a shard, or of one beside it, left.

    They hold still for records that did not change: all their rows, or only their clean texts.
    """

    parts: tuple[tuple[str, str], ...]
    has_rows: bool


@dataclass(frozen=True, slots=True)
class ShardSpec:
    """What a worker must know to run a shard.

    `keys` are the digests of all that decides the shard's rows; `size` is its input in bytes, about;
    `earlier` is what holds still of an earlier run; `taken` are ids that articles of other shards have
    already; `aside` are the places where workers died.
    """

    name: str
    raw: str
    work: str
    slices: tuple[Slice, ...]
    keys: Mapping[str, str]
    size: int = 0
    until: str = "metrics"
    words: str | None = None
    earlier: tuple[Earlier, ...] = ()
    taken: tuple[Winner, ...] = ()
    aside: tuple[Place, ...] = ()

    @property
    def receipt_file(self) -> Path:
        """Where the receipt goes."""
        return Path(self.work, f"{self.name}.json")

    @property
    def progress_file(self) -> Path:
        """Where the worker notes which record it is at."""
        return Path(self.work, f"{self.name}.at")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a shard gave: its parts, its records, its seconds by stage.  Under 1 KB as JSON.

    >>> receipt = Receipt("s1", {"input": "0a"}, (Part("metrics", "part-s1-00.parquet", 3, 900),), 1)
    >>> Receipt.from_json(receipt.to_json()) == receipt, receipt.rows("metrics")
    (True, 3)
    """

    shard: str
    keys: Mapping[str, str]
    parts: tuple[Part, ...]
    records: int
    seconds: Mapping[str, float] = field(default_factory=dict)

    def rows(self, table: str) -> int:
        """The rows that the shard has in `table`."""
        return sum(part.rows for part in self.parts if part.table == table)

    def to_json(self) -> str:
        """The receipt as a line of text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, line: str | bytes) -> Receipt:
        """Read back what `to_json` gave; ValueError, KeyError or TypeError for anything else."""
        values = json.loads(line)
        parts = tuple(Part(**part) for part in values["parts"])
        if any(part.table not in STORED or "/" in part.file for part in parts):
            raise ValueError("a part lies elsewhere")
        return cls(values["shard"], values["keys"], parts, values["records"], values["seconds"])


class Progress:
    """Notes on the disk which record a worker is at, so that the one on which it dies is known.

    The note is gone when the work ends in any way but the death of the process.  In a worker process, a
    record that burns `hard_seconds` of processor time in code that no timer can interrupt ends the process.
    """

    def __init__(self, file: Path, hard_seconds: float) -> None:
        self.file = file
        self.hard_seconds = hard_seconds
        self.seconds: dict[str, float] = {}
        self._ordinal = 0
        self._stage = "read"
        self._since = time.perf_counter()
        self._in_worker = parent_process() is not None

    def __enter__(self) -> Progress:
        self._handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._count()
        self._alarm(0)
        os.close(self._handle)
        self.file.unlink(missing_ok=True)

    def start(self, ordinal: int) -> None:
        """The worker turns to the record `ordinal`, and reads it."""
        self._ordinal = ordinal
        self._alarm(self.hard_seconds)
        self.enter("read")

    def enter(self, stage: str) -> None:
        """The record enters a stage.  Raises StorageError where that cannot be noted."""
        self._count()
        self._stage = stage
        try:
            os.pwrite(self._handle, _PLACE.pack(self._ordinal, STAGE_NAMES.index(stage)), 0)
        except OSError as error:
            message = f"{self.file}: {error.strerror}; check the disk and its permissions, then run again"
            raise StorageError(message) from error

    def _count(self) -> None:
        now = time.perf_counter()
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._since = now

    def _alarm(self, seconds: float) -> None:
        if self._in_worker:
            signal.setitimer(signal.ITIMER_PROF, seconds)


def read_place(spec: ShardSpec) -> Place | None:
    """Where the last worker of the shard died; None when it never started on a record or ended by itself."""
    try:
        note = spec.progress_file.read_bytes()
    except FileNotFoundError:
        return None
    if len(note) != _PLACE.size:
        return None
    ordinal, stage = _PLACE.unpack(note)
    return Place(ordinal, STAGE_NAMES[stage])
