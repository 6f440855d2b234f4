"""The output folder: snapshots of all tables, and the one pointer that readers follow.

::

    processed/metrics       -> current/metrics              (one such link for each table)
    processed/datapackage.json -> current/datapackage.json  (which says what the tables hold)
    processed/current       -> .snapshots/20250102T030405Z-1a2b3c
    processed/.snapshots/20250102T030405Z-1a2b3c/metrics/part-*.parquet
    processed/.snapshots/20250102T030405Z-1a2b3c/signatures/part-*.parquet   (for no reader but the next run)
    processed/.snapshots/20250102T030405Z-1a2b3c/receipts.jsonl
    processed/.work/        parts and receipts of shards that are done and not yet in a snapshot
    processed/.inputs       what is known of the raw files, so that those that did not change are not read
    processed/.lock         held while a run is under way; the system frees it when the run dies

A snapshot is built aside under a temporary name from hard links to parts, checked, renamed, and becomes the
current one when the pointer is replaced.  The one before it stays until the next, or longer if more are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import pyarrow as pa

from pipeline.datapackage import FILE as PACKAGE
from pipeline.datapackage import data_package, spell_package
from pipeline.errors import StorageError
from pipeline.files import TEMPORARY, Files
from pipeline.parts import read_table
from pipeline.receipts import Receipt
from pipeline.schema import STORED, TABLES
from pipeline.tables import Part, check_part, read_part, write_part

POINTER = "current"
SNAPSHOTS = ".snapshots"
WORK = ".work"
LOCK = ".lock"
LEAST_KEPT = 2
"""Snapshots: a reader that began before a swap can finish."""
RECEIPTS = "receipts.jsonl"
INPUTS = ".inputs"


@dataclass(frozen=True, slots=True)
class Output:
    """The output folder, the file operations that it is changed with, and how many snapshots it keeps."""

    folder: Path
    files: Files
    keep: int = LEAST_KEPT

    @property
    def work(self) -> Path:
        """Where shards leave their parts."""
        return self.folder / WORK

    @property
    def snapshots(self) -> Path:
        """Where the snapshots lie."""
        return self.folder / SNAPSHOTS

    @property
    def inputs(self) -> Path:
        """Where it is written what is known of the raw files."""
        return self.folder / INPUTS

    def current(self) -> Path | None:
        """The folder of the current snapshot; None before the first.

        Raises OSError where it cannot be told: a snapshot that is not seen would be cleared away.
        """
        pointer = self.folder / POINTER
        try:
            return pointer.resolve() if S_ISDIR(pointer.stat().st_mode) else None
        except (FileNotFoundError, NotADirectoryError):
            return None

    def prepare(self) -> None:
        """Make the folders, and clear what a killed run left behind.

        Raises StorageError when a name that the output needs is taken by something else, or leads elsewhere.
        """
        links = {POINTER: SNAPSHOTS} | dict.fromkeys((*TABLES, PACKAGE), POINTER)
        for name in (SNAPSHOTS, WORK, *links):
            path = self.folder / name
            if path.is_symlink():
                is_ours = name in links and str(path.readlink().parent) == links[name]
            else:
                is_ours = name not in links or not path.exists()
            if not is_ours:
                raise StorageError(f"{path} is in the way: move it, or use another output folder")
        for folder in (self.folder, self.snapshots, self.work):
            self.files.mkdir(folder)
        self.clear()

    def receipts(self) -> dict[str, Receipt]:
        """The receipts of the current snapshot whose parts are all there, by shard."""
        snapshot = self.current()
        if snapshot is None:
            return {}
        lines = _receipt_lines(snapshot)[1:]
        found = [receipt for line in lines if (receipt := _read_receipt(line))]
        return {receipt.shard: receipt for receipt in found if _all_there(snapshot, receipt)}

    def finished(self) -> dict[str, Receipt]:
        """The receipts of shards that are done and in no snapshot yet: a run was killed, or is under way."""
        found = {}
        for file in sorted(self.work.glob("*.json")):
            receipt = _read_receipt(file.read_bytes())
            if receipt and _all_there(self.work, receipt):
                found[receipt.shard] = receipt
        return found

    def find(self, part: Part) -> Path:
        """Where a part lies: among the finished ones, else in the current snapshot."""
        finished = self.work / part.table / part.file
        if finished.exists():
            return finished
        snapshot = self.current()
        if snapshot is None:
            raise StorageError(f"{finished} is gone; run again")
        return snapshot / part.table / part.file

    def whole_table(self, table: str, code: str) -> pa.Table | None:
        """A table of the current snapshot that no shard writes: duplicates, comparisons.

        None where other code found the duplicates, or the table is damaged.
        """
        snapshot = self.current()
        if snapshot is None or _head(snapshot).get("duplicates_code") != code:
            return None
        files = sorted((snapshot / table).glob("*.parquet"))
        return read_part(files[0]) if len(files) == 1 else None

    def commit(
        self, name: str, receipts: Iterable[Receipt], tables: Mapping[str, pa.Table], code: str = ""
    ) -> Path:
        """Make the snapshot `name` of the parts of `receipts` and of `tables`, and make it the current one.

        Until the pointer is replaced, readers see the old snapshot; from then on the new one.  `code` is the
        digest of the code that found the duplicates.  Raises OSError and, when a part is not what its receipt
        says, StorageError.
        """
        aside = self.snapshots / f"{TEMPORARY}{name}"
        before = self.current()
        for table in STORED:
            self.files.mkdir(aside / table)
        receipts = sorted(receipts, key=lambda receipt: receipt.shard)
        for part in (part for receipt in receipts for part in receipt.parts):
            self._take_in(part, aside)
        self._fill(aside, {part.table for receipt in receipts for part in receipt.parts}, tables)
        self.files.write(aside / PACKAGE, spell_package(_package_of(aside)))
        head = json.dumps({"previous": before.name if before else None, "duplicates_code": code})
        lines = "\n".join([head, *(receipt.to_json() for receipt in receipts)])
        self.files.write(aside / RECEIPTS, lines.encode())
        for table in STORED:
            self.files.sync_folder(aside / table)
        self.files.sync_folder(aside)
        self.files.replace(aside, self.snapshots / name)
        self.files.sync_folder(self.snapshots)
        self._point_to(name)
        return self.snapshots / name

    def _take_in(self, part: Part, aside: Path) -> None:
        """Give a part a name in the new snapshot; new parts are read back and checked first."""
        source = self.find(part)
        if source.is_relative_to(self.work) and not check_part(source, part):
            raise StorageError(f"{source} is damaged; run again")
        self.files.link(source, aside / part.table / part.file)

    def _fill(self, aside: Path, filled: set[str], tables: Mapping[str, pa.Table]) -> None:
        """Write the tables that come whole, and a part without rows where a table would have no file."""
        for table, schema in STORED.items():
            if table in tables:
                write_part(aside / table, table, table, tables[table], self.files)
            elif table in TABLES and table not in filled:
                write_part(aside / table, "empty", table, schema.empty_table(), self.files)

    def _point_to(self, name: str) -> None:
        """Replace the pointer; the tables' links come first and lead nowhere until it is there."""
        for entry in (*TABLES, PACKAGE):
            link = self.folder / entry
            if not link.is_symlink():
                self.files.symlink(f"{POINTER}/{entry}", link)
        temporary = self.folder / f"{TEMPORARY}{POINTER}"
        self.files.unlink(temporary)
        self.files.symlink(f"{SNAPSHOTS}/{name}", temporary)
        self.files.replace(temporary, self.folder / POINTER)
        self.files.sync_folder(self.folder)

    def clear(self) -> None:
        """Remove snapshots but for the current one and those that it followed, and all temporary files.

        Finished parts stay when no snapshot holds them, so that a killed run is resumed.
        """
        kept = set(self._line_of(self.current()))
        for folder in sorted(self.snapshots.iterdir()):
            if folder.name not in kept:
                self.files.remove_tree(folder)
        for file in (*self.folder.glob(f"{TEMPORARY}*"), *self.work.glob(f"**/{TEMPORARY}*")):
            self.files.unlink(file)

    def _line_of(self, snapshot: Path | None) -> Iterator[str]:
        """The names of a snapshot and of those before it, as many as are kept."""
        for _ in range(self.keep):
            if snapshot is None or not snapshot.is_dir():
                return
            yield snapshot.name
            before = _head(snapshot).get("previous")
            snapshot = self.snapshots / before if before else None

    def clear_work(self) -> None:
        """Remove all finished parts: the current snapshot holds them now."""
        self.files.remove_tree(self.work)


def _package_of(snapshot: Path) -> dict[str, Any]:
    """What the tables of a snapshot hold.  Not the runs: no two snapshots have the same."""
    tables = (table for table in TABLES if table != "runs")
    files = {
        table: [f"{table}/{file.name}" for file in sorted((snapshot / table).glob("*.parquet"))]
        for table in tables
    }
    return data_package(files, "parquet")


def read_history(snapshot: Path | None) -> pa.Table:
    """The rows of the runs table so far; columns that came later are blank in them."""
    schema = TABLES["runs"]
    if snapshot is None or not any((snapshot / "runs").glob("*.parquet")):
        return schema.empty_table()
    held = read_table(snapshot / "runs")
    columns = [
        held[column.name].cast(column.type)
        if column.name in held.column_names
        else pa.array([_blank(column)] * held.num_rows, column.type)
        for column in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _blank(column: pa.Field) -> object:
    """What a column says of rows that are older than it: nothing, or as little as its type allows."""
    if column.nullable:
        return None
    if pa.types.is_map(column.type):
        return []
    return "" if pa.types.is_string(column.type) else 0


def _head(snapshot: Path) -> Mapping[str, str | None]:
    """What the first line of the receipts says: the snapshot before, and what code found the duplicates."""
    try:
        head = json.loads(_receipt_lines(snapshot)[0])
        return head if isinstance(head, dict) else {}
    except (ValueError, IndexError):
        return {}


def _receipt_lines(snapshot: Path) -> list[bytes]:
    """The lines of a snapshot's file of receipts; none where it is gone."""
    file = snapshot / RECEIPTS
    return file.read_bytes().splitlines() if file.exists() else []


def _read_receipt(line: bytes) -> Receipt | None:
    """The receipt, or None for a damaged one: its shard will run again."""
    try:
        return Receipt.from_json(line)
    except (ValueError, KeyError, TypeError):
        return None


def _all_there(folder: Path, receipt: Receipt) -> bool:
    """Whether all parts of the receipt lie under the folder, in their full size."""
    for part in receipt.parts:
        try:
            if (folder / part.table / part.file).stat().st_size != part.size:
                return False
        except FileNotFoundError:
            return False
    return True
