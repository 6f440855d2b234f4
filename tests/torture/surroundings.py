"""The same bytes whatever the time zone, the language, the home, the mask and the hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.shell_inputs import file_bytes, run, write_every_form
from tests.torture.inputs import make_states
from tests.torture.outcome import Outcome

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu")
LANGUAGES = ("C", "zh_CN.UTF-8", "zh_CN.GB18030", "tr_TR.UTF-8")
SEEDS = ("0", "1", "2", "12345", "4294967295")
MASKS = (0o077, 0o022, 0o000)
MOST = 20


def check_surroundings(count: int, folder: Path, seed: int) -> Outcome:
    """`count` runs, each in other surroundings than the one before; every second has no home."""
    raw = make_states(folder, pages=1).raw
    write_every_form(raw)
    run(raw, folder / "plain")
    expected, faults = file_bytes(folder / "plain"), []
    for number in range(min(count, MOST)):
        added = {
            "TZ": ZONES[number % len(ZONES)],
            "LANG": LANGUAGES[number % len(LANGUAGES)],
            "LC_ALL": LANGUAGES[number % len(LANGUAGES)],
            "PYTHONHASHSEED": SEEDS[(number + number // len(ZONES)) % len(SEEDS)],
        }
        mask, processed = MASKS[number % len(MASKS)], folder / f"run-{number}"
        plain = {name: value for name, value in os.environ.items() if name != "HOME" or number % 2}
        command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--processed", str(processed)]
        done = subprocess.run(
            [*command, "--engine", "pool" if number % 5 == 4 else "inline"],
            env=plain | added, umask=mask, capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        if done.returncode:
            faults.append(f"{added}: ended with {done.returncode}: {done.stderr[-200:]}")
        elif file_bytes(processed) != expected:
            faults.append(f"{added}, mask {mask:o}: other bytes")
    note = f"{len(ZONES)} zones, {len(LANGUAGES)} languages, {len(SEEDS)} seeds, {len(MASKS)} masks, no HOME"
    return Outcome(20, "surroundings", min(count, MOST), tuple(faults), note)
