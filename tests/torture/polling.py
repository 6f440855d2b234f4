"""Readers that never stop reading while runs replace the snapshot under them."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.readers import open_snapshot
from tests.shell_inputs import run, write_lines
from tests.torture.launch import Launched, be_quiet, start
from tests.torture.outcome import Outcome

COMMITS = 50
SHARDS = 4
ARTICLES = 3
METRICS = 2  # of each article
READERS = ("pandas", "pyarrow", "duckdb", "polars")
Read = Callable[[Path], Sequence[str]]


def check_polling(count: int, folder: Path, seed: int) -> Outcome:
    """`count` reads by each library in turn during 50 commits, or fewer where `count` is small."""
    raw, processed, end = folder / "raw", folder / "processed", folder / "end"
    commits = max(3, min(COMMITS, count // 50))
    _write_generation(raw, 0)
    run(raw, processed)
    files = [folder / f"{name}.json" for name in READERS]
    readers = [
        start(_read_until, end, processed, name, file) for name, file in zip(READERS, files, strict=True)
    ]
    for number in range(1, commits + 1):
        _write_generation(raw, number)
        run(raw, processed)
        _wait_for(readers, files, count * number // commits)
    end.touch()
    ends = [reader.wait() for reader in readers]
    found = [json.loads(file.read_text("utf-8")) for file in files]
    total = Counter[str]()
    for counts in found:
        total.update(counts["counts"])
    faults = [fault for counts in found for fault in counts["faults"]]
    faults += [f"a reader ended with {code}" for code in ends if code != 0]
    reads = total["snapshot"] + total["path"]
    note = (
        f"{commits} commits; {total['snapshot']:,} reads of a snapshot and {total['path']:,} by the path, "
        f"{total['crossed']:,} of them across a commit; by the path {total['refused']} were refused with an "
        f"error, of snapshots {total['outlived']}, older than the one before the current"
    )
    return Outcome(4, "readers during commits", reads, tuple(faults), note)


def _write_generation(raw: Path, number: int) -> None:
    """Every article of the raw folder but those of one shard names its generation."""
    for shard in range(SHARDS):
        made = f"g{number if shard else 0}"
        records: list[dict[str, object] | str] = [
            {"id": f"{made}-{shard}-{n}", "text": f"收案{n + 1}件，审结{n + 2}件。"} for n in range(ARTICLES)
        ]
        write_lines(raw / f"f{shard}" / "a.jsonl", records)


def _wait_for(readers: list[Launched], files: list[Path], reads: int) -> None:
    while sum(_reads_of(file) for file in files) < reads and all(r.poll() is None for r in readers):
        time.sleep(0.01)


def _reads_of(file: Path) -> int:
    """How many reads a reader has noted so far."""
    note = file.with_suffix(".reads")
    return int(note.read_bytes() or b"0") if note.exists() else 0


def _read_until(end: Path, processed: Path, name: str, file: Path) -> None:
    """Read until the file `end` is there; what was read goes to `file`."""
    be_quiet(file.with_suffix(".said"))
    read = _reader(name)
    counts, faults = Counter[str](), []
    while not end.exists():
        by_path = sum(counts.values()) % 2 == 1
        faults += (
            _read_by_path(read, processed, counts) if by_path else _read_snapshot(read, processed, counts)
        )
        note = file.with_suffix(".reads.tmp")
        note.write_text(str(counts["snapshot"] + counts["path"]), "ascii")
        note.replace(file.with_suffix(".reads"))
    said = {"counts": counts, "faults": [f"{name}: {fault}" for fault in faults[:20]]}
    file.write_text(json.dumps(said), "utf-8")


def _read_snapshot(read: Read, processed: Path, counts: Counter[str]) -> list[str]:
    """Two tables of one snapshot; what is wrong with them."""
    snapshot = open_snapshot(processed)
    try:
        articles, metrics = read(snapshot / "articles"), read(snapshot / "metrics")
    except Exception as error:
        if snapshot.exists():
            return [f"{type(error).__name__} though the snapshot is there: {error}"]
        counts["outlived"] += 1
        return []
    counts["snapshot"] += 1
    counts["crossed"] += open_snapshot(processed) != snapshot
    found = _generation(articles, 1), _generation(metrics, METRICS)
    return [] if found[0] is not None and found[0] == found[1] else [f"a mixture: {found}"]


def _read_by_path(read: Read, processed: Path, counts: Counter[str]) -> list[str]:
    """One table by the path that never changes; what is wrong with it."""
    snapshot = open_snapshot(processed)
    try:
        metrics = read(processed / "metrics")
    except Exception:
        counts["refused"] += 1
        is_crossed = open_snapshot(processed) != snapshot
        return [] if is_crossed else ["an error though no commit came between"]
    counts["path"] += 1
    counts["crossed"] += open_snapshot(processed) != snapshot
    return [] if _generation(metrics, METRICS) is not None else ["a mixture"]


def _generation(names: Sequence[str], rows: int) -> str | None:
    """The generation whose articles have these names, `rows` times each; None where it is no single one."""
    changing = {name.split("-")[0] for name in names if not name.startswith("g0-0-")}
    if len(changing) != 1 or len(names) != SHARDS * ARTICLES * rows:
        return None
    (made,) = changing
    expected = {f"{made if shard else 'g0'}-{shard}-{n}" for shard in range(SHARDS) for n in range(ARTICLES)}
    return made if Counter(names) == Counter(dict.fromkeys(expected, rows)) else None


def _reader(name: str) -> Read:
    """What reads the article ids of a table's folder, in one thread."""
    if name == "pandas":
        import pandas as pd

        return lambda folder: pd.read_parquet(folder, columns=["article_id"])["article_id"].tolist()
    if name == "pyarrow":
        import pyarrow.parquet as pq

        return lambda folder: pq.read_table(folder, columns=["article_id"], use_threads=False)[0].to_pylist()
    if name == "duckdb":
        import duckdb

        connection = duckdb.connect(config={"threads": "1"})
        query = "SELECT article_id FROM read_parquet(?)"
        return lambda folder: [
            row[0] for row in connection.execute(query, [f"{folder}/*.parquet"]).fetchall()
        ]
    os.environ["POLARS_MAX_THREADS"] = "1"
    import polars as pl

    return lambda folder: pl.read_parquet(folder / "*.parquet", columns=["article_id"])[
        "article_id"
    ].to_list()
