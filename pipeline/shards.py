"""Running a shard: its records go through the stages, its rows into part files, its counts into a receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from pipeline.errors import StorageError
from pipeline.files import Files
from pipeline.ingest import Failure, Slice, read_slice
from pipeline.model import Article, Document
from pipeline.receipts import Progress, Receipt, ShardSpec
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
from pipeline.tables import (
    Part,
    article_row,
    build_batch,
    failure_row,
    join_batches,
    metric_rows,
    read_cleaned,
    restore_document,
    section_row,
    signature_rows,
    write_part,
)
from pipeline.vocabulary import Vocabulary, load_vocabulary

LOST = "the worker died on this record, three times; it is set aside"
SHARD_TABLES = ("articles", "sections", "metrics", "failures", "signatures")
_SEAM = 256

Batches = Mapping[str, pa.RecordBatch]
_LOADED: dict[tuple[str | None, str], Vocabulary] = {}


def run_shard(
    spec: ShardSpec,
    stages: Mapping[str, Stage] = STAGES,
    files: Files | None = None,
    seconds: float = ARTICLE_SECONDS,
) -> Receipt:
    """Read the slices of a shard, take each article, write the parts, leave a receipt beside them.

    An article that takes more than `seconds` is set aside; one that no timer can interrupt ends its worker
    after twice that much processor time.
    Raises OSError when a part cannot be written, StorageError when the word lists changed since the plan.
    """
    files = files or Files()
    words = _find_words(spec.words, spec.keys["words"])
    steps = _Steps(spec, words, stages, seconds)
    rows = _Rows()
    first = {winner.id: (winner.source_path, winner.source_record) for winner in spec.taken}
    aside = {place.ordinal: place.stage for place in spec.aside}
    keys, records = spec.keys, 0
    with Progress(spec.progress_file, 2 * seconds) as progress:
        for record in _read_records(spec, progress):
            if isinstance(record, Article):
                rows.add(_take(record, steps, progress, first, aside.get(records)))
            else:
                rows.add(record)
                if record.error == "unreadable":
                    keys = {**spec.keys, "input": ""}  # the next run tries again
            records += 1
        progress.enter("write")
        parts = rows.write(Path(spec.work), spec.name, files)
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
        "signatures": build_batch("signatures", list(signature_rows(document))),
    }


def load_words(path: str | None) -> Vocabulary:
    """The vocabulary as its files are now; the shards that this process runs will find it loaded."""
    words = load_vocabulary(path)
    return _LOADED.setdefault((path, words.digest), words)  # what an older one has built up stays of use


def _find_words(path: str | None, digest: str) -> Vocabulary:
    words = _LOADED.get((path, digest)) or load_words(path)
    if words.digest != digest:
        raise StorageError("the word lists changed while the run was under way; run again")
    return words


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
    rows = take_article(article, steps.of(article), progress.enter, steps.seconds)
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
    """The steps from an article to its rows; a clean text that holds still is taken from an earlier run."""

    def __init__(
        self, spec: ShardSpec, words: Vocabulary, stages: Mapping[str, Stage], seconds: float
    ) -> None:
        self.seconds = seconds
        self._all = (*steps_until(spec.until, words, stages), ("write", build_rows))
        self._cleaned = {} if spec.cleaned is None else read_cleaned(Path(spec.cleaned))

    def of(self, article: Article) -> tuple[Step, ...]:
        """The steps of this article."""
        row = self._cleaned.get((article.source_path, article.source_record))
        if row is None:
            return self._all
        return (("clean", partial(restore_document, row=row)), *self._all[2:])


class _Rows:
    """Collects the rows of a shard, table by table."""

    def __init__(self) -> None:
        self._joined: dict[str, list[pa.RecordBatch]] = {table: [] for table in SHARD_TABLES}
        self._loose: dict[str, list[pa.RecordBatch]] = {table: [] for table in SHARD_TABLES}

    def add(self, rows: Batches | Failure) -> None:
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

    def write(self, work: Path, label: str, files: Files) -> tuple[Part, ...]:
        """Write a part for each table that has rows."""
        parts = []
        for table in SHARD_TABLES:
            self._join(table)
            if batches := self._joined[table]:
                files.mkdir(work / table)
                parts.append(write_part(work / table, label, table, join_batches(table, batches), files))
        return tuple(parts)


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(value, 3) for stage, value in seconds.items()}
