"""Settings: what wins over what, where each comes from, and what is said of wrong ones."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from pipeline.cli import build_command, run_command
from pipeline.commands.begin import defaults_of
from pipeline.errors import UsageError
from pipeline.lines import FORMS
from pipeline.run import ENGINES, STAGES_TO_STOP_AT, Options
from pipeline.settings import (
    PREFIX,
    SETTINGS,
    VARIABLE_OF_FILE,
    Value,
    find_settings_file,
    read_settings,
    spell_settings,
)
from pipeline.snapshot import LEAST_KEPT
from tests.shell_inputs import rows_of, write_folders


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and nothing set in the environment."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "pipeline.toml") -> Path:
    file = Path(name)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_what_is_built_in_is_what_a_run_does() -> None:
    values = {name: held.value for name, held in read_settings(None, {}).items()}
    options = Options(Path("raw"), Path("processed"))
    for name in values.keys() - {"log_format"}:
        own = getattr(options, name)
        assert values[name] == (str(own) if isinstance(own, Path) else own), name
    allowed = {setting.name: setting.allows for setting in SETTINGS}
    assert all(map(allowed["engine"], ENGINES))
    assert all(map(allowed["until"], STAGES_TO_STOP_AT))
    assert all(map(allowed["log_format"], FORMS))
    assert allowed["keep"](LEAST_KEPT)
    assert not allowed["keep"](LEAST_KEPT - 1)


def test_every_setting_is_an_option_of_run() -> None:
    group = build_command()
    defaults = defaults_of(group, {setting.name: Value("x", "") for setting in SETTINGS})
    assert set(defaults["run"]) == {setting.name for setting in SETTINGS}
    assert set(defaults["words"]) == {"path"}
    assert set(defaults["export"]) == {"processed"}


def test_the_environment_wins_over_the_file_and_both_over_what_is_built_in() -> None:
    file = write('workers = 3\nraw = "pages"\nmax_failures = 1\n')
    values = read_settings(file, {"NEWS_METRICS_WORKERS": "5", "NEWS_METRICS_KEEP": ""})
    assert values["workers"] == Value(5, "NEWS_METRICS_WORKERS")
    assert values["raw"] == Value("pages", "pipeline.toml:2")
    assert values["max_failures"] == Value(1, "pipeline.toml:3")
    assert values["keep"] == Value(2, "built in")


def test_paths_count_from_the_folder_of_the_file() -> None:
    file = write('raw = "pages"\nprocessed = "/srv/tables"\n', "jobs/daily.toml")
    values = read_settings(file, {"NEWS_METRICS_WORDS": "mine.toml"})
    assert [values[name].value for name in ("raw", "processed", "words")] == [
        "jobs/pages",
        "/srv/tables",
        "mine.toml",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raw = pages", "pipeline.toml:1: not TOML: Invalid value; a text is written in quotes"),
        ("\n\nworker = 3", 'pipeline.toml:3: unknown key "worker"; known here: raw, processed, '),
        ("# workers\n[run]\nworkers = 3", 'pipeline.toml:2: unknown key "run"; known here: raw, '),
        (
            "raw = 'a'\nworkers = 'two'",
            "pipeline.toml:2: workers is 'two', but must be a whole number from 0",
        ),
        ("workers = true", "pipeline.toml:1: workers is True, but must be a whole number from 0"),
        ("workers = -1", "pipeline.toml:1: workers is -1, but must be a whole number from 0"),
        ("keep = 1", "pipeline.toml:1: keep is 1, but must be a whole number from 2"),
        ("max_failures = 5", "pipeline.toml:1: max_failures is 5, but must be from 0 to 1"),
        ("max_failures = nan", "pipeline.toml:1: max_failures is nan, but must be from 0 to 1"),
        (
            'engine = "cloud"',
            "pipeline.toml:1: engine is 'cloud', but must be one of auto, inline, pool, dask",
        ),
        ('raw = ""', "pipeline.toml:1: raw is '', but must be a path"),
    ],
)
def test_a_wrong_file_is_told_with_line_and_key(
    text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(text)
    assert run_command(["status"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"news-metrics: {said}")
    assert err.count("\n") == 1


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("keep = 0\nengine = 3\n")
    with pytest.raises(UsageError) as raised:
        read_settings(file, {"NEWS_METRICS_WORKERS": "two"})
    assert str(raised.value).splitlines() == [
        "pipeline.toml:1: keep is 0, but must be a whole number from 2",
        "pipeline.toml:2: engine is 3, but must be one of auto, inline, pool, dask",
        "NEWS_METRICS_WORKERS is 'two': workers is a whole number from 0",
    ]


def test_a_file_that_is_no_utf8(here: Path) -> None:
    Path("pipeline.toml").write_bytes('raw = "网页"'.encode("gb18030"))
    with pytest.raises(UsageError, match="not UTF-8"):
        read_settings(Path("pipeline.toml"), {})


def test_which_file_is_read(here: Path) -> None:
    assert find_settings_file(None, {}, here) is None
    usual = write("")
    own = write("", "own.toml")
    assert find_settings_file(None, {}, Path()) == usual
    assert find_settings_file(None, {VARIABLE_OF_FILE: "own.toml"}, Path()) == own
    assert find_settings_file(own, {VARIABLE_OF_FILE: "none.toml"}, Path()) == own
    with pytest.raises(UsageError, match=r"none.toml: no such file; correct NEWS_METRICS_CONFIG"):
        find_settings_file(None, {VARIABLE_OF_FILE: "none.toml"}, Path())


def test_config_prints_a_file_that_says_the_same(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write('raw = "旧\\"页\\\\"\nworkers = 3\n')
    monkeypatch.setenv("NEWS_METRICS_KEEP", "7")
    assert run_command(["config"]) == 0
    out = capsys.readouterr().out
    assert "workers = 3  # pipeline.toml:2 · " in out
    assert "keep = 7  # NEWS_METRICS_KEEP · " in out
    assert "# words" in out
    printed = read_settings(write(out, "again.toml"), {})
    held = read_settings(Path("pipeline.toml"), dict(os.environ))
    assert {name: value.value for name, value in printed.items()} == {
        name: value.value for name, value in held.items()
    }
    assert run_command(["config", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["workers"] == {
        "value": 3,
        "origin": "pipeline.toml:2",
        "variable": "NEWS_METRICS_WORKERS",
    }


def test_odd_texts_stay_toml() -> None:
    text = 'a\n"b"\\c\td\x7f'
    line = spell_settings({"raw": Value(text, "here")})
    assert tomllib.loads(line) == {"raw": text}


def test_the_file_of_the_guide_is_right_and_names_every_setting(here: Path) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text("utf-8")
    (text,) = re.findall(r"```toml pipeline\n(.*?)```", guide, re.DOTALL)
    write(text)
    values = read_settings(Path("pipeline.toml"), {})
    assert {value.origin for value in values.values()} == {
        f"pipeline.toml:{line}" for line in range(1, len(SETTINGS) + 1)
    }


def test_a_run_takes_what_is_set_and_options_win(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_folders(here / "pages", folders=1)
    write('raw = "pages"\nprocessed = "tables"\nuntil = "sections"\nlog_format = "json"\n')
    assert run_command(["run"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["begin", "summary"]
    assert lines[-1]["rows"]["articles"] == lines[-1]["records"] == 4
    assert lines[-1]["processed"] == "tables"
    assert rows_of(here / "tables", "metrics") == []
    monkeypatch.setenv("NEWS_METRICS_PROCESSED", "others")
    assert run_command(["run", "--until", "metrics", "--log-format", "text"]) == 0
    assert len(rows_of(here / "others", "metrics")) == 8
    assert "records: 4 articles" in capsys.readouterr().err
    assert run_command(["--config", "pipeline.toml", "status"]) == 0
    assert "metrics: 8" in capsys.readouterr().out


def test_errors_of_a_run_are_json_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--raw", "none", "--log-format", "json"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert (said["event"], said["exit_code"]) == ("error", 2)
    assert "none does not exist" in said["message"]
    assert run_command(["run", "--log-format", "xml"]) == 2
    assert "no log format 'xml'" in capsys.readouterr().err
    write('log_format = "json"')
    assert run_command(["run", "--workers", "two"]) == 2
    assert json.loads(capsys.readouterr().err)["event"] == "error"
