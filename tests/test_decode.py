"""Encodings are told apart by what reads as Chinese, whatever was declared and though a byte is lost."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

import pytest

from pipeline.text.decode import decode
from tests.encodings import CORPUS, Case, make_cases, read_corpus, read_own_texts

HANS = (
    "2021年1月至9月，全市法院共受理各类案件42.6万件，审结38.1万件，同比上升12.5%。"
    "市场监管部门检查经营单位1.2万家次，罚没款合计3,400余万元。\n"
    "“一网通办”平台实名用户超过1,500万，日均办件量约9.8万件；群众满意率达到98.7%。"
    "今年以来，全区新建公园12个，改造老旧小区85处，惠及居民近6万户。"
)
HANT = (
    "2021年1月至9月，全市法院共受理各類案件42.6萬件，審結38.1萬件，同比上升12.5%。"
    "市場監管部門檢查經營單位1.2萬家次，罰沒款合計3,400餘萬元。\n"
    "「一網通辦」平台實名用戶超過1,500萬，日均辦件量約9.8萬件；群眾滿意率達到98.7%。"
    "今年以來，全區新建公園12個，改造老舊小區85處，惠及居民近6萬戶。"
)
SHARE = 0.995


def find_wrong(cases: Iterable[Case]) -> dict[tuple[str, str, bool], list[str]]:
    """The texts that were not found again, by encoding, length and whether all bytes were there."""
    wrong: dict[tuple[str, str, bool], list[str]] = {}
    for case in cases:
        if not case.is_right(decode(case.data, case.declared)[0]):
            wrong.setdefault((case.encoding, case.length, case.is_whole), []).append(case.text[:60])
    return wrong


@pytest.mark.parametrize("seed", [1, 2])
def test_encodings_are_found_whatever_was_declared_and_though_a_byte_is_lost(seed: int) -> None:
    cases = list(make_cases(read_own_texts(), 1200, seed))
    wrong = find_wrong(cases)
    assert not [key for key in wrong if key[2] or key[0] == "utf-8"], wrong
    assert sum(map(len, wrong.values())) <= len(cases) * (1 - SHARE), wrong


@pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpus is absent")
def test_encodings_of_the_corpus() -> None:
    cases = list(make_cases(read_corpus(), 1800, seed=3))
    wrong = find_wrong(cases)
    assert not [key for key in wrong if key[2] or key[0] == "utf-8"], wrong
    assert sum(map(len, wrong.values())) <= len(cases) * (1 - SHARE), wrong


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs"])
def test_a_lost_byte_costs_the_characters_beside_it(encoding: str) -> None:
    text = HANS if encoding == "gb18030" else HANT
    data = text.encode(encoding)
    wrong = 0
    for lost in range(0, len(data), 3):
        damaged = data[:lost] + data[lost + 1 :]
        found, name = decode(damaged)
        assert name == encoding
        wrong += not Case(text, damaged, encoding, None, False).is_right(found)
    assert wrong <= 1


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "饕餮、魑魅、魍魉、貔貅、囹圄、觊觎、龃龉、耄耋、旖旎、踟蹰、氤氲，这些词很少见。"),
        ("gb18030", "この新聞は日本語で書かれています。カタカナもあります。这一句是中文的说明。"),
        ("gb18030", "審理壟斷協議糾紛、專利侵權糾紛，釐清裁判標準，維護創新主體權益。"),
        ("gb18030", "甲A联赛、T恤、B超、Ａ股和5G：①②③，㈠㈡，α、β、Ω，┌─┐，Москва在这里。"),
        ("gb18030", "𠮷野家和㐂字是四字节的，镕、堃、喆、赟、翀是人名里的字。"),
        ("big5hkscs", "氤氳、魑魅、魍魎、躑躅、囹圄、饕餮、耄耋這些詞很少見，粵語有啲、嘅、咗、嚟。"),
        ("big5hkscs", "卡拉OK、T恤、A股、甲A聯賽、5G和Ｂ超：甲、乙、丙，α、β、γ。"),
    ],
)
def test_rare_characters_are_no_lost_bytes(encoding: str, text: str) -> None:
    assert decode((text * 3).encode(encoding)) == (text * 3, encoding)


def test_utf8_within_another_encoding_is_left_as_it_is() -> None:
    within = "评论：很好".encode()
    text = decode((HANS + "\n").encode("gbk") + within)[0]
    assert text == HANS + "\n" + within.decode("gb18030", "replace")


@pytest.mark.parametrize("junk", [b"\xb0", b"\xb0A", b"\x81\x30", b"\xa4\x40\x81", b"\xc8\xcb\xc3"])
def test_what_is_all_damage_is_read_in_linear_time(junk: bytes) -> None:
    text, _ = decode(b"\xd6\xd0" + junk * (400_000 // len(junk)))
    assert len(text) > 100_000


def test_a_byte_lost_in_utf8_costs_one_character() -> None:
    data = HANS.encode()
    text, encoding = decode(data[:30] + data[31:], "gbk")
    assert encoding == "utf-8"
    assert 1 <= text.count("\ufffd") <= 2
    assert text[-80:] == HANS[-80:]


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_mark_decides_and_is_dropped(mark: bytes, encoding: str) -> None:
    assert decode(mark + HANS.encode(encoding), "big5") == (HANS, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_nuls(encoding: str) -> None:
    assert decode(HANS.encode(encoding)) == (HANS, encoding)


def test_a_stray_nul_does_not_make_utf16() -> None:
    assert decode(("收案\0" + HANS).encode()) == ("收案\0" + HANS, "utf-8")


def test_line_ends_are_kept() -> None:
    assert decode("甲\r\n乙\r丙\n".encode())[0] == "甲\r\n乙\r丙\n"


def test_a_declaration_breaks_a_tie() -> None:
    undecided = b"\xff\xff"
    assert decode(undecided, "Big5-HKSCS")[1] == "big5hkscs"
    assert decode(undecided, "GB2312")[1] == "gb18030"


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff", b"\xff\xfe", b"\xed\xa0\x80", bytes(range(256)) * 40])
def test_any_bytes_decode(data: bytes) -> None:
    text, _ = decode(data)
    text.encode("utf-8")
