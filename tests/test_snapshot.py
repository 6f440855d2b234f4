"""The output folder: one pointer, whole snapshots, and file operations that fail or never return."""

import errno
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.errors import StorageError
from pipeline.executors import process_context
from pipeline.files import Files
from pipeline.readers import open_snapshot
from pipeline.schema import TABLES as SCHEMAS
from pipeline.snapshot import Output
from tests.shell_inputs import TABLES, file_bytes, run, write_folders, write_lines

OPERATIONS = ("write", "replace", "link", "symlink", "mkdir", "unlink", "remove_tree", "sync_folder")


class Breaking(Files):
    """File operations of which the one numbered `last` does not happen: `fault` is called in its place."""

    def __init__(self, last: int, fault: Callable[[], object]) -> None:
        self.left = last
        self.fault = fault

    def __getattribute__(self, name: str) -> Any:
        if name in OPERATIONS:
            self.left -= 1
            if self.left == 0:
                self.fault()
        return super().__getattribute__(name)


def refuse() -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, "No space left on device")


def die() -> None:
    """What kill -9 does."""
    os._exit(9)


def run_until_death(raw: Path, processed: Path, last: int) -> None:
    """A run that dies at its file operation number `last`."""
    run(raw, processed, Breaking(last, die))


def check_layout(processed: Path) -> None:
    for table, schema in SCHEMAS.items():
        files = list((processed / table).iterdir())
        assert files
        assert all(file.suffix == ".parquet" for file in files)
        assert pq.read_table(processed / table).schema.equals(schema)
        assert list(pd.read_parquet(processed / table).columns) == schema.names


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """A raw folder that changed since the run that made `old`; the tables as they were and must be."""
    folder = tmp_path_factory.mktemp("states")
    write_folders(folder / "raw", folders=3, articles=2)
    run(folder / "raw", folder / "old")
    write_lines(folder / "raw/f1/a.jsonl", [{"id": "new", "text": "收案7件。"}, "{broken"])
    write_lines(folder / "raw/f3/a.jsonl", [{"id": "0-0", "text": "收案9件。"}])
    run(folder / "raw", folder / "new")
    return folder, file_bytes(folder / "old"), file_bytes(folder / "new")


def test_every_table_is_a_dataset(states: tuple[Path, dict[str, bytes], dict[str, bytes]]) -> None:
    check_layout(states[0] / "new")


def test_any_file_operation_may_fail(
    states: tuple[Path, dict[str, bytes], dict[str, bytes]], tmp_path: Path
) -> None:
    folder, old, new = states
    swapped = False
    for last in range(1, 1000):
        processed = tmp_path / str(last)
        shutil.copytree(folder / "old", processed, symlinks=True)
        try:
            run(folder / "raw", processed, Breaking(last, refuse))
        except OSError as error:
            assert error.errno == errno.ENOSPC
        else:
            break
        found = file_bytes(processed)
        assert found == (new if swapped or found == new else old)
        swapped = found == new
        if last % 8 == 0:
            run(folder / "raw", processed)
            assert file_bytes(processed) == new
    assert swapped
    assert last > 40


@pytest.mark.parametrize("last", range(3, 80, 11))
def test_a_run_may_die_at_any_file_operation(
    states: tuple[Path, dict[str, bytes], dict[str, bytes]], tmp_path: Path, last: int
) -> None:
    folder, old, new = states
    processed = tmp_path / "processed"
    shutil.copytree(folder / "old", processed, symlinks=True)
    process = process_context().Process(target=run_until_death, args=(folder / "raw", processed, last))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert file_bytes(processed) in (old, new)
    run(folder / "raw", processed)
    assert file_bytes(processed) == new
    assert len(list((processed / ".snapshots").iterdir())) <= 2
    assert not (processed / ".work").exists()


def test_a_failed_first_run_shows_no_tables(tmp_path: Path) -> None:
    write_folders(tmp_path / "raw", folders=1)
    for last in range(2, 40, 9):
        with pytest.raises(OSError, match="No space"):
            run(tmp_path / "raw", tmp_path / str(last), Breaking(last, refuse))
        assert not any((tmp_path / str(last) / table).exists() for table in TABLES)
        run(tmp_path / "raw", tmp_path / str(last))
        check_layout(tmp_path / str(last))


def test_a_reader_keeps_its_snapshot_until_the_next_but_one(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw, folders=1)
    first = run(raw, processed).snapshot
    run(raw, processed)
    assert pq.read_table(first / "metrics").num_rows == 8
    run(raw, processed)
    assert not first.exists()
    assert pq.read_table(processed / "runs").num_rows == 3


def test_what_is_read_from_a_snapshot_is_of_one_run(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw, folders=2)
    run(raw, processed)

    def change_and_run() -> None:
        for number in range(8):
            write_lines(raw / "f0/a.jsonl", [{"id": f"run {number}", "text": f"收案{number + 1}件。"}])
            run(raw, processed)

    seen = set()
    with ThreadPoolExecutor(1) as background:
        runs = background.submit(change_and_run)
        while not runs.done():
            snapshot = open_snapshot(processed)
            articles = set(pq.read_table(snapshot / "articles", columns=["article_id"])[0].to_pylist())
            metrics = set(pq.read_table(snapshot / "metrics", columns=["article_id"])[0].to_pylist())
            assert articles == metrics
            assert len(articles) in (5, 8)
            seen.add(frozenset(articles))
    runs.result()
    assert len(seen) > 1


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    write_folders(tmp_path / "raw", folders=1)
    (tmp_path / "processed/metrics").mkdir(parents=True)
    with pytest.raises(StorageError, match="is in the way"):
        run(tmp_path / "raw", tmp_path / "processed")


def test_a_lost_or_damaged_part_is_made_again(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw)
    run(raw, processed)
    whole = file_bytes(processed)
    lost = next((processed / "metrics").iterdir())
    lost.unlink()
    assert run(raw, processed).shards_run == 1
    assert file_bytes(processed) == whole
    (processed / "current" / "receipts.jsonl").write_bytes(b"{}\nrubbish")
    assert run(raw, processed).shards_run == 3
    assert file_bytes(processed) == whole


def test_a_damaged_part_says_what_to_do(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw)
    run(raw, processed)
    (damaged,) = (processed / "duplicates").iterdir()
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    run(raw, processed)
    damaged = next((processed / "articles").iterdir())
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    write_lines(raw / "f9/a.jsonl", [{"id": "9", "text": "收案9件。"}])
    with pytest.raises(StorageError, match=f"{damaged.name} is damaged: remove it, then run again"):
        run(raw, processed)
    damaged.unlink()
    assert run(raw, processed).counts.rows["articles"] == 13


@pytest.mark.parametrize("name", ["current", "metrics", ".snapshots", ".work", ".lock"])
def test_a_link_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    write_folders(tmp_path / "raw", folders=1)
    (tmp_path / "processed").mkdir()
    (tmp_path / "outside" / "kept").mkdir(parents=True)
    (tmp_path / "processed" / name).symlink_to(tmp_path / "outside")
    with pytest.raises(StorageError, match=r"in the way|is a link"):
        run(tmp_path / "raw", tmp_path / "processed")
    assert (tmp_path / "outside" / "kept").is_dir()


def test_the_history_of_runs_survives_a_new_column(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw, folders=1)
    first = run(raw, processed)
    (file,) = (processed / "runs").iterdir()
    pq.write_table(pq.read_table(file).drop_columns(["code_digest", "seconds"]), file)
    run(raw, processed)
    rows = pq.read_table(processed / "runs").to_pylist()
    assert [row["run_id"] == first.run_id for row in rows] == [True, False]
    assert (rows[0]["code_digest"], rows[0]["seconds"]) == ("", [])
    assert rows[1]["code_digest"]


def test_nothing_is_current_before_the_first_run(tmp_path: Path) -> None:
    output = Output(tmp_path, Files())
    assert output.current() is None
    assert output.receipts() == output.finished() == {}
