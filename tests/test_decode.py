"""Encodings are told apart by what reads as Chinese, whatever was declared and though a byte is lost."""

from __future__ import annotations

import codecs

import pytest

from pipeline.text.decode import decode

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
TEXTS = {"utf-8": HANS + HANT, "gb18030": HANS, "big5hkscs": HANT}
DECLARED = (None, "utf-8", "gbk", "gb2312", "big5", "iso-8859-1", "no-such-charset")


def _strings(encoding: str) -> list[tuple[str, bytes, str | None]]:
    """Pieces of 8 to 2,000 characters, each under a declaration that is right, wrong or absent."""
    text = TEXTS[encoding] * 12
    cases = []
    for number in range(240):
        start, length = number * 37 % 211, 8 + (number * number) % 60 if number % 3 else 8 + number * 8
        piece = text[start : start + length]
        cases.append((piece, piece.encode(encoding), DECLARED[number % len(DECLARED)]))
    return cases


def _is_han(piece: str) -> int:
    return sum("一" <= character <= "鿿" for character in piece)


def test_encodings_are_found_without_a_right_declaration() -> None:
    wrong, cases = [], 0
    for encoding in TEXTS:
        for piece, data, declared in _strings(encoding):
            cases += 1
            if decode(data, declared)[0] != piece:
                wrong.append((encoding, piece))
    assert cases >= 500
    assert len(wrong) <= cases * 0.005, wrong


def test_encodings_are_found_though_a_byte_is_lost() -> None:
    wrong, cases = [], 0
    for encoding in TEXTS:
        for number, (piece, data, declared) in enumerate(_strings(encoding)):
            if _is_han(piece) < 6:
                continue
            cases += 1
            lost = number * 13 % len(data)
            damaged = data[:lost] + data[lost + 1 :]
            if decode(damaged, declared) != (damaged.decode(encoding, "replace"), encoding):
                wrong.append((encoding, piece))
    assert cases >= 500
    assert len(wrong) <= cases * 0.005, wrong


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
