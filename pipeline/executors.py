"""Engines.  Whatever runs the shards speaks `concurrent.futures.Executor`: this process, a pool, a cluster.

An engine is a function from a number of workers to a fresh executor.  The receipts are the truth, not the
engine: a shard whose worker died is asked for again, alone, until it is clear which record kills its worker.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import ForkServerContext
from typing import Any

from pipeline.errors import PipelineError, StorageError
from pipeline.receipts import Place, Receipt, ShardSpec, read_place
from pipeline.tables import spare_pandas

Engine = Callable[[int], Executor]
Work = Callable[[ShardSpec], Receipt]
DEATHS = 3


class InlineExecutor(Executor):
    """Runs each task in this process, at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def inline(workers: int) -> Executor:
    """The engine without workers."""
    return InlineExecutor()


def pool(workers: int) -> Executor:
    """The engine of processes.  They come from a clean server process: safe beside threads, and quick."""
    return ProcessPoolExecutor(workers, mp_context=process_context(), initializer=_start_worker)


def process_context() -> ForkServerContext:
    """Makes processes that begin with the words loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.preload"])
    return context


def run_shard(spec: ShardSpec) -> Receipt:
    """Run a shard; the stages are loaded by whoever does the work, which in a run without news is nobody."""
    from pipeline.shards import run_shard as run  # noqa: PLC0415

    return run(spec)


def execute(
    specs: Iterable[ShardSpec], engine: Engine, workers: int = 1, work: Work = run_shard
) -> Iterator[Receipt]:
    """Run all shards and yield each receipt as it comes; the order is the engine's.

    Raises what a shard raises (OSError, StorageError); then no further shard is begun.
    """
    waiting = deque(specs)
    while waiting:
        suspects: list[ShardSpec] = []
        with _ended(engine(workers)) as executor:
            running: dict[Future[Receipt], ShardSpec] = {}
            is_broken = False
            while running or (waiting and not is_broken):
                while waiting and not is_broken and len(running) < 2 * workers:
                    is_broken = not _submit(executor, work, waiting.popleft(), running, suspects)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    spec = running.pop(future)
                    try:
                        receipt = future.result()
                    except (OSError, PipelineError):
                        raise
                    except Exception as error:  # the worker died, in the words of this engine
                        suspects.append(spec)
                        is_broken = is_broken or isinstance(error, BrokenExecutor)
                    else:
                        yield receipt
        for spec in suspects:
            yield _run_alone(spec, engine, work)


def _submit(
    executor: Executor,
    work: Work,
    spec: ShardSpec,
    running: dict[Future[Receipt], ShardSpec],
    suspects: list[ShardSpec],
) -> bool:
    """Whether the executor took the shard; a broken one takes none, and the shard is a suspect."""
    try:
        running[executor.submit(work, spec)] = spec
    except BrokenExecutor:
        suspects.append(spec)
        return False
    return True


def _run_alone(spec: ShardSpec, engine: Engine, work: Work) -> Receipt:
    """Run a shard whose worker may have died of it; a record on which it dies three times is set aside."""
    deaths: Counter[Place | None] = Counter()
    while True:
        spec.progress_file.unlink(missing_ok=True)
        try:
            with _ended(engine(1)) as executor:
                return executor.submit(work, spec).result()
        except (OSError, PipelineError):
            raise
        except Exception as error:
            place = read_place(spec)
            deaths[place] += 1
            if deaths[place] < DEATHS:
                continue
            if place is None or place in spec.aside:
                raise StorageError(f"shard {spec.name} failed {DEATHS} times: {error!r}") from error
            spec = replace(spec, aside=(*spec.aside, place))


@contextmanager
def _ended(executor: Executor) -> Iterator[Executor]:
    """The executor, ended in any case: in peace, or at once when the run is broken off."""
    before = set(multiprocessing.active_children())
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    executor.shutdown()


def _start_worker() -> None:
    """Set up a worker process: the run alone answers the keyboard, and no worker outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_follow_parent, daemon=True).start()
    spare_pandas()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
