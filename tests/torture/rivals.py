"""Several runs at once on one output folder."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

from tests.torture.inputs import find_bad_runs, find_leftovers, make_states, tables_of
from tests.torture.launch import launch
from tests.torture.outcome import Outcome

MOST = 8


def check_rivals(count: int, folder: Path, seed: int) -> Outcome:
    """`count` rounds of two to eight runs that begin at about the same time."""
    draw = random.Random(seed)
    states = make_states(folder, pages=0, lines=1)
    ends: Counter[int | None] = Counter()
    faults = []
    for number in range(count):
        processed = states.copy_old(folder / f"round-{number}")
        rivals = []
        for _ in range(2 + number % (MOST - 1)):
            rivals.append(launch(states.raw, processed, said=folder / "said"))
            time.sleep(draw.choice((0.0, 0.0, 0.05, 0.3)))
        codes = Counter(rival.wait() for rival in rivals)
        ends += codes
        found = [f"ended with {dict(codes)}"] if set(codes) - {0, 75} or not codes[0] else []
        found += [] if tables_of(processed) == states.after else ["other tables than of one run"]
        found += find_leftovers(processed) + find_bad_runs(processed)
        faults += [f"round {number}: {fault}" for fault in found]
    note = f"{count} rounds of 2 to {MOST} runs; {ends[0]} worked, {ends[75]} left with 75"
    return Outcome(5, "competing runs", sum(ends.values()), tuple(faults), note)
