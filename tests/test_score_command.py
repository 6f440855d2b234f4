"""The command that scores a user's own articles: its figures, its faults, and what it says of wrong files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import run_command
from pipeline.errors import UsageError
from pipeline.scoring import read_annotated

DOC = Path(__file__).parents[1] / "docs" / "scoring.md"
EXAMPLE = re.search(r"```json\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def article() -> dict[str, Any]:
    """The article of the guide."""
    assert EXAMPLE
    return dict(json.loads(EXAMPLE[1]))


def write(folder: Path, article: object, name: str = "a.json") -> Path:
    (folder / name).write_text(json.dumps(article, ensure_ascii=False), "utf-8")
    return folder


def test_the_article_of_the_guide_is_wholly_right(
    article: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["score", str(write(tmp_path, article))]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 articles, 2 annotated rows, 2 rows found\n")
    assert re.search(r"full +1\.000 +1\.000 +1\.000", out)
    assert out.endswith("\n0 faults\n")


def test_figures_and_faults_for_programs(
    article: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article["metrics"][0] |= {"subject": "云州市教育局", "category": "money"}
    article["metrics"][1]["value"] = 13
    assert run_command(["score", str(write(tmp_path, article)), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == {"annotated": 2, "found": 2}
    assert [found["f1"][name] for name in ("value", "quantity", "row", "full")] == [0.5, 0.5, 0.5, 0.0]
    assert (found["f1"]["subject"], found["f1"]["indicator"], found["f1"]["category"]) == (0.0, 0.5, 0.0)
    assert (found["share"]["indicator"], found["share"]["category"]) == (1.0, 0.0)
    assert [(fault["field"], fault["said"]) for fault in found["faults"]] == [
        ("category", "found case_count, annotated money"),
        ("subject", "found 云州市法院, annotated 云州市教育局"),
        ("value", "found 12, annotated 13"),
    ]


def test_a_field_is_asked_of_rows_found_and_missed(
    article: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article["metrics"] = article["metrics"][:1]
    assert run_command(["score", str(write(tmp_path, article)), "--json"]) == 0
    f1 = json.loads(capsys.readouterr().out)["f1"]
    assert f1["value"] == f1["indicator"] == 0.6667
    assert (f1["category"], f1["direction"]) == (1.0, 0.0)


def test_the_text_may_lie_beside(article: dict[str, Any], tmp_path: Path) -> None:
    text = article.pop("text")
    del article["id"]
    assert read_annotated(write(tmp_path, article)) == []
    (tmp_path / "a.txt").write_bytes(text.encode("utf-8-sig"))
    (found,) = read_annotated(tmp_path)
    assert (found.id, found.text, found.is_html) == ("a", text, False)
    (tmp_path / "a.txt").rename(tmp_path / "a.html")
    assert read_annotated(tmp_path)[0].is_html


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"quote": "12％"}, "metric 2 '12％': occurrence 1 is not in the text, which has it 0 times"),
        ({"nth": 2}, "metric 2 '12%': occurrence 2 is not in the text, which has it 1 times"),
        ({"kind": "growth"}, 'metric 2 "kind": '),
        ({"period_end": "2024-13-01"}, 'metric 2 "period_end": '),
    ],
)
def test_a_wrong_row_is_told_with_its_file_and_place(
    article: dict[str, Any], change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    article["metrics"][1] |= change
    with pytest.raises(UsageError) as raised:
        read_annotated(write(tmp_path, article))
    assert str(raised.value).startswith(f"{tmp_path / 'a.json'}: {said}")


def test_all_faults_are_told_at_once(article: dict[str, Any], tmp_path: Path) -> None:
    del article["metrics"][0]["subject"], article["metrics"][1]["unit"]
    write(tmp_path, article)
    (tmp_path / "b.json").write_text('{\n"id": ', "utf-8")
    (tmp_path / "c.json").write_bytes("收".encode("gb18030"))
    with pytest.raises(UsageError) as raised:
        read_annotated(tmp_path)
    lines = str(raised.value).replace(f"{tmp_path}/", "").splitlines()
    assert [line.split(";")[0] for line in lines] == [
        'a.json: metric 1 has no "subject"',
        'a.json: metric 2 has no "unit"',
        "b.json:2: not JSON: Expecting value",
        "c.json: not UTF-8",
    ]


def test_a_folder_without_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["score", str(tmp_path)]) == 2
    assert "holds no annotated article" in capsys.readouterr().err
