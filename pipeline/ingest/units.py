"""The lines, rows and archive records of an input, which its slices are made of.

>>> import io
>>> [(unit.size, unit.number, unit.is_record) for unit in line_units(io.BytesIO(b'{"text": "3"}\\n\\n'))]
[(14, 0, True), (1, 1, False)]
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import ArticleError
from pipeline.ingest.answers import find_answer
from pipeline.ingest.archives import ArchiveRecord, split_records
from pipeline.ingest.cuts import Unit
from pipeline.ingest.model import MAX_RECORD_BYTES, Form, Slice
from pipeline.ingest.readers import CsvLines, read_header
from pipeline.ingest.records import Place
from pipeline.ingest.streams import is_bytewise, read_lines, unpack

_CUT_OFF = b"\0 and more"


def read_units(file: BinaryIO, part: Slice) -> Iterator[Unit] | None:
    """The units of an input; None for one that is not cut.  Drawing them raises ArticleError on damage."""
    if part.form is Form.WARC:
        return record_units(file, part)
    if part.form not in (Form.JSONL, Form.CSV):
        return None
    stream = unpack(file, part.packing, part.source_path)
    if not is_bytewise(_first_bytes(stream)):
        return None
    return line_units(stream) if part.form is Form.JSONL else row_units(stream, part)


def line_units(stream: BinaryIO) -> Iterator[Unit]:
    """The lines of a JSON-lines file; of one that is too long its length."""
    for number, (line, is_whole, size) in enumerate(read_lines(stream)):
        content = line if is_whole else line + _CUT_OFF
        yield Unit(size, content, number, number, not line.isspace() or not is_whole)


def row_units(stream: BinaryIO, part: Slice) -> Iterator[Unit]:
    """The rows of a CSV file, the first with the header; what the header says decides all of them."""
    csv.field_size_limit(2 * MAX_RECORD_BYTES)
    lines = CsvLines(stream)
    rows = csv.reader(lines, strict=True)
    header = hashlib.sha256(repr(read_header(rows, lines, part)).encode()).digest()[:8]
    number = begun = 0
    while True:
        lines.start_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            row = ["no row"]
        is_record = bool(row) or not lines.is_whole
        content = header + b"".join(lines.row) + (b"" if lines.is_whole else _CUT_OFF)
        yield Unit(lines.position - begun, content, number, lines.row_start, is_record)
        begun = lines.position
        number += is_record


def record_units(file: BinaryIO, part: Slice) -> Iterator[Unit]:
    """The records of an archive of all kinds, of which pages are taken."""
    for number, record in enumerate(split_records(file, part.packing, part.source_path)):
        if isinstance(record, ArticleError):
            yield Unit(1, str(record).encode(), number)
            continue
        content = record.head + record.body + (b"" if record.is_whole else _CUT_OFF)
        yield Unit(len(content), content, number, 0, _holds_page(record, part, number))


def _holds_page(record: ArchiveRecord, part: Slice, number: int) -> bool:
    """Whether a page or a failure comes of the record."""
    try:
        return find_answer(record, Place(part.source_path, number, part.source_path)) is not None
    except ArticleError:
        return True


def _first_bytes(stream: io.BufferedReader) -> bytes:
    """The first four bytes of a stream; none where it cannot be read."""
    try:
        return stream.peek(4)[:4]
    except (ArticleError, OSError):
        return b""
