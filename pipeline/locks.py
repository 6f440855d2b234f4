"""One at a time: the lock of an output folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from pipeline.errors import LockedError, StorageError
from pipeline.snapshot import LOCK, Output


@contextmanager
def hold(output: Output) -> Iterator[None]:
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
