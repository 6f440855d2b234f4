"""The Nth file operation fails, or kills the process, for every N.

An audit hook sees every file that Python opens, renames, links or removes in the output folder, whoever asks
for it; writing and syncing are cut into steps by file operations that are handed to the run.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.files import Files
from tests.torture.inputs import States, judge_end, make_states
from tests.torture.launch import be_quiet, finish, start
from tests.torture.outcome import Outcome

PAIRS = frozenset(("os.rename", "os.link", "os.symlink"))
EVENTS = PAIRS | {"open", "os.mkdir", "os.remove", "os.rmdir", "os.scandir", "os.listdir"}
ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES)
NEVER = 1 << 30
AT_ONCE = 4
BORNE = 10


def check_operations(count: int, folder: Path, seed: int) -> Outcome:
    """Every operation of a run, or `count` of them, evenly spread: each fails once and kills once."""
    states = make_states(folder, pages=0, lines=1)
    total = _count_operations(states, folder / "counted")
    chosen = range(1, total + 1) if count >= total else _spread(total, count, seed)
    trials = [(last, way) for last in chosen for way in ("kill", "fail")]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        judged = list(threads.map(lambda trial: _judge(states, folder, *trial), trials))
    ends = Counter(end for end, _ in judged)
    faults = tuple(fault for _, found in judged for fault in found)
    note = f"{len(chosen)} of {total} operations; " + ", ".join(
        f"{n} {end}" for end, n in sorted(ends.items())
    )
    return Outcome(2, "the Nth file operation fails or kills", len(trials), faults, note)


def _judge(states: States, folder: Path, last: int, way: str) -> tuple[str, list[str]]:
    """How a run ended whose operation `last` broke, and what went wrong with it and the next one."""
    processed = states.copy_old(folder / f"{way}-{last}")
    code = start(run_breaking, states.raw, processed, last, way, folder / f"said-{way}-{last}").wait()
    found = _judge_code(way, code)
    found += [fault] if (fault := states.is_whole(processed)) else []
    found += judge_end(states, processed, finish(states.raw, processed))
    end = "killed" if way == "kill" else "done all the same" if code == BORNE else "ended with 74"
    return end, [f"operation {last}, {way}: {fault}" for fault in found]


def _judge_code(way: str, code: int | None) -> list[str]:
    """What is wrong with how a run ended whose file operation failed."""
    if way == "kill":
        return [] if code == -signal.SIGKILL else [f"ended with {code}"]
    return [] if code in (74, BORNE) else [f"ended with {code}"]


def _spread(total: int, count: int, seed: int) -> list[int]:
    """`count` numbers from 1 to `total`, evenly apart.

    >>> _spread(100, 4, 1)
    [2, 27, 52, 77]
    """
    return sorted({1 + (seed + number * total // count) % total for number in range(count)})


def _count_operations(states: States, processed: Path) -> int:
    states.copy_old(processed)
    said = processed.with_name("count")
    start(run_breaking, states.raw, processed, NEVER, "fail", said).wait()
    return int(said.read_text("utf-8").split()[-1])


class _Counted:
    """Counts the operations, and breaks the one numbered `last`, or all from there on."""

    def __init__(self, folder: Path, last: int, way: str) -> None:
        self._folder, self._last, self._way = str(folder), last, way
        self.number = 0

    def hook(self, event: str, values: tuple[object, ...]) -> None:
        """Told by the interpreter of what it is about to do."""
        paths = values[:2] if event in PAIRS else values[:1]
        if event in EVENTS and any(self._is_inside(path) for path in paths):
            self.step()

    def step(self) -> None:
        """One more operation."""
        self.number += 1
        if self.number == self._last or (self._way == "fail on" and self.number > self._last):
            if self._way == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            code = errno.EIO if self._way == "fail on" else ERRORS[self._last % len(ERRORS)]
            raise OSError(code, os.strerror(code))

    def _is_inside(self, value: object) -> bool:
        """Whether an operation's argument is a path in the output folder; relative ones are of `rmtree`."""
        if isinstance(value, bytes):
            value = os.fsdecode(value)
        return isinstance(value, str | os.PathLike) and (
            str(value).startswith(self._folder) or not Path(str(value)).is_absolute()
        )


class _Stepwise(Files):
    """File operations whose writing and syncing are steps that can break."""

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step

    def write(self, path: Path, content: bytes) -> None:
        try:
            with path.open("wb") as out:
                for piece in (content[: len(content) // 2], content[len(content) // 2 :]):
                    out.write(piece)
                    out.flush()
                    self._step()
                os.fsync(out.fileno())
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error

    def sync_folder(self, path: Path) -> None:
        self._step()
        super().sync_folder(path)


def _stepwise(write: Callable[..., int], step: Callable[[], None]) -> Callable[..., int]:
    """A function of the system, of which each call is a step that can break."""

    def stepped(*arguments: Any) -> int:
        step()
        return write(*arguments)

    return stepped


def run_breaking(raw: Path, processed: Path, last: int, way: str, said: Path) -> None:
    """A run in this process whose operation `last` breaks; ends with the exit code of the command line."""
    from pipeline.cli import _told
    from pipeline.run import Options, run_pipeline
    from pipeline.shards import run_shard
    from tests.shell_inputs import Watched

    be_quiet(said)
    counted = _Counted(processed, last, way)
    files = _Stepwise(counted.step)
    options = Options(raw, processed, engine="inline")
    sys.addaudithook(counted.hook)
    os.pwrite = _stepwise(os.pwrite, counted.step)  # what notes the progress; no hook sees it
    try:
        run_pipeline(options, Watched(), files, partial(run_shard, files=files))
    except Exception as error:
        message, code = _told(error)
        print(message)
        os._exit(code)
    print(counted.number, flush=True)
    os._exit(BORNE if counted.number >= last else 0)
