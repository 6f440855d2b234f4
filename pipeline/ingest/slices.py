"""Slices: the parts of inputs that are read on their own, and reading them.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as raw:
...     _ = (Path(raw) / "a.jsonl").write_text('{"text": "收案3件"}\\n{"text": ""}\\n')
...     [type(record).__name__ for record in read_records(Path(raw), "a.jsonl")]
['Article', 'Failure']
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.errors import ArticleError
from pipeline.ingest.cuts import (
    Cut,
    cut_groups,
    cut_units,
    digest_spans,
    fault_digest,
    fixed_target,
    growing_target,
)
from pipeline.ingest.model import Failure, Form, Packing, RecordError, Slice, find_form
from pipeline.ingest.readers import PARQUET_FAULTS, READERS, Pending
from pipeline.ingest.streams import open_input, unpack
from pipeline.ingest.units import read_units
from pipeline.model import Article

SLICE_BYTES = 8 * 1024 * 1024
_STEP = 1 << 20
_STAGE = "read"
_LONGEST = 500


def split_input(raw_dir: Path, relative: str, target_bytes: int = SLICE_BYTES) -> list[Slice]:
    """The slices of an input, in order and digested, each of half `target_bytes` to `target_bytes`, about.

    They depend on this file alone.  Lines, rows and the records of archives are cut where their own bytes say
    so: where one is edited, added or removed, the slices around it stay, and so they do where a file grows.
    Parquet is cut between row groups.  Anything else (pages, UTF-16, compressed Parquet, what cannot be read)
    is one slice.  All of the input is read once; of what cannot be read the fault is digested.
    """
    form, packing = find_form(relative) or (Form.FOLDER, Packing.NONE)
    whole = Slice(relative, form, packing)
    try:
        with open_input(raw_dir, relative) as file:
            cuts = _find_cuts(file, whole, target_bytes)
    except ArticleError as fault:
        cuts = [Cut(0, digest=fault_digest(fault.kind.encode()))]
    except OSError:
        cuts = [Cut(0, digest=fault_digest(b"unreadable"))]
    ends = [cut.start for cut in cuts[1:]] + [None]
    return [
        Slice(relative, form, packing, c.start, end, c.first_record, c.first_line, c.mark, c.digest)
        for c, end in zip(cuts, ends, strict=True)
    ]


def _find_cuts(file: BinaryIO, part: Slice, target: int) -> list[Cut]:
    if part.form is Form.PARQUET and part.packing is Packing.NONE:
        try:
            return cut_groups(file, target)
        except PARQUET_FAULTS:
            file.seek(0)  # reading it will say what is wrong
    units = read_units(file, part)
    if units is None:
        return [Cut(0, digest=digest_spans(file, [(0, os.fstat(file.fileno()).st_size)]))]
    is_archive = part.form is Form.WARC
    is_slow = is_archive or part.packing is not Packing.NONE
    return cut_units(units, growing_target(target) if is_slow else fixed_target(target), is_archive)


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
