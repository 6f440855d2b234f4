"""Running a shard: its records go through the stages, its rows into part files, its counts into a receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from pipeline.digests import clean_code_digest, extract_code_digest
from pipeline.earlier import Held
from pipeline.errors import StorageError
from pipeline.files import Files
from pipeline.ingest import Failure, Slice, read_slice
from pipeline.loaded import find_words
from pipeline.model import Article, Document
from pipeline.receipts import Progress, Receipt, ShardSpec
from pipeline.rows import (
    article_row,
    failure_row,
    metric_rows,
    restore_document,
    section_row,
    signature_row,
)
from pipeline.schema import schema_digest
from pipeline.stages import (
    ARTICLE_SECONDS,
    STAGES,
    Stage,
    Step,
    Taken,
    failure_of,
    steps_until,
    take_article,
)
from pipeline.tables import Part, build_batch, join_batches, write_part
from pipeline.vocabulary import Vocabulary

LOST = "the worker died on this record, three times; it is set aside"
SHARD_TABLES = ("articles", "sections", "metrics", "failures", "signatures")
_SEAM = 256
_HELD_CHARS = 8_000_000

Batches = Mapping[str, pa.RecordBatch]


def run_shard(
    spec: ShardSpec,
    stages: Mapping[str, Stage] = STAGES,
    files: Files | None = None,
    seconds: float = ARTICLE_SECONDS,
) -> Receipt:
    """Read the slices of a shard, take each article, write the parts, leave a receipt beside them.

    An article that takes more than `seconds` is set aside; one that no timer can interrupt ends its worker
    after twice that much processor time.
    Raises OSError when a part cannot be written, StorageError when code or words are not those of the plan.
    """
    files = files or Files()
    _check_code(spec)
    words = find_words(spec.words, spec.keys["words"])
    steps = _Steps(spec, words, stages, seconds)
    rows = _Rows(Path(spec.work), spec.name, files)
    first = {winner.id: (winner.source_path, winner.source_record) for winner in spec.taken}
    aside = {place.ordinal: place.stage for place in spec.aside}
    keys, records = spec.keys, 0
    with Progress(spec.progress_file, 2 * seconds) as progress:
        for record in _read_records(spec, progress):
            if isinstance(record, Article):
                rows.add(_take(record, steps, progress, first, aside.get(records)), len(record.raw))
            else:
                rows.add(record)
                if record.error == "unreadable":
                    keys = {**spec.keys, "input": ""}  # the next run tries again
            records += 1
        progress.enter("write")
        parts = rows.finish()
    receipt = Receipt(spec.name, keys, parts, records, _rounded(progress.seconds))
    files.publish(spec.receipt_file, receipt.to_json().encode())
    return receipt


def build_rows(taken: Taken | Document) -> Batches:
    """All rows of one article, ready to be written; ArticleError where they break the schema."""
    taken = taken if isinstance(taken, Taken) else Taken(taken)
    document = taken.document
    return {
        "articles": build_batch("articles", [article_row(document)]),
        "sections": build_batch("sections", [section_row(document, s) for s in document.sections]),
        "metrics": build_batch("metrics", list(metric_rows(document, taken.metrics))),
        "signatures": build_batch("signatures", [signature_row(document)]),
    }


def _check_code(spec: ShardSpec) -> None:
    """Refuse to run the shard with other code than the plan was made with, or beside other libraries."""
    code = clean_code_digest(), extract_code_digest(), schema_digest()
    if code != (spec.keys["clean_code"], spec.keys["extract_code"], spec.keys["schema"]):
        what = "a worker has other code or libraries than the run"
        raise StorageError(f"{what}; install the same versions everywhere and run again")


def _take(
    article: Article,
    steps: _Steps,
    progress: Progress,
    first: dict[str, tuple[str, int]],
    lost_in: str | None,
) -> Batches | Failure:
    """The rows of an article, or why there are none.  `first` learns where the ids stand that were taken."""
    here = (article.source_path, article.source_record)
    there = first.get(article.id, here)
    if there < here:
        message = f"the id {article.id!r} is already that of record {there[1]} of {there[0]}"
        return failure_of(article, "read", "duplicate_id", message)
    if lost_in:
        return failure_of(article, lost_in, "worker_lost", LOST)
    held = steps.held.rows(article)
    rows = held or take_article(article, steps.of(article), progress.enter, steps.seconds)
    if not isinstance(rows, Failure):
        first[article.id] = here
    return rows


def _read_records(spec: ShardSpec, progress: Progress) -> Iterator[Article | Failure]:
    """The records of all slices.  One on whose reading workers died is a failure; two end the slice."""
    lost = {place.ordinal for place in spec.aside if place.stage == "read"}
    ordinal = 0
    for piece in spec.slices:
        number = piece.first_record
        records = read_slice(Path(spec.raw), piece)
        while True:
            progress.start(ordinal)
            if ordinal in lost:
                record: Article | Failure | None = _unread(piece, number, "worker_lost", LOST)
                records = iter(()) if ordinal - 1 in lost else read_slice(Path(spec.raw), piece, number + 1)
            else:
                record = _next_record(records, piece, number)
            if record is None:
                break
            yield record
            number = record.source_record + 1
            ordinal += 1


def _next_record(records: Iterator[Article | Failure], piece: Slice, number: int) -> Article | Failure | None:
    """The next record; None at the end.  What its reader did not foresee is a failure, and ends the slice."""
    try:
        return next(records, None)
    except Exception as error:
        return _unread(piece, number, type(error).__name__, str(error) or "no message")


def _unread(piece: Slice, number: int, kind: str, message: str) -> Failure:
    failure = failure_of(Article("", "", piece.source_path, number), "read", kind, message)
    return replace(failure, article_id=None)


class _Steps:
    """The steps from an article to its rows; what holds still is taken from an earlier run."""

    def __init__(
        self, spec: ShardSpec, words: Vocabulary, stages: Mapping[str, Stage], seconds: float
    ) -> None:
        self.seconds = seconds
        self._all = (*steps_until(spec.until, words, stages), ("write", build_rows))
        self.held = Held(spec.earlier)

    def of(self, article: Article) -> tuple[Step, ...]:
        """The steps of this article."""
        row = self.held.text(article)
        if row is None:
            return self._all
        return (("clean", partial(restore_document, row=row)), *self._all[2:])


class _Rows:
    """Collects the rows of a shard, table by table, and writes them; where they are many, now and then."""

    def __init__(self, work: Path, label: str, files: Files) -> None:
        self._work, self._label, self._files = work, label, files
        self._parts: list[Part] = []
        self._chars = 0
        self._joined: dict[str, list[pa.RecordBatch]] = {table: [] for table in SHARD_TABLES}
        self._loose: dict[str, list[pa.RecordBatch]] = {table: [] for table in SHARD_TABLES}

    def add(self, rows: Batches | Failure, chars: int = 0) -> None:
        """Add the rows of an article of so many characters, or of a failure."""
        self._chars += chars
        if self._chars > _HELD_CHARS:  # of raw text: the same however the rows were made
            self._write()
            self._chars = chars
        if isinstance(rows, Failure):
            rows = {"failures": build_batch("failures", [failure_row(rows)])}
        for table, batch in rows.items():
            if batch.num_rows:
                self._loose[table].append(batch)
                if len(self._loose[table]) >= _SEAM:
                    self._join(table)

    def _join(self, table: str) -> None:
        """Many small batches cost more memory than one large one."""
        self._joined[table] += join_batches(table, self._loose[table]).to_batches()
        self._loose[table].clear()

    def finish(self) -> tuple[Part, ...]:
        """Write what is left; all parts, table by table."""
        self._write()
        return tuple(sorted(self._parts, key=lambda part: SHARD_TABLES.index(part.table)))

    def _write(self) -> None:
        """Write a part for each table that has rows."""
        for table in SHARD_TABLES:
            self._join(table)
            if batches := self._joined[table]:
                folder = self._work / table
                self._files.mkdir(folder)
                content = join_batches(table, batches)
                self._parts.append(write_part(folder, self._label, table, content, self._files))
                batches.clear()


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(value, 3) for stage, value in seconds.items()}
