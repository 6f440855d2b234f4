"""Engines: the same bytes from each, and a worker that dies costs its record and nothing else."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.executors import execute, inline, pool
from pipeline.model import Document
from pipeline.receipts import Receipt, ShardSpec
from pipeline.shards import run_shard
from pipeline.stages import STAGES, Taken
from pipeline.vocabulary import Vocabulary
from tests.shell_inputs import file_bytes, run, write_every_form, write_folders, write_lines
from tests.test_shards import read_rows, specs_of

POISON = "毒"


def die_of_poison(document: Document, words: Vocabulary) -> Taken:
    """The metrics stage, which kills its process on an article that says 毒."""
    if POISON in document.text.clean:
        os.kill(os.getpid(), signal.SIGKILL)
    taken: Taken = STAGES["metrics"](document, words)
    return taken


def run_poisoned(spec: ShardSpec) -> Receipt:
    """Run a shard whose poisoned articles kill the worker."""
    return run_shard(spec, {**STAGES, "metrics": die_of_poison})


def die_always(spec: ShardSpec) -> Receipt:
    """Kill the worker before it starts on a record."""
    os._exit(1)


def test_the_engines_give_the_same_bytes(tmp_path: Path) -> None:
    write_every_form(tmp_path / "raw")
    write_folders(tmp_path / "raw", folders=4)
    run(tmp_path / "raw", tmp_path / "one", engine="inline")
    run(tmp_path / "raw", tmp_path / "two", engine="pool", workers=2)
    assert file_bytes(tmp_path / "one") == file_bytes(tmp_path / "two")


def test_a_record_that_kills_its_worker_is_set_aside(tmp_path: Path) -> None:
    texts = ["收案1件。", "收案2件。", f"{POISON}收案3件。", "收案4件。"]
    write_lines(tmp_path / "raw/a/a.jsonl", [{"id": str(n), "text": text} for n, text in enumerate(texts)])
    write_lines(tmp_path / "raw/b/b.jsonl", [{"id": f"b{n}", "text": f"收案{n}件。"} for n in range(1, 5)])
    specs = specs_of(tmp_path / "raw", tmp_path / "work")
    receipts = {r.shard: r for r in execute(specs, pool, 2, run_poisoned)}
    assert set(receipts) == {spec.name for spec in specs}
    failures = [row for r in receipts.values() for row in read_rows(tmp_path / "work", r, "failures")]
    assert [(f["article_id"], f["stage"], f["error"]) for f in failures] == [("2", "metrics", "worker_lost")]
    assert sum(r.rows("articles") for r in receipts.values()) == 7
    assert not list((tmp_path / "work").glob("*.at"))


def test_a_shard_that_never_starts_stops_the_run(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/a.jsonl", [{"text": "收案1件。"}])
    specs = specs_of(tmp_path / "raw", tmp_path / "work")
    with pytest.raises(StorageError, match="3 times"):
        list(execute(specs, pool, 1, die_always))


def test_what_a_shard_raises_comes_through(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/a.jsonl", [{"text": "收案1件。"}])
    (spec,) = specs_of(tmp_path / "raw", tmp_path / "work")
    with pytest.raises(StorageError, match="word lists changed"):
        list(execute([replace(spec, keys={**spec.keys, "words": "other"})], inline))
    with pytest.raises(FileNotFoundError):
        list(execute([replace(spec, work=str(tmp_path / "nowhere"))], inline))
