"""A web archive to its records; what is damaged is said and stepped over.

>>> import io
>>> data = b"WARC/1.0\\r\\nWARC-Type: warcinfo\\r\\nContent-Length: 2\\r\\n\\r\\nab\\r\\n\\r\\njunk"
>>> for found in split_records(io.BytesIO(data), Packing.NONE, "a.warc"):
...     print(found if isinstance(found, ArticleError) else found.body)
b'ab'
a.warc: record 2: 4 bytes are no record of a web archive; fetch the file again

Records are found by their lengths.  Where one cannot be right the next record is looked for in what was read,
and where a compressed member is damaged the next one is read, so that damage costs what it hit.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, NamedTuple

from pipeline.errors import ArticleError
from pipeline.ingest.model import MAX_RECORD_BYTES, Packing
from pipeline.ingest.streams import Chunks, DamagedError, Unpacked, find_member, read_pieces

_MAX_HEAD = 64 * 1024
_MAX_LINE = 16 * 1024
_VERSION = re.compile(rb"WARC/[01]\.\d{1,2}\s*")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]{0,9}:[ \t]{0,9}(\d{1,15})[ \t]{0,9}\r?$")
# A record that begins within what was taken for the body of another.
_NEXT = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n(?:WARC|Content)-")


class ArchiveRecord(NamedTuple):
    """The head of a record with its empty line, its body up to the size cap, and whether it is whole."""

    head: bytes
    body: bytes
    is_whole: bool


def split_records(file: BinaryIO, packing: Packing, source: str) -> Iterator[ArchiveRecord | ArticleError]:
    """The records of an archive in order; for each stretch that is none, what is wrong with it."""
    archive, number = _Archive(file, packing, source), 0
    while True:
        try:
            record = _read_record(archive, f"{source}: record {number + 1}")
        except ArticleError as fault:
            yield fault
            if not archive.step_over(fault):
                return
        else:
            if record is None:
                return
            yield record
        number += 1


def _read_record(archive: _Archive, said: str) -> ArchiveRecord | None:
    """The next record; None at the end.  Raises ArticleError where there is none that is whole."""
    line = archive.read_line()
    while line and line.isspace():
        line = archive.read_line()
    if not line:
        return None
    if not _VERSION.fullmatch(line):
        size = len(line) + archive.skip_lines()
        message = f"{said}: {size} bytes are no record of a web archive; fetch the file again"
        raise ArticleError("damaged", message)
    head = _read_head(archive, line, said)
    if (length := _LENGTH.search(head)) is None:
        archive.skip_lines()
        raise ArticleError("damaged", f"{said}: does not say how long it is; fetch the file again")
    return _read_body(archive, head, int(length[1]), said)


def _read_head(archive: _Archive, line: bytes, said: str) -> bytes:
    lines, size = [line], 0
    while not lines[-1].isspace() or len(lines) == 1:
        lines.append(line := archive.read_line())
        size += len(line)
        if not line or size > _MAX_HEAD:
            what = "is too long" if line else "is cut off"
            archive.skip_lines()
            raise ArticleError("damaged", f"{said}: its head {what}; fetch the file again")
    return b"".join(lines)


def _read_body(archive: _Archive, head: bytes, length: int, said: str) -> ArchiveRecord:
    body = archive.read(min(length, MAX_RECORD_BYTES + 1))
    is_whole, size = len(body) == length, len(body)
    if length > MAX_RECORD_BYTES and not _NEXT.search(body):
        size += archive.skip(length - size)
    if size < length:
        archive.push_back(_from_next(body))
        message = f"{said}: is cut off after {size} of {length} bytes; fetch the file again"
        raise ArticleError("damaged", message)
    archive.check_end(body, said)
    return ArchiveRecord(head, body, is_whole)


def _from_next(body: bytes) -> bytes:
    match = _NEXT.search(body)
    return body[match.start() :] if match else b""


class _Archive:
    """The unpacked bytes of an archive, which are read on behind damage."""

    def __init__(self, file: BinaryIO, packing: Packing, source: str) -> None:
        self._file, self._packing, self._source = file, packing, source
        self._line = b""
        self._late: ArticleError | None = None
        self._open()

    def _open(self) -> None:
        self._unpacked = Unpacked(self._file, self._packing, self._source)
        self._stream = io.BufferedReader(Chunks(self._unpacked.read_pieces()))

    def read_line(self) -> bytes:
        """The next line or what of it is not over the cap; empty at the end."""
        if self._late is not None:
            fault, self._late = self._late, None
            raise fault
        line, self._line = self._line, b""
        return line or self._stream.readline(_MAX_LINE)

    def read(self, size: int) -> bytes:
        """That many bytes, fewer at the end."""
        return self._stream.read(size)

    def skip(self, size: int) -> int:
        """Pass over that many bytes; gives how many there were."""
        left = size
        while left and (piece := self._stream.read(min(left, 1 << 20))):
            left -= len(piece)
        return size - left

    def skip_lines(self) -> int:
        """Pass over all that stands before the next record; gives how many bytes that were."""
        size = 0
        while (line := self.read_line()) and not _VERSION.fullmatch(line):
            size += len(line)
        self._line = line
        return size

    def push_back(self, data: bytes) -> None:
        """Let bytes be read again."""
        if data:
            data += self._line
            self._line = b""
            self._stream = io.BufferedReader(Chunks(chain((data,), read_pieces(self._stream))))

    def check_end(self, body: bytes, said: str) -> None:
        """Raises ArticleError where a record is followed by anything but an empty line, a record or the end.

        Its member is checked with that, too; damage of the member after it is kept for the next record.
        """
        member = self._unpacked.member
        try:
            line = first = self._stream.readline(_MAX_LINE)
            while line and line.isspace():
                line = self._stream.readline(_MAX_LINE)
        except DamagedError as fault:
            if fault.member == member:
                raise
            self._late = fault
            return
        self._line = line
        if first and not first.isspace() and not _VERSION.fullmatch(first):
            seen = line + self._stream.read(_MAX_LINE)
            self._line = b""
            self.push_back(_from_next(body + seen) or seen)
            self.skip_lines()
            raise ArticleError("damaged", f"{said}: its length is wrong; fetch the file again")

    def step_over(self, fault: ArticleError) -> bool:
        """Go on behind what a record could not be read for; False where that cannot be done."""
        if not isinstance(fault, DamagedError):
            return fault.kind == "damaged"
        start = find_member(self._file, self._packing, fault.member + 1, b"WARC/")
        if start is None:
            return False
        self._file.seek(start)
        self._line = b""
        self._open()
        return True
