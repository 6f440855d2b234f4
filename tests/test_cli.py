"""The command line: exit codes, one line for each error, answers that hold what was asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.cli import run_command
from pipeline.schema import TABLES
from tests.shell_inputs import rows_of, run, write_folders, write_lines


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    write_folders(tmp_path / "raw", folders=1)
    return tmp_path / "raw", tmp_path / "processed"


def arguments(raw: Path, processed: Path, *more: str) -> list[str]:
    return ["run", "--raw", str(raw), "--processed", str(processed), *more]


def check_error(arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("news-metrics: ")
    assert err.count("\n") == 1
    assert said in err


def test_a_run_says_what_it_did(places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(arguments(*places)) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "4 records: 4 articles, 0 failures; 8 metrics" in err
    assert str(places[1]) in err


def test_too_many_failures_are_told_by_the_exit_code(places: tuple[Path, Path]) -> None:
    raw, processed = places
    write_lines(raw / "bad.jsonl", ["{"] * 11)
    assert run_command(arguments(raw, processed)) == 1
    assert len(rows_of(processed, "failures")) == 11
    assert rows_of(processed, "runs")[0]["status"] == "too_many_failures"
    assert run_command(arguments(raw, processed, "--max-failures", "0.9")) == 0
    write_lines(raw / "bad.jsonl", ["{"] * 10)
    assert run_command(arguments(raw, processed)) == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--no-such"], "--no-such"),
        (["--engine", "cloud"], "cloud"),
        (["--until", "read"], "read"),
        (["--workers", "two"], "--workers"),
        (["--max-failures", "7"], "share from 0 to 1"),
        (["--words", "/no/such/words"], "/no/such/words"),
    ],
)
def test_wrong_arguments(
    places: tuple[Path, Path], more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    check_error(arguments(*places, *more), 2, said, capsys)


def test_a_wrong_word_list_names_file_and_line(
    places: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tmp_path / "mine.toml"
    words.write_text("[lists]\nbroken = [\n", "utf-8")
    check_error(arguments(*places, "--words", str(words)), 2, "mine.toml:", capsys)
    assert not places[1].exists()


def test_wrong_folders(places: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, processed = places
    check_error(arguments(tmp_path / "none", processed), 2, "does not exist", capsys)
    (tmp_path / "empty").mkdir()
    check_error(arguments(tmp_path / "empty", processed), 2, "holds no article", capsys)
    check_error(arguments(raw, raw / "out"), 2, "lies in", capsys)
    (tmp_path / "file").write_text("")
    check_error(arguments(raw, tmp_path / "file"), 74, str(tmp_path / "file"), capsys)
    check_error(["status", "--processed", str(tmp_path / "none")], 74, "holds no tables", capsys)


def test_an_output_that_cannot_be_written(
    places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    check_error(arguments(places[0], Path("/proc/none")), 74, "/proc/none", capsys)


def test_a_held_output(places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    places[1].mkdir()
    with FileLock(places[1] / ".lock"):
        check_error(arguments(*places), 75, "another run holds", capsys)


def test_plan_status_and_head(places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    raw, processed = places
    asked = ["--raw", str(raw), "--processed", str(processed)]
    assert run_command(["plan", *asked]) == 0
    assert "f0/a.jsonl: it is new\n1 shards to run, 0 up to date" in capsys.readouterr().out
    assert not processed.exists()
    summary = run(raw, processed)
    assert run_command(["plan", *asked]) == 0
    assert capsys.readouterr().out == "0 shards to run, 1 up to date\n"
    assert run_command(["status", *asked[2:]]) == 0
    out = capsys.readouterr().out
    assert str(summary.snapshot) in out
    assert "metrics: 8" in out
    assert run_command(["head", *asked[2:], "--rows", "2"]) == 0
    assert "100" in capsys.readouterr().out


def test_show_leads_back_to_the_raw_text(
    places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    raw, processed = places
    run(raw, processed)
    metric = rows_of(processed, "metrics")[2]
    asked = ["show", str(metric["metric_id"]), "--processed", str(processed), "--raw", str(raw)]
    assert run_command(asked) == 0
    out = capsys.readouterr().out
    assert f"quote: {metric['quote']}" in out
    assert f"»{metric['quote']}«" in out
    write_lines(raw / "f0/a.jsonl", [{"text": "另一篇。"}] * 3)
    assert run_command(asked) == 0
    assert "not the same any more" in capsys.readouterr().out
    check_error(["show", "nothing", "--processed", str(processed)], 2, "has no metric nothing", capsys)


def test_explain_shows_rows_and_refused_numerals(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["explain", "2021年，全市法院新收案件12.3万件。", "--published", "2022-01-05"]) == 0
    out = capsys.readouterr().out
    assert "value: 123000" in out
    assert "2021年" in out
    assert "refused: date" in out
    check_error(["explain", "收案3件", "--published", "someday"], 2, "someday", capsys)


def test_schema_names_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["schema"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {column.name} (" in out for table in TABLES.values() for column in table)


def test_words_tells_of_faults_by_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["words"])
    out, err = capsys.readouterr()
    faults = len(err.splitlines())
    assert out.endswith(f"; {faults} faults\n")
    assert code == (2 if faults else 0)


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    schema = [sys.executable, "-m", "pipeline", "schema"]
    with subprocess.Popen(schema, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_run_imports_no_pandas(places: tuple[Path, Path]) -> None:
    code = (
        "import sys; from pipeline.cli import run_command; "
        f"code = run_command({arguments(*places)!r}); sys.exit('pandas' in sys.modules or code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
