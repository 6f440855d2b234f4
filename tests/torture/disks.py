"""Output folders on full, broken, forbidden and read-only disks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.torture.inputs import States, judge_end, make_states, tables_of
from tests.torture.launch import be_quiet, finish, start
from tests.torture.operations import AT_ONCE, BORNE, run_breaking
from tests.torture.outcome import Outcome
from tests.torture.privileges import obey_modes

MODES = (0o555, 0o000)
# What an output folder holds, as patterns from it; each is forbidden in turn.
FORBIDDEN = (
    ".", ".snapshots", ".lock", ".work", ".work/articles", ".work/*.json", ".snapshots/*",
    ".snapshots/*/articles", ".snapshots/*/receipts.jsonl", ".snapshots/*/metrics/*", ".snapshots/*/runs/*",
    ".snapshots/*/duplicates/*",
)  # fmt: skip
NAMESPACE = ("unshare", "--map-root-user", "--mount")


def check_disks(count: int, folder: Path, seed: int) -> Outcome:
    """A full disk, a read-only one, I/O errors and forbidden files; the next run on a sound disk succeeds."""
    states = make_states(folder, pages=0, lines=1)
    full, other = max(1, count * 2 // 5), max(1, count // 5)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        on_disks = threads.submit(_in_namespace, states, full, other)
        errors = [
            threads.submit(_judge_error, states, folder / f"error-{number}", 7 + 13 * number + seed)
            for number in range(other)
        ]
        faults, mounted, ended = on_disks.result()
        forbidden = [
            threads.submit(_judge_forbidden, states, folder / f"forbidden-{number}", number)
            for number in range(max(1, count - mounted - other))
        ]
    faults += [fault for trial in (*errors, *forbidden) for fault in trial.result()]
    note = (
        f"{mounted} on a disk that is full, without inodes or read-only ({ended} ended with 74, the others "
        f"had room); EIO from some instant on {other}; forbidden parts {len(forbidden)}"
    )
    injected = mounted + other + len(forbidden)
    return Outcome(3, "disk full, EIO, EACCES, read-only", injected, tuple(faults), note)


def _in_namespace(states: States, full: int, read_only: int) -> tuple[list[str], int, int]:
    """Faults of the trials that need a disk of their own, their number, and how many ended with 74.

    There are none where this system lets us have no disk.
    """
    disk = states.folder / "disk"
    disk.mkdir()
    probe = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", str(disk)]
    if not shutil.which(NAMESPACE[0]) or subprocess.run(probe, capture_output=True, check=False).returncode:
        return [], 0, 0
    command = [*NAMESPACE, sys.executable, "-m", __name__, str(states.folder), str(full), str(read_only)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | _own_path())
    if done.returncode:
        return [f"the trials on a disk broke off: {done.stderr[-500:]}"], 0, 0
    said = json.loads(done.stdout)
    return said["faults"], full + read_only, said["codes"].count(74)


def _own_path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2])}


def on_disk(folder: Path, full: int, read_only: int) -> tuple[list[str], list[int | None]]:
    """The faults and exit codes of the trials on a disk of our own, which no other process sees."""
    states = States(folder, tables_of(folder / "old"), tables_of(folder / "new"))
    faults, codes = [], []
    for number in range(full + read_only):
        limit = "ro" if number >= full else "nr_inodes" if number % 2 else "size"
        step = 3 + number * 100 // full if number % 2 else 4 + number * 360 // full
        code, found = _judge_disk(states, folder / "disk", number, limit, step)
        codes.append(code)
        faults += found
    return faults, codes


def _option(disk: Path, limit: str, step: int) -> str:
    """The option of mount that leaves so many kilobytes or inodes, or turns the disk read-only."""
    used = os.statvfs(disk)
    if limit == "nr_inodes":
        return f"nr_inodes={used.f_files - used.f_ffree + step}"
    return (
        f"size={(used.f_blocks - used.f_bfree) * used.f_bsize // 1024 + step}k" if limit == "size" else "ro"
    )


def _judge_disk(
    states: States, disk: Path, number: int, limit: str, step: int
) -> tuple[int | None, list[str]]:
    """How a run on such a disk ended; what goes wrong in it, and in the next one on a sound disk."""
    _mount("-t", "tmpfs", "-o", "size=64m,nr_inodes=100000", "tmpfs", str(disk))
    processed, is_first = disk / "processed", number % 4 == 3
    processed.mkdir() if is_first else states.copy_old(processed)
    option = _option(disk, limit, step)
    _mount("-o", f"remount,{option}", str(disk))
    code = finish(states.raw, processed)
    found = [] if code in (0, 74) else [f"ended with {code}"]
    found += [fault] if (fault := states.is_whole(processed, is_first)) else []
    _mount("-o", "remount,rw,size=64m,nr_inodes=100000", str(disk))
    found += judge_end(states, processed, finish(states.raw, processed))
    subprocess.run(["umount", "--lazy", str(disk)], check=True)
    return code, [f"disk {number}, {option}: {fault}" for fault in found]


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _judge_error(states: States, processed: Path, last: int) -> list[str]:
    """What goes wrong in a run all whose operations from `last` on fail, and in the next one."""
    states.copy_old(processed)
    code = start(run_breaking, states.raw, processed, last, "fail on", processed.with_name("said")).wait()
    found = [] if code in (74, BORNE) else [f"ended with {code}"]
    found += [fault] if (fault := states.is_whole(processed)) else []
    found += judge_end(states, processed, finish(states.raw, processed))
    return [f"EIO from operation {last} on: {fault}" for fault in found]


def _judge_forbidden(states: States, processed: Path, number: int) -> list[str]:
    """What goes wrong in a run that may not touch part of its output folder, and in the next one that may."""
    pattern, mode = FORBIDDEN[number // 2 % len(FORBIDDEN)], MODES[number % 2]
    states.copy_old(processed)
    _leave_work(states, processed)
    paths = [processed] if pattern == "." else sorted(processed.glob(pattern))
    modes = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(mode if path.is_dir() else mode & 0o444)
    code = start(_run_obeying, states.raw, processed).wait()
    for path, before in modes.items():
        if path.exists():
            path.chmod(before)
    found = [] if code in (0, 74) else [f"ended with {code}"]
    found += [fault] if (fault := states.is_whole(processed)) else []
    found += judge_end(states, processed, finish(states.raw, processed))
    return [f"{pattern} with mode {mode:o}: {fault}" for fault in found]


def _leave_work(states: States, processed: Path) -> None:
    """What a run leaves that was killed before its end."""
    start(run_breaking, states.raw, processed, 150, "kill", processed.with_name("said")).wait()


def _run_obeying(raw: Path, processed: Path) -> None:
    from pipeline.cli import run_command

    be_quiet(None)
    obey_modes()
    sys.exit(run_command(["run", "--raw", str(raw), "--processed", str(processed), "--engine", "inline"]))


if __name__ == "__main__":
    said = on_disk(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(dict(zip(("faults", "codes"), said, strict=True))))
