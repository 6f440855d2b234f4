"""The engine of a Dask cluster: a running one by its address, or one on this machine for the length of a run.

Shards and receipts are the same as with any engine; the folders must be on a file system that all workers
share.  What dies on a worker is seen here as an exception of the future, and the shard is asked for again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import StorageError
from pipeline.executors import Engine

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "127.0.0.1"
SECONDS_TO_CONNECT = 30
AHEAD = 64
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def dask_engine(address: str | None, workers: int) -> Iterator[tuple[Engine, int]]:
    """The engine of the cluster at `address`; without one, of `workers` processes for this machine alone.

    With it, how many shards it runs at once, for an address at least `AHEAD`: workers may come later.

    Raises StorageError where the cluster does not answer.
    """
    import dask  # noqa: PLC0415  (it takes a second)
    from distributed import Client, LocalCluster  # noqa: PLC0415

    if address is not None:
        try:
            client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            message = f"the Dask scheduler {address} does not answer: {error}; check address, network and TLS"
            raise StorageError(message) from error
        with client:
            yield (lambda _: _ClusterExecutor(client)), max(AHEAD, len(client.scheduler_info(-1)["workers"]))
        return
    # A record that kills its worker is looked for here: the scheduler need not try the shard again by itself.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=LOCAL,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield (lambda _: _ClusterExecutor(client)), workers


class _ClusterExecutor(Executor):
    """A fresh executor on a client that stays."""

    def __init__(self, client: Client) -> None:
        self._executor: Executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a task on any worker; each is run, also one that equals another."""
        return self._executor.submit(_run_on_worker, fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for all tasks, or let go of them."""
        self._executor.shutdown(wait=wait and not cancel_futures)


def _run_on_worker(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """What a worker does: one shard at a time, however many threads it has."""
    with _ONE_AT_A_TIME:
        return fn(*args, **kwargs)
