"""Output folders on full, broken, forbidden and read-only disks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.torture.inputs import States, judge_end, make_states
from tests.torture.launch import be_quiet, finish, start
from tests.torture.operations import BORNE, run_breaking
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
    share = max(1, count * 2 // 5)
    faults, mounted = _in_namespace(states, share, max(1, count // 5))
    errors = max(1, count // 5)
    for number in range(errors):
        faults += _judge_error(states, folder / f"error-{number}", 7 + 13 * number + seed)
    forbidden = max(1, count - mounted - errors)
    for number in range(forbidden):
        faults += _judge_forbidden(states, folder / f"forbidden-{number}", number)
    note = f"on a mounted disk {mounted} (full, without inodes, read-only), EIO {errors}, EACCES {forbidden}"
    return Outcome(3, "disk full, EIO, EACCES, read-only", mounted + errors + forbidden, tuple(faults), note)


def _in_namespace(states: States, full: int, read_only: int) -> tuple[list[str], int]:
    """Faults of the trials that need a disk of their own, and their number; none where none can be had."""
    if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
        return [], 0
    (states.folder / "disk").mkdir()
    command = [*NAMESPACE, sys.executable, "-m", __name__, str(states.folder), str(full), str(read_only)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | _own_path())
    if done.returncode:
        return [f"the trials on a disk broke off: {done.stderr[-500:]}"], 0
    return json.loads(done.stdout), full + read_only


def _own_path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2])}


def on_disk(folder: Path, full: int, read_only: int) -> list[str]:
    """The trials on a disk of our own, which no other process sees."""
    from tests.shell_inputs import file_bytes

    states = States(folder, file_bytes(folder / "old"), file_bytes(folder / "new"))
    disk = folder / "disk"
    faults = []
    for number in range(full):
        limit = "nr_inodes" if number % 2 else "size"
        step = 3 + number * 160 // full if number % 2 else 4 + number * 480 // full
        faults += _judge_disk(
            states, disk, number, lambda used, limit=limit, step=step: _more(used, limit, step)
        )
    for number in range(read_only):
        faults += _judge_disk(states, disk, number, lambda used: "ro")
    return faults


def _more(used: os.statvfs_result, limit: str, step: int) -> str:
    """The option that leaves so many inodes, or so many kilobytes."""
    if limit == "nr_inodes":
        return f"nr_inodes={used.f_files - used.f_ffree + step}"
    return f"size={(used.f_blocks - used.f_bfree) * used.f_bsize // 1024 + step}k"


def _judge_disk(
    states: States, disk: Path, number: int, option: Callable[[os.statvfs_result], str]
) -> list[str]:
    """What goes wrong in a run on a disk that is remounted so, and in the next one on a sound disk."""
    _mount("-t", "tmpfs", "-o", "size=64m,nr_inodes=100000", "tmpfs", str(disk))
    processed, is_first = disk / "processed", number % 4 == 3
    processed.mkdir() if is_first else states.copy_old(processed)
    said = option(os.statvfs(disk))
    _mount("-o", f"remount,{said}", str(disk))
    code = finish(states.raw, processed)
    found = [] if code in (0, 74) else [f"ended with {code}"]
    found += [fault] if (fault := states.is_whole(processed, is_first)) else []
    _mount("-o", "remount,rw,size=64m,nr_inodes=100000", str(disk))
    found += judge_end(states, processed, finish(states.raw, processed))
    subprocess.run(["umount", "--lazy", str(disk)], check=True)
    return [f"disk {number}, {said}: {fault}" for fault in found]


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
    print(json.dumps(on_disk(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
