"""Slices: the parts of inputs that are read on their own, and reading them.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as raw:
...     _ = (Path(raw) / "a.jsonl").write_text('{"text": "收案3件"}\\n{"text": ""}\\n')
...     [type(record).__name__ for record in read_records(Path(raw), "a.jsonl")]
['Article', 'Failure']
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow.parquet as pq

from pipeline.errors import ArticleError
from pipeline.ingest.model import Failure, Form, Packing, RecordError, Slice, find_form
from pipeline.ingest.readers import PARQUET_FAULTS, READERS, Pending
from pipeline.ingest.streams import is_bytewise, open_input, unpack
from pipeline.model import Article

SLICE_BYTES = 8 * 1024 * 1024
_STEP = 1 << 20
_STAGE = "read"
_LONGEST = 500


def split_input(raw_dir: Path, relative: str, target_bytes: int = SLICE_BYTES) -> list[Slice]:
    """The slices of an input, in order, each of about `target_bytes`.

    They depend on this file alone; of a JSON-lines file that grows, all but the last stay.  JSON lines are
    cut at the first line that begins at or after a multiple of `target_bytes`, Parquet between row groups;
    anything else (pages, CSV, archives, UTF-16, compressed files, unreadable ones) is one slice.
    """
    form, packing = find_form(relative) or (Form.FOLDER, Packing.NONE)
    whole = [Slice(relative, form, packing)]
    if packing is not Packing.NONE or form not in (Form.JSONL, Form.PARQUET):
        return whole
    try:
        with open_input(raw_dir, relative) as file:
            cuts = _cut_lines(file, target_bytes) if form is Form.JSONL else _cut_groups(file, target_bytes)
    except (ArticleError, *PARQUET_FAULTS):
        return whole  # reading it will say what is wrong
    ends = [start for start, _ in cuts[1:]] + [None]
    return [Slice(relative, form, packing, *cut) for cut in _with_ends(cuts, ends)]


def read_slice(
    raw_dir: Path, part: Slice, first: int = 0, last: int | None = None
) -> Iterator[Article | Failure]:
    """The records of a slice, each as an article or a failure.

    Only those numbered from `first` to before `last` are built.  Where reading cannot go on, the last one is
    a failure under the number that was reached.  Nothing is raised for what lies in the file.
    """
    reached, found = part.first_record, False
    try:
        with open_input(raw_dir, part.relative) as file:
            for pending in _read_pending(file, part):
                found, reached = True, pending.number
                if last is not None and reached >= last:
                    return
                if reached >= first:
                    yield _settle(pending, part)
                reached += 1
        if not found and part.is_whole:
            raise ArticleError("empty", f"{part.source_path}: holds no record; fetch it again or remove it")
    except ArticleError as fault:
        if first <= reached and (last is None or reached < last):
            yield Failure(part.source_path, reached, None, _STAGE, fault.kind, str(fault))


def read_records(raw_dir: Path, relative: str) -> Iterator[Article | Failure]:
    """All records of an input."""
    form, packing = find_form(relative) or (Form.FOLDER, Packing.NONE)
    return read_slice(raw_dir, Slice(relative, form, packing))


def slice_digest(raw_dir: Path, part: Slice) -> str:
    """SHA-256 over what decides the rows of a slice: its path, form, first record number and bytes.

    Of an input that cannot be read, over the kind of fault.
    """
    digest = hashlib.sha256()
    for name in (part.source_path, part.form, part.packing, str(part.first_record)):
        digest.update(name.encode() + b"\0")
    try:
        with open_input(raw_dir, part.relative) as file:
            for start, end in _byte_spans(file, part):
                file.seek(start)
                left = end - start
                while left > 0 and (piece := file.read(min(left, _STEP))):
                    digest.update(piece)
                    left -= len(piece)
    except ArticleError as fault:
        digest.update(fault.kind.encode())
    except OSError:
        digest.update(b"unreadable")
    return digest.hexdigest()


def _with_ends(cuts: list[tuple[int, int]], ends: list[int | None]) -> Iterator[tuple[int, int | None, int]]:
    for (start, first_record), end in zip(cuts, ends, strict=True):
        yield start, end, first_record


def _read_pending(file: BinaryIO, part: Slice) -> Iterator[Pending]:
    if part.form not in READERS:
        what = "packed twice" if part.form is Form.UNSUPPORTED else "a folder"
        raise ArticleError("unsupported", f"{part.source_path}: is {what}; unpack it to pages or JSON lines")
    try:
        if part.form is Form.PARQUET and part.packing is not Packing.NONE:
            with tempfile.TemporaryFile() as unpacked:  # Parquet is read from its end
                stream = unpack(file, part.packing, part.source_path)
                while piece := stream.read(_STEP):
                    unpacked.write(piece)
                unpacked.seek(0)
                yield from READERS[part.form](cast(BinaryIO, unpacked), part)
        else:
            yield from READERS[part.form](file, part)
    except OSError as fault:
        message = f"{part.source_path}: cannot be read on ({fault.strerror}); check the disk and try again"
        raise ArticleError("unreadable", message) from fault


def _settle(pending: Pending, part: Slice) -> Article | Failure:
    try:
        return pending.build()
    except ArticleError as fault:
        article_id = fault.article_id if isinstance(fault, RecordError) else None
        return Failure(part.source_path, pending.number, article_id, _STAGE, fault.kind, str(fault))
    except Exception as fault:  # what no reader foresaw costs its record, and no other
        message = str(fault).encode("utf-8", "replace").decode()[:_LONGEST] or "no message"
        return Failure(part.source_path, pending.number, None, _STAGE, type(fault).__name__, message)


def _cut_lines(file: BinaryIO, target: int) -> list[tuple[int, int]]:
    """Where slices of a JSON-lines file begin: byte and line number."""
    cuts, size = [(0, 0)], os.fstat(file.fileno()).st_size
    position = lines = 0
    mark = target
    while chunk := file.read(_STEP):
        if position == 0 and not is_bytewise(chunk):
            return cuts
        done = 0
        while position + len(chunk) >= mark:
            # A line begins at `mark` where the byte before it ends one.
            end = chunk.find(b"\n", max(done, mark - 1 - position)) + 1
            if not end or position + end >= size:
                break
            lines += chunk.count(b"\n", done, end)
            done = end
            cuts.append((position + end, lines))
            mark = (position + end) // target * target + target
        lines += chunk.count(b"\n", done)
        position += len(chunk)
    return cuts


def _cut_groups(file: BinaryIO, target: int) -> list[tuple[int, int]]:
    """Where slices of a Parquet file begin: row group and row."""
    metadata = pq.read_metadata(file)
    cuts, rows, size = [(0, 0)], 0, 0
    for group in range(metadata.num_row_groups):
        if size >= target:
            cuts.append((group, rows))
            size = 0
        rows += metadata.row_group(group).num_rows
        size += metadata.row_group(group).total_byte_size
    return cuts


def _byte_spans(file: BinaryIO, part: Slice) -> list[tuple[int, int]]:
    """The bytes of a slice: of Parquet row groups their column chunks, else one span."""
    size = os.fstat(file.fileno()).st_size
    if part.form is not Form.PARQUET or part.is_whole:
        return [(part.start, size if part.end is None else part.end)]
    try:
        metadata = pq.read_metadata(file)
        groups = range(part.start, metadata.num_row_groups if part.end is None else part.end)
        return [_group_span(metadata.row_group(group)) for group in groups]
    except PARQUET_FAULTS:
        return [(0, size)]


def _group_span(group: pq.RowGroupMetaData) -> tuple[int, int]:
    chunks = [group.column(index) for index in range(group.num_columns)]
    starts = [
        min(chunk.dictionary_page_offset or chunk.data_page_offset, chunk.data_page_offset)
        for chunk in chunks
    ]
    ends = [start + chunk.total_compressed_size for start, chunk in zip(starts, chunks, strict=True)]
    return min(starts), max(ends)
