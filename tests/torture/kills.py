"""Runs that are killed or stopped at any instant, and run again."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import count as count_up
from multiprocessing import get_context
from pathlib import Path

from pipeline.receipts import STAGE_NAMES
from pipeline.snapshot import SNAPSHOTS, WORK
from tests.torture.inputs import States, judge_end, make_states
from tests.torture.launch import Launched, finish, launch, outlives
from tests.torture.outcome import Outcome

PHASES = ("read", "clean", "extract", "write", "commit")
_PHASE_OF = {"read": "read", "clean": "clean", "sections": "extract", "metrics": "extract", "write": "write"}
AT_ONCE = 4
_TO_RUN = 3  # shards of the changed raw folder


def check_kills(count: int, folder: Path, seed: int) -> Outcome:
    """`kill -9` at random instants, a fifth at least in each phase; then the run again."""
    states = make_states(folder)
    parts = AT_ONCE if count >= 20 * AT_ONCE else 1
    if parts == 1:
        found = [_kill_many(states, count, folder, seed)]
    else:
        with ProcessPoolExecutor(parts, mp_context=get_context("spawn")) as pool:
            folders = [folder / f"part-{part}" for part in range(parts)]
            counts, seeds = [count // parts] * parts, range(seed, seed + parts)
            found = list(pool.map(_kill_many, [states] * parts, counts, folders, seeds))
    hits: Counter[str] = Counter()
    for part, _ in found:
        hits.update(part)
    faults = [fault for _, part in found for fault in part]
    faults += [f"only {hits[phase]} kills in {phase}" for phase in PHASES if hits[phase] < count // 5]
    note = "killed in " + ", ".join(f"{phase} {hits[phase]}" for phase in (*PHASES, "other"))
    return Outcome(1, "kill -9, then run again", sum(hits.values()), tuple(faults), note)


def _kill_many(states: States, count: int, folder: Path, seed: int) -> tuple[dict[str, int], list[str]]:
    """How many runs were killed in each phase, and what went wrong."""
    draw = random.Random(seed)
    hits: Counter[str] = Counter()
    faults: list[str] = []
    for trial in count_up():
        wanted = min(PHASES, key=lambda phase: hits[phase])
        if (sum(hits.values()) >= count and hits[wanted] >= count // 5) or trial > 4 * count + 20:
            return hits, faults
        is_first = trial % 5 == 4
        engine = "pool" if trial % 8 == 7 and count >= 8 else "inline"
        processed = folder / f"trial-{trial}"
        if not is_first:
            states.copy_old(processed)
        run = launch(states.raw, processed, engine)
        _wait_until(run, processed, None if draw.random() < 0.2 else wanted, draw)
        run.send(signal.SIGKILL)
        if run.wait() != -signal.SIGKILL:
            continue  # it was done before
        hits[phase_of(processed) or "other"] += 1
        found = [fault] if (fault := states.is_whole(processed, is_first)) else []
        found += judge_end(states, processed, finish(states.raw, processed))
        faults += [f"trial {trial} ({wanted}, {engine}): {fault}" for fault in found]
    return hits, faults


def check_signals(count: int, folder: Path, seed: int) -> Outcome:
    """SIGINT and SIGTERM at random instants, to the run alone and to it and its workers."""
    draw = random.Random(seed)
    states = make_states(folder)
    faults, longest, stopped = [], 0.0, Counter[str]()
    for trial in count_up():
        if sum(stopped.values()) >= count or trial > 3 * count + 20:
            break
        number = (signal.SIGINT, signal.SIGTERM)[trial % 2]
        engine = "pool" if trial % 6 == 5 and count >= 6 else "inline"
        processed, said = states.copy_old(folder / f"trial-{trial}"), folder / f"said-{trial}"
        run = launch(states.raw, processed, engine, said)
        _wait_until(run, processed, draw.choice((None, *PHASES)), draw)
        asked = time.monotonic()
        run.send(number)
        run.send(signal.SIGCONT)
        code = run.wait()
        longest = max(longest, time.monotonic() - asked)
        if code == 0:
            continue  # it was done before
        stopped[number.name] += 1
        found = _judge_stop(code, number, said.read_text("utf-8", "replace") if said.exists() else "")
        found += ["a worker outlives it"] if outlives(run.pid) else []
        found += [fault] if (fault := states.is_whole(processed)) else []
        found += judge_end(states, processed, finish(states.raw, processed))
        faults += [f"trial {trial} ({number.name}, {engine}): {fault}" for fault in found]
    note = ", ".join(f"{times} {name}" for name, times in sorted(stopped.items()))
    note += f"; the longest took {longest:.1f} s to end"
    return Outcome(6, "SIGINT, SIGTERM", sum(stopped.values()), tuple(faults), note)


def _judge_stop(code: int | None, number: signal.Signals, said: str) -> list[str]:
    """What is wrong with how a run ended that was asked to."""
    if code in (-number, 1) and not said:
        return []  # before the program itself began
    found = [] if code == 128 + number else [f"ended with {code}"]
    last = said.strip().rpartition("\n")[2]
    if not last.startswith("news-metrics: stopped;") or "Traceback" in said:
        found.append(f"said {said[-200:]!r}")
    return found


def phase_of(processed: Path) -> str | None:
    """The phase that a run is in, or was in when it died, by what lies in its output folder."""
    work = processed / WORK
    try:
        for note in work.glob("*.at"):
            if len(written := note.read_bytes()) == 16:
                return _PHASE_OF[STAGE_NAMES[int.from_bytes(written[8:], "little")]]
        finished = len(list(work.glob("*.json")))
    except FileNotFoundError:  # it went on meanwhile
        return None
    if any((processed / SNAPSHOTS).glob(".tmp-*")) or finished >= _TO_RUN:
        return "commit"
    return None


def _wait_until(run: Launched, processed: Path, phase: str | None, draw: random.Random) -> None:
    """Wait until the run is in a phase and a moment more; or for any time that a run may take."""
    if phase is None:
        time.sleep(draw.uniform(0.0, 1.0))
        return
    _poll(
        lambda: run.poll() is not None or (phase_of(processed) == phase and _is_held(run, processed, phase))
    )
    if phase == "commit":
        run.send(signal.SIGCONT)
        time.sleep(draw.uniform(0.0, 0.05))


def _is_held(run: Launched, processed: Path, phase: str) -> bool:
    """Whether the run could be halted in the phase; otherwise it goes on."""
    run.send(signal.SIGSTOP)
    _poll(lambda: run.poll() is not None or _state_of(run.pid) in "TZX", 5.0)
    if phase_of(processed) == phase:
        return True
    run.send(signal.SIGCONT)
    return False


def _state_of(pid: int) -> str:
    """The letter that the system has for the state of a process; X where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def _poll(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.0002)  # the runs need the processor more
