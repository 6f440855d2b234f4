"""The records of each form, one after the other, not yet built.

A reader yields for each record its number and a function that builds the article or raises ArticleError; so a
record can be passed over without being parsed.  The reader itself raises ArticleError where it cannot go on.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ArticleError
from pipeline.ingest.answers import find_answer, read_answer
from pipeline.ingest.archives import split_records
from pipeline.ingest.columns import read_columns
from pipeline.ingest.model import MAX_RECORD_BYTES, MAX_RECORD_SAID, Form, Slice
from pipeline.ingest.records import COLUMNS, Place, check_size, read_fields, read_page_bytes
from pipeline.ingest.streams import (
    check_ratio,
    open_stream,
    read_lines,
    skip_bytes,
    to_bytewise,
    unpack,
)
from pipeline.model import Article
from pipeline.text.decode import decode

_BATCH_BYTES = 8 * 1024 * 1024
_SHARED_BYTES = 16 * 1024 * 1024
_UNSHARED = frozenset(("PLAIN", "RLE", "BIT_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "BYTE_STREAM_SPLIT"))
PARQUET_FAULTS = (pa.ArrowException, OSError, ValueError, OverflowError, TypeError, KeyError)


class Pending(NamedTuple):
    """A record that was reached: its number, and what builds it."""

    number: int
    build: Callable[[], Article]


def read_pages(file: BinaryIO, part: Slice) -> Iterator[Pending]:
    """The one record of a text or HTML file."""
    data = unpack(file, part.packing, part.source_path).read(MAX_RECORD_BYTES + 1)
    yield Pending(0, partial(read_page_bytes, data, part.form, Place(part.source_path, 0, part.source_path)))


def read_jsonl(file: BinaryIO, part: Slice) -> Iterator[Pending]:
    """The lines of a JSON-lines slice that are not blank; a record's number is that of its line, from 0."""
    length = None if part.end is None else part.end - part.start
    lines = read_lines(open_stream(file, part), length)
    for number, (line, is_whole, _) in enumerate(lines, part.first_record):
        if not is_whole:
            yield Pending(number, partial(_refuse_size, _line_place(part, number, number)))
        elif not line.isspace():
            yield Pending(number, partial(_build_json, line, _line_place(part, number, number)))


def read_csv(file: BinaryIO, part: Slice) -> Iterator[Pending]:
    """The rows of a CSV file under a header that names the columns, in any encoding.

    Commas and quotes are no part of a longer character in any of them, so rows are split before decoding.
    """
    csv.field_size_limit(2 * MAX_RECORD_BYTES)  # one limit for the process; the default is 128 KB
    lines = CsvLines(to_bytewise(unpack(file, part.packing, part.source_path)))
    rows = csv.reader(lines, strict=True)
    header = read_header(rows, lines, part)
    if part.start:
        lines.jump(part.start, part.first_line)
    number = part.first_record - 1
    while part.end is None or lines.position < part.end:
        lines.start_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as fault:
            row, message = [], str(fault)
        else:
            message = ""
            if not row and lines.is_whole:
                continue
        number += 1
        place = _line_place(part, number, lines.row_start)
        if not lines.is_whole:
            yield Pending(number, partial(_refuse_size, place))
        elif message:
            yield Pending(number, partial(_refuse_row, place, message))
        else:
            yield Pending(number, partial(_build_row, header, row, b"".join(lines.row), place))


def read_parquet(file: BinaryIO, part: Slice) -> Iterator[Pending]:
    """The rows of the row groups of a Parquet slice; only the known columns are read."""
    try:
        source = pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20)
        names = [name for name in COLUMNS if name in source.schema_arrow.names]
        groups = [source.metadata.row_group(group) for group in range(source.num_row_groups)]
    except PARQUET_FAULTS as fault:
        raise ArticleError("damaged", _damaged(part.source_path, fault)) from fault
    _check_columns(names, source.schema_arrow.names, part)
    number, taken, made = part.first_record, file.seek(0, os.SEEK_END), 0
    for group in range(part.start, len(groups) if part.end is None else part.end):
        end = number + groups[group].num_rows
        where = f"{part.source_path}: rows {number + 1} to {end}"
        try:
            size = _rows_at_once(groups[group], names)
            if not size:
                yield Pending(number, partial(_refuse_size, Place(part.source_path, number, where)))
            for batch in source.iter_batches(size, row_groups=[group], columns=names) if size else ():
                for fields in read_columns(batch):
                    made += sum(len(value) for value in fields.values() if isinstance(value, str | bytes))
                    check_ratio(taken, made, part.source_path)
                    place = Place(part.source_path, number, f"{part.source_path}: row {number + 1}")
                    yield Pending(number, partial(_build_values, fields, place))
                    number += 1
        except PARQUET_FAULTS as fault:
            where = f"{part.source_path}: rows {number + 1} to {end}"
            yield Pending(number, partial(_refuse, "damaged", _damaged(where, fault)))
        number = end


def _rows_at_once(group: pq.RowGroupMetaData, names: list[str]) -> int:
    """How many rows of a group are read at once, so that little memory is taken; 0 where each is too large.

    What is stored once for many rows may be as large, in each of them, as the whole column.
    """
    chunks = [group.column(index) for index in range(group.num_columns)]
    read = [chunk for chunk in chunks if chunk.path_in_schema.partition(".")[0] in names]
    largest: int = max((chunk.total_uncompressed_size for chunk in read), default=0)
    if largest > MAX_RECORD_BYTES * group.num_rows:
        return 0
    if all(_UNSHARED.issuperset(chunk.encodings) for chunk in read):
        rows: int = _BATCH_BYTES * group.num_rows // max(1, group.total_byte_size)
        return max(1, min(1024, rows))
    return max(1, min(1024, _SHARED_BYTES // max(1, largest)))


def read_warc(file: BinaryIO, part: Slice) -> Iterator[Pending]:
    """The pages of a web archive; a record's number counts those of all kinds, from 0.

    A record that holds no page (requests, pictures, redirects, pages not found) is passed over.
    """
    records = enumerate(split_records(file, part.packing, part.source_path))
    for number, record in islice(records, part.start, part.end):
        place = Place(part.source_path, number, f"{part.source_path}: record {number + 1}")
        try:
            if isinstance(record, ArticleError):
                raise record
            answer = find_answer(record, place)
        except ArticleError as fault:
            yield Pending(number, partial(_refuse, fault.kind, str(fault)))
        else:
            if answer is not None:
                yield Pending(number, partial(read_answer, answer, place))


READERS: dict[Form, Callable[[BinaryIO, Slice], Iterator[Pending]]] = {
    Form.TEXT: read_pages,
    Form.HTML: read_pages,
    Form.JSONL: read_jsonl,
    Form.CSV: read_csv,
    Form.PARQUET: read_parquet,
    Form.WARC: read_warc,
}


class CsvLines:
    """The lines that a CSV parser draws, one character for each byte, and those of the row at hand."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines = read_lines(stream)
        self._drawn = self._size = self.row_start = self.position = 0
        self.row: list[bytes] = []
        self.is_whole = True

    def start_row(self) -> None:
        """The next line begins a row."""
        self.row, self._size, self.is_whole, self.row_start = [], 0, True, self._drawn

    def jump(self, position: int, line: int) -> None:
        """Go on at a byte further on, where that line begins."""
        skip_bytes(self._stream, position - self.position)
        self.position, self._drawn = position, line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, is_whole, size = next(self._lines)
        self.position += size
        if not self._drawn:
            line = line.removeprefix(b"\xef\xbb\xbf")
        self._drawn += 1
        self._size += len(line)
        if self._size > MAX_RECORD_BYTES or not is_whole:
            # The quotes still say where the row ends.
            line, self.row, self.is_whole = b'"' * (line.count(b'"') % 2) + b"\n", [], False
        self.row.append(line)
        return line.decode("latin-1")


def read_header(rows: Iterator[list[str]], lines: CsvLines, part: Slice) -> list[str]:
    """The names of the columns of a CSV file; raises ArticleError where no text is among them."""
    lines.start_row()
    try:
        row = next(rows, [])
    except csv.Error as fault:
        raise ArticleError("bad_csv", f"{part.source_path}:1: the header cannot be read ({fault})") from fault
    names = [decode(name.encode("latin-1"))[0].strip().lower() for name in row]
    _check_columns(names, names, part)
    return names


def _check_columns(known: list[str], all_names: list[str], part: Slice) -> None:
    if "text" not in known and "html" not in known:
        shown = ", ".join(all_names)[:200].encode("unicode_escape").decode("ascii")[:200] or "none"
        message = f"{part.source_path}: has no column `text` or `html` (columns: {shown}); rename one"
        raise ArticleError("no_text", message)


def _build_json(line: bytes, place: Place) -> Article:
    line = line.rstrip(b"\r\n")
    text, encoding = decode(line)
    try:
        fields = json.loads(text)
    except RecursionError as fault:
        raise ArticleError("too_deep", f"{place.said}: the JSON is nested too deep; flatten it") from fault
    except ValueError as fault:
        message = f"{place.said}: is no JSON ({fault}); write one object a line"
        raise ArticleError("bad_json", message) from fault
    if not isinstance(fields, dict):
        kind = type(fields).__name__
        raise ArticleError("wrong_type", f"{place.said}: is a {kind}, not an object; write one object a line")
    return read_fields(fields, line, encoding, place)


def _build_row(header: list[str], row: list[str], data: bytes, place: Place) -> Article:
    if len(row) != len(header):
        message = f"{place.said}: has {len(row)} fields under {len(header)} column names; check its quotes"
        raise ArticleError("bad_csv", message)
    encoding = decode(data)[1]
    values = [field.encode("latin-1").decode(encoding, "replace") for field in row]
    return read_fields(dict(zip(header, values, strict=True)), data, encoding, place)


def _build_values(fields: dict[str, object], place: Place) -> Article:
    data = json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8", "replace")
    check_size(len(data), place)
    return read_fields(fields, data, "utf-8", place)


def _line_place(part: Slice, number: int, line: int) -> Place:
    return Place(part.source_path, number, f"{part.source_path}:{line + 1}")


def _damaged(where: str, fault: BaseException) -> str:
    reason = " ".join(str(fault).split())[:200]
    return f"{where}: is damaged ({reason}); fetch it again"


def _refuse(kind: str, message: str) -> Article:
    raise ArticleError(kind, message)


def _refuse_size(place: Place) -> Article:
    return _refuse(
        "too_large", f"{place.said}: the record is over {MAX_RECORD_SAID}; split it, or leave it out"
    )


def _refuse_row(place: Place, fault: str) -> Article:
    return _refuse("bad_csv", f"{place.said}: {fault}; check its quotes")
