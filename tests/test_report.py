"""The report: what goes into it, that its bytes are steady, and marks made into annotated articles."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cli import run_command
from pipeline.errors import UsageError
from pipeline.report.choose import Choice
from pipeline.report.content import read_content
from pipeline.report.edits import find_edits, find_gaps
from pipeline.report.marks import read_marks, write_annotated
from pipeline.report.page import ASSETS, SCRIPTS, STYLES
from pipeline.scoring.annotated import read_annotated
from pipeline.scoring.count import score
from pipeline.text.aligned import AlignedText
from pipeline.vocabulary import default_vocabulary
from tests.shell_inputs import run, sentence, write_lines

EVERY = Choice()


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A raw folder of three articles and a failure, and its tables."""
    folder = tmp_path_factory.mktemp("report")
    raw = folder / "raw"
    write_lines(
        raw / "courts" / "a.jsonl",
        [
            {"id": "a1", "title": "甲市", "published_at": "2022-01-05", "text": f"<b>甲</b>　{sentence(1)}"},
            {"id": "a2", "title": "乙市", "published_at": "2023-01-05", "text": "罰款3萬元。"},
            "{",
        ],
    )
    write_lines(raw / "b.jsonl", [{"id": "b1", "title": "丙市", "text": "全市减税1.5亿元。\r\n同比增长3%。"}])
    run(raw, folder / "processed")
    return raw, folder / "processed"


def articles_of(places: tuple[Path, Path], choice: Choice = EVERY) -> list[str]:
    return list(read_content(places[1], places[0], choice).index["articles"]["article_id"])


def write(places: tuple[Path, Path], output: Path, *more: str) -> int:
    raw, processed = str(places[0]), str(places[1])
    return run_command(["report", "--raw", raw, "--processed", processed, "--output", str(output), *more])


def unpack(page: str, name: str) -> Any:
    packed = re.search(f'<script type="application/json" id="{name}">"([^"<]*)"</script>', page)
    assert packed
    return json.loads(gzip.decompress(base64.b64decode(packed[1])))


# --- edits


@given(
    st.text("甲1２萬 (é)\n", max_size=24),
    st.lists(st.sampled_from(["甲", "[0-9２]+", " ", r"\(.\)", "(?<=1)", "\n"]), max_size=4),
    st.sampled_from(["", "x", "yyy"]),
)
@settings(max_examples=150)
def test_edits_give_the_raw_text_back(raw: str, patterns: list[str], new: str) -> None:
    text = AlignedText.of(raw).translate({ord("萬"): "万", ord("２"): "2"}, "fold")
    for pattern in patterns:
        text = text.sub(regex.compile(pattern), new, "kind")
    back, at = [], 0
    for start, end, was in find_edits(text.clean, raw, text.clean_starts, text.raw_starts):
        assert at <= start <= end
        assert start == end or was == "" or len(was) == end - start
        back += [text.clean[at:start], was]
        at = end
    assert "".join([*back, text.clean[at:]]) == raw
    gaps = find_gaps(len(text.clean), len(raw), text.clean_starts, text.raw_starts)
    taken_out = [edit for edit in find_edits(text.clean, raw, text.clean_starts, text.raw_starts)
                 if edit[0] == edit[1]]  # fmt: skip
    assert gaps == [(start, len(was)) for start, _, was in taken_out]


# --- choosing


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(), ["b1", "a1", "a2"]),
        (Choice(source="courts/"), ["a1", "a2"]),
        (Choice(contains="减税"), ["b1"]),
        (Choice(categories=["fine"]), ["a2"]),
        (Choice(since=date(2022, 1, 5), until=date(2023, 1, 4)), ["a1"]),
        (Choice(below=0.0), []),
        (Choice(below=1.0), ["b1", "a1", "a2"]),
        (Choice(sample=9), ["b1", "a1", "a2"]),
    ],
)
def test_choices(places: tuple[Path, Path], choice: Choice, chosen: list[str]) -> None:
    assert articles_of(places, choice) == chosen


def test_a_sample_is_the_same_every_time(places: tuple[Path, Path]) -> None:
    two = articles_of(places, Choice(sample=2))
    assert len(two) == 2
    assert set(articles_of(places, Choice(sample=1))) < set(two)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--category", "cases"], "no category cases"),
        (["--published-from", "soon"], "soon"),
        (["--published-to", "yesterday"], "yesterday"),
        (["--sample", "0"], "--sample"),
        (["--processed", "/no/such/folder"], "/no/such/folder"),
        (["--output", "/no/such/folder/report.html"], "/no/such/folder"),
    ],
)
def test_wrong_arguments(
    places: tuple[Path, Path], tmp_path: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write(places, tmp_path / "report.html", *more) in {2, 74}
    err = capsys.readouterr().err
    assert err.startswith("news-metrics: ")
    assert said in err
    assert not list(tmp_path.iterdir())


# --- the page


def test_equal_tables_give_equal_bytes(places: tuple[Path, Path], tmp_path: Path) -> None:
    raw = places[0]
    run(raw, tmp_path / "again")
    assert (
        write(places, tmp_path / "one.html") == write((raw, tmp_path / "again"), tmp_path / "two.html") == 0
    )
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_the_policy_allows_the_one_style_and_the_one_script(
    places: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write(places, tmp_path / "report.html") == 0
    assert "3 articles, 5 rows" in capsys.readouterr().err
    page = (tmp_path / "report.html").read_text("utf-8")
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    assert not re.findall(r"unsafe|https?:|\*", policy[1])
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert not re.findall(r"\son[a-z]+=|\sstyle=|\ssrc=|\bhref=\"(?!#)", page)
    assert {"甲市", "罚款"}.isdisjoint(re.findall(r"\w+", page))
    index = unpack(page, "index")
    assert index["metrics"]["quote"][0] == "1.5亿元"
    assert [failure["error"] for failure in index["failures"]] == ["bad_json"]


def test_the_raw_text_is_in_it_where_it_is_as_it_was(places: tuple[Path, Path], tmp_path: Path) -> None:
    raw, processed = places
    content = read_content(processed, raw, EVERY)
    assert content.without_raw == 0
    taken, folded = ([edit[2] for edit in text["edits"]] for text in content.blocks[0][::2])
    assert "\r" in taken
    assert "罰" in folded
    elsewhere = read_content(processed, tmp_path, EVERY)
    assert elsewhere.without_raw == 3
    write_lines(tmp_path / "b.jsonl", [{"id": "b1", "title": "丙市", "text": "全市减税2.5亿元。"}])
    assert read_content(processed, tmp_path, EVERY).without_raw == 3


def test_both_languages_say_the_same_things() -> None:
    said = {}
    for language in ("english", "chinese"):
        text = (ASSETS / f"{language}.js").read_text("utf-8")
        said[language] = set(re.findall(r"(?:^|[{,] ?)\s*(\w+): (?=[\"{\[(])", text, re.MULTILINE))
    assert said["english"] == said["chinese"]
    scripts = "".join((ASSETS / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    used = set(re.findall(r"\bwords\.(\w+)", scripts))
    used |= set(
        re.findall(r'data-say(?:-label|-placeholder)?="(\w+)"', (ASSETS / "page.html").read_text("utf-8"))
    )
    assert used <= said["english"]


def test_every_asset_is_used() -> None:
    used = {f"{name}.css" for name in STYLES} | {f"{name}.js" for name in SCRIPTS} | {"page.html"}
    assert {file.name for file in ASSETS.iterdir()} == used


def test_no_script_makes_markup_of_strings() -> None:
    for name in SCRIPTS:
        text = (ASSETS / f"{name}.js").read_text("utf-8")
        assert not re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(", text
        )
        assert not re.findall(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(|new Image", text)
        assert "</script" not in text.lower()


# --- marks


def marked(places: tuple[Path, Path], **changes: Any) -> dict[str, Any]:
    """Marks of the article a2, as the report saves them."""
    index = read_content(places[1], places[0], Choice(categories=["fine"])).index
    values = {
        name: column["words"][column["at"][0]] if isinstance(column, dict) else column[0]
        for name, column in index["metrics"].items()
    }
    fields = (
        "metric_id", "start", "end", "raw_start", "raw_end", "value", "value_high", "bound", "unit", "kind",
        "direction", "basis", "indicator", "category", "subject", "period_text", "period_start", "period_end",
        "target", "core",
    )  # fmt: skip
    row = {name: values[name] for name in fields} | {"verdict": "accept", "note": None}
    columns = index["articles"]
    known = (
        "article_id",
        "source_path",
        "source_record",
        "raw_sha256",
        "url",
        "title",
        "publisher",
        "published_at",
    )
    article = {
        name: columns[name][0] if isinstance(columns[name], list) else columns[name]["words"][0]
        for name in known
    }
    article |= {"finished": True, "rows": [row], "headings": []}
    for name, value in changes.items():
        (row if name in row else article)[name] = value
    return {"form": "news-metrics marks", "version": 1, "articles": [article]}


def save(marks: dict[str, Any], folder: Path) -> Path:
    file = folder / "marks.json"
    file.write_text(json.dumps(marks, ensure_ascii=False), "utf-8")
    return file


def test_marks_become_an_annotated_article(places: tuple[Path, Path], tmp_path: Path) -> None:
    file = save(marked(places, verdict="correct", indicator="罚款"), tmp_path)
    into = tmp_path / "annotated"
    assert run_command(["marks", str(file), "--into", str(into), "--raw", str(places[0])]) == 0
    (article,) = read_annotated(into)
    assert article.text == "罰款3萬元。"
    (row,) = article.rows
    assert (row["quote"], row["nth"], row["value"], row["indicator"]) == ("3萬元", 1, 30000, "罚款")
    (own,) = sorted(Path(__file__).parent.joinpath("gold").glob("s01*.json"))
    assert set(row) - {"start", "end"} == set(json.loads(own.read_text("utf-8"))["metrics"][0])
    assert score([article], default_vocabulary()).report()["value"] == 1.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"finished": False}, "review not finished"),
        ({"raw_sha256": "0"}, "as it was reviewed"),
        ({"source_path": "../raw/courts/a.jsonl"}, "as it was reviewed"),
        ({"raw_end": 99}, "no place in the text"),
        ({"raw_start": -4}, "no place in the text"),
        ({"category": "fines"}, "articles.0.rows.0.category"),
        ({"period_start": "2024"}, "period_start"),
        ({"value": "many"}, "value"),
        ({"finished": None}, "finished"),
    ],
)
def test_marks_that_give_no_article(
    places: tuple[Path, Path], tmp_path: Path, changes: dict[str, Any], said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file = save(marked(places, **changes), tmp_path)
    code = run_command(["marks", str(file), "--into", str(tmp_path / "into"), "--raw", str(places[0])])
    assert code == {"review not finished": 0, "as it was reviewed": 1}.get(said, 2)
    assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("into/*"))


def test_rejected_rows_are_no_rows_and_rows_do_not_overlap(places: tuple[Path, Path], tmp_path: Path) -> None:
    marks = marked(places)
    rows = marks["articles"][0]["rows"]
    rows.append(rows[0] | {"verdict": "reject", "metric_id": "other"})
    write_annotated(read_marks(save(marks, tmp_path)), places[0], tmp_path / "into")
    assert [len(article.rows) for article in read_annotated(tmp_path / "into")] == [1]
    rows[1]["verdict"] = "add"
    with pytest.raises(UsageError, match="overlaps"):
        write_annotated(read_marks(save(marks, tmp_path)), places[0], tmp_path / "into", replace=True)


def test_an_annotated_article_is_replaced_only_when_asked(places: tuple[Path, Path], tmp_path: Path) -> None:
    marks, into = read_marks(save(marked(places), tmp_path)), tmp_path / "into"
    (file,) = write_annotated(marks, places[0], into).files
    file.write_text("mine", "utf-8")
    assert write_annotated(marks, places[0], into).there_already == ["a2"]
    assert file.read_text("utf-8") == "mine"
    assert write_annotated(marks, places[0], into, replace=True).files == [file]
    assert file.read_text("utf-8") != "mine"


def test_a_file_that_holds_no_marks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content in ("", "[]", '{"form": "news-metrics marks"}', "\udcff".encode("utf-8", "surrogatepass")):
        file = tmp_path / "marks.json"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        assert run_command(["marks", str(file), "--into", str(tmp_path / "into")]) == 2
        assert "marks.json" in capsys.readouterr().err
    assert run_command(["marks", str(tmp_path / "none.json"), "--into", str(tmp_path / "into")]) == 74
