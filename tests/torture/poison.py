"""Poison articles: whatever one of them does to its worker, the other rows stay as they are.

A stage that is handed to the shards does what the article's title asks for: it raises, hangs, crashes, or
takes all memory; a line of 50 MB needs no help.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.model import Article
from pipeline.receipts import Receipt, ShardSpec
from pipeline.run import Options, run_pipeline
from pipeline.shards import run_shard
from pipeline.stages import ARTICLE_SECONDS, STAGES
from pipeline.vocabulary import Vocabulary
from tests.shell_inputs import Watched, rows_of, run, sentence, write_lines
from tests.torture.inputs import find_bad_runs
from tests.torture.launch import be_quiet, start
from tests.torture.outcome import Outcome

ARTICLES = 1000
FOLDERS = 4
POSITIONS = 10
BIG = 50 * 1024 * 1024
SHORT = 20.0  # seconds for most hangs; one waits as long as is promised
QUICK = 4.0
AT_ONCE = 4
SPARE = 256 * 1024 * 1024
MARK = "poison: "


class PanicError(BaseException):
    """What a library in Rust raises when it panics: no Exception."""


def _raise() -> None:
    raise ValueError("poison")


def _panic() -> None:
    raise PanicError("poison")


def _recurse() -> None:
    _recurse()


def _sleep() -> None:
    time.sleep(1000)


def _spin() -> None:
    """Hang, and take every Exception for one's own."""
    while True:
        try:
            time.sleep(0)
        except Exception:
            continue


def _swallow() -> None:
    """Hang, and drop the first thing that is raised, whatever it is."""
    try:
        _sleep()
    except BaseException:
        _sleep()


def _burn() -> None:
    """Hang where no signal is looked at."""
    sum(itertools.repeat(1))


def _crash() -> None:
    ctypes.string_at(0)


def _be_killed() -> None:
    """What the system does to a process when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def _take_all() -> None:
    """Take memory up to a limit of the process."""
    held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held + SPARE, before[1]))
    try:
        taken = [bytearray(SPARE // 8) for _ in range(1000)]
        raise AssertionError(f"{len(taken)} pieces of memory that there was not")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


# kind: (what it does, the failure it must leave)
Poison = tuple[Callable[[], None], str]
POISONS: dict[str, tuple[Poison, ...]] = {
    "exception": ((_raise, "ValueError"), (_panic, "PanicError"), (_recurse, "RecursionError")),
    "hang": ((_sleep, "timeout"), (_spin, "timeout"), (_swallow, "timeout"), (_burn, "worker_lost")),
    "segfault": ((_crash, "worker_lost"),),
    "memory": ((_take_all, "MemoryError"), (_be_killed, "worker_lost")),
    "50 MB line": ((lambda: None, "too_large"),),
}


def check_poison(count: int, folder: Path, seed: int) -> Outcome:
    """`count` runs over a thousand articles, each with one poison article, at different places.

    A few runs are over fewer articles.
    """
    articles = ARTICLES if count >= len(POISONS) * POSITIONS else 40
    texts = [sentence(number) for number in range(articles)]
    _write(folder / "sound", texts, None, "")
    run(folder / "sound", folder / "expected")
    cases = [
        (list(POISONS)[number % len(POISONS)], number // len(POISONS), (number * 101 + seed) % articles)
        for number in range(count)
    ]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(partial(_try, folder, texts), cases))
    sorts = ", ".join(f"{kind} {sum(case[0] == kind for case in cases)}" for kind in POISONS)
    faults = tuple(itertools.chain.from_iterable(found))
    return Outcome(7, "poison articles", count, faults, f"1 of {articles:,} articles: {sorts}")


def _try(folder: Path, texts: list[str], case: tuple[str, int, int]) -> list[str]:
    """What is wrong with a run over a poison article."""
    kind, turn, place = case
    name = f"{kind} {turn}".replace(" ", "-")
    raw, processed, said = folder / f"raw-{name}", folder / name, folder / f"said-{name}"
    _, error = POISONS[kind][turn % len(POISONS[kind])]
    _write(raw, texts, place, f"{MARK}{kind}/{turn}")
    # The first sleeper waits as long as is promised, the others not.
    is_full, is_lost = len(texts) == ARTICLES, error == "worker_lost"
    seconds = ARTICLE_SECONDS  # a busy machine may take long for a sound article
    if kind == "hang" and (turn or not is_full):
        seconds = SHORT if is_full else QUICK
    is_alone = is_full and turn % 3 == 2 and kind != "hang"  # the run goes down with the article
    engine = "inline" if is_alone or not (is_full or is_lost) else "pool"
    code = start(_run, raw, processed, engine, seconds, said).wait(1800)
    if is_alone and is_lost and code in (-signal.SIGSEGV, -signal.SIGKILL):
        code = start(_run, raw, processed, "auto", seconds, said).wait(1800)
    if code != 0:
        return [f"{name} at {place}: ended with {code}: {said.read_text('utf-8', 'replace')[-300:]}"]
    found = find_bad_runs(processed)
    rows = rows_of(processed, "failures")
    failures = [(row["source_path"], row["source_record"], row["error"]) for row in rows]
    part, record = divmod(place, len(texts) // FOLDERS)
    if failures != [(f"f{part}/a.jsonl", record, error)]:
        found.append(f"the failures are {failures}")
    for table in ("articles", "sections", "metrics"):
        expected = [row for row in _sorted(folder / "expected", table) if row["article_id"] != f"a{place}"]
        if _sorted(processed, table) != expected:
            found.append(f"{table} has other rows")
    return [f"{name} at {place}: {fault}" for fault in found]


def _sorted(processed: Path, table: str) -> list[dict[str, object]]:
    """The rows of a table article by article; a file so large that it is cut gives more parts."""
    return sorted(rows_of(processed, table), key=lambda row: str(row["article_id"]))


def _write(raw: Path, texts: list[str], place: int | None, title: str) -> None:
    """The articles in some folders; the one at `place` is poison."""
    records: list[dict[str, object] | str] = []
    for number, text in enumerate(texts):
        record: dict[str, object] = {"id": f"a{number}", "title": "甲市法院", "text": text}
        if number == place:
            record["title"] = title
            if "50 MB" in title:
                record["text"] = text + "9" * BIG
        records.append(record)
    size = len(records) // FOLDERS
    for part in range(FOLDERS):
        write_lines(raw / f"f{part}" / "a.jsonl", records[part * size : (part + 1) * size])


def _run(raw: Path, processed: Path, engine: str, seconds: float, said: Path) -> None:
    """A run whose stages are poisoned, in this process."""
    os.setsid()
    be_quiet(said)
    options = Options(raw, processed, engine=engine, workers=2)
    run_pipeline(options, Watched(), work=partial(run_poisoned, seconds=seconds))
    sys.exit(0)


def run_poisoned(spec: ShardSpec, seconds: float) -> Receipt:
    """Run a shard with stages that do what a poison article asks for."""
    return run_shard(spec, {name: partial(_poisoned, name) for name in STAGES}, seconds=seconds)


def _poisoned(stage: str, value: Any, words: Vocabulary) -> Any:
    """A stage; in its turn, the poison acts."""
    article = value if isinstance(value, Article) else value.article
    if article.title and article.title.startswith(MARK):
        kind, _, turn = article.title.removeprefix(MARK).partition("/")
        if list(STAGES)[int(turn) % len(STAGES)] == stage:
            POISONS[kind][int(turn) % len(POISONS[kind])][0]()
    return STAGES[stage](value, words)
