"""What reading gives: inputs, slices of inputs, and failures."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import ArticleError

MAX_RECORD_BYTES = 32 * 1024 * 1024
MAX_RECORD_SAID = "32 MB"
# A tree takes some fifty times its page; no news page comes near.
MAX_PAGE_CHARS = 8_000_000


class Form(StrEnum):
    """The form of an input; the last two are listed so that reading them gives a failure."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"
    UNSUPPORTED = "unsupported"
    FOLDER = "folder"


class Packing(StrEnum):
    """How an input is compressed."""

    NONE = ""
    GZIP = "gz"
    ZSTD = "zst"


_FORMS = {
    ".txt": Form.TEXT,
    ".html": Form.HTML,
    ".htm": Form.HTML,
    ".jsonl": Form.JSONL,
    ".csv": Form.CSV,
    ".parquet": Form.PARQUET,
    ".warc": Form.WARC,
}
_PACKINGS = {".gz": Packing.GZIP, ".zst": Packing.ZSTD}
# What would break a line of a log or a table, or turn the reading order around.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Input:
    """A file of the raw folder: path (below the folder, as the system has it), form, packing and bytes.

    `stamp` is another when the file was changed: its size, the times of the last change of its content and of
    the file, in nanoseconds, and what the system calls it; empty for what has no such things.
    """

    relative: str
    form: Form
    packing: Packing
    size: int
    stamp: tuple[int, ...] = ()

    @property
    def source_path(self) -> str:
        """The path as the tables and messages show it."""
        return printable_path(self.relative)


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of an input that is read on its own.

    Of lines and rows `start` and `end` are bytes of the unpacked file, of a Parquet file they count row
    groups, of an archive its records; None for `end` is the end of the file.  `first_record` and `first_line`
    are the numbers of the first ones, `mark` names the slice within its file, `digest` is of what it holds.
    """

    relative: str
    form: Form
    packing: Packing = Packing.NONE
    start: int = 0
    end: int | None = None
    first_record: int = 0
    first_line: int = 0
    mark: str = ""
    digest: str = ""

    @property
    def source_path(self) -> str:
        """The path as the tables and messages show it."""
        return printable_path(self.relative)

    @property
    def is_whole(self) -> bool:
        """Whether the slice is all of its input."""
        return self.start == 0 and self.end is None


@dataclass(frozen=True, slots=True)
class Failure:
    """One row of the failures table: an article, record or file that could not be taken."""

    source_path: str
    source_record: int
    article_id: str | None
    stage: str
    error: str
    message: str


class RecordError(ArticleError):
    """A record that cannot be taken though its id is known."""

    def __init__(self, kind: str, message: str, article_id: str | None) -> None:
        super().__init__(kind, message)
        self.article_id = article_id


def find_form(name: str) -> tuple[Form, Packing] | None:
    """The form and packing that a file's name tells; None for a name that is no input.

    >>> find_form("2021/a.JSONL.gz"), find_form("README.md")
    ((<Form.JSONL: 'jsonl'>, <Packing.GZIP: 'gz'>), None)
    """
    base, extension = os.path.splitext(name.lower())  # noqa: PTH122 - the name need not be a path of this system
    packings = []
    while extension in _PACKINGS:
        packings.append(_PACKINGS[extension])
        base, extension = os.path.splitext(base)  # noqa: PTH122
    if extension not in _FORMS:
        return None
    if len(packings) > 1:
        return Form.UNSUPPORTED, packings[0]
    return _FORMS[extension], packings[0] if packings else Packing.NONE


def printable_path(relative: str) -> str:
    r"""A path that a table, a terminal and a log line can hold; different paths stay different.

    >>> printable_path("一/a\nb.txt"), printable_path("\udcff.txt")
    ('一/a\\nb.txt', '\\xff.txt')
    """
    name = os.fsencode(relative).decode("utf-8", "surrogateescape")
    return _UNPRINTABLE.sub(lambda match: _escape(match.group()), name)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
