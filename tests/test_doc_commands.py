"""Every command in the documents is executed, or named beside the check that executes it."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.cli import run_command
from tests.shell_inputs import run as run_pipeline

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
HOME = "/path/to/news-metrics"
DOCS = [*sorted(ROOT.glob("README*.md")), ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELLS = {"console", "bash", "sh", "shell", "crontab"}
OURS = ".venv/bin/news-metrics "
CHECKED = {  # what is not executed here: how the command begins, and the file or make target that does it
    "make test": ".ci/run",
    "make check-scheduling": "make check-scheduling",
    "make gold": "tests/gate.py",
    "make torture": "make torture",
    "make bench": "make bench",
    "make run": "test_make_run_extracts_and_shows",
    "systemd-analyze verify": "test_units_are_valid",
    "systemctl": "test_units_are_valid",
    "journalctl": "test_units_are_valid",
    ".venv/bin/news-metrics marks": "tests/test_report.py",
    "pip install frictionless": "tests/test_export.py",
    "pip install 'news-metrics[dask]'": "tests/test_cluster.py",
    "pip install 'news-metrics[cloud]'": "tests/test_publish.py",
    "news-metrics run": "tests/test_cluster.py",
}
ANNOTATED = "s15-decoys.json"
SAMPLE = "gbk/fuel-enforcement.txt"  # one article, with cases and fines


def blocks(doc: Path) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a document: what they are in, and their content."""
    yield from BLOCK.findall(doc.read_text("utf-8"))


def commands(doc: Path) -> Iterator[str]:
    """What a reader may copy into a shell: a line after $, a line of a crontab, or a whole script."""
    for language, content in blocks(doc):
        if language == "console":
            yield from (line[2:] for line in content.splitlines() if line.startswith("$ "))
        elif language == "crontab":
            yield from (line.split(maxsplit=5)[5] for line in content.splitlines() if line.startswith("15 "))
        elif language in SHELLS:
            yield content


def check_of(command: str) -> str | None:
    """The check that executes a command, if this file does not."""
    return next((check for begins, check in CHECKED.items() if command.startswith(begins)), None)


def executed() -> Iterator[Any]:
    """Each command once, named after the first document that has it."""
    named: dict[str, str] = {}
    for doc in DOCS:
        for number, command in enumerate(commands(doc)):
            if check_of(command) is None:
                named.setdefault(command, f"{doc.name}-{number}")
    yield from (pytest.param(command, id=name) for command, name in named.items())


@pytest.fixture(scope="module")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the documents take it to be: raw/, processed/, annotated articles, the command in .venv."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "raw" / SAMPLE).parent.mkdir(parents=True)
    shutil.copy(ROOT / "raw" / SAMPLE, folder / "raw" / SAMPLE)
    run_pipeline(folder / "raw", folder / "processed")
    for named in ("my-articles", ".zfunc", ".config/fish/completions"):
        (folder / named).mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "gold" / ANNOTATED, folder / "my-articles")
    program = folder / ".venv" / "bin" / "news-metrics"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m pipeline "$@"\n', "utf-8")
    program.chmod(0o755)
    return folder


@pytest.fixture
def desk(made_desk: Path) -> Path:
    """The folder with the words of the guide in it, and no settings, whatever was executed before."""
    guide = blocks(ROOT / "docs" / "vocabulary.md")
    words = next(content for language, content in guide if language == "toml")
    (made_desk / "my-words.toml").write_text(words, "utf-8")
    (made_desk / "pipeline.toml").unlink(missing_ok=True)
    return made_desk


def in_shell(command: str, desk: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(desk), "LANG": "C.UTF-8"}
    command = command.replace(HOME, str(desk))
    return subprocess.run(
        ["sh", "-c", command], cwd=desk, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", executed())
def test_a_command_of_the_documents_runs(command: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if command.startswith(OURS) and not re.search(r"[|<>&;\n]", command):
        monkeypatch.chdir(desk)
        assert run_command(shlex.split(command)[1:]) == 0
    else:
        done = in_shell(command, desk)
        assert done.returncode == 0, done.stderr
        assert "not found" not in done.stderr


@pytest.mark.parametrize("check", sorted(set(CHECKED.values())))
def test_the_checks_of_other_commands_exist(check: str) -> None:
    if check.startswith("make "):
        assert re.search(rf"^{check.split()[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    else:
        assert check in globals() or (ROOT / check).exists()


def test_shell_blocks_say_that_they_are() -> None:
    """A block without a language would hide its commands from this file."""
    for doc in DOCS:
        for language, content in blocks(doc):
            hidden = language not in SHELLS and re.search(r"^(\$ |make |\.venv/bin/)", content, re.MULTILINE)
            assert not hidden, f"{doc.name}: {content}"


def queries() -> Iterator[Any]:
    for doc in DOCS:
        for language, content in blocks(doc):
            if language == "sql":
                yield pytest.param(content, id=f"{doc.name}-{content[:20]}")


@pytest.mark.parametrize("query", queries())
def test_a_query_of_the_documents_answers(query: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    assert duckdb.sql(query).fetchall()


def programs() -> Iterator[Any]:
    for doc in DOCS:
        for number, (language, content) in enumerate(blocks(doc)):
            if language == "python" and ">>>" not in content:
                yield pytest.param(content, id=f"{doc.name}-{number}")


@pytest.mark.parametrize("program", programs())
def test_python_of_the_documents_runs(program: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    names: dict[str, Any] = {"print": lambda *shown: None}
    exec(program, names)
    assert len(names) > 2


def test_make_run_extracts_and_shows(desk: Path, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.touch()
    where = [f"VENV={sys.prefix}", f"READY={ready}", f"RAW={desk / 'raw'}", f"PROCESSED={desk / 'made'}"]
    done = subprocess.run(["make", "run", *where], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "quote" in done.stdout


def read_unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((EXAMPLES / name).read_text("utf-8"))
    return unit


def test_units_are_valid(desk: Path, tmp_path: Path) -> None:
    """By systemd's own check, where systemd is there."""
    units = sorted(EXAMPLES.glob("*.service")) + sorted(EXAMPLES.glob("*.timer"))
    assert len(units) == 3
    for unit in units:
        text = unit.read_text("utf-8").replace(HOME, str(desk))
        (tmp_path / unit.name).write_text(text, "utf-8")
    service, timer = read_unit("news-metrics.service"), read_unit("news-metrics.timer")
    assert service["Unit"]["OnFailure"] in {unit.name for unit in units}
    assert timer["Install"]["WantedBy"] == "timers.target"
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_service_is_the_one_on_its_page() -> None:
    shown = next(text for language, text in blocks(ROOT / "docs" / "scheduling.md") if language == "ini")
    whole = (EXAMPLES / "news-metrics.service").read_text("utf-8").splitlines()
    assert [line for line in shown.splitlines() if line not in whole] == []


def test_the_crontab_is_the_one_on_its_page() -> None:
    page = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
    assert (EXAMPLES / "crontab").read_text("utf-8") in page


@pytest.mark.parametrize("name", ["airflow_dag.py", "dagster_job.py"])
def test_jobs_start_the_same_command_as_the_service(name: str) -> None:
    """What schedulers make of it is tried by make check-scheduling, with the real packages."""
    text = (EXAMPLES / name).read_text("utf-8")
    names: dict[str, Any] = {}
    exec(next(line for line in text.splitlines() if line.startswith("COMMAND")), names)
    start = read_unit("news-metrics.service")["Service"]["ExecStart"]
    assert f"{HOME}/{' '.join(names['COMMAND'])}" == start
    assert "returncode == 75" in text
