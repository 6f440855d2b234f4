"""Memory stays bounded by the shard; only what changed runs again, and gives what a full rebuild gives."""

from __future__ import annotations

import json
import random
import shutil
import statistics
import threading
import zlib
from pathlib import Path

import psutil

from pipeline.model import Document
from pipeline.receipts import Receipt, ShardSpec
from pipeline.run import Options, plan_only, run_pipeline
from pipeline.shards import run_shard
from pipeline.stages import STAGES
from pipeline.vocabulary import Vocabulary
from tests.shell_inputs import Watched, file_bytes, run, sentence
from tests.torture.outcome import Outcome

MOST_MB = 600
FLAT = 1.15
FEWEST_TO_JUDGE = 5_000
LONG_CHARS = 7_000_000  # 20 MB in UTF-8
SHARD = 20_000
WORDS = '[lists]\n"more.words" = ["新词{}"]\n'


def check_memory(count: int, folder: Path, seed: int) -> Outcome:
    """`count` articles in one file, one of 20 MB among them, until clean: the memory of each worker."""
    raw = folder / "raw"
    raw.mkdir()
    text = "\n".join(sentence(number) for number in range(12))
    with (raw / "news.jsonl").open("w", encoding="utf-8") as out:
        for number in range(count):
            long = sentence(number) * (LONG_CHARS // 28) if number == count // 2 else ""
            record = {"id": f"r{number}", "text": f"{number}\n{text}{long}"}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    with _Memory() as memory:
        options = Options(raw, folder / "processed", engine="pool", workers=2, until="clean")
        summary = run_pipeline(options, Watched())
    faults = [f"a worker took {memory.worker_mb:.0f} MB"] if memory.worker_mb > MOST_MB else []
    if count >= FEWEST_TO_JUDGE and memory.growth > FLAT:
        faults.append(f"workers took {memory.growth:.2f} times as much in the second half as in the first")
    if summary.counts.rows["articles"] != count:
        faults.append(f"{summary.counts.rows['articles']} articles of {count}")
    note = (
        f"{count:,} articles until clean, one of 20 MB: a worker {memory.worker_mb:.0f} MB at most, in the "
        f"second half {memory.growth:.2f} times the first; the run itself {memory.own_mb:.0f} MB"
    )
    return Outcome(16, "memory", count, tuple(faults), note)


class _Memory:
    """Watches the resident memory of this process and of its workers."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._seen: list[float] = []
        self.worker_mb = self.own_mb = 0.0

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def growth(self) -> float:
        """The middle of what the largest worker took in the second half of the time beside the first."""
        half = len(self._seen) // 2
        return statistics.median(self._seen[half:]) / statistics.median(self._seen[:half]) if half else 1.0

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._is_over.wait(0.1):
            self.own_mb = max(self.own_mb, own.memory_info().rss / 1e6)
            workers = [_resident_mb(child) for child in own.children(recursive=True)]
            if len(workers) > 2:  # the server of workers is one of them
                self._seen.append(max(workers))
                self.worker_mb = max(self.worker_mb, *workers)


def _resident_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss / 1e6)
    except psutil.NoSuchProcess:
        return 0.0


def check_increments(count: int, folder: Path, seed: int) -> Outcome:
    """`count` changes in a row: only what changed is extracted, the tables are those of a rebuild."""
    draw, words = random.Random(seed), folder / "words.toml"
    raw, processed = folder / "raw", folder / "processed"
    held = {f"r{number}": sentence(number) * 3 for number in range(200)}
    kinds: dict[str, int] = {}
    faults = []
    words.write_text(WORDS.format(0), "utf-8")
    for number in range(count + 1):
        kind = "first" if number == 0 else draw.choice(("nothing", "edit", "add", "remove", "words"))
        expected = _change(kind, held, words, number, draw)
        _write(raw, held)
        work = _Counted()
        options = Options(raw, processed, engine="inline", shard_bytes=SHARD, words=words)
        planned = sum(shard.receipt is None for shard in plan_only(options))
        summary = run_pipeline(options, Watched(), work=work)
        if kind != "first":
            kinds[kind] = kinds.get(kind, 0) + 1
            if sorted(work.taken) != sorted(expected):
                faults.append(f"{number} {kind}: {len(work.taken)} articles extracted, not {len(expected)}")
            if planned != summary.shards_run:
                faults.append(f"{number} {kind}: {planned} shards planned, {summary.shards_run} run")
        run(raw, folder / "rebuilt", shard_bytes=SHARD, words=words)
        if file_bytes(processed) != file_bytes(folder / "rebuilt"):
            faults.append(f"{number} {kind}: other tables than those of a rebuild")
        shutil.rmtree(folder / "rebuilt")
    note = ", ".join(f"{times} {kind}" for kind, times in sorted(kinds.items()))
    return Outcome(17, "increments", count, tuple(faults), note)


def _change(kind: str, held: dict[str, str], words: Path, number: int, draw: random.Random) -> list[str]:
    """Make a change; the articles that must be extracted again."""
    name = draw.choice(sorted(held))
    if kind == "edit":
        held[name] = f"{sentence(number)}第{number}稿。"
        return [name]
    if kind == "add":
        held[f"new{number}"] = sentence(number) * 2
        return [f"new{number}"]
    if kind == "remove":
        del held[name]
    if kind == "words":
        words.write_text(WORDS.format(number), "utf-8")
        return sorted(held)
    return []


def _write(raw: Path, held: dict[str, str]) -> None:
    """Half of the articles as lines of one file, half as files; a file whose text stays is left alone."""
    (raw / "pages").mkdir(parents=True, exist_ok=True)
    names = sorted(held)
    lines = [json.dumps({"id": n, "text": held[n]}, ensure_ascii=False) for n in names if _is_line(n)]
    _write_changed(raw / "all.jsonl", "\n".join(lines) + "\n")
    pages = {f"{name}.txt": held[name] for name in names if not _is_line(name)}
    for file in (raw / "pages").iterdir():
        if file.name not in pages:
            file.unlink()
    for file_name, text in pages.items():
        _write_changed(raw / "pages" / file_name, text)


def _is_line(name: str) -> bool:
    return zlib.crc32(name.encode()) % 2 == 1


def _write_changed(file: Path, text: str) -> None:
    if not file.exists() or file.read_text("utf-8") != text:
        file.write_text(text, "utf-8")


class _Counted:
    """Runs shards and notes the articles whose metrics are extracted."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def __call__(self, spec: ShardSpec) -> Receipt:
        return run_shard(spec, {**STAGES, "metrics": self._extract})

    def _extract(self, document: Document, words: Vocabulary) -> object:
        # A page goes by the name of its file.
        path = document.article.source_path
        self.taken.append(Path(path).stem if path.startswith("pages/") else document.article.id)
        return STAGES["metrics"](document, words)
