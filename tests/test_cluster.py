"""The Dask engine on a real cluster of two workers: the same bytes, and a death costs its record alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pipeline.errors import StorageError, UsageError
from pipeline.executors import Engine, execute
from pipeline.model import Article
from pipeline.receipts import Receipt, ShardSpec
from pipeline.run import Options, run_pipeline
from pipeline.shards import run_shard
from pipeline.stages import steps_until, take_article
from pipeline.vocabulary import default_vocabulary
from tests.shell_inputs import Watched, file_bytes, run, write_every_form, write_folders, write_lines
from tests.test_executors import POISON, run_poisoned
from tests.test_shards import read_rows, specs_of

pytest.importorskip("distributed", reason="the extra dask is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own


@pytest.fixture(scope="module")
def cluster() -> Iterator[Engine]:
    from pipeline.cluster import dask_engine

    with dask_engine(None, 2) as (engine, workers):
        assert workers == 2
        yield engine


def die_once(spec: ShardSpec) -> Receipt:
    """Kill the worker the first time that a shard is asked for."""
    mark = Path(spec.work, f"{spec.name}.died")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return run_shard(spec)


def run_on(cluster: Engine, raw: Path, processed: Path) -> None:
    """A run on a cluster that is there already."""
    with pytest.MonkeyPatch.context() as patch:
        from contextlib import nullcontext

        patch.setattr("pipeline.cluster.dask_engine", lambda *_: nullcontext((cluster, 2)))
        run_pipeline(Options(raw, processed, engine="dask"), Watched())


def test_the_cluster_gives_the_same_bytes(cluster: Engine, tmp_path: Path) -> None:
    write_every_form(tmp_path / "raw")
    write_folders(tmp_path / "raw", folders=4)
    run(tmp_path / "raw", tmp_path / "one")
    run_on(cluster, tmp_path / "raw", tmp_path / "two")
    assert file_bytes(tmp_path / "one") == file_bytes(tmp_path / "two")


def test_a_cluster_is_found_by_its_address(cluster: Engine, tmp_path: Path) -> None:
    write_folders(tmp_path / "raw", folders=2)
    run(tmp_path / "raw", tmp_path / "one")
    address = cluster(1)._executor._client.scheduler.address  # type: ignore[attr-defined]
    run(tmp_path / "raw", tmp_path / "two", engine="dask", scheduler=address)
    assert file_bytes(tmp_path / "one") == file_bytes(tmp_path / "two")


def test_only_this_machine_reaches_the_cluster(cluster: Engine) -> None:
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = {c.laddr.ip for p in processes for c in p.net_connections() if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_a_record_that_kills_its_worker_is_set_aside(cluster: Engine, tmp_path: Path) -> None:
    texts = ["收案1件。", f"{POISON}收案3件。", "收案4件。"]
    write_lines(tmp_path / "raw/a/a.jsonl", [{"id": str(n), "text": text} for n, text in enumerate(texts)])
    write_lines(tmp_path / "raw/b/b.jsonl", [{"id": f"b{n}", "text": f"收案{n}件。"} for n in range(1, 5)])
    specs = specs_of(tmp_path / "raw", tmp_path / "work")
    receipts = {r.shard: r for r in execute(specs, cluster, 2, run_poisoned)}
    failures = [row for r in receipts.values() for row in read_rows(tmp_path / "work", r, "failures")]
    assert [(f["article_id"], f["stage"], f["error"]) for f in failures] == [("1", "metrics", "worker_lost")]
    assert sum(receipt.rows("articles") for receipt in receipts.values()) == 6


def test_killed_workers_lose_nothing(cluster: Engine, tmp_path: Path) -> None:
    write_folders(tmp_path / "raw", folders=2)
    specs = specs_of(tmp_path / "raw", tmp_path / "work")
    receipts = list(execute(specs, cluster, 2, die_once))
    assert {receipt.shard for receipt in receipts} == {spec.name for spec in specs}
    assert sum(receipt.records for receipt in receipts) == 8


def test_other_code_and_other_words_are_refused(cluster: Engine, tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/a.jsonl", [{"text": "收案1件。"}])
    (spec,) = specs_of(tmp_path / "raw", tmp_path / "work")
    says = {"clean_code": "other code", "extract_code": "other code", "words": "word lists"}
    for key, message in says.items():
        with pytest.raises(StorageError, match=message):
            list(execute([replace(spec, keys={**spec.keys, key: "other"})], cluster))


def take_long(value: object) -> object:
    """A stage that never ends."""
    number = 0
    while True:
        number ^= 1


def take_in_thread() -> tuple[str, str]:
    """What becomes of an article that takes too long, where a task runs in a thread."""
    steps = (*steps_until("read", default_vocabulary()), ("clean", take_long))
    failure = take_article(Article("a", "收案1件。"), steps, lambda stage: None, seconds=0.1)
    return failure.stage, failure.error


def test_an_article_that_takes_too_long_is_set_aside(cluster: Engine) -> None:
    assert cluster(1).submit(take_in_thread).result() == ("clean", "timeout")


def test_what_is_asked_wrongly(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/a.jsonl", [{"text": "收案1件。"}])
    with pytest.raises(UsageError, match="--engine dask"):
        run(tmp_path / "raw", tmp_path / "processed", engine="pool", scheduler="tcp://127.0.0.1:1")
    with (
        pytest.MonkeyPatch.context() as patch,
        pytest.raises(StorageError, match="does not answer"),
    ):
        patch.setattr("pipeline.cluster.SECONDS_TO_CONNECT", 0.3)
        run(tmp_path / "raw", tmp_path / "processed", engine="dask", scheduler="tcp://127.0.0.1:1")
