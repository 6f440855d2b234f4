"""The engines agree, whatever the order of files and the size of shards; killed workers lose nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.receipts import Receipt, ShardSpec
from pipeline.run import Options, run_pipeline
from pipeline.shards import run_shard
from pipeline.snapshot import WORK
from tests.shell_inputs import Watched, file_bytes, rows_of, run, sentence, write_every_form, write_lines
from tests.torture.outcome import Outcome

SIZES = (700, 4_000, 2 * 1024 * 1024)
ROWS = ("articles", "sections", "metrics", "failures", "duplicates")
KILLED_SHARDS = 6
LINES = 40


def has_dask() -> bool:
    """Whether the extra is installed."""
    from importlib.util import find_spec

    return find_spec("distributed") is not None


def write_mixture(raw: Path, files: int, reverse: bool = False) -> None:
    """Every form, lines with faults, ids that come twice, copies; the files are made in one of two orders."""
    made: list[Callable[[], object]] = [lambda: write_every_form(raw)]
    for number in range(files):
        records: list[dict[str, object] | str] = [
            {"id": f"{number}-{n}", "text": f"一、审判\n{sentence(number * LINES + n)}"} for n in range(LINES)
        ]
        records += [
            "{broken",
            {"id": "0-1", "text": sentence(number)},
            {"id": f"copy-{number}", "text": "\n".join(sentence(n) for n in range(3))},
        ]
        path = raw / f"f{number % 3}" / f"{number}.jsonl"
        made.append(lambda path=path, records=records: write_lines(path, records))  # type: ignore[misc]
    for write in reversed(made) if reverse else made:
        write()


def check_engines(count: int, folder: Path, seed: int) -> Outcome:
    """`count` folders of files: inline, pool and Dask in two orders, and three shard sizes."""
    faults, runs = [], 0
    engines = ("inline", "pool", *(("dask",) if has_dask() else ()))
    for number in range(count):
        here = folder / str(number)
        raws = [here / order / "raw" for order in ("forward", "backward")]
        for raw, reverse in zip(raws, (False, True), strict=True):
            write_mixture(raw, 2 + (seed + number) % 5, reverse)
        for size in SIZES:
            first = here / f"{size}-first"
            run(raws[0], first, shard_bytes=size)
            for engine in engines:
                for raw in raws:
                    processed = here / f"{size}-{engine}-{raw.parent.name}"
                    run(raw, processed, engine=engine, workers=2, shard_bytes=size)
                    runs += 1
                    if file_bytes(processed) != file_bytes(first):
                        faults.append(f"{number}: {processed.name} gives other bytes")
                    shutil.rmtree(processed)
        rows = [sorted_rows(here / f"{size}-first") for size in SIZES]
        faults += [f"{number}: {size} bytes give other rows"
                   for size, other in zip(SIZES, rows, strict=True) if other != rows[0]]  # fmt: skip
        shutil.rmtree(here)
    note = f"{', '.join(engines)} x 2 orders x {len(SIZES)} shard sizes, {count} folders"
    return Outcome(18, "engines, orders and shard sizes agree", runs, tuple(faults), note)


def sorted_rows(processed: Path) -> dict[str, list[str]]:
    """The rows of all tables, in an order that is not that of the files."""
    return {table: sorted(map(repr, rows_of(processed, table))) for table in ROWS}


def check_workers(
    count: int, folder: Path, seed: int, engines: tuple[str, ...] = ("pool", "dask")
) -> Outcome:
    """`count` workers are killed on each engine, one in each run, at random times."""
    raw = folder / "raw"
    for number in range(KILLED_SHARDS):
        text = "\n".join(sentence(n) for n in range(60))
        records = [{"id": f"{number}-{n}", "text": text + str(n)} for n in range(6)]
        write_lines(raw / f"f{number}/a.jsonl", records)  # type: ignore[arg-type]
    run(raw, folder / "whole")
    draw, faults, notes, killed = random.Random(seed), [], [], 0
    for engine in engines if has_dask() else ("pool",):
        hit = 0
        while hit < count:
            processed = folder / f"{engine}-{hit}"
            options = Options(raw, processed, engine=engine, workers=2)
            with _Killer(processed / WORK, draw.randrange(KILLED_SHARDS), draw.uniform(0, 0.1)) as killer:
                summary = run_pipeline(options, Watched(), work=note_and_run)
            hit += killer.has_killed
            if file_bytes(processed) != file_bytes(folder / "whole"):
                faults.append(f"{engine} {hit}: other tables")
            if summary.counts.rows["failures"]:
                faults.append(f"{engine} {hit}: {summary.counts.rows['failures']} failures")
            shutil.rmtree(processed)
        killed += hit
        notes.append(f"{hit} on {engine}")
    note = f"{', '.join(notes)}; {KILLED_SHARDS} shards, 2 workers"
    return Outcome(19, "workers killed", killed, tuple(faults), note)


def note_and_run(spec: ShardSpec) -> Receipt:
    """Run a shard; which process does is noted first."""
    Path(spec.work, f"{spec.name}.pid").write_text(f"{os.getpid()} ", "ascii")
    return run_shard(spec)


class _Killer:
    """Kills, once, the worker that begins a shard after `begun` others, some time later."""

    def __init__(self, work: Path, begun: int, seconds: float) -> None:
        self._work, self._begun, self._seconds = work, begun, seconds
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.has_killed = False

    def __enter__(self) -> _Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        seen: list[Path] = []
        while not self._is_over.wait(0.002):
            seen += [note for note in self._work.glob("*.pid") if note not in seen]
            if len(seen) > self._begun and (pid := seen[-1].read_text("ascii")).endswith(" "):
                time.sleep(self._seconds)
                self.has_killed = _kill(int(pid))
                return


def _kill(pid: int) -> bool:
    """Whether there was such a process to kill."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
