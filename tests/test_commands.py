"""The commands around a run: status, doctor, completion, help; and how many snapshots stay."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from pipeline import doctor
from pipeline.cli import app, build_command, run_command
from pipeline.commands.completion import SHELLS, VARIABLE
from pipeline.commands.examples import EXAMPLES
from pipeline.errors import UsageError
from pipeline.run import Options, run_pipeline
from tests.shell_inputs import Watched, run, write_folders, write_lines

COMMANDS = sorted(typer.main.get_group(app).commands)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.chdir(tmp_path)
    write_folders(tmp_path / "raw", folders=1)
    return tmp_path / "raw", tmp_path / "processed"


# --- status


def test_status_tells_of_tables_runs_and_failures(
    places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    raw, processed = places
    run(raw, processed)
    write_lines(
        raw / "f1" / "b.jsonl", ["{", "{", {"text": "收案3件。", "published_at": "2021-03-04"}, {"id": "n"}]
    )
    run(raw, processed)
    assert run_command(["status"]) == 0
    out = capsys.readouterr().out
    assert "articles: 5  (published 2021-03-04 to 2021-03-04, 4 undated; 2 files)\n" in out
    assert "metrics: 9  (9 core, 0 targets; 5 case_count, 4 rate)\n" in out
    assert "failures: 3\n" in out
    assert "  bad_json: 2  (f1/b.jsonl: " in out
    runs = out.split("last runs, UTC")[1].splitlines()[1:]
    assert [line.split()[2:6] for line in runs] == [["done", "8", "5", "3"], ["done", "4", "4", "0"]]
    assert run_command(["status", "--runs", "1", "--json"]) == 0
    assert '"bad_json"' in capsys.readouterr().out


def test_status_of_tables_without_rows(places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    raw, processed = places
    (raw / "f0" / "a.jsonl").write_text("{\n", "utf-8")
    run(raw, processed)
    assert run_command(["status"]) == 0
    out = capsys.readouterr().out
    assert "articles: 0  (0 undated; 0 files)\n" in out
    assert "metrics: 0\n" in out


# --- how many snapshots stay


@pytest.mark.parametrize(("keep", "stay"), [(2, 2), (3, 3), (9, 4)])
def test_as_many_snapshots_stay_as_are_wanted(places: tuple[Path, Path], keep: int, stay: int) -> None:
    raw, processed = places
    made = []
    for number in range(4):
        write_lines(raw / "f1" / "a.jsonl", [{"text": f"收案{number + 3}件。"}])
        made.append(run_pipeline(Options(raw, processed, keep=keep), Watched()).snapshot)
    assert [path for path in made if path.exists()] == made[-stay:]
    assert len(list((processed / ".snapshots").iterdir())) == stay
    for path in made[-stay:]:
        assert run_command(["status", "--processed", str(path)]) == 0


def test_fewer_than_two_snapshots_are_refused(places: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="--keep cannot be 1"):
        run_pipeline(Options(*places, keep=1), Watched())


# --- doctor


def test_a_fit_machine_passes(places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "fault" not in out
    assert "raw: raw: 1 files" in out
    assert f"ok      processed: processed can be made in {places[0].parent}" in out
    assert "ok      extraction: 2 metrics" in out
    assert not places[1].exists()


def test_faults_are_told_and_give_exit_code_1(
    places: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("words.toml").write_text("[lists]\nbroken = [\n", "utf-8")
    assert run_command(["doctor", "--words", "words.toml", "--raw", "none", "--processed", "/proc/none"]) == 1
    out = capsys.readouterr().out
    assert "fault   words: words.toml:" in out
    assert "warning raw: none does not exist" in out
    assert "fault   processed: " in out


@pytest.mark.parametrize(
    ("wanted", "held", "state"),
    [
        (["a>=1.2"], {"a": "1.10"}, doctor.GOOD),
        (["a>=1.2"], {"a": "1.1.9"}, doctor.BAD),
        (["a>=1.2", "b"], {"a": "2"}, doctor.BAD),
        (['c>=9; extra == "dev"'], {}, doctor.GOOD),
    ],
)
def test_packages_are_compared_by_number(wanted: list[str], held: dict[str, str], state: str) -> None:
    assert doctor.check_requirements(wanted, held.get).state == state


# --- help and completion


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_examples_that_can_be_called(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert EXAMPLES.get(command), f"{command} has no example in pipeline/commands/examples.py"
    assert run_command([command, "--help"]) == 0
    out = capsys.readouterr().out
    group = build_command()
    for said, call in EXAMPLES[command]:
        assert f"    # {said}\n    news-metrics {call}\n" in out
        name, *arguments = shlex.split(call.split(" >")[0].split(" 2>")[0].split(" <")[0])
        assert name == command
        context = group.commands[name].make_context(name, arguments, parent=typer.Context(group))
        assert context.params is not None


def test_no_example_is_left_of_a_command_that_is_gone() -> None:
    assert set(EXAMPLES) <= set(COMMANDS)


def complete(words: str) -> list[str]:
    """What bash is told to offer after these words."""
    asked = {VARIABLE: "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    code = "import sys; from pipeline.cli import run_command; sys.exit(run_command([]))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | asked, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_commands_and_options_are_completed() -> None:
    assert complete("news-metrics co") == ["config", "completion"]
    assert set(complete("news-metrics run --m")) == {"--max-failures"}
    assert complete("news-metrics export --category f") == ["fine", "facility_count"]


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts_are_read_by_their_shells(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert VARIABLE in script
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not there")
    subprocess.run([program, "-n"], input=script, text=True, check=True)


def test_an_unknown_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["completion", "cmd"]) == 2
    assert "use one of bash, zsh, fish" in capsys.readouterr().err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--version"]) == 0
    assert capsys.readouterr().out.startswith("news-metrics 0.")
