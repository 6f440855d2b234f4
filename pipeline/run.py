"""One run: plan, run what must run, settle the ids, make the snapshot.  The only place with a clock."""

from __future__ import annotations

import os
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from pipeline import __version__
from pipeline.digests import clean_code_digest, duplicates_code_digest, extract_code_digest
from pipeline.errors import StorageError, UsageError
from pipeline.executors import Engine, Work, execute, inline, pool, run_shard
from pipeline.files import Files
from pipeline.loaded import load_words
from pipeline.locks import hold
from pipeline.plan import SHARD_BYTES, PlannedShard, earlier_of, group_slices, make_specs, plan_shards
from pipeline.receipts import Receipt, ShardSpec
from pipeline.schema import TABLES, schema_digest
from pipeline.snapshot import LEAST_KEPT, Output, read_history
from pipeline.survey import find_inputs, format_known, is_news, known_key, read_known
from pipeline.tables import build_batch, join_batches
from pipeline.winners import find_winners, winners_digest

ENGINES = ("auto", "inline", "pool", "dask")
STAGES_TO_STOP_AT = ("clean", "sections", "metrics")
FAILURES_FREE = 10
DONE = "done"
TOO_MANY = "too_many_failures"
POOL_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do.

    `max_failures` is a share of the records, `keep` a number of snapshots, `shard_bytes` the input of a
    shard, about; with `reread` also files are read whose size and times are as they were.
    """

    raw: Path
    processed: Path
    engine: str = "auto"
    workers: int = 0
    until: str = "metrics"
    words: Path | None = None
    max_failures: float = 0.05
    keep: int = 2
    shard_bytes: int = SHARD_BYTES
    reread: bool = False
    scheduler: str | None = None


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
    specs, news = _survey(options, output)
    with hold(output):
        output.prepare()
        if news is not None:
            output.files.publish(output.inputs, news)
        plan = plan_shards(specs, output.receipts(), output.finished(), output.find)
        done = {shard.spec.name: shard.receipt for shard in plan if shard.receipt}
        to_run = [shard.spec for shard in plan if not shard.receipt]
        kept = len(done)
        watch.begin(len(to_run), kept)
        with _open_engine(options, to_run) as (engine, workers):
            for receipt in execute(to_run, engine, workers, work):
                done[receipt.shard] = receipt
                watch.advance(receipt)
            is_changed = done != output.receipts()
            if is_changed:
                _settle_ids(specs, done, output, partial(execute, engine=engine, workers=workers, work=work))
        seconds = _seconds_by_stage(done[spec.name] for spec in to_run)
        found = _settle_duplicates(done, output, is_changed, seconds)
        run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        counts = _count(done, found["duplicates"].num_rows, options.max_failures)
        row = _run_row(run_id, started, specs[0], counts, seconds)
        tables = {"runs": _with_history(output, row), **found}
        snapshot = output.commit(run_id, done.values(), tables, duplicates_code_digest())
        output.clear()
        output.clear_work()
    return Summary(run_id, snapshot, counts, len(to_run), kept, (_now() - started).total_seconds())


def plan_only(options: Options) -> list[PlannedShard]:
    """Each shard, with the receipt that holds still or the reason to run it.  Changes nothing."""
    output = Output(options.processed.absolute(), Files())
    specs, _ = _survey(options, output)
    return plan_shards(specs, output.receipts(), output.finished(), output.find)


def _survey(options: Options, output: Output) -> tuple[list[ShardSpec], bytes | None]:
    """The specs of all shards, and what is to be written of the inputs where there is news."""
    _check(options)
    extra = None if options.words is None else str(options.words.absolute())
    words = load_words(extra)
    raw, began = options.raw.absolute(), time.time_ns()
    key = known_key(raw, options.shard_bytes)
    known = {} if options.reread else read_known(output.inputs, key)
    found = find_inputs(raw, known, options.shard_bytes)
    groups = group_slices(found, options.shard_bytes)
    news = format_known(found, key, began) if is_news(found, known) else None
    return make_specs(groups, raw, output.work, options.until, extra, words), news


def _check(options: Options) -> None:
    raw, processed = options.raw.resolve(), options.processed.resolve()
    if processed == raw or raw in processed.parents:
        raise UsageError(f"{options.processed} lies in {options.raw}: the tables would be read as articles")
    if options.engine not in ENGINES:
        raise UsageError(f"there is no engine {options.engine!r}: use one of {', '.join(ENGINES)}")
    if options.engine == "dask" and find_spec("distributed") is None:
        raise UsageError("the engine dask is not installed: pip install 'news-metrics[dask]'")
    if options.until not in STAGES_TO_STOP_AT:
        raise UsageError(f"there is no stage {options.until!r}: use one of {', '.join(STAGES_TO_STOP_AT)}")
    if options.scheduler is not None and options.engine != "dask":
        raise UsageError("--scheduler is the address of a Dask scheduler: give --engine dask with it")
    if not 0 <= options.max_failures <= 1:
        raise UsageError(f"--max-failures is a share from 0 to 1, not {options.max_failures:g}")
    if options.keep < LEAST_KEPT:
        raise UsageError(f"--keep cannot be {options.keep}: readers of the snapshot before need {LEAST_KEPT}")
    if options.shard_bytes < 1:
        raise UsageError("--shard-size must be above 0: it is the input of a shard in MB")
    if options.workers < 0:
        raise UsageError(f"--workers cannot be {options.workers}: leave it out to use all processors")


@contextmanager
def _open_engine(options: Options, to_run: list[ShardSpec]) -> Iterator[tuple[Engine, int]]:
    """The engine, and how many shards it runs at once."""
    if options.engine != "dask" or not to_run:
        yield _choose_engine(options, to_run)
        return
    from pipeline.cluster import dask_engine  # noqa: PLC0415  (an optional extra)

    workers = max(1, min(options.workers or os.cpu_count() or 1, len(to_run)))
    with dask_engine(options.scheduler, workers) as engine:
        yield engine


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
                held = earlier_of(done[spec.name], output.find, has_rows=True)
                again.append(replace(spec, taken=taken, keys={**spec.keys, "taken": digest}, earlier=(held,)))
        if not again:
            return
        for receipt in run_all(again):
            done[receipt.shard] = receipt


def _settle_duplicates(
    done: Mapping[str, Receipt], output: Output, is_changed: bool, seconds: dict[str, float]
) -> dict[str, pa.Table]:
    """The duplicates and what was compared for them; where nothing changed, those of the current snapshot."""
    code = duplicates_code_digest()
    duplicates, compared = (output.whole_table(table, code) for table in ("duplicates", "comparisons"))
    if not is_changed and duplicates is not None and compared is not None:
        return {"duplicates": duplicates, "comparisons": compared}
    from pipeline.copies import find_copies, read_compared  # noqa: PLC0415  (a run without news does without)

    started = _now()
    found = find_copies(done.values(), output.find, read_compared(compared))
    seconds["duplicates"] = (_now() - started).total_seconds()
    return found


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
