"""The gate: the annotated articles reach their floors, no floor is lowered, a difference of rows is shown."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.scoring import Annotated
from pipeline.vocabulary import default_vocabulary
from tests import gate

NAMES = ("gold/seeds", "gold/dev", "fresh")
WORDS = default_vocabulary()
TEXT = "2021年,甲市法院新收案件120件,同比增长5.5%。"
ANNOTATED = {
    "quote": "120件", "nth": 1, "value": 120, "value_high": None, "bound": "exact", "unit": "件",
    "kind": "level", "direction": None, "basis": None, "indicator": "新收案件", "category": "case_count",
    "subject": "甲市法院", "period_text": "2021年", "period_start": "2021-01-01", "period_end": "2021-12-31",
    "core": True,
}  # fmt: skip
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")


@pytest.fixture(scope="module")
def sets() -> dict[str, list[Annotated]]:
    return gate.read_sets()


@pytest.fixture(scope="module")
def floors() -> gate.Floors:
    return gate.read_floors((gate.ROOT / gate.FLOORS).read_text("utf-8"))


@pytest.mark.parametrize("name", [gate.OWN, *NAMES])
def test_every_figure_reaches_its_floor(
    name: str, sets: dict[str, list[Annotated]], floors: gate.Floors
) -> None:
    if name not in sets:
        pytest.skip(f"{name} is not there: ../shared is absent")
    figures = {name: gate.measure(sets[name], WORDS)}
    assert not gate.find_failing(figures, floors), "\n" + gate.spell_figures(figures, floors)


def test_no_floor_is_lower_than_in_an_earlier_commit(floors: gate.Floors) -> None:
    earlier, message = gate.read_history()
    assert not gate.find_lowered(floors, earlier)
    if message:
        pytest.skip(message)


def test_an_output_has_been_accepted() -> None:
    accepted = gate.read_accepted(gate.ROOT / gate.ROWS)
    assert len({row["source"] for row in accepted}) >= 12
    assert not any(
        gate.compare_rows(accepted, accepted).__getattribute__(name) for name in ("gained", "lost")
    )


# --- a project of one article


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one article, annotated, and its floors and rows accepted."""
    root = tmp_path / "project"
    (root / "raw").mkdir(parents=True)
    (root / "raw" / "one.txt").write_text(TEXT, "utf-8")
    (root / "tests" / "gold").mkdir(parents=True)
    (root / "tests" / "golden").mkdir()
    article = {"id": "one", "text": TEXT, "sections": [], "metrics": [ANNOTATED, changed_row()]}
    (root / "tests" / "gold" / "one.json").write_text(json.dumps(article), "utf-8")
    assert gate.main(["--accept"], root) == 0
    return root


def changed_row() -> dict[str, object]:
    return ANNOTATED | {
        "quote": "5.5%", "value": 5.5, "unit": "%", "kind": "change", "direction": "up", "basis": "yoy",
        "category": "rate",
    }  # fmt: skip


def git(root: Path, *arguments: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    settings = ("user.name=a", "user.email=a@b", "commit.gpgsign=false", "core.hooksPath=/dev/null")
    options = [part for setting in settings for part in ("-c", setting)]
    subprocess.run(["git", *options, *arguments], cwd=root, env=clean, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-m", "floors")


def set_floor(root: Path, line: str) -> None:
    """Put `line` in the place of the floor of the row figure."""
    file = root / gate.FLOORS
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(line if old.startswith("row =") else old for old in lines), "utf-8")


def test_what_is_accepted_passes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate.main([], project) == 0
    assert "0 gained, 0 lost, 0 changed" in capsys.readouterr().out


def test_without_git_a_message_says_so(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    earlier, message = gate.read_history(project)
    assert not earlier
    assert message is not None and "no git history" in message


def test_a_figure_below_its_floor_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_floor(project, "row = 1.01")
    assert gate.main([], project) == 1
    assert "row 1.0000 is below its floor 1.0100" in capsys.readouterr().out


def test_nothing_is_accepted_below_a_floor(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_floor(project, "row = 1.01")
    (project / gate.ROWS).unlink()
    before = (project / gate.FLOORS).read_text("utf-8")
    assert gate.main(["--accept"], project) == 1
    assert "nothing accepted" in capsys.readouterr().out
    assert not (project / gate.ROWS).exists()
    assert (project / gate.FLOORS).read_text("utf-8") == before


def test_a_set_that_lost_articles_fails(project: Path) -> None:
    (project / "tests" / "gold" / "one.json").unlink()
    assert gate.main([], project) == 1


def test_accepting_raises_floors_and_lowers_none(project: Path) -> None:
    set_floor(project, "row = 0.5")
    assert gate.main(["--accept", "--margin", "0"], project) == 0
    assert gate.read_floors((project / gate.FLOORS).read_text("utf-8"))[gate.OWN]["row"] == 1.0
    assert gate.main(["--accept", "--margin", "0.3"], project) == 0
    assert gate.read_floors((project / gate.FLOORS).read_text("utf-8"))[gate.OWN]["row"] == 1.0


@pytest.mark.parametrize(("share", "right", "floor"), [(0.1, 1.0, 0.0), (0.3, 1.0, 0.95), (0.3, 0.8, 0.79)])
def test_the_floor_of_sure_rows_leaves_room(share: float, right: float, floor: float) -> None:
    figures = {"a": {"sure_share": share, "sure_right": right}}
    assert gate.raise_floors({}, figures)["a"]["sure_right"] == floor
    assert gate.raise_floors({"a": {"sure_right": 0.99}}, figures)["a"]["sure_right"] == 0.99


@needs_git
@pytest.mark.parametrize("line", ["row = 0.98", ""], ids=["lower", "gone"])
@pytest.mark.parametrize("committed", [False, True], ids=["working tree", "committed"])
def test_a_lowered_floor_is_refused(
    project: Path, line: str, committed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    git(project, "init", "-q")
    commit(project)
    assert gate.main([], project) == 0
    set_floor(project, line)
    if committed:
        commit(project)
    assert gate.main([], project) == 1
    assert "tests/gold: the floor of row is" in capsys.readouterr().out


@needs_git
def test_a_floor_lowered_long_ago_is_still_refused(project: Path) -> None:
    git(project, "init", "-q")
    for floor in (0.99, 0.5, 0.7):
        set_floor(project, f"row = {floor}")
        commit(project)
    earlier, message = gate.read_history(project)
    assert [table[gate.OWN]["row"] for _, table in earlier] == [0.7, 0.5, 0.99]
    assert message is None
    assert gate.main([], project) == 1
    set_floor(project, "row = 0.99")
    assert gate.main([], project) == 0


@needs_git
def test_a_shallow_clone_compares_with_what_it_has(project: Path, tmp_path: Path) -> None:
    git(project, "init", "-q")
    for floor in (0.99, 0.5):
        set_floor(project, f"row = {floor}")
        commit(project)
    git(tmp_path, "clone", "-q", "--depth", "1", project.as_uri(), "clone")
    earlier, message = gate.read_history(tmp_path / "clone")
    assert [table[gate.OWN]["row"] for _, table in earlier] == [0.5]
    assert message is not None and "shallow" in message


# --- differences, on made rows


def row(quote: str, start: int, **fields: object) -> gate.Row:
    made = {
        "source": "a.txt",
        "record": 0,
        "quote": quote,
        "raw": [start, start + len(quote)],
        "kind": "level",
    }
    return made | fields


def differences() -> Iterator[tuple[list[gate.Row], list[gate.Row], list[str]]]:
    """Old rows, new rows, and the lines that are said of them."""
    case = row("120件", 10, indicator="收案")
    yield [case], [case], []
    yield [], [case], ["+ a.txt#0 '120件' level · 收案"]
    yield [case], [], ["- a.txt#0 '120件' level · 收案"]
    yield [case], [case | {"indicator": "结案"}], ["~ a.txt#0 '120件' indicator: 收案 → 结案"]
    yield (
        [case],
        [row("超120件", 9, indicator="收案", bound="over")],
        ["~ a.txt#0 '超120件' quote: 120件 → 超120件, bound: exact → over"],
    )
    yield (
        [case],
        [row("120件", 40, indicator="收案")],
        ["+ a.txt#0 '120件' level · 收案", "- a.txt#0 '120件' level · 收案"],
    )
    yield [case], [case | {"core": False}], ["~ a.txt#0 '120件' core: True → False"]
    yield [case, row("5%", 20)], [row("120件,增长5%", 10)], ["~", "- a.txt#0 '5%' level"]
    yield (
        [case],
        [case | {"record": 1}],
        ["+ a.txt#1 '120件' level · 收案", "- a.txt#0 '120件' level · 收案"],
    )


@pytest.mark.parametrize(("old", "new", "says"), list(differences()))
def test_differences_are_said(old: list[gate.Row], new: list[gate.Row], says: list[str]) -> None:
    *lines, counts = gate.spell_difference(gate.compare_rows(old, new)).splitlines()
    assert counts.startswith("rows of the sample")
    for line in says:
        assert any(said.startswith(line) for said in lines), lines
    assert len(lines) == len(says)


def test_rows_come_back_as_they_were_written(project: Path) -> None:
    rows = list(gate.read_sample(project / "raw", WORDS))
    assert [(r["quote"], r["raw"], r.get("of")) for r in rows] == [
        ("120件", [14, 18], None),
        ("5.5%", [23, 27], "120件"),
    ]
    assert gate.read_accepted(project / gate.ROWS) == rows
