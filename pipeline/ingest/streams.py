"""Opening inputs: inside the raw folder only, decompressed as a stream, with a cap.

>>> import gzip, io
>>> unpack(io.BytesIO(gzip.compress(b"one\\ntwo\\n")), Packing.GZIP, "a.txt.gz").readline()
b'one\\n'
"""

from __future__ import annotations

import codecs
import io
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import zstandard

from pipeline.errors import ArticleError
from pipeline.ingest.model import MAX_RECORD_BYTES, Packing, Slice, printable_path

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# A step of the input gives at most 0.3 MB from gzip and 8 MB from zstd, and little is lost before damage.
_STEP = 256
_SEARCH = 1 << 20
_PROBE = 1 << 18
_MAGIC = {Packing.GZIP: b"\x1f\x8b\x08", Packing.ZSTD: b"\x28\xb5\x2f\xfd"}
_MAX_RATIO = 250
_RATIO_FROM = 16 * 1024 * 1024
_MAX_UNPACKED = 16 * 1024**3
_MAX_WINDOW = 64 * 1024 * 1024
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like the UTF-16 mark, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_input(raw_dir: Path, relative: str) -> BinaryIO:
    """A file below `raw_dir`, opened for reading.

    Raises ArticleError for a path that leads outside, is no regular file, or cannot be opened.
    """
    source = printable_path(relative)
    root = os.path.realpath(raw_dir)
    try:
        real = os.path.realpath(Path(root, relative))
        if not Path(real).is_relative_to(root):
            message = f"{source}: leads outside the raw folder; copy the file into it"
            raise ArticleError("outside_raw", message)
        # Not blocking: a named pipe would wait for its writer.
        handle = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else fault
        message = f"{source}: cannot be opened ({reason}); check that it is there and may be read"
        raise ArticleError("unreadable", message) from fault
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ArticleError("not_a_file", f"{source}: is not a regular file; move it out of the raw folder")
    return os.fdopen(handle, "rb")


def unpack(file: BinaryIO, packing: Packing, source: str) -> io.BufferedReader:
    """The decompressed bytes of `file` as a stream; never more than a step of them is held.

    Reading raises ArticleError where the file is damaged or cut off, after all that comes before has been
    read, or where it unpacks to far more than news does.
    """
    if packing is Packing.NONE:
        return file if isinstance(file, io.BufferedReader) else io.BufferedReader(Chunks(read_pieces(file)))
    return io.BufferedReader(Chunks(Unpacked(file, packing, source).read_pieces()))


def to_bytewise(stream: io.BufferedReader) -> io.BufferedReader:
    """UTF-16 and UTF-32 as UTF-8, so that lines end where a newline byte is; any other as it is."""
    encoding = _find_wide(stream.peek(4)[:4])
    return io.BufferedReader(Chunks(_transcoded(stream, encoding))) if encoding else stream


def open_stream(file: BinaryIO, part: Slice) -> io.BufferedReader:
    """The unpacked bytes of the file of `part`: of all of it, or from where the slice begins."""
    stream = unpack(file, part.packing, part.source_path)
    if part.is_whole:
        return to_bytewise(stream)
    skip_bytes(stream, part.start)
    return stream


def skip_bytes(stream: BinaryIO, size: int) -> None:
    """Pass over that many bytes."""
    if stream.seekable():
        stream.seek(size, os.SEEK_CUR)
        return
    while size > 0 and (piece := stream.read(min(size, 1 << 20))):
        size -= len(piece)


def is_bytewise(start: bytes) -> bool:
    """Whether a file that begins so has its lines end where a newline byte is."""
    return _find_wide(start[:4]) is None


def _find_wide(start: bytes) -> str | None:
    """The encoding of a file of records that begins so, where it is not one of bytes.

    >>> _find_wide("te".encode("utf-16-le")), _find_wide("{}".encode("utf-16-be")), _find_wide(b"{}")
    ('utf-16-le', 'utf-16-be', None)

    Records begin with ASCII: the names of columns, a brace.
    """
    for mark, encoding in _WIDE_MARKS:
        if start.startswith(mark):
            return encoding
    zeros = bytes(map(bool, start))
    return {b"\1\0\1\0": "utf-16-le", b"\0\1\0\1": "utf-16-be"}.get(zeros)


class Line(NamedTuple):
    """A line with its end, whether it is whole, and its bytes in the file."""

    content: bytes
    is_whole: bool
    size: int


def read_lines(stream: BinaryIO, length: int | None = None) -> Iterator[Line]:
    """The lines within `length` bytes.

    A line over the cap is dropped but for its quote marks, of which one stands for an odd number.
    """
    left = length
    while left is None or left > 0:
        line = stream.readline(MAX_RECORD_BYTES + 1)
        if not line:
            return
        size, is_whole = len(line), True
        if size > MAX_RECORD_BYTES and not line.endswith(b"\n"):
            quotes = line.count(b'"')
            while piece := stream.readline(1 << 20):
                size += len(piece)
                quotes += piece.count(b'"')
                if piece.endswith(b"\n"):
                    break
            line, is_whole = b'"' * (quotes % 2) + b"\n", False
        left = None if left is None else left - size
        yield Line(line, is_whole, size)


class DamagedError(ArticleError):
    """A compressed file cannot be read on; `member` is where the member that is damaged begins."""

    def __init__(self, message: str, member: int) -> None:
        super().__init__("damaged", message)
        self.member = member


class Chunks(io.RawIOBase):
    """A raw stream over an iterator of byte strings."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        target = memoryview(buffer)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def read_pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of a stream, in pieces."""
    while piece := stream.read(1 << 16):
        yield piece


def _transcoded(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in read_pieces(stream):
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


class Unpacked:
    """The bytes of a compressed file, member by member; of one that is not compressed, its bytes.

    `member` is where the member at hand begins.
    """

    def __init__(self, file: BinaryIO, packing: Packing, source: str) -> None:
        self._file, self._packing, self._source = file, packing, source
        self._taken = self.member = file.tell()

    def read_pieces(self) -> Iterator[bytes]:
        """The bytes in pieces that do not reach over the end of a member."""
        if self._packing is Packing.NONE:
            yield from read_pieces(self._file)
            return
        made, start = 0, self._taken
        decoder, is_fresh = _decoder(self._packing), True
        while packed := self._file.read(_STEP):
            self._taken += len(packed)
            while packed:
                if is_fresh and self._packing is Packing.GZIP and not (packed := packed.lstrip(b"\0")):
                    break  # padding after a member, as tapes leave it
                if is_fresh:
                    self.member = self._taken - len(packed)
                try:
                    piece = decoder.decompress(packed)
                except (zlib.error, zstandard.ZstdError) as fault:
                    raise self._damaged(f"is damaged after {self._taken} bytes ({fault})") from fault
                made += len(piece)
                check_ratio(self._taken - start, made, self._source)
                if piece:
                    yield piece
                packed, is_fresh = (decoder.unused_data, True) if decoder.eof else (b"", False)
                if is_fresh:
                    decoder = _decoder(self._packing)
        if not is_fresh or not made:
            raise self._damaged(f"is cut off after {self._taken} bytes")

    def _damaged(self, what: str) -> DamagedError:
        return DamagedError(f"{self._source}: {what}; fetch it again", self.member)


def find_member(file: BinaryIO, packing: Packing, start: int, begins: bytes) -> int | None:
    """Where, from `start` on, the next compressed member lies whose content begins with those bytes."""
    magic = _MAGIC.get(packing)
    if magic is None:
        return None
    while True:
        file.seek(start)
        piece = file.read(_SEARCH)
        at = piece.find(magic)
        while at >= 0:
            file.seek(start + at)
            if _begins(file, packing, begins):
                return start + at
            at = piece.find(magic, at + 1)
        if len(piece) < _SEARCH:
            return None
        start += _SEARCH - len(magic) + 1


def _begins(file: BinaryIO, packing: Packing, begins: bytes) -> bool:
    """Whether what is packed here begins so; zstd gives nothing before a block is whole."""
    decoder, unpacked = _decoder(packing), b""
    try:
        for _ in range(_PROBE // _STEP):
            unpacked += decoder.decompress(file.read(_STEP))
            if len(unpacked) >= len(begins) or decoder.eof:
                break
    except (zlib.error, zstandard.ZstdError):
        return False
    return unpacked.startswith(begins)


def _decoder(packing: Packing) -> zstandard.ZstdDecompressionObj | zlib._Decompress:
    if packing is Packing.GZIP:
        return zlib.decompressobj(wbits=31)
    return zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()


def check_ratio(taken: int, made: int, source: str) -> None:
    """Raises ArticleError where `taken` bytes unpack to far more than those of news do."""
    if made > _MAX_UNPACKED or (made > _RATIO_FROM and made > _MAX_RATIO * taken):
        message = f"{source}: unpacks to over {made >> 20} MB from {taken} bytes; split it, or leave it out"
        raise ArticleError("too_large", message)
