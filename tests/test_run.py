"""Whole runs: what runs again and what does not, killed runs, runs that meet."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.errors import LockedError, UsageError
from pipeline.run import Options, plan_only
from tests.shell_inputs import (
    file_bytes,
    rows_of,
    run,
    sentence,
    write_every_form,
    write_folders,
    write_lines,
)


def rebuilt(raw: Path, folder: Path, **options: object) -> dict[str, bytes]:
    """The tables of a run that starts from nothing."""
    run(raw, folder, **options)
    return file_bytes(folder)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    write_folders(tmp_path / "raw")
    return tmp_path / "raw", tmp_path / "processed"


def test_every_form_comes_through(tmp_path: Path) -> None:
    number = write_every_form(tmp_path / "raw")
    summary = run(tmp_path / "raw", tmp_path / "processed")
    assert summary.counts.records == summary.counts.rows["articles"] == number
    paths = {str(row["source_path"]) for row in rows_of(tmp_path / "processed", "articles")}
    named = {"a.txt", "b.html", "sub/c.jsonl", "d.csv", "e.parquet", "f.txt.gz", "g.jsonl.zst", "h.warc.gz"}
    assert paths == named
    metrics = rows_of(tmp_path / "processed", "metrics")
    assert len(metrics) == 2 * number
    sections = {row["section_id"] for row in rows_of(tmp_path / "processed", "sections")}
    assert {row["section_id"] for row in metrics} <= sections


def test_an_unchanged_raw_folder_runs_no_shard(places: tuple[Path, Path]) -> None:
    raw, processed = places
    assert run(raw, processed).shards_run == 3
    before = file_bytes(processed)
    again = run(raw, processed)
    assert (again.shards_run, again.shards_kept) == (0, 3)
    assert file_bytes(processed) == before
    assert [row["run_id"] for row in rows_of(processed, "runs")][-1] == again.run_id


def test_a_changed_article_runs_its_shard_alone(places: tuple[Path, Path], tmp_path: Path) -> None:
    raw, processed = places
    run(raw, processed)
    write_lines(raw / "f1/a.jsonl", [{"id": "1-0", "text": sentence(77)}, "{broken"])
    (raw / "f2/a.jsonl").unlink()
    write_lines(raw / "f9/a.jsonl", [{"id": "9-0", "text": sentence(9)}])
    assert [shard.reason for shard in plan_only(Options(raw, processed)) if not shard.receipt] == [
        "its input changed",
        "it is new",
    ]
    assert run(raw, processed).shards_run == 2
    assert file_bytes(processed) == rebuilt(raw, tmp_path / "rebuilt")


def test_a_changed_word_list_extracts_again_from_the_cleaned_texts(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    raw, processed = places
    write_every_form(raw)
    run(raw, processed)
    words = tmp_path / "more.toml"
    words.write_text('[lists]\n"more.words" = ["新词"]\n', "utf-8")
    plan = plan_only(Options(raw, processed, words=words))
    assert {shard.reason for shard in plan} == {"the word lists changed"}
    assert all([one.has_rows for one in shard.spec.earlier] == [False] for shard in plan)
    run(raw, processed, words=words)
    assert file_bytes(processed) == rebuilt(raw, tmp_path / "rebuilt", words=words)


def test_stages_that_were_left_out_are_made_up(places: tuple[Path, Path], tmp_path: Path) -> None:
    raw, processed = places
    summary = run(raw, processed, until="clean")
    assert (summary.counts.rows["articles"], summary.counts.rows["sections"]) == (12, 0)
    assert pq.read_table(processed / "metrics").num_rows == 0
    run(raw, processed)
    assert file_bytes(processed) == rebuilt(raw, tmp_path / "rebuilt")


def test_an_id_that_comes_twice_goes_to_the_first_and_back(places: tuple[Path, Path], tmp_path: Path) -> None:
    raw, processed = places
    write_lines(raw / "f5/a.jsonl", [{"id": "0-1", "text": sentence(50)}, {"id": "5", "text": sentence(5)}])
    write_lines(raw / "f6/a.jsonl", [{"id": "0-1", "text": sentence(60)}])
    run(raw, processed)
    failures = rows_of(processed, "failures")
    assert [(row["source_path"], row["error"]) for row in failures] == [
        (path, "duplicate_id") for path in sorted(["f5/a.jsonl", "f6/a.jsonl"], key=_part_order(processed))
    ]
    assert all("record 1 of f0/a.jsonl" in str(row["message"]) for row in failures)
    assert run(raw, processed).shards_run == 0
    (raw / "f0/a.jsonl").unlink()
    run(raw, processed)
    (failure,) = rows_of(processed, "failures")
    assert (failure["source_path"], failure["article_id"]) == ("f6/a.jsonl", "0-1")
    assert file_bytes(processed) == rebuilt(raw, tmp_path / "rebuilt")


def _part_order(processed: Path):  # type: ignore[no-untyped-def]
    """Where a file's failures stand in the table: parts are read in the order of their names."""
    order = [row["source_path"] for row in rows_of(processed, "failures")]
    return order.index


def test_the_shard_size_changes_no_row(
    places: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, processed = places
    write_lines(raw / "f0/b.jsonl", [{"id": "1-1", "text": sentence(3)}, {"id": "0-0", "text": sentence(4)}])
    run(raw, processed)
    monkeypatch.setattr("pipeline.plan.SHARD_FILES", 1)
    assert run(raw, tmp_path / "other").shards_run == 4
    for table in ("articles", "metrics", "failures"):
        assert sorted(map(repr, rows_of(processed, table))) == sorted(
            map(repr, rows_of(tmp_path / "other", table))
        )


def test_nothing_is_lost(places: tuple[Path, Path]) -> None:
    raw, processed = places
    write_lines(
        raw / "g/a.jsonl", ["", "[]", '{"text": 3}', '{"text": ""}', '{"id": "0-0", "text": "收案1件。"}']
    )
    (raw / "g/cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00")
    (raw / "g/empty.txt").write_bytes(b"")
    summary = run(raw, processed)
    rows = summary.counts.rows
    assert summary.counts.records == rows["articles"] + rows["failures"]
    assert rows["articles"] == 12
    assert summary.counts.status == "done"
    (row,) = rows_of(processed, "runs")
    assert dict(row["rows"])["failures"] == rows["failures"]  # type: ignore[call-overload]


def command(raw: Path, processed: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--processed", str(processed), *more]


@pytest.mark.parametrize("engine", ["inline", "pool"])
def test_a_killed_run_can_be_run_again(tmp_path: Path, engine: str) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw, folders=8, articles=40)
    whole = rebuilt(raw, tmp_path / "rebuilt")
    for delay in (0.5, 0.7, 0.9):
        process = subprocess.Popen(
            command(raw, processed, "--engine", engine, "--workers", "2"), stderr=subprocess.DEVNULL
        )
        time.sleep(delay)
        process.kill()
        process.wait()
    run(raw, processed)
    assert file_bytes(processed) == whole


def test_where_a_worker_died_before_the_pool_is_used(places: tuple[Path, Path]) -> None:
    raw, processed = places
    (shard, *_) = plan_only(Options(raw, processed))
    shard.spec.progress_file.parent.mkdir(parents=True)
    shard.spec.progress_file.write_bytes(b"")
    summary = run(raw, processed, engine="auto", workers=1)
    assert (summary.shards_run, summary.counts.rows["articles"]) == (3, 12)
    assert not (processed / ".work").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_promptly(tmp_path: Path, number: signal.Signals) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write_folders(raw, folders=8, articles=400)
    process = subprocess.Popen(
        command(raw, processed, "--engine", "pool"), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not list(processed.glob(".work/*.at")):
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(number)
    _, message = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert message.splitlines()[-1].startswith("news-metrics: stopped;")
    for _ in range(100):  # its workers end with it
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a worker outlives its run")


def test_what_could_not_be_read_is_tried_in_every_run(places: tuple[Path, Path]) -> None:
    raw, processed = places
    (raw / "f0/b.jsonl").symlink_to("b.jsonl")
    assert run(raw, processed).counts.rows["failures"] == 1
    reasons = [shard.reason for shard in plan_only(Options(raw, processed)) if shard.reason]
    assert reasons == ["its input could not be read"]
    assert run(raw, processed).shards_run == 1


def test_the_surroundings_change_no_byte(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    write_every_form(raw)
    whole = rebuilt(raw, tmp_path / "rebuilt")
    surroundings = [
        {"TZ": "America/New_York", "PYTHONHASHSEED": "1", "LANG": "C"},
        {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "2", "LANG": "zh_CN.UTF-8"},
    ]
    for number, added in enumerate(surroundings):
        processed = tmp_path / str(number)
        environment = {name: value for name, value in os.environ.items() if name != "HOME"} | added
        done = subprocess.run(
            command(raw, processed), env=environment, umask=0o077, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert file_bytes(processed) == whole


def test_a_second_run_on_one_output_leaves(places: tuple[Path, Path]) -> None:
    raw, processed = places
    from filelock import FileLock

    processed.mkdir()
    with FileLock(processed / ".lock"), pytest.raises(LockedError, match="another run"):
        run(raw, processed)
    assert run(raw, processed).shards_run == 3


@pytest.mark.parametrize(
    "options",
    [{"engine": "spark"}, {"until": "read"}, {"max_failures": 2.0}, {"workers": -1}],
)
def test_wrong_options_are_refused_before_any_work(
    places: tuple[Path, Path], options: dict[str, object]
) -> None:
    raw, processed = places
    with pytest.raises(UsageError):
        run(raw, processed, **options)
    assert not processed.exists()


def test_tables_in_the_raw_folder_are_refused(places: tuple[Path, Path]) -> None:
    raw, _ = places
    with pytest.raises(UsageError, match="lies in"):
        run(raw, raw / "processed")
