"""The vocabulary: what it holds, how files are added to it, and what each fault says."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import VocabularyError
from pipeline.model import Bound, Category, Kind, Metric
from pipeline.vocabulary import default_vocabulary, load_vocabulary
from pipeline.vocabulary.check import check_examples, check_vocabulary
from pipeline.vocabulary.load import read_built_in
from pipeline.vocabulary.scripts import find_traditional

CASES = tomllib.loads((Path(__file__).parent / "cases" / "vocabulary.toml").read_text("utf-8"))
GOLD = Path(__file__).parent / "gold"
CLAUSE = "2022年,恩施州两级法院新收各类案件275.9万件, 同比增长65%(含C919)。"


def names(cases: list[dict[str, Any]]) -> Iterator[Any]:
    return (pytest.param(case, id=case["name"]) for case in cases)


@pytest.mark.parametrize("case", names(CASES["fault"]))
def test_a_fault_names_file_line_and_what_to_do(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "added.toml"
    file.write_bytes(case["text"].encode())
    with pytest.raises(VocabularyError) as raised:
        load_vocabulary(file)
    for words in case["says"]:
        assert words.replace("{file}", str(file)) in str(raised.value)


@pytest.mark.parametrize("case", names(CASES["right"]))
def test_a_right_file_loads(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "added.toml"
    file.write_bytes(case["text"].encode())
    load_vocabulary(file)


def test_a_path_that_holds_no_words_is_a_fault(tmp_path: Path) -> None:
    for extra, says in (("absent.toml", "no such file"), ("", "no .toml file")):
        with pytest.raises(VocabularyError, match=says):
            load_vocabulary(tmp_path / extra)
    (tmp_path / "bad.toml").write_bytes(b'[lists]\n"a" = ["\xb3\xac"]')
    with pytest.raises(VocabularyError, match=r"bad\.toml:2: not UTF-8"):
        load_vocabulary(tmp_path / "bad.toml")


def test_all_faults_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[[unit]]\nname = "甲單位"\nmeasures = ["件"]\n', "utf-8")
    (tmp_path / "b.toml").write_text('[[unit]]\nname = "乙单位"\nmeasures = ["起"]\n', "utf-8")
    with pytest.raises(VocabularyError) as raised:
        load_vocabulary(tmp_path)
    assert [line.partition(": ")[0] for line in str(raised.value).splitlines()] == [
        f"{tmp_path}/a.toml:2", f"{tmp_path}/a.toml:3", f"{tmp_path}/b.toml:3",
    ]  # fmt: skip


def test_a_word_in_two_files_of_one_folder_is_a_fault(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('[lists]\n"test.words" = ["甲"]\n', "utf-8")
    with pytest.raises(VocabularyError, match=r'b\.toml:2: "甲" is already in list .* of .*a\.toml'):
        load_vocabulary(tmp_path)


def test_an_equal_name_or_id_replaces_the_built_in_entry(tmp_path: Path) -> None:
    built_in = default_vocabulary()
    accepted = next(indicator for indicator in built_in.indicators if indicator.id == "cases.accepted")
    (tmp_path / "own.toml").write_text(
        """
        [[unit]]
        name = "亩"
        measures = ["亩", "亩田"]
        dimension = "area"
        factor = "600"
        base = "m²"
        [[indicator]]
        id = "cases.accepted"
        name = "新收案件"
        category = "case_count"
        says = ["新收案"]
        measures = ["件"]
        example = "2021年,全市新收案3件。"
        expect = { value = 3, unit = "件" }
        counter = "新收案没有数。"
        [[region]]
        name = "恩施土家族苗族自治州"
        says = ["恩施小城"]
        kind = "prefecture"
        [lists]
        "body.name" = ["甲乙丙委员会"]
        """,
        "utf-8",
    )
    words = load_vocabulary(tmp_path)
    assert words.units["亩田"].factor == 600
    assert "亩地" in built_in.units and "亩地" not in words.units
    assert words.indicator_says["新收案"].id == "cases.accepted"
    assert accepted.says[1] not in words.indicator_says
    assert len(words.indicators) == len(built_in.indicators)
    assert words.region_names["恩施小城"].name == "恩施土家族苗族自治州"
    assert words.list("body.name") == (*built_in.list("body.name"), "甲乙丙委员会")


def test_the_digest_follows_names_and_contents_of_files(tmp_path: Path) -> None:
    def digest(name: str, text: str) -> str:
        for old in tmp_path.glob("*.toml"):
            old.unlink()
        (tmp_path / name).write_text(text, "utf-8")
        return load_vocabulary(tmp_path).digest

    text = '[lists]\n"test.words" = ["甲"]\n'
    first = digest("a.toml", text)
    assert digest("a.toml", text) == first
    others = {digest("b.toml", text), digest("a.toml", text.replace("甲", "乙")), default_vocabulary().digest}
    assert len(others - {first}) == 3
    assert load_vocabulary() == default_vocabulary()


@pytest.mark.parametrize(
    ("value", "measure", "unit", "base_value", "base"),
    [
        ("3.5", "千米", "公里", "3500", "m"),
        ("2", "平方公里", "平方公里", "2000000", "m²"),
        ("3", "亩", "亩", "2000", "m²"),
        ("4", "公斤", "千克", "4", "kg"),
        ("4", "斤", "斤", "2", "kg"),
        ("5", "度电", "千瓦时", "5", "kWh"),
        ("6", "兆瓦", "兆瓦", "6000", "kW"),
        ("7", "升", "升", "0.007", "m³"),
        ("2", "个小时", "小时", "7200", "s"),
        ("2", "日", "天", "172800", "s"),
        ("65", "%", "%", "0.65", "1"),
        ("3", "个百分点", "百分点", "0.03", "1"),
        ("1.5", "人民币", "元", "1.5", "元"),
        ("1.5", "块钱", "元", "1.5", "元"),
        ("8", "港币", "港元", "8", "港元"),
        ("50", "美分", "美分", "0.5", "美元"),
        ("1", "件", "件", None, None),
        ("36", "摄氏度", "℃", None, None),
        ("3", "个工作日", "工作日", None, None),
    ],
)
def test_units_convert(value: str, measure: str, unit: str, base_value: str | None, base: str | None) -> None:
    found = default_vocabulary().units[measure]
    converted = found.to_base(Decimal(value))
    assert (found.name, found.base) == (unit, base)
    if base_value is None:
        assert converted is None
    else:
        assert converted is not None and abs(converted - Decimal(base_value)) < Decimal("1e-12")


def test_the_built_in_words_are_many_and_simplified() -> None:
    words = default_vocabulary()
    assert len(words.unit_names) >= 320
    assert len(words.indicators) >= 170
    assert all(len(indicator.says) >= 1 for indicator in words.indicators)
    assert len(words.region_names) >= 3500
    assert max(map(len, words.units)) == words.longest_measure
    assert [fault for source in read_built_in() for fault in find_traditional(source)] == []


@pytest.mark.parametrize(
    ("written", "name", "kind"),
    [
        ("广东", "广东省", "province"),
        ("内蒙古", "内蒙古自治区", "province"),
        ("吉林", "吉林省", "province"),
        ("杭州", "杭州市", "prefecture"),
        ("恩施州", "恩施土家族苗族自治州", "prefecture"),
        ("黔东南", "黔东南苗族侗族自治州", "prefecture"),
        ("长阳县", "长阳土家族自治县", "county"),
        ("昆山", "昆山市", "county"),
        ("朝阳区", "朝阳区", "county"),
        ("印尼", "印度尼西亚", "country"),
        ("长三角", "长三角", "area"),
    ],
)
def test_regions_go_by_several_names(written: str, name: str, kind: str) -> None:
    region = default_vocabulary().region_names[written]
    assert (region.name, region.kind) == (name, kind)


def test_common_words_are_no_regions() -> None:
    assert not {"朝阳", "来宾", "白银", "日照", "和平", "长安"} & set(default_vocabulary().region_names)


def test_cut_gives_what_jieba_gives_and_covers_the_text() -> None:
    import jieba

    words = default_vocabulary()
    plain = jieba.Tokenizer()
    plain.FREQ, plain.total = plain.gen_pfdict(plain.get_dict_file())
    plain.initialized = True
    for word in sorted(set(words.cutter.words)):
        plain.add_word(word)
    gold = [json.loads(file.read_text("utf-8"))["text"] for file in sorted(GOLD.glob("*.json"))]
    for text in ("", CLAUSE, "恩施州\n  😀 全省法院", "全省\ud800法院", CLAUSE * 30, *gold):
        tokens = words.cut(text)
        assert [token for token, _, _ in tokens] == list(plain.cut(text, HMM=False))
        assert [start for _, start, _ in tokens] == [0, *(end for _, _, end in tokens)][: len(tokens)]
        assert all(text[start:end] == token for token, start, end in tokens)
        assert "".join(token for token, _, _ in tokens) == text


def test_cut_leaves_no_cache_and_needs_no_home(tmp_path: Path) -> None:
    code = "from pipeline.vocabulary import default_vocabulary as d; print(len(d().cut('全省法院')))"
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {"TMPDIR": str(tmp_path), "PATH": os.defpath, "PYTHONPATH": paths}
    command = [sys.executable, "-W", "ignore", "-c", code]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    runs = [subprocess.Popen(command, env=environment, umask=0o077, **pipes) for _ in range(2)]
    assert [run.communicate() for run in runs] == [(b"1\n", b"")] * 2
    assert list(tmp_path.iterdir()) == []


def test_a_vocabulary_can_be_sent_to_another_process() -> None:
    words = default_vocabulary()
    words.cut("全省")
    again = pickle.loads(pickle.dumps(words))
    assert again == words
    assert again.cutter.words == words.cutter.words


def row(value: str, unit: str, indicator_id: str | None) -> Metric:
    return Metric(
        start=0, end=1, raw_start=0, raw_end=1, quote=value + unit, sentence="", section=0,
        value=Decimal(value), value_high=None, bound=Bound.EXACT, unit=unit, kind=Kind.LEVEL,
        category=Category.CASE_COUNT, indicator="新收案件", rule="test", subject="全市法院",
        period_text="2021年", indicator_id=indicator_id,
    )  # fmt: skip


RIGHT = row("123000", "件", "cases.accepted")


@pytest.mark.parametrize(
    ("example_row", "counter_row", "says"),
    [
        (RIGHT, None, []),
        (row("12", "件", "cases.accepted"), None, ["value is 12, not 123000"]),
        (row("123000", "个", "cases.accepted"), None, ["unit is 个, not 件"]),
        (row("123000", "件", None), None, ["gives no row of it, but 123000件 as 新收案件"]),
        (None, None, ["gives no row of it, but no row at all"]),
        (RIGHT, row("12", "个", "cases.accepted"), ["gives a row of it: 12个"]),
        (RIGHT, row("12", "个", None), []),
    ],
)
def test_examples_are_checked(
    example_row: Metric | None, counter_row: Metric | None, says: list[str]
) -> None:
    words = default_vocabulary()
    accepted = next(indicator for indicator in words.indicators if indicator.id == "cases.accepted")
    assert accepted.source.startswith("indicators.toml:")

    def extract(text: str, published: object = None, title: str | None = None) -> list[Metric]:
        found = example_row if text == accepted.example else counter_row
        return [] if found is None else [found]

    faults = check_examples(replace(words, indicators=(accepted,)), extract)
    assert [fault.place for fault in faults] == [accepted.source] * len(says)
    assert all(text in str(fault) for text, fault in zip(says, faults, strict=True))


def test_the_whole_check_tells_every_indicator_without_a_row() -> None:
    words = default_vocabulary()
    faults = check_vocabulary(words, lambda text, published=None, title=None: ())
    assert len(faults) == len(words.indicators)
