"""Whole runs as a user starts them: by the clock, with the memory of the largest process."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SOME_FAILED = 1
_EVERY = 0.05
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock and of the processor; the most memory of one process in MB, 0 where unknown."""

    seconds: float
    processor: float
    memory: float


def run_pipeline(raw: Path, processed: Path, workers: int = 0, *options: str) -> Run:
    """One run with a pool of workers, or without one; raises CalledProcessError where it fails.

    The processor's seconds are those of a run without workers.
    """
    engine = "pool" if workers else "inline"
    command = [sys.executable, "-m", "pipeline", "run", "--raw", raw, "--processed", processed]
    before, used = time.perf_counter(), _processor()
    process = subprocess.Popen([*command, "--engine", engine, "--workers", str(workers), *options],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    peaks: dict[int, float] = {}
    watcher = threading.Thread(target=_watch, args=(process, peaks))
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - before
    watcher.join()
    if code not in (0, SOME_FAILED):
        raise subprocess.CalledProcessError(code, command)
    return Run(seconds, _processor() - used, max(peaks.values(), default=0.0))


def _processor() -> float:
    """The seconds that ended processes have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(process: subprocess.Popen[bytes], peaks: dict[int, float]) -> None:
    """Keep the most memory of the process and of all that it starts."""
    while process.poll() is None:
        waiting = [process.pid]
        while waiting:
            pid = waiting.pop()
            peaks[pid] = max(peaks.get(pid, 0.0), _peak_of(pid))
            waiting += _children_of(pid)
        time.sleep(_EVERY)


def _peak_of(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _children_of(pid: int) -> list[int]:
    file = _PROC / str(pid) / "task" / str(pid) / "children"
    try:
        return [int(child) for child in file.read_text().split()]
    except OSError:
        return []
