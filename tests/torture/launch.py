"""Runs in processes of their own, which can be killed.

A run in one process comes from a server process that has everything loaded, so that it takes a fraction of a
second; it goes through the command line all the same.  A run with a pool is started as a user starts it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

LONGEST = 120.0


def context() -> ForkServerContext:
    """Makes processes that begin with the words and the command line loaded."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.torture.preload"])
    return made


class Launched:
    """A run under way."""

    def __init__(self, process: BaseProcess | subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid or 0

    def poll(self) -> int | None:
        """The exit code; None while the run is under way.  Minus a signal's number where one ended it."""
        return self._process.poll() if isinstance(self._process, subprocess.Popen) else self._process.exitcode

    def send(self, number: signal.Signals) -> None:
        """Send the run a signal, where it is still there."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(self.pid, number)

    def wait(self, seconds: float = LONGEST) -> int | None:
        """Wait for the end; None where it does not come, and the run is killed."""
        if isinstance(self._process, subprocess.Popen):
            try:
                return self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                return None
        self._process.join(seconds)
        if (code := self._process.exitcode) is None:
            self._process.kill()
            self._process.join()
        return code


def launch(raw: Path, processed: Path, engine: str = "inline", said: Path | None = None) -> Launched:
    """Start a run; what it says goes to the file `said`."""
    arguments = [
        "run",
        "--raw",
        str(raw),
        "--processed",
        str(processed),
        "--engine",
        engine,
        "--workers",
        "2",
    ]
    if engine == "inline":
        return start(_command, arguments, said)
    with (said or Path(os.devnull)).open("wb") as out:
        command = [sys.executable, "-m", "pipeline", *arguments]
        return Launched(subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True))


def start(target: Callable[..., object], *arguments: object) -> Launched:
    """Start `target` in a process of its own."""
    process = context().Process(target=target, args=arguments)
    process.start()
    return Launched(process)


def finish(raw: Path, processed: Path, engine: str = "inline") -> int | None:
    """Run to the end; the exit code."""
    return launch(raw, processed, engine).wait()


def be_quiet(said: Path | None) -> None:
    """Send what this process says to the file `said`."""
    handle = os.open(said or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)


def _command(arguments: Sequence[str], said: Path | None) -> None:
    """What the command line does in its own process."""
    from pipeline.cli import main

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the program sees to it
    os.setsid()
    be_quiet(said)
    sys.argv[1:] = arguments
    main()


def outlives(session: int, seconds: float = 60.0) -> bool:
    """Whether a process of the session is still there after that long."""
    import time

    for _ in range(int(seconds / 0.02)):
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True
