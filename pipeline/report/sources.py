"""The raw texts of articles, read again from the raw folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import PipelineError, UsageError
from pipeline.ingest import list_inputs, read_records
from pipeline.ingest.model import printable_path
from pipeline.model import Article


class Source(NamedTuple):
    """Where an article was read from, and the digest of its bytes."""

    path: str
    record: int
    sha256: str


def read_sources(raw: Path, wanted: Iterable[Source]) -> Iterator[tuple[Source, Article]]:
    """The wanted articles that are in the raw folder as they were; each file is read once.

    Only files that a run would take are opened: a path that leads elsewhere is no source.
    """
    try:
        known = {printable_path(item.relative): item.relative for item in list_inputs(raw)}
    except UsageError:  # no folder, or nothing in it
        return
    by_file: dict[str, dict[int, Source]] = defaultdict(dict)
    for source in wanted:
        by_file[source.path][source.record] = source
    for path in sorted(set(by_file) & set(known)):
        yield from _read_file(raw, known[path], by_file[path])


def _read_file(raw: Path, relative: str, wanted: dict[int, Source]) -> Iterator[tuple[Source, Article]]:
    last = max(wanted)
    try:
        for record, read in enumerate(read_records(raw, relative)):
            source = wanted.get(record)
            if source and isinstance(read, Article) and read.raw_sha256 == source.sha256:
                yield source, read
            if record >= last:
                return
    except (OSError, PipelineError):  # what was a source is gone or damaged: its raw texts are not shown
        return
