"""The documents say what is so: their examples run, their commands exist, their links lead somewhere."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import typer

import pipeline
from pipeline import extract, load_vocabulary
from pipeline.cli import app, run_command
from pipeline.datapackage import ABOUT
from pipeline.errors import VocabularyError
from pipeline.report.chinese import read_chinese
from pipeline.report.dictionary import MEANINGS, data_dictionary
from pipeline.schema import TABLES
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.check import check_examples
from tests.shell_inputs import run as run_pipeline

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CHINESE = ROOT / "README.zh-CN.md"
GUIDE = ROOT / "docs" / "vocabulary.md"
DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "raw" / "README.md"]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OWN = "my-words.toml"


def blocks(doc: Path, info: str) -> list[str]:
    """The contents of the fenced blocks of a document whose opening line ends with `info`."""
    return [content for opened, content in BLOCK.findall(doc.read_text("utf-8")) if opened == info]


def called(doc: Path) -> Iterator[list[str]]:
    """Each call of the command line in a document, in a block or in a line of text, as its arguments."""
    text = doc.read_text("utf-8")
    for found in re.finditer(r"(?:news-metrics|python -m pipeline) ([a-z][^`\n]*)", text):
        line = re.split(r" (?:2?>>?|\|\|) ", found[1])[0]
        if "`" in text[max(0, found.start() - 1)] or text.rfind("```", 0, found.start()) >= 0:
            yield shlex.split(line)


def cells(doc: Path, first: str) -> list[dict[str, str]]:
    """The rows of the table whose first column is called `first`."""
    lines = doc.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:]]
    end = next((n for n, line in enumerate(lines[start:]) if not line.startswith("|")), len(table))
    head, _, *rows = table[:end]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    run_pipeline(ROOT / "raw", folder / "processed")
    return folder


@pytest.mark.parametrize("readme", [README, CHINESE], ids=lambda doc: doc.name)
def test_the_readme_example_runs(readme: Path) -> None:
    text = readme.read_text("utf-8")
    found = doctest.DocTestParser().get_doctest(text, {}, readme.name, str(readme), 0)
    assert found.examples
    assert doctest.DocTestRunner().run(found).failed == 0


@pytest.mark.parametrize("readme", [README, CHINESE], ids=lambda doc: doc.name)
def test_the_readme_rows_are_what_extract_gives(readme: Path) -> None:
    text = re.search(r'text = "([^"]+)"', readme.read_text("utf-8"))
    assert text
    metrics = extract(text[1], published="2024-07-18")
    shown = cells(readme, "quote")
    assert len(metrics) == len(shown)
    for metric, row in zip(metrics, shown, strict=True):
        for column, cell in row.items():
            value = getattr(metric, column)
            if column == "value":
                assert float(value) == float(cell)
            else:
                assert cell == ("" if value is None else str(value)), column


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_commands_and_options_exist(doc: Path) -> None:
    for command, *arguments in called(doc):
        assert command in COMMANDS, f"{doc.name}: there is no command {command}"
        known = {option for parameter in COMMANDS[command].params for option in parameter.opts}
        used = {argument for argument in arguments if argument.startswith("--")}
        assert used <= known, f"{doc.name}: {command} has no {used - known}"


def test_the_readme_names_every_command() -> None:
    assert {row["command"].strip("`").split()[1] for row in cells(README, "command")} == set(COMMANDS)


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_make_targets_exist(doc: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    used = re.findall(r"(?:`|\$ )make (?:[A-Z]+=\S+ )*([a-z-]+)", doc.read_text("utf-8"))
    assert set(used) <= targets


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_links_lead_somewhere(doc: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", doc.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        to = doc.parent / path if path else doc
        assert to.exists(), f"{doc.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", to.read_text("utf-8"), re.MULTILINE)
            assert anchor in {heading.lower().replace(" ", "-") for heading in headings}, target


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))
def test_paths_named_in_the_text_exist(doc: Path) -> None:
    named = re.findall(r"`((?:pipeline|tests|docs|notebooks)/[\w./-]*)`", doc.read_text("utf-8"))
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize(("readme", "column"), [(README, "table"), (CHINESE, "表")])
def test_the_readme_names_every_table(readme: Path, column: str) -> None:
    assert {row[column].strip("`") for row in cells(readme, column)} == set(TABLES)


def test_the_index_names_every_document_and_notebook() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", index.read_text("utf-8"))}
    assert {doc.name for doc in (ROOT / "docs").glob("*.md")} - {"README.md"} <= linked
    named = {row["notebook"].strip("`") for row in cells(index, "notebook")}
    assert named == {notebook.name for notebook in (ROOT / "notebooks").glob("*.ipynb")}


def test_the_readme_reads_the_tables(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(processed)
    code = next(block for block in blocks(README, "python") if "read_metrics" in block)
    names: dict[str, Any] = {"print": lambda frame: None}
    exec(code, names)
    assert len(names["cases"]) > 0
    assert len(pd.read_parquet("processed/metrics")) == len(names["metrics"])
    (query,) = blocks(README, "sql")
    assert duckdb.sql(query).fetchall()


def test_the_changelog_names_the_version_and_the_public_functions() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"## [{pipeline.__version__}]" in text
    assert all(f"`{name}`" in text for name in (*pipeline.__all__, *COMMANDS, *TABLES))


def test_the_data_dictionary_is_that_of_the_schemas() -> None:
    written = (ROOT / "docs" / "data-dictionary.md").read_text("utf-8")
    assert written == data_dictionary(), "run: python -m pipeline.report.dictionary > docs/data-dictionary.md"
    written = (ROOT / "docs" / "data-dictionary.zh-CN.md").read_text("utf-8")
    assert written == data_dictionary("zh"), "the same with zh > docs/data-dictionary.zh-CN.md"
    assert set(ABOUT) == set(TABLES)
    assert all(set(meanings) == {value.value for value in values} for values, meanings in MEANINGS.items())


def test_the_chinese_dictionary_names_all_columns_and_values_and_no_others() -> None:
    chinese = read_chinese()
    assert set(chinese["tables"]) == set(chinese["columns"]) == set(TABLES)
    for table, columns in chinese["columns"].items():
        assert list(columns) == TABLES[table].names
        names = [name for name, _ in columns.values()]
        assert len(set(names)) == len(names), table
    sets = {values.__name__.lower(): {value.value for value in values} for values in MEANINGS}
    assert {name: set(values) for name, values in chinese["values"].items()} == sets


def own_words(folder: Path, text: str) -> Path:
    file = folder / OWN
    file.write_text(text, "utf-8")
    return file


def right_blocks() -> list[str]:
    return [block for doc in DOCS for block in blocks(doc, "toml")]


@pytest.mark.parametrize("text", right_blocks())
def test_word_lists_in_the_documents_load(text: str, tmp_path: Path) -> None:
    load_vocabulary(own_words(tmp_path, text))


def faulty_blocks() -> Iterator[Any]:
    messages = blocks(GUIDE, "text")
    for number, text in enumerate(blocks(GUIDE, "toml fault")):
        yield pytest.param(text, messages[number].splitlines(), id=messages[number].split(":", 1)[1][:30])


@pytest.mark.parametrize(("text", "said"), faulty_blocks())
def test_faults_in_the_guide_are_told_as_it_says(text: str, said: list[str], tmp_path: Path) -> None:
    file = own_words(tmp_path, text)
    with pytest.raises(VocabularyError) as raised:
        load_vocabulary(file)
    lines = str(raised.value).replace(str(file), OWN).splitlines()
    for line, pattern in zip(lines, said, strict=True):
        assert re.fullmatch(re.escape(pattern).replace("…", ".*"), line)


def words_of_the_guide(folder: Path) -> Vocabulary:
    """All right examples of the guide together."""
    for number, text in enumerate(blocks(GUIDE, "toml")):
        (folder / f"{number}.toml").write_text(text, "utf-8")
    return load_vocabulary(folder)


def test_units_bodies_regions_and_decoys_of_the_guide_work(tmp_path: Path) -> None:
    words = words_of_the_guide(tmp_path)
    quotes = [(m.quote, m.unit) for m in extract("2024年，云州市餐饮业接待婚宴2300桌次。", words=words)]
    assert quotes == [("2300桌次", "桌次")]
    (volume,) = extract("全县存粮50市石。", words=words)
    assert (volume.base_value, volume.base_unit) == (pytest.approx(5), "m³")
    assert extract("云州市推行三张清单制度。")
    assert not extract("云州市推行三张清单制度。", words=words)
    assert words.region_names["云州"].name == "云州市"
    assert words.region_names["青云片区"].name == "青云新区"
    assert "云州城发" in words.bodies


def test_the_heading_convention_of_the_guide_works(tmp_path: Path) -> None:
    (block,) = blocks(GUIDE, "text article")
    text = (
        f"云州市改革亮点选登\n\n一张网管住水体\n亮点单位:云州市水务局\n2024年,巡查河道3200公里。\n\n{block}"
    )
    with_guide, without = words_of_the_guide(tmp_path), load_vocabulary()
    named, unnamed = (extract(text, words=words)[-1] for words in (with_guide, without))
    assert named.quote == unnamed.quote == "1.2万件"
    assert named.subject == "云岭区政务服务办" != unnamed.subject


@pytest.mark.parametrize("doc", [README, CHINESE, GUIDE], ids=lambda doc: doc.name)
def test_the_indicator_gives_its_row(doc: Path, tmp_path: Path) -> None:
    text = blocks(doc, "toml")[0]
    words = load_vocabulary(own_words(tmp_path, text))
    own = next(indicator for indicator in words.indicators if indicator.id == "school.evening")
    rows = extract(own.example, words=words)
    assert [(float(row.value), row.unit) for row in rows] == [(own.expect["value"], own.expect["unit"])]
    chosen = type(words)(digest=words.digest, lists=words.lists, indicators=(own,))
    faults = check_examples(chosen, lambda text, published=None: extract(text, published, words=words))
    assert not faults


def test_explain_takes_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = [args for args in called(GUIDE) if args[0] == "explain"]
    file = own_words(tmp_path, blocks(GUIDE, "toml")[0])
    assert run_command([str(file) if argument == OWN else argument for argument in line]) == 0
    assert "36000" in capsys.readouterr().out


@pytest.mark.parametrize("doc", DOCS[:-1], ids=lambda doc: str(doc.relative_to(ROOT)))
def test_lines_are_short_enough_to_read(doc: Path) -> None:
    prose = BLOCK.sub("", doc.read_text("utf-8")).splitlines()
    assert not [line for line in prose if len(line) > 120 and not line.startswith("|")]
