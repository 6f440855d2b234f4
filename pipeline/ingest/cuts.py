"""Where an input can be cut into slices that stay when a record elsewhere is edited, added or removed.

A slice begins at a record whose own bytes say so, not at a number of bytes, so that a cut moves only when the
record behind it changes.  All is found, and digested, in one pass.

>>> units = [Unit(10, b"a%d" % number, number) for number in range(8)]
>>> [(cut.start, cut.first_record) for cut in cut_units(units, lambda position: 40)]
[(0, 0), (40, 4)]
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

import pyarrow.parquet as pq

from pipeline.errors import ArticleError

_LOOKED_AT = 1 << 16
_GROWN = 16
_SKIPPED = 64


class Unit(NamedTuple):
    """What no cut goes through: a line, a row, a record of an archive.

    `size` are its bytes, `content` is what decides its rows, `line` the number of its first line.
    """

    size: int
    content: bytes
    number: int
    line: int = 0
    is_record: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a slice begins: its first byte (or archive record, or row group), record and line.

    `mark` tells the slice from the others of its file, `digest` is that of its content.
    """

    start: int
    first_record: int = 0
    first_line: int = 0
    mark: str = ""
    digest: str = ""


def cut_units(units: Iterable[Unit], target: Callable[[int], int], by_number: bool = False) -> list[Cut]:
    """The cuts between units; `target` says how large a slice may be that begins at a position.

    Of an input that cannot be read to its end, the last slice has what is wrong in its digest.  One cut where
    no unit is a record.
    """
    cuts: list[Cut] = []
    begun, digest = Cut(0), hashlib.sha256()
    position = since = 0
    found = False
    try:
        for unit in units:
            if since and _begins(unit.content, since, target(position - since)):
                cuts.append(replace(begun, digest=digest.hexdigest()))
                start = unit.number if by_number else position
                begun, digest = Cut(start, unit.number, unit.line, _mark(unit)), hashlib.sha256()
                since = 0
            digest.update(unit.content)
            since += unit.size
            position += unit.size
            found = found or unit.is_record
    except ArticleError as fault:
        digest.update(f"{fault.kind} {fault}".encode())
    except OSError:
        return [Cut(0, digest=fault_digest(f"unreadable {position} {digest.hexdigest()}".encode()))]
    cuts.append(replace(begun, digest=digest.hexdigest()))
    together = "".join(cut.digest for cut in cuts).encode()
    return cuts if found else [Cut(0, digest=hashlib.sha256(together).hexdigest())]


def fault_digest(fault: bytes) -> str:
    """The digest of an input that cannot be read now, which may be otherwise the next time.

    >>> is_fault(fault_digest(b"unreadable")), is_fault(Cut(0, digest="0a").digest)
    (True, False)
    """
    return f"-{hashlib.sha256(fault).hexdigest()[1:]}"


def is_fault(digest: str) -> bool:
    """Whether a digest is that of an input that could not be read."""
    return digest.startswith("-")


def _begins(content: bytes, since: int, target: int) -> bool:
    """Whether a slice begins with this unit, `since` bytes after the last one began.

    Between half the target and the target it is left to chance, by the unit's own bytes and in proportion to
    their number: few slices come to the full size.
    """
    if since >= target:
        return True
    seen = content[:_LOOKED_AT]
    return 2 * since >= target and zlib.crc32(seen) * target < len(seen) * 8 << 32


def _mark(unit: Unit) -> str:
    return f"{zlib.crc32(unit.content[:_LOOKED_AT]):08x}"


def fixed_target(target: int) -> Callable[[int], int]:
    """The target for inputs in which a slice's first byte is found at once."""
    return lambda position: target


def growing_target(target: int) -> Callable[[int], int]:
    """The target for inputs that must be read up to a slice's first byte, such as compressed ones.

    It grows with what is passed over, so that passing over costs little beside the work.

    >>> [growing_target(1 << 20)(position) >> 20 for position in (0, 1 << 27, 1 << 30, 1 << 40)]
    [1, 2, 16, 16]
    """

    def at(position: int) -> int:
        passed = position // _SKIPPED
        return max(target, min(_GROWN * target, 1 << max(0, passed.bit_length() - 1)))

    return at


def cut_groups(file: BinaryIO, target: int) -> list[Cut]:
    """Where slices of a Parquet file begin: row group and row.  Raises as pyarrow does."""
    metadata = pq.read_metadata(file)
    starts, rows, size = [(0, 0)], 0, 0
    for group in range(metadata.num_row_groups):
        if size >= target:
            starts.append((group, rows))
            size = 0
        rows += metadata.row_group(group).num_rows
        size += metadata.row_group(group).total_byte_size
    ends = [group for group, _ in starts[1:]] + [metadata.num_row_groups]
    names = repr(metadata.schema.to_arrow_schema()).encode()
    return [
        Cut(group, row, 0, str(group), digest_spans(file, _group_spans(metadata, group, end), names))
        for (group, row), end in zip(starts, ends, strict=True)
    ]


def _group_spans(metadata: pq.FileMetaData, first: int, last: int) -> Iterator[tuple[int, int]]:
    for group in map(metadata.row_group, range(first, last)):
        chunks = [group.column(index) for index in range(group.num_columns)]
        starts = [
            min(chunk.dictionary_page_offset or chunk.data_page_offset, chunk.data_page_offset)
            for chunk in chunks
        ]
        ends = [start + chunk.total_compressed_size for start, chunk in zip(starts, chunks, strict=True)]
        yield min(starts, default=0), max(ends, default=0)


def digest_spans(file: BinaryIO, spans: Iterable[tuple[int, int]], head: bytes = b"") -> str:
    """The digest of `head` and of the bytes of these spans."""
    digest = hashlib.sha256(head)
    for start, end in spans:
        file.seek(start)
        left = end - start
        while left > 0 and (piece := file.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()
