"""One run: plan, run what must run, settle the ids, make the snapshot.  The only place with a clock."""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from filelock import FileLock, Timeout

from pipeline import __version__
from pipeline.copies import find_copies
from pipeline.digests import clean_code_digest, duplicates_code_digest, extract_code_digest
from pipeline.errors import LockedError, StorageError, UsageError
from pipeline.executors import Engine, Work, execute, inline, pool
from pipeline.files import Files
from pipeline.plan import PlannedShard, make_specs, plan_shards
from pipeline.receipts import Receipt, ShardSpec
from pipeline.schema import TABLES, schema_digest
from pipeline.shards import load_words, run_shard
from pipeline.snapshot import LEAST_KEPT, LOCK, Output, read_history
from pipeline.tables import build_batch, join_batches
from pipeline.winners import find_winners, winners_digest

ENGINES = ("auto", "inline", "pool")
STAGES_TO_STOP_AT = ("clean", "sections", "metrics")
FAILURES_FREE = 10
DONE = "done"
TOO_MANY = "too_many_failures"
POOL_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do; `max_failures` is a share of the records, `keep` a number of snapshots."""

    raw: Path
    processed: Path
    engine: str = "auto"
    workers: int = 0
    until: str = "metrics"
    words: Path | None = None
    max_failures: float = 0.05
    keep: int = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """The records read and the rows by table; `status` says whether too many records failed."""

    records: int
    rows: dict[str, int]
    status: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    run_id: str
    snapshot: Path
    counts: Counts
    shards_run: int
    shards_kept: int
    seconds: float


class Watch(Protocol):
    """Is told how a run gets on."""

    def begin(self, to_run: int, kept: int) -> None:
        """So many shards are to be run, so many are up to date."""

    def advance(self, receipt: Receipt) -> None:
        """A shard is done."""


def run_pipeline(
    options: Options, watch: Watch, files: Files | None = None, work: Work = run_shard
) -> Summary:
    """Bring the tables up to date with the raw folder.

    Raises UsageError, VocabularyError, LockedError, StorageError, OSError; the tables are whole all the same.
    """
    started = _now()
    output = Output(options.processed.absolute(), files or Files(), options.keep)
    specs = _make_specs(options, output)
    with _held(output):
        output.prepare()
        plan = plan_shards(specs, output.receipts(), output.finished(), output.find)
        done = {shard.spec.name: shard.receipt for shard in plan if shard.receipt}
        to_run = [shard.spec for shard in plan if not shard.receipt]
        kept = len(done)
        watch.begin(len(to_run), kept)
        engine, workers = _choose_engine(options, to_run)
        for receipt in execute(to_run, engine, workers, work):
            done[receipt.shard] = receipt
            watch.advance(receipt)
        is_changed = done != output.receipts()
        if is_changed:
            _settle_ids(specs, done, output, partial(execute, engine=engine, workers=workers, work=work))
        seconds = _seconds_by_stage(done[spec.name] for spec in to_run)
        duplicates = _settle_duplicates(done, output, is_changed, seconds)
        run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        counts = _count(done, duplicates.num_rows, options.max_failures)
        row = _run_row(run_id, started, specs[0], counts, seconds)
        tables = {"runs": _with_history(output, row), "duplicates": duplicates}
        snapshot = output.commit(run_id, done.values(), tables, duplicates_code_digest())
        output.clear()
        output.clear_work()
    return Summary(run_id, snapshot, counts, len(to_run), kept, (_now() - started).total_seconds())


def plan_only(options: Options) -> list[PlannedShard]:
    """Each shard, with the receipt that holds still or the reason to run it.  Changes nothing."""
    output = Output(options.processed.absolute(), Files())
    specs = _make_specs(options, output)
    return plan_shards(specs, output.receipts(), output.finished(), output.find)


def _make_specs(options: Options, output: Output) -> list[ShardSpec]:
    _check(options)
    extra = None if options.words is None else str(options.words.absolute())
    words = load_words(extra)
    return make_specs(options.raw.absolute(), output.work, options.until, extra, words)


def _check(options: Options) -> None:
    raw, processed = options.raw.resolve(), options.processed.resolve()
    if processed == raw or raw in processed.parents:
        raise UsageError(f"{options.processed} lies in {options.raw}: the tables would be read as articles")
    if options.engine not in ENGINES:
        raise UsageError(f"there is no engine {options.engine!r}: use one of {', '.join(ENGINES)}")
    if options.until not in STAGES_TO_STOP_AT:
        raise UsageError(f"there is no stage {options.until!r}: use one of {', '.join(STAGES_TO_STOP_AT)}")
    if not 0 <= options.max_failures <= 1:
        raise UsageError(f"--max-failures is a share from 0 to 1, not {options.max_failures:g}")
    if options.keep < LEAST_KEPT:
        raise UsageError(f"--keep cannot be {options.keep}: readers of the snapshot before need {LEAST_KEPT}")
    if options.workers < 0:
        raise UsageError(f"--workers cannot be {options.workers}: leave it out to use all processors")


@contextmanager
def _held(output: Output) -> Iterator[None]:
    """Hold the output folder; the system lets it go when the process ends, however it ends."""
    output.files.mkdir(output.folder)
    if (output.folder / LOCK).is_symlink():
        raise StorageError(f"{output.folder / LOCK} is a link: remove it, then run again")
    lock = FileLock(output.folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(f"another run holds {output.folder}: wait until it is done") from None
    try:
        yield
    finally:
        lock.release()


def _choose_engine(options: Options, to_run: list[ShardSpec]) -> tuple[Engine, int]:
    """The pool where it pays, and where a worker has died before: a process of its own can be lost."""
    workers = options.workers or os.cpu_count() or 1
    if options.engine == "inline":
        return inline, 1
    pays = workers > 1 and len(to_run) > 1 and sum(spec.size for spec in to_run) > POOL_BYTES
    if options.engine == "pool" or pays or any(spec.progress_file.exists() for spec in to_run):
        return pool, max(1, min(workers, len(to_run)))
    return inline, 1


def _settle_ids(
    specs: list[ShardSpec],
    done: dict[str, Receipt],
    output: Output,
    run_all: Callable[[list[ShardSpec]], Iterator[Receipt]],
) -> None:
    """Run the shards again whose records lost an id to another shard, or won it back, until all agree."""
    while True:
        winners = find_winners(done.values(), output.find)
        again = []
        for spec in specs:
            taken = winners.get(spec.name, ())
            digest = winners_digest(taken)
            if done[spec.name].keys["taken"] != digest:
                again.append(replace(spec, taken=taken, keys={**spec.keys, "taken": digest}))
        if not again:
            return
        for receipt in run_all(again):
            done[receipt.shard] = receipt


def _settle_duplicates(
    done: Mapping[str, Receipt], output: Output, is_changed: bool, seconds: dict[str, float]
) -> pa.Table:
    """The duplicates table; where nothing changed, that of the current snapshot."""
    held = None if is_changed else output.duplicates(duplicates_code_digest())
    if held is not None:
        return held
    started = _now()
    duplicates = find_copies(done.values(), output.find)
    seconds["duplicates"] = (_now() - started).total_seconds()
    return duplicates


def _count(done: dict[str, Receipt], duplicates: int, max_failures: float) -> Counts:
    rows = {
        table: sum(receipt.rows(table) for receipt in done.values()) for table in TABLES if table != "runs"
    }
    rows["duplicates"] = duplicates
    records = sum(receipt.records for receipt in done.values())
    if records != rows["articles"] + rows["failures"]:
        raise StorageError(
            f"{records} records read, but {rows['articles']} articles and {rows['failures']} failures; "
            "this is a fault of the program: please report it"
        )
    too_many = rows["failures"] > max(max_failures * records, FAILURES_FREE)
    return Counts(records, rows, TOO_MANY if too_many else DONE)


def _seconds_by_stage(receipts: Iterable[Receipt]) -> dict[str, float]:
    seconds: dict[str, float] = defaultdict(float)
    for receipt in receipts:
        for stage, spent in receipt.seconds.items():
            seconds[stage] += spent
    return seconds


def _run_row(
    run_id: str, started: datetime, spec: ShardSpec, counts: Counts, seconds: Mapping[str, float]
) -> Mapping[str, object]:
    return {
        "run_id": run_id,
        "started_at": started,
        "finished_at": _now(),
        "status": counts.status,
        "pipeline_version": __version__,
        "code_digest": clean_code_digest() + extract_code_digest(),
        "vocabulary_digest": spec.keys["words"],
        "schema_digest": schema_digest(),
        "rows": sorted(counts.rows.items()),
        "records_read": counts.records,
        "seconds": sorted(seconds.items()),
    }


def _now() -> datetime:
    """The time in UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)


def _with_history(output: Output, row: Mapping[str, object]) -> pa.Table:
    history = read_history(output.current())
    return join_batches("runs", [*history.to_batches(), build_batch("runs", [row])])
