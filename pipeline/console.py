"""What the command line prints: progress and summaries to the error stream, answers to the output."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pipeline.lines import Lines
from pipeline.receipts import Receipt

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from pipeline.plan import PlannedShard
    from pipeline.run import Summary

LOG_SECONDS = 5.0
PLAIN = Lines()


class Log:
    """Shows how a run gets on: a bar on a terminal, elsewhere a line every few seconds."""

    def __init__(self, lines: Lines = PLAIN) -> None:
        self._lines = lines
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._total = self._done = self._records = 0
        self._said = time.monotonic()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, to_run: int, kept: int) -> None:
        """So many shards are to be run, so many are up to date."""
        self._total = to_run
        if self._wants_lines():
            facts = {"shards_to_run": to_run, "shards_kept": kept}
            self._lines.say(f"{to_run} shards to run, {kept} up to date", "begin", facts)
        elif to_run > 1:
            self._bar = _bar()
            self._task = self._bar.add_task("shards", total=to_run)
            self._bar.start()

    def advance(self, receipt: Receipt) -> None:
        """A shard is done."""
        self._done += 1
        self._records += receipt.records
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, description=f"{self._records} records")
        elif self._wants_lines() and time.monotonic() - self._said > LOG_SECONDS:
            self._said = time.monotonic()
            facts = {"shards_done": self._done, "shards_to_run": self._total, "records": self._records}
            message = f"{self._done} of {self._total} shards, {self._records} records"
            self._lines.say(message, "progress", facts)

    def _wants_lines(self) -> bool:
        return self._lines.form != "text" or not sys.stderr.isatty()


def _bar() -> Progress:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("shards"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def print_summary(summary: Summary, processed: Path, lines: Lines = PLAIN) -> None:
    """What the run did and where the tables are; as JSON, one line."""
    rows = summary.counts.rows
    facts = {
        "run_id": summary.run_id,
        "status": summary.counts.status,
        "records": summary.counts.records,
        "rows": rows,
        "shards_run": summary.shards_run,
        "shards_kept": summary.shards_kept,
        "seconds": round(summary.seconds, 3),
        "processed": str(processed),
        "snapshot": str(summary.snapshot),
    }
    message = (
        f"{summary.counts.records} records: {rows['articles']} articles, {rows['failures']} failures; "
        f"{rows['metrics']} metrics in {rows['sections']} sections; {rows['duplicates']} duplicates; "
        f"{summary.shards_run} shards run, {summary.shards_kept} up to date; {summary.seconds:.1f} s"
    )
    lines.say(message, "summary", facts)
    if lines.form != "text":
        return
    if rows["failures"]:
        _log(f"why records failed: {processed / 'failures'}")
    _log(f"tables: {processed} (snapshot {summary.snapshot})")


def print_plan(plan: list[PlannedShard]) -> None:
    """Each shard that would run, with the reason, and how many would not."""
    for shard in plan:
        if shard.receipt is None:
            first = shard.spec.slices[0].source_path
            more = f" and {len(shard.spec.slices) - 1} more" if len(shard.spec.slices) > 1 else ""
            print(f"{shard.spec.name}  {first}{more}: {shard.reason}")
    to_run = sum(shard.receipt is None for shard in plan)
    print(f"{to_run} shards to run, {len(plan) - to_run} up to date")


def print_schema() -> None:
    """The tables, their columns, types and meanings."""
    from pipeline.schema import TABLES  # noqa: PLC0415

    for name, table in TABLES.items():
        print(name)
        for column in table:
            kind = f"{column.type}{'' if column.nullable else ', never empty'}"
            print(f"  {column.name} ({kind}): {column.metadata[b'doc'].decode()}")


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def print_head(processed: Path, rows: int) -> None:
    """The first rows of the metrics table, in the columns that tell most."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from pipeline.parts import read_first  # noqa: PLC0415
    from pipeline.readers import open_snapshot  # noqa: PLC0415

    shown = ("subject", "indicator", "quote", "value", "unit", "period_text")
    table = Table(*shown, title=f"the first rows of {processed}/metrics")
    for row in read_first(open_snapshot(processed) / "metrics", rows, shown):
        table.add_row(*(Text("" if row[name] is None else str(row[name])) for name in shown))
    Console().print(table)
