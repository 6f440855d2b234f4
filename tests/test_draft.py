"""Indicators drafted from a sentence load and hold as they stand; faults in them are told with their line."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from pipeline import extract, load_vocabulary
from pipeline.cli import run_command
from pipeline.commands.words import spell_own
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.check import Fault, check_examples

SENTENCES = [
    ("2024年，云州市文化馆市民夜校学员3.6万人次，同比增长12%。", None, ["市民夜校学员"]),
    ("青禾县医院去年开展义诊126场，惠及群众9800余人。", "2025-01-20", ["开展义诊", "惠及群众"]),
    ("2023年发放“惠民\\券”30万至40万张。", None, ["发放“惠民\\券”"]),
    ("2022年，乙市图书馆数字资源使用率达86.4%。", None, ["数字资源使用率"]),
]


def draft(sentence: str, published: str | None, capsys: pytest.CaptureFixture[str]) -> str:
    asked = ["words", "--new", sentence, *(["--published", published] if published else [])]
    assert run_command(asked) == 0
    return capsys.readouterr().out


def check_own(words: Vocabulary) -> tuple[Fault, ...]:
    """The faults of indicators that are not built in."""
    own = tuple(indicator for indicator in words.indicators if indicator.places)
    return check_examples(replace(words, indicators=own), partial(extract, words=words))


def test_drafts_load_and_their_examples_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, (sentence, published, _) in enumerate(SENTENCES):
        (tmp_path / f"{number}.toml").write_text(draft(sentence, published, capsys), "utf-8")
    words = load_vocabulary(tmp_path)
    wanted = [(name, sentence) for sentence, _, names in SENTENCES for name in names]
    assert [(own.name, own.example) for own in words.indicators if own.places] == wanted
    assert not check_own(words)


def test_the_guide_says_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "vocabulary.md").read_text("utf-8")
    sentence = re.search(r"words --new \"([^\"]+)\"", guide)
    said = re.search(r"```text words\n(.*)\n(.*)\n(.*)\n```", guide)
    assert sentence
    assert said
    file = tmp_path / "my-words.toml"
    text = draft(sentence[1], None, capsys).replace('period = "2024年"', 'period = "2023年"')
    file.write_text(text.replace("关于学员", "学员5人次，关于学员"), "utf-8")
    words = load_vocabulary(file)
    faults = [str(fault).replace(str(file), file.name) for fault in check_own(words)]
    assert [*spell_own(words), *faults] == list(said.groups())


def test_what_has_a_name_is_not_drafted_again(capsys: pytest.CaptureFixture[str]) -> None:
    out = draft("2021年，全市法院新收案件12.3万件，同比增长5%。", None, capsys)
    assert out.startswith("# 12.3万件 (新收案件) is cases.accepted already, see indicators.toml:")
    assert "[[indicator]]" not in out


@pytest.mark.parametrize(
    ("sentence", "more", "said"),
    [
        ("第三十三条规定了程序。", [], "counts nothing"),
        ("收案" * 151, [], "300 characters at most, not 302"),
        ("今年收案3件。", ["--published", "some day"], "--published"),
    ],
)
def test_sentences_that_give_no_draft(
    sentence: str, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["words", "--new", sentence, *more]) == 2
    assert said in capsys.readouterr().err


def test_each_fault_of_an_added_indicator_names_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = draft("青禾县医院去年开展义诊126场，发放读本9800册。", "2025-01-20", capsys)
    keys = [line.split(" ")[0] for line in text.splitlines()]
    first, second = (
        [at for at, found in enumerate(keys, 1) if found == key] for key in ("expect", "counter")
    )
    example = [at for at, found in enumerate(keys, 1) if found == "example"]
    text = text.replace('period = "去年"', 'period = "前年"', 1).replace('["册"]', '["本"]')
    file = tmp_path / "mine.toml"
    file.write_text(text.replace("关于开展义诊的规定已经公布", "开展义诊12场"), "utf-8")
    assert run_command(["words", "--words", str(file)]) == 2
    out, err = capsys.readouterr()
    places = [f"{file}:{line}" for line in (first[0], second[0], example[1])]
    assert [line.split(": ")[0] for line in err.splitlines()] == places
    assert "period is 去年, not 前年" in err
    assert "gives a row of it: 12场; take the number out" in err
    assert 'its unit "册" is none of its measures: add it there' in err
    assert "own.kaizhanyizhen (开展义诊): 126场 is 126 场, " in out
    assert "(发放读本): no row\n" in out
    assert f"news-metrics explain SENTENCE --words {file}\n" in out
    assert out.endswith("; 3 faults\n")
