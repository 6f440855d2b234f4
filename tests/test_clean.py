"""Cleaning: tables of raw and clean text, and what must hold for every text."""

from __future__ import annotations

import gzip
import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import opencc
import pytest
import regex
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from pipeline.errors import ArticleError
from pipeline.model import Article, Script
from pipeline.stages import extract_document, read_document
from pipeline.text import script as script_module
from pipeline.text.aligned import AlignedText
from pipeline.text.clean import Cleaned, clean_text
from pipeline.text.fold import fold_width
from pipeline.text.pinyin import remove_pinyin
from pipeline.text.script import script_of, to_simplified
from pipeline.vocabulary import default_vocabulary
from tests.effort import count_calls

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"
CASES: dict[str, list[dict[str, Any]]] = tomllib.loads((HERE / "cases" / "clean.toml").read_text())
SOLID = regex.compile(r"\d|\p{Han}")
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason=f"no folder {SHARED}: real texts are not there")


def clean(raw: str) -> Cleaned:
    return clean_text(AlignedText.of(raw), default_vocabulary())


def raw_of(case: dict[str, Any]) -> str:
    return str(case["raw"]).strip("\n")


@pytest.fixture(scope="module")
def corpus() -> list[str]:
    with gzip.open(SHARED / "corpus" / "news-real.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["why"])
def test_case(case: dict[str, Any]) -> None:
    expected = str(case.get("clean", case["raw"])).strip("\n")
    assert clean(raw_of(case)).text.clean == expected


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["why"])
def test_cleaning_twice_is_cleaning_once(case: dict[str, Any]) -> None:
    once = clean(raw_of(case)).text.clean
    twice = clean(once).text
    assert (twice.clean, dict(twice.repairs)) == (once, {})


def test_every_kind_of_repair_has_a_case_and_is_described() -> None:
    shown = {kind for case in CASES["case"] for kind in clean(raw_of(case)).text.repairs}
    guide = (HERE.parent / "docs" / "cleaning.md").read_text("utf-8")
    assert shown == set(regex.findall(r"(?m)^\| `([a-z_]+)`", guide))


@pytest.mark.parametrize("case", CASES["unreadable"], ids=lambda case: case["why"])
def test_unreadable(case: dict[str, Any]) -> None:
    with pytest.raises(ArticleError) as caught:
        clean(case["raw"])
    assert caught.value.kind == "unreadable"


@pytest.mark.parametrize("case", CASES["header"], ids=lambda case: case["raw"][:12])
def test_header(case: dict[str, Any]) -> None:
    header = clean(case["raw"]).header
    found = {name: getattr(header, name) for name in ("title", "published", "publisher", "author")}
    assert found == {name: case.get(name) for name in found}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(CASES["case"]), min_size=1, max_size=4))
def test_alignment_holds_for_any_mix_of_cases(cases: list[dict[str, Any]]) -> None:
    raw = "\n".join(map(raw_of, cases))
    try:
        text = clean(raw).text
    except ArticleError:
        reject()
    places = [text.at(position) for position in range(len(text.clean) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(raw)


PIECES = st.one_of(
    st.sampled_from(CASES["case"]).map(lambda case: raw_of(case)[:40]),
    st.text(max_size=12),
    st.text("0123456789月日年万件()?,。\n \u3000\u200b審結著於＜／p>&;.锛銆é¶", max_size=12),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_any_text_is_cleaned_or_refused(pieces: list[str]) -> None:
    raw = "".join(pieces)
    try:
        text = clean(raw).text
    except ArticleError:
        return
    places = [text.at(position) for position in range(len(text.clean) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(raw)
    assert all(0 <= place < len(raw) for place in places[:-1])
    if text.repairs.keys().isdisjoint({"entities", "mojibake"}):
        digits = [place for place, character in enumerate(text.clean) if character in "0123456789"]
        assert [fold_width(AlignedText.of(raw[text.at(at)])).clean for at in digits] == [
            text.clean[at] for at in digits
        ]


def test_what_is_put_back_stands_where_it_was_lost() -> None:
    text = clean("20175月,今年59日,2018512日").text
    assert text.clean == "2017年5月,今年5月9日,2018年5月12日"
    assert text.repairs == {"lost_chars": 4}
    assert "".join(text.raw[text.at(at)] for at, digit in enumerate(text.clean) if digit.isdigit()) == (
        "20175592018512"
    )


def test_what_marks_enclose_keeps_its_place() -> None:
    raw = "**法院**办案,**追回12万元**,[查看34件](https://example.org/a)公告"
    text = clean(raw).text
    for number in ("12", "34"):
        at = text.clean.index(number)
        start, end = text.to_raw(at, at + 2)
        assert raw[start:end] == number


def test_damage_counts_losses_and_risky_repairs() -> None:
    assert clean("全年审结12万件。").damage == 0
    assert clean("检查了单?584家,今年59日发布,共()家。").damage == 3
    assert clean("惠及126亿人次?! ?/p>").damage == 1
    assert clean("新收12万件吗?84家,()共3家。" + "法院有关负责人介绍。" * 8 + "案件").damage == 2


def test_damage_lowers_the_confidence() -> None:
    def confidences(raw: str) -> list[float]:
        document = read_document(Article("a", raw), default_vocabulary())
        return [metric.confidence for metric in extract_document(document, default_vocabulary())]

    whole = "2023年,全市法院新收案件12.3万件,审结11.8万件。"
    sure = confidences(whole + "改革取得成效。")
    for lost in ("改革取得成效()。", "改革取得成效\ufffd。", "今年59日改革取得成效。", "改革取得成效?! ?/p>"):
        assert all(less < more for less, more in zip(confidences(whole + lost), sure, strict=True)), lost


def test_script() -> None:
    assert [script_of(text) for text in ("審結萬件", "审结万件", "審結萬件审结万件")] == [
        Script.HANT,
        Script.HANS,
        Script.MIXED,
    ]


@needs_shared
def test_all_pinyin_artifacts_are_known() -> None:
    rows = (SHARED / "data" / "pinyin_artifacts.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [row.split("\t")[:2] for row in rows]
    assert len(pairs) == 115
    missed = [
        pair for pair in pairs if remove_pinyin(AlignedText.of("{}({})".format(*pair))).clean != pair[0]
    ]
    assert missed == []


@needs_shared
def test_no_reading_is_found_in_clean_news(corpus: list[str]) -> None:
    assert not any("pinyin" in remove_pinyin(fold_width(AlignedText.of(text))).repairs for text in corpus)


@needs_shared
def test_simplified_as_opencc_does(corpus: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_module, "_ZHU", script_module.regex.compile("(?!)"))  # our addition to OpenCC
    converter = opencc.OpenCC("t2s")
    texts = [text for text in corpus if script_of(text) is not Script.HANS] + corpus[::20]
    assert [to_simplified(AlignedText.of(text)).clean for text in texts] == list(
        map(converter.convert, texts)
    )


def test_phrases_of_the_dictionary_beside_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_module, "_ZHU", script_module.regex.compile("(?!)"))  # our addition to OpenCC
    folder = files("opencc").joinpath("dictionary")
    phrases = [
        line.split("\t")[0] for line in folder.joinpath("TSPhrases.txt").read_text("utf-8").splitlines()
    ]
    pairs = [one + other for one in phrases for other in phrases[:: len(phrases) // 9]]
    overlapping = [one + other[1:] for one in phrases for other in phrases if one[-1:] == other[:1] != ""]
    text = "\n".join(pairs + overlapping)
    assert to_simplified(AlignedText.of(text)).clean == opencc.OpenCC("t2s").convert(text)


@needs_shared
def test_made_traditional_text_simplified_as_opencc_does(
    corpus: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script_module, "_ZHU", script_module.regex.compile("(?!)"))
    text = opencc.OpenCC("s2t").convert("\n".join(corpus[::20]))
    assert to_simplified(AlignedText.of(text)).clean == opencc.OpenCC("t2s").convert(text)


@needs_shared
def test_no_core_quote_is_lost() -> None:
    lost = []
    for file in sorted((SHARED / "gold").glob("*/*.json")):
        article = json.loads(file.read_text(encoding="utf-8"))
        raw = article["text"]
        text = clean(raw).text
        kept = {text.at(position) for position in range(len(text.clean))}
        for metric in article["metrics"]:
            start = -1
            for _ in range(metric["nth"]):
                start = raw.index(metric["quote"], start + 1)
            # Readings in brackets go; what counts are digits and Han characters.
            solid = {start + at for at, letter in enumerate(metric["quote"]) if SOLID.match(letter)}
            if metric["core"] and not solid <= kept:
                lost.append((file.stem, metric["quote"]))
    assert lost == []


@needs_shared
def test_clean_gold_texts_stay_clean() -> None:
    for file in sorted((SHARED / "gold").glob("*/*.json")):
        once = clean(json.loads(file.read_text(encoding="utf-8"))["text"]).text.clean
        assert clean(once).text.clean == once, file.stem


@pytest.mark.parametrize(
    "junk", ["1 ", "?", " ", "\n", "(", "审 ", ",,", "a ", "责任编辑:", "<p ", "&amp;", "é"]
)
def test_work_grows_with_junk(junk: str) -> None:
    def calls(times: int) -> int:
        raw = "全年审结12万件。" * times + junk * (times if junk != "?" else times // 10)
        return count_calls(lambda: clean(raw))

    calls(100)
    assert calls(8_000) < 5 * calls(2_000)
