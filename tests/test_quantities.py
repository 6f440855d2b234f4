"""Quantities: tables of what is found, and what must hold for every text."""

from __future__ import annotations

import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Bound, Quantity
from pipeline.quantities.find import find_quantities, scan_numerals
from pipeline.quantities.grammar import lexer
from pipeline.quantities.numerals import parse_number
from pipeline.vocabulary import default_vocabulary

CASES = tomllib.loads((Path(__file__).parent / "cases" / "quantities.toml").read_text())
RULES: list[dict[str, Any]] = CASES["rule"]
CLASSES: list[dict[str, Any]] = CASES["class"]
TEXTS = [case["text"] for rule in RULES for key in ("example", "counter") for case in rule[key]]
FRAGMENTS = (
    *"0123456789零一二两三四五六七八九十百千万亿半几多余约近超至到点成分之负",
    *"%‰.,。、;:-—/()“”?\n 人家件个天年月日元第每比",
    "百分之", "个百分点", "以上", "不到", "2021年", "3月5日", "公里", "平方米", "万元", "美元", "$", "PM2.5",
)  # fmt: skip
DECOYS = (
    "他拨打12345热线,坐3号线到第三医院。",
    "2021年3月5日上午8点30分,十四五规划发布。",
    "穗府〔2020〕6号文件第二条,PM2.5和5G,一站式服务。",
)


def found(text: str) -> tuple[Quantity, ...]:
    return find_quantities(text, default_vocabulary())


def written(text: str, quantity: Quantity) -> str:
    """The quantity as the case tables write it."""
    high = "" if quantity.value_high is None else f"..{plain(quantity.value_high)}"
    parts = [f"{text[quantity.start : quantity.end]} = {plain(quantity.value)}{high}", quantity.unit]
    parts.append("" if quantity.bound is Bound.EXACT else quantity.bound)
    parts.append(f"({quantity.note})" if quantity.note else "")
    return " ".join(part for part in parts if part)


def plain(value: Decimal) -> str:
    return f"{round(value, 4).normalize():f}"


def cases(key: str) -> list[Any]:
    return [pytest.param(case, id=f"{rule['name']}: {case['text']}") for rule in RULES for case in rule[key]]


@pytest.mark.parametrize("case", cases("example"))
def test_example(case: dict[str, Any]) -> None:
    assert [written(case["text"], q) for q in found(case["text"])] == case["found"]
    assert case["found"]


@pytest.mark.parametrize("case", cases("counter"))
def test_counter_example(case: dict[str, Any]) -> None:
    assert [written(case["text"], q) for q in found(case["text"])] == case["found"]


@pytest.mark.parametrize("case", CLASSES, ids=lambda case: case["name"])
def test_class(case: dict[str, Any]) -> None:
    assert kinds(case["example"]) == case["kinds"]
    assert kinds(case["counter"]) == case["counter_kinds"]
    assert any(
        kind.split()[-1 - (case["name"] in ("name", "idiom"))] == case["name"] for kind in case["kinds"]
    )
    assert not any(f" {case['name']}" in kind for kind in case["counter_kinds"])


def kinds(text: str) -> list[str]:
    return [
        " ".join(part for part in (numeral.text.strip(), numeral.kind, numeral.word) if part)
        for numeral in scan_numerals(text, default_vocabulary())
    ]


def test_every_class_has_its_case() -> None:
    classes = {*lexer(default_vocabulary()).groupindex, "name", "idiom"}
    assert {case["name"] for case in CLASSES} == classes


# ── values ──────────────────────────────────────────────────────────────────────────


def spell(number: int) -> str:
    """The number in hanzi: 10203 is 一万零二百零三."""
    for size, name in ((10**12, "兆"), (10**8, "亿"), (10**4, "万")):
        if number >= size:
            left, right = divmod(number, size)
            gap = "零" if 0 < right < size // 10 else ""
            return spell(left) + name + gap + (spell(right) if right else "")
    digits, out, gap = "零一二三四五六七八九", "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            out += ("零" if gap and out else "") + digits[digit] + name
        gap = not digit
    return out or "零"


def mix(number: int) -> str:
    """The number in Arabic digits with hanzi magnitudes: 123456789 is 1亿2345万6789."""
    out, gap = "", False
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, size)
        if part:
            out += ("零" if out and (gap or part < 1000) else "") + f"{part}{name}"
        gap = not part
    return out or "0"


@given(st.integers(0, 10**16 - 1))
def test_hanzi(number: int) -> None:
    assert parse_number(spell(number)) == number


@given(st.integers(0, 10**12 - 1))
def test_mixed(number: int) -> None:
    assert parse_number(mix(number)) == number


@given(st.integers(0, 10**15))
def test_arabic(number: int) -> None:
    assert parse_number(str(number)) == parse_number(f"{number:,}") == number
    assert parse_number(f"负{number}") == -number


@given(st.decimals(0, 10**6, places=3), st.sampled_from(["万", "亿", "万亿"]))
def test_decimals_are_exact(number: Decimal, scale: str) -> None:
    size = {"万": 10**4, "亿": 10**8, "万亿": 10**12}[scale]
    assert parse_number(f"{number:f}{scale}") == number * size


@given(st.integers(10, 10**12 - 1))
def test_found_as_spelled(number: int) -> None:
    for numeral in (spell(number), mix(number), str(number), f"{number:,}"):
        text = f"共受理{numeral}件。"
        assert [(q.value, q.unit, text[q.start : q.end]) for q in found(text)] == [
            (number, "件", f"{numeral}件")
        ]


@pytest.mark.parametrize("numeral", ["", "点五", "十点", "件", "3家", "半一", "一半"])
def test_no_numeral(numeral: str) -> None:
    assert parse_number(numeral) is None


# ── every text ──────────────────────────────────────────────────────────────────────


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_spans(text: str) -> None:
    end = 0
    for quantity in found(text):
        assert end <= quantity.start < quantity.end <= len(text)
        assert 0 <= quantity.number_start < quantity.number_end <= quantity.end
        end = quantity.end


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_values(text: str) -> None:
    for quantity in found(text):
        assert isinstance(quantity.value, Decimal)
        assert quantity.value.is_finite()
        assert quantity.value_high is None or quantity.value_high > quantity.value


@pytest.mark.parametrize("decoy", DECOYS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_decoy_elsewhere_changes_nothing(text: str, decoy: str) -> None:
    alone = [written(text, q) for q in found(text)]
    assert not found(decoy)
    for whole in (f"{decoy}\n{text}", f"{text}\n{decoy}"):
        assert [written(whole, q) for q in found(whole)] == alone


# ── effort ──────────────────────────────────────────────────────────────────────────

JUNK = {
    "digits": "0123456789", "ones": "1", "hanzi": "一二三四五六七八九十百千万亿", "magnitudes": "万",
    "halves": "半", "vague": "几多余来", "dashes": "-", "spans": "1-", "commas": ",", "thousands": "1,234,",
    "brackets": "([", "quotes": "“1", "points": "1.", "fractions": "百分之", "mixed": "12万3千",
    "colons": "1:2:", "codes": "A1 ", "spaces": " ", "lines": "1\n", "ordinals": "第一", "years": "民国100年",
    "bounds": "不低于的", "lists": "3、4、", "signs": "$1,", "comparisons": "比1大",
}  # fmt: skip


def steps(text: str) -> int:
    """How many functions are called to find the quantities of a text."""
    count = 0

    def tick(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(tick)
    try:
        found(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", JUNK)
def test_steps_grow_with_the_text(name: str) -> None:
    size = 1200 // len(JUNK[name])
    found(JUNK[name] * 4)
    once, twice, four = (steps(JUNK[name] * size * times) for times in (1, 2, 4))
    assert twice <= 2.2 * once + 200
    assert four <= 2.2 * twice + 200


@pytest.mark.parametrize("name", JUNK)
def test_the_lexer_does_not_run_away(name: str) -> None:
    """`regex` gives up with TimeoutError after so many seconds; a pattern that backtracks takes minutes."""
    text = JUNK[name] * (20_000 // len(JUNK[name]))
    assert sum(1 for _ in lexer(default_vocabulary()).finditer(text, timeout=60)) <= len(text)
