"""Publishing: readers at the place see the old tables or the new ones, whatever happens on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from pipeline.cli import run_command
from pipeline.errors import StorageError
from pipeline.publish import find_published, publish
from pipeline.readers import open_snapshot
from tests.shell_inputs import rows_of, run, sentence, write_folders, write_lines

fsspec = pytest.importorskip("fsspec", reason="the extra cloud is not installed")


@pytest.fixture(params=["memory", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return f"file://{tmp_path}/store"
    fsspec.filesystem("memory").rm("/", recursive=True) if fsspec.filesystem("memory").exists("/") else None
    return "memory://bucket/news"


def ids_at(url: str) -> list[str]:
    place, folder = fsspec.core.url_to_fs(f"{find_published(url)}/metrics")
    frames = [pd.read_parquet(place.open(file)) for file in sorted(place.find(folder))]
    return list(pd.concat(frames)["metric_id"])


def ids_in(processed: Path) -> list[str]:
    return [str(row["metric_id"]) for row in rows_of(processed, "metrics")]


def test_tables_are_brought_and_replaced(url: str, tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw)
    run(raw, processed)
    with pytest.raises(StorageError, match="no tables"):
        find_published(url)
    first = publish(open_snapshot(processed), url)
    assert first.kept == 0
    assert ids_at(url) == ids_in(processed)
    assert publish(open_snapshot(processed), url).sent == 0

    write_lines(raw / "f1/a.jsonl", [{"id": "1-0", "text": sentence(70)}])
    run(raw, processed)
    second = publish(open_snapshot(processed), url)
    assert second.kept > second.sent > 0
    assert ids_at(url) == ids_in(processed)
    for _ in range(2):
        run(raw, processed)
        publish(open_snapshot(processed), url)
    place, root = fsspec.core.url_to_fs(url)
    assert len(place.ls(f"{root}/snapshots", detail=False)) == 2


def test_a_broken_publishing_leaves_the_old_tables(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw)
    run(raw, processed)
    publish(open_snapshot(processed), url)
    before = ids_at(url)
    write_lines(raw / "f1/a.jsonl", [{"id": "1-0", "text": sentence(70)}])
    run(raw, processed)
    place, _ = fsspec.core.url_to_fs(url)
    whole = place.put_file

    def put_half(local: str, target: str) -> None:
        whole(local, target)
        place.pipe_file(target, place.cat_file(target)[:-9])

    with monkeypatch.context() as patch:
        patch.setattr(place, "put_file", put_half, raising=False)
        with pytest.raises(StorageError, match="publish again"):
            publish(open_snapshot(processed), url)
    assert ids_at(url) == before
    publish(open_snapshot(processed), url)
    assert ids_at(url) == ids_in(processed) != before


def test_the_command_says_where_the_tables_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folders(tmp_path / "raw", folders=1)
    run(tmp_path / "raw", tmp_path / "processed")
    arguments = ["publish", "--processed", str(tmp_path / "processed"), "--to", f"file://{tmp_path}/store"]
    assert run_command(arguments) == 0
    address = capsys.readouterr().out.strip()
    assert address == find_published(f"file://{tmp_path}/store")
    held = json.loads((tmp_path / "store/current.json").read_text())
    assert address.endswith(held["snapshot"])
    assert run_command(["publish", "--processed", str(tmp_path / "none"), "--to", "memory://x"]) == 74
