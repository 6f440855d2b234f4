"""Every record of the raw folder is read once, as an article or as a failure."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import os
import pickle
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from pipeline.errors import UsageError
from pipeline.ingest import (
    Failure,
    Form,
    Slice,
    list_inputs,
    read_records,
    read_slice,
    split_input,
)
from pipeline.ingest import model as limits
from pipeline.model import Article
from pipeline.schema import FAILURES

TEXT = "2023年，全市法院新收案件12.3万件，同比上升4.5%。"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}


def write(folder: Path, name: str, data: bytes | str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def articles(folder: Path, name: str) -> list[Article]:
    records = list(read_records(folder, name))
    assert all(isinstance(record, Article) for record in records), records
    return [record for record in records if isinstance(record, Article)]


def failure(folder: Path, name: str) -> Failure:
    (record,) = read_records(folder, name)
    assert isinstance(record, Failure), record
    assert record.stage == "read"
    assert name.rpartition("/")[2][:3] in record.message
    assert "\n" not in record.message
    return record


def outline(records: list[Article | Failure]) -> list[tuple[int, str]]:
    return [(r.source_record, r.error if isinstance(r, Failure) else r.raw) for r in records]


# Listing


def test_inputs_are_listed_in_order_and_other_files_passed_over(tmp_path: Path) -> None:
    names = ["b.txt", "a.HTML", "a/一.htm.gz", "a/z.jsonl.zst", "a/b/c.csv", "d.parquet"]
    for name in [*names, "README.md", ".hidden.txt", ".git/x.txt", "notes.doc", "x.tar.gz"]:
        write(tmp_path, name, "x")
    found = list_inputs(tmp_path)
    assert [item.relative for item in found] == sorted(names, key=str.encode)
    assert {item.size for item in found} == {1}


@pytest.mark.parametrize("case", ["missing", "empty", "file"])
def test_a_folder_without_inputs_says_what_to_do(tmp_path: Path, case: str) -> None:
    raw = tmp_path / "raw"
    if case == "empty":
        raw.mkdir()
    elif case == "file":
        raw.write_text("x")
    with pytest.raises(UsageError, match=r"raw folder .*\.jsonl") as caught:
        list_inputs(raw)
    assert "\n" not in str(caught.value)


def test_links_that_lead_outside_are_failures(tmp_path: Path) -> None:
    raw, outside = tmp_path / "raw", tmp_path / "outside"
    write(outside, "secret.txt", "秘密")
    write(raw, "in/a.txt", TEXT)
    (raw / "file.txt").symlink_to(outside / "secret.txt")
    (raw / "folder").symlink_to(outside)
    (raw / "again").symlink_to(raw / "in")
    (raw / "same.txt").symlink_to(raw / "in/a.txt")
    (raw / "loop.txt").symlink_to(raw / "loop.txt")
    os.mkfifo(raw / "pipe.txt")
    found = {item.relative: list(read_records(raw, item.relative)) for item in list_inputs(raw)}
    said = {name: [r.error if isinstance(r, Failure) else r.raw for r in got] for name, got in found.items()}
    assert said == {
        "file.txt": ["outside_raw"],
        "folder": ["outside_raw"],
        "in/a.txt": [TEXT],
        "loop.txt": ["unreadable"],
        "pipe.txt": ["not_a_file"],
        "same.txt": [TEXT],
    }


@pytest.mark.parametrize("relative", ["../secret.txt", "/etc/hostname", "a/../../secret.txt", "a\0.txt"])
def test_no_path_outside_is_read(tmp_path: Path, relative: str) -> None:
    write(tmp_path, "secret.txt", "秘密")
    (tmp_path / "raw").mkdir()
    (record,) = read_slice(tmp_path / "raw", Slice(relative, Form.TEXT))
    assert isinstance(record, Failure)
    assert record.error in ("outside_raw", "unreadable")


def test_odd_names_are_shown_printable(tmp_path: Path) -> None:
    for name in (b"a\nb.txt", b"\xff\xfe.txt", b"a\\nb.txt", "\u202e反.txt".encode()):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text(TEXT)
    found = list_inputs(tmp_path)
    shown = [articles(tmp_path, item.relative)[0].source_path for item in found]
    assert shown == [r"a\nb.txt", r"a\\nb.txt", r"\u202e反.txt", r"\xff\xfe.txt"]
    assert shown == [item.source_path for item in found]


# One article a file


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_one_article(tmp_path: Path, encoding: str, packing: str) -> None:
    write(tmp_path, f"a.txt{packing}", PACKERS[packing](f"{TEXT}\r\n".encode(encoding)))
    (article,) = articles(tmp_path, f"a.txt{packing}")
    assert article.raw == f"{TEXT}\r\n"
    assert (article.source_record, article.is_html, len(article.id), len(article.raw_sha256)) == (
        0,
        False,
        16,
        64,
    )


def test_a_page_is_decoded_by_its_bytes_and_not_its_label(tmp_path: Path) -> None:
    page = f'<html><meta charset="utf-8"><body><p>{TEXT}</p></body></html>'
    write(tmp_path, "a.htm", page.encode("gbk"))
    (article,) = articles(tmp_path, "a.htm")
    assert (article.raw, article.is_html, article.encoding) == (page, True, "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16"])
@pytest.mark.parametrize(
    "tag",
    [
        "",
        '<meta charset="utf-8">',
        "<meta charset=gb2312>",
        '<meta charset="Big5">',
        '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=GBK">',
        "<meta charset='iso-8859-1'>",
        '<meta charset="no-such-charset">',
        '<?xml version="1.0" encoding="big5"?>',
    ],
)
def test_a_page_with_any_charset_declared_or_none(tmp_path: Path, encoding: str, tag: str) -> None:
    page = f"<html>{tag}<title>收案</title><p>全市法院受理案件三千件，法官九百人，上年同期二千件。</p></html>"
    write(tmp_path, "a.html", page.encode(encoding))
    (article,) = articles(tmp_path, "a.html")
    assert article.raw == page
    assert article.encoding.startswith(encoding)


def test_an_id_made_from_the_bytes_differs_by_path_and_record(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", TEXT)
    write(tmp_path, "b.txt", TEXT)
    write(tmp_path, "c.jsonl", lines({"text": TEXT}, {"text": TEXT}))
    made = [a.id for name in ("a.txt", "b.txt", "c.jsonl") for a in articles(tmp_path, name)]
    assert len(set(made)) == 4
    assert made == [a.id for name in ("a.txt", "b.txt", "c.jsonl") for a in articles(tmp_path, name)]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a00.txt", b"", "empty"),
        ("a01.txt", b"\xef\xbb\xbf \r\n\xe3\x80\x80\0", "empty"),
        ("a02.html", b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        ("a03.txt.gz", gzip.compress(gzip.compress(b"x")), "binary"),
        ("a04.txt.gz.gz", b"x", "unsupported"),
        ("a05.warc", b"WARC/1.0", "damaged"),
        ("a06.txt.gz", gzip.compress(TEXT.encode())[:-9], "damaged"),
        ("a07.txt.gz", b"", "damaged"),
        ("a08.txt.zst", PACKERS[".zst"](TEXT.encode())[:-5], "damaged"),
        ("a09.txt.zst", b"no zstd at all", "damaged"),
        ("a10.jsonl", b"", "empty"),
        ("a11.csv", b"", "no_text"),
        ("a12.csv", "标题,正文\n甲,乙\n".encode(), "no_text"),
        ("a13.parquet", b"PAR1 no parquet PAR1", "damaged"),
        ("a14.parquet", b"", "damaged"),
        ("a15.jsonl", b"\0\0\0\0", "bad_json"),
    ],
)
def test_a_file_that_cannot_be_taken_is_one_failure(
    tmp_path: Path, name: str, data: bytes, error: str
) -> None:
    write(tmp_path, name, data)
    got = failure(tmp_path, name)
    assert (got.error, got.source_path, got.source_record) == (error, name, 0)


def test_a_page_too_large_for_a_tree_is_a_failure(tmp_path: Path) -> None:
    page = "<p>甲" * (limits.MAX_PAGE_CHARS // 4 + 1)
    write(tmp_path, "a.html", page)
    write(tmp_path, "b.jsonl", lines({"html": page}, {"text": page}))
    assert failure(tmp_path, "a.html").error == "too_large"
    first, second = read_records(tmp_path, "b.jsonl")
    assert isinstance(first, Failure)
    assert (first.error, isinstance(second, Article)) == ("too_large", True)


# JSON lines


def test_a_line_is_a_record_with_its_metadata(tmp_path: Path) -> None:
    record = {
        "id": 7,
        "url": "https://example.org/7",
        "title": "题",
        "publisher": "某报",
        "author": "某人",
        "published_at": "2023-03-05T23:30:00Z",
        "html": f"<p>{TEXT}</p>",
        "other": [1],
    }
    write(tmp_path, "a.jsonl", lines(record))
    (got,) = articles(tmp_path, "a.jsonl")
    assert (got.id, got.url, got.title, got.publisher, got.author) == (
        "7",
        "https://example.org/7",
        "题",
        "某报",
        "某人",
    )
    assert (got.published, got.raw, got.is_html) == (datetime(2023, 3, 6, 7, 30), f"<p>{TEXT}</p>", True)


def test_each_bad_line_is_a_failure_that_says_where(tmp_path: Path) -> None:
    bad = [
        (b"{", "bad_json"),
        (b"[1, 2]", "wrong_type"),
        (b'{"text": ["a"]}', "wrong_type"),
        (b'{"text": "a", "title": {}}', "wrong_type"),
        (b'{"title": "a"}', "no_text"),
        (b'{"id": "x9", "text": " \\n"}', "empty"),
        (b"[" * 10_000 + b"]" * 10_000, "too_deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too_deep"),
        (b"9" * 10_000, "bad_json"),
        (b"\xff\xfe\x00", "bad_json"),
        (b'{"id": "' + b"x" * 300 + b'", "text": "a"}', "bad_id"),
    ]
    good = b'{"text": "a"}'
    write(tmp_path, "a.jsonl", b"\n".join([good, b"", *(line for line, _ in bad), good]))
    got = list(read_records(tmp_path, "a.jsonl"))
    assert outline(got) == [(0, "a"), *((n, error) for n, (_, error) in enumerate(bad, 2)), (13, "a")]
    failures = [record for record in got if isinstance(record, Failure)]
    assert all(f"a.jsonl:{record.source_record + 1}: " in record.message for record in failures)
    assert [record.article_id for record in failures if record.error == "empty"] == ["x9"]


def test_a_line_over_the_cap_harms_only_itself(tmp_path: Path) -> None:
    size = limits.MAX_RECORD_BYTES
    with (tmp_path / "a.jsonl").open("wb") as file:
        file.write(lines({"text": "甲"}))
        file.write(b'{"text": "' + b"x" * size + b'"}\n')
        file.write(lines({"text": "乙"}))
    assert outline(list(read_records(tmp_path, "a.jsonl"))) == [(0, "甲"), (1, "too_large"), (2, "乙")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le"])
def test_lines_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, "a.jsonl", lines({"text": TEXT}, {"text": "上"}).decode().encode(encoding))
    assert [article.raw for article in articles(tmp_path, "a.jsonl")] == [TEXT, "上"]
    assert len(split_input(tmp_path, "a.jsonl", 8)) == 1 or encoding == "gb18030"


def test_mixed_encodings_marks_and_surrogates(tmp_path: Path) -> None:
    data = codecs.BOM_UTF8 + lines({"text": TEXT}) + lines({"text": TEXT}).decode().encode("gbk")
    data += b'{"text": "\\ud800a\\u0000", "title": "\\udfff"}\r\n'
    write(tmp_path, "a.jsonl", data)
    got = articles(tmp_path, "a.jsonl")
    assert [article.raw for article in got] == [TEXT, TEXT, "\ufffda\0"]
    assert got[2].title == "\ufffd"


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2023-03-05", datetime(2023, 3, 5)),
        ("2023/3/5 8:09", datetime(2023, 3, 5, 8, 9)),
        ("2023年3月5日 08:09:10", datetime(2023, 3, 5, 8, 9, 10)),
        ("20230305", datetime(2023, 3, 5)),
        ("2023-03-05T08:09:10.123+09:00", datetime(2023, 3, 5, 7, 9, 10)),
        ("2023-03-05 24:00", datetime(2023, 3, 5)),
        (1678000000, datetime(2023, 3, 5, 15, 6, 40)),
        (1678000000000, datetime(2023, 3, 5, 15, 6, 40)),
        ("2023-02-30", None),
        ("0000-00-00 00:00:00", None),
        ("昨天", None),
        (1e300, None),
        (True, None),
        ([], None),
        (None, None),
    ],
)
def test_moments_of_publication(tmp_path: Path, said: object, moment: datetime | None) -> None:
    write(tmp_path, "a.jsonl", lines({"text": "a", "published_at": said}))
    assert articles(tmp_path, "a.jsonl")[0].published == moment


# Compressed files


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_whole_records_before_the_damage_are_kept(tmp_path: Path, packing: str) -> None:
    data = lines(*({"text": f"{number} " + os.urandom(64).hex()} for number in range(500)))
    packed = PACKERS[packing](data)
    write(tmp_path, f"a.jsonl{packing}", packed)
    whole = articles(tmp_path, f"a.jsonl{packing}")
    assert len(whole) == 500
    write(tmp_path, f"a.jsonl{packing}", packed[: len(packed) * 2 // 3])
    *kept, last = read_records(tmp_path, f"a.jsonl{packing}")
    assert isinstance(last, Failure)
    assert (last.error, last.source_record) == ("damaged", len(kept))
    assert [r.raw for r in kept if isinstance(r, Article)] == [r.raw for r in whole[: len(kept)]]
    # zstd gives its blocks whole, and these are up to 128 KB
    assert len(kept) > (300 if packing == ".gz" else -1)


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("form", ["txt", "html", "jsonl", "csv", "parquet"])
def test_flipped_bits_and_cuts_never_raise(tmp_path: Path, form: str, packing: str) -> None:
    records = [{"id": str(n), "text": TEXT} for n in range(40)]
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(records), tmp_path / "t")
        data = (tmp_path / "t").read_bytes()
    elif form == "csv":
        data = b"id,text\n" + b"".join(f'{n},"{TEXT}"\n'.encode() for n in range(40))
    else:
        data = lines(*records)
    packed = PACKERS[packing](data)
    for number in range(40):
        place = number * 7919 % len(packed)
        flipped = bytearray(packed)
        flipped[place] ^= 1 << number % 8
        write(tmp_path, f"a.{form}{packing}", bytes(flipped) if number % 2 else packed[:place])
        whole = list(read_records(tmp_path, f"a.{form}{packing}"))
        parts = split_input(tmp_path, f"a.{form}{packing}", 500)
        assert [record for part in parts for record in read_slice(tmp_path, part)] == whole
        numbers = [record.source_record for record in whole]
        assert len(set(numbers)) == len(numbers)


def test_several_members_are_one_stream(tmp_path: Path) -> None:
    for packing in (".gz", ".zst"):
        data = b"".join(PACKERS[packing](lines({"text": text})) for text in "甲乙丙")
        write(tmp_path, f"a.jsonl{packing}", data + (bytes(700) if packing == ".gz" else b""))
        assert [article.raw for article in articles(tmp_path, f"a.jsonl{packing}")] == ["甲", "乙", "丙"]


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_bombs_are_refused(tmp_path: Path, packing: str) -> None:
    bomb = PACKERS[packing](bytes(80 << 20))
    write(tmp_path, f"a.txt{packing}", bomb)
    assert failure(tmp_path, f"a.txt{packing}").error == "too_large"
    write(tmp_path, f"b.jsonl{packing}", PACKERS[packing](lines({"text": "a" * 1000}) * 80_000))
    assert outline(list(read_records(tmp_path, f"b.jsonl{packing}")))[-1][1] == "too_large"


# CSV


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_columns_are_named_by_the_header(tmp_path: Path, encoding: str) -> None:
    with (tmp_path / "a.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            [["ID", "Title", "text"], ["1", "题,一", f"{TEXT}\n“第二行”"], ["2", "", "长" * 200_000]]
        )
    first, second = articles(tmp_path, "a.csv")
    assert (first.id, first.title, first.raw) == ("1", "题,一", f"{TEXT}\n“第二行”")
    assert (second.id, second.title, len(second.raw), second.source_record) == ("2", None, 200_000, 1)


def test_bad_rows_harm_only_themselves(tmp_path: Path) -> None:
    rows = ["id,text", '1,"甲"', "2", '3,"a"b', "", "4,,", "5,乙", '6,"never closed', "7,x"]
    write(tmp_path, "a.csv", "\n".join(rows))
    got = list(read_records(tmp_path, "a.csv"))
    said = [(0, "甲"), (1, "bad_csv"), (2, "bad_csv"), (3, "bad_csv"), (4, "乙"), (5, "bad_csv")]
    assert outline(got) == said
    assert isinstance(got[3], Failure)
    assert got[3].message.startswith("a.csv:6: ")


def test_a_row_over_the_cap_harms_only_itself(tmp_path: Path) -> None:
    half = limits.MAX_RECORD_BYTES // 2
    with (tmp_path / "a.csv").open("wb") as file:
        file.write(b'id,text\n1,a\n2,"' + b"x" * (2 * half + 9) + b'\n"\n3,"b"\n4,"')
        file.write((b"y" * half + b'""\n') * 3 + b'"\n5,c\n')
    got = outline(list(read_records(tmp_path, "a.csv")))
    assert got == [(0, "a"), (1, "too_large"), (2, "b"), (3, "too_large"), (4, "c")]


# Parquet


def test_parquet_columns_of_any_type(tmp_path: Path) -> None:
    moment = datetime(2023, 3, 5, 23, 30)
    table = pa.table(
        {
            "id": [1, 2],
            "text": pa.array([TEXT, None]).dictionary_encode(),
            "html": pa.array([None, "<p>甲</p>".encode("gbk")], pa.binary()),
            "title": pa.array(["题", None], pa.large_string()),
            "published_at": pa.array(
                [moment.replace(tzinfo=UTC), None], pa.timestamp("ns", "America/New_York")
            ),
            "other": [[1], [2]],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.parquet.zst").write_bytes(PACKERS[".zst"]((tmp_path / "a.parquet").read_bytes()))
    for name in ("a.parquet", "a.parquet.zst"):
        first, second = articles(tmp_path, name)
        assert (first.id, first.raw, first.title) == ("1", TEXT, "题")
        assert (first.published, second.published) == (datetime(2023, 3, 6, 7, 30), None)
        assert (second.raw, second.is_html, second.source_record) == ("<p>甲</p>", True, 1)


@pytest.mark.parametrize("value", [date(2023, 3, 5), datetime(2023, 3, 5), "2023-03-05"])
def test_parquet_dates(tmp_path: Path, value: object) -> None:
    pq.write_table(pa.table({"text": ["a"], "published_at": [value]}), tmp_path / "a.parquet")
    assert articles(tmp_path, "a.parquet")[0].published == datetime(2023, 3, 5)


def test_a_zone_is_moved_to_china(tmp_path: Path) -> None:
    moment = datetime(2023, 3, 5, 1, tzinfo=timezone(timedelta(hours=9)))
    write(tmp_path, "a.jsonl", lines({"text": "a", "published_at": moment.isoformat()}))
    assert articles(tmp_path, "a.jsonl")[0].published == datetime(2023, 3, 5, 0)


def test_parquet_without_a_text_column(tmp_path: Path) -> None:
    pq.write_table(pa.table({"正文": ["a"]}), tmp_path / "a.parquet")
    assert failure(tmp_path, "a.parquet").error == "no_text"


def test_a_damaged_row_group_harms_only_itself(tmp_path: Path) -> None:
    table = pa.table({"text": [f"{n:03d}" * 9 for n in range(30)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10, use_dictionary=False, compression="zstd")
    chunk = pq.read_metadata(tmp_path / "a.parquet").row_group(1).column(0)
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    start = chunk.data_page_offset
    data[start : start + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    write(tmp_path, "a.parquet", bytes(data))
    got = list(read_records(tmp_path, "a.parquet"))
    assert [r.source_record for r in got if isinstance(r, Failure)] == [10]
    assert [r.source_record for r in got if isinstance(r, Article)] == [*range(10), *range(20, 30)]


def test_what_parquet_stores_once_for_many_rows_is_a_bomb(tmp_path: Path) -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 90, pa.int32()), pa.array(["天" * 400_000]))
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet", compression="zstd")
    *got, last = read_records(tmp_path, "a.parquet")
    assert all(isinstance(record, Article) for record in got)
    assert len(got) == 41  # as many as 16 MB hold
    assert isinstance(last, Failure)
    assert (last.error, last.source_record) == ("too_large", 41)
    assert "a.parquet: unpacks to over" in last.message


def test_parquet_rows_that_are_each_too_large_are_not_read(tmp_path: Path) -> None:
    tables = [pa.table({"text": ["x" * (33 << 20)]}), pa.table({"text": [TEXT]})]
    with pq.ParquetWriter(tmp_path / "a.parquet", tables[0].schema) as writer:
        for table in tables:
            writer.write_table(table)
    first, second = read_records(tmp_path, "a.parquet")
    assert isinstance(first, Failure)
    assert (first.error, first.message[:23]) == ("too_large", "a.parquet: rows 1 to 1:")
    assert isinstance(second, Article)
    assert (second.raw, second.source_record) == (TEXT, 1)


# Slices


def test_slices_of_json_lines_read_as_the_whole(tmp_path: Path) -> None:
    records = [{"text": "字" * (number * 7 % 50) or "空"} for number in range(400)]
    data = lines(*records[:200]) + b"\n\n{bad\n" + lines(*records[200:])
    write(tmp_path, "a.jsonl", data)
    whole = list(read_records(tmp_path, "a.jsonl"))
    for target in (1, 7, 100, 1000, 5000, len(data), len(data) + 1):
        parts = split_input(tmp_path, "a.jsonl", target)
        assert [record for part in parts for record in read_slice(tmp_path, part)] == whole
        assert all(data[part.start - 1 : part.start] == b"\n" for part in parts[1:])
    assert len(split_input(tmp_path, "a.jsonl", 1000)) > 10


def test_slices_stay_when_the_file_grows_or_others_come(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", lines(*({"text": "a" * n} for n in range(1, 200))))
    before = split_input(tmp_path, "a.jsonl", 1000)
    digests = [part.digest for part in before]
    with (tmp_path / "a.jsonl").open("ab") as file:
        file.write(lines(*({"text": "b" * n} for n in range(1, 100))))
    write(tmp_path, "0.txt", TEXT)
    after = split_input(tmp_path, "a.jsonl", 1000)
    assert after[: len(before) - 1] == before[:-1]
    assert [part.digest for part in after][: len(before) - 1] == digests[:-1]
    assert after[len(before) - 1].digest != digests[-1]


def record_text(number: int) -> str:
    return f"{number}日，新收案件{number * number}件。" + "乙" * (number * 37 % 60)


def rows(*records: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "text"])
    writer.writerows([record["id"], f'"{record["text"]}"\n\n甲,乙'] for record in records)
    return out.getvalue().encode()


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize(("form", "build"), [("jsonl", lines), ("csv", rows)])
def test_slices_stay_around_a_record_that_changes(
    tmp_path: Path, form: str, build: Callable[..., bytes], packing: str
) -> None:
    """Edited, added, removed: the other slices hold the same, under the same marks."""
    records = [{"id": str(number), "text": record_text(number)} for number in range(300)]
    name = f"a.{form}{packing}"

    def split(records: list[dict[str, str]]) -> dict[str, str]:
        write(tmp_path, name, PACKERS[packing](build(*records)))
        parts = split_input(tmp_path, name, 4000)
        got = [record for part in parts for record in read_slice(tmp_path, part)]
        assert got == list(read_records(tmp_path, name))
        assert len(got) == len(records)
        assert len(parts) > 8
        return {part.mark: part.digest for part in parts}

    before = split(records)
    edited = [*records[:150], {"id": "150", "text": "改了" * 99}, *records[151:]]
    for changed in (edited, records[:150] + records[151:], [*records[:150], records[7], *records[150:]]):
        after = split(changed)
        assert len(after.items() - before.items()) <= 3


def test_lines_longer_than_a_chunk_are_cut_right(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", lines(*({"text": "a" * (n % 3 * 1_500_000 + 9)} for n in range(9))))
    parts = split_input(tmp_path, "a.jsonl", 1 << 20)
    assert len(parts) > 4
    got = [record for part in parts for record in read_slice(tmp_path, part)]
    assert got == list(read_records(tmp_path, "a.jsonl"))


def test_slices_of_parquet_read_as_the_whole(tmp_path: Path) -> None:
    table = pa.table({"text": [f"{n}件" for n in range(100)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=7)
    whole = list(read_records(tmp_path, "a.parquet"))
    for target in (1, 200, 10_000):
        parts = split_input(tmp_path, "a.parquet", target)
        assert [record for part in parts for record in read_slice(tmp_path, part)] == whole
        assert len({part.digest for part in parts}) == len(parts)
    assert [record.source_record for record in whole] == list(range(100))


@pytest.mark.parametrize(
    "name", ["a.txt", "a.parquet.gz", "a.csv", "a.jsonl.gz", "missing.jsonl", "broken.parquet"]
)
def test_other_inputs_are_one_slice(tmp_path: Path, name: str) -> None:
    if name != "missing.jsonl":
        write(tmp_path, name, b"x" * 5000)
    (part,) = split_input(tmp_path, name, 100)
    assert part.is_whole
    assert len(part.digest) == 64


def test_part_of_a_slice_is_read_alone(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", lines(*({"text": str(n)} for n in range(50))))
    part = split_input(tmp_path, "a.jsonl", 200)[1]
    whole = list(read_slice(tmp_path, part))
    for middle in range(part.first_record, part.first_record + len(whole) + 1):
        halves = [*read_slice(tmp_path, part, last=middle), *read_slice(tmp_path, part, first=middle)]
        assert halves == whole


def test_a_failure_of_the_whole_file_is_in_one_half(tmp_path: Path) -> None:
    packed = gzip.compress(lines(*({"text": os.urandom(50).hex()} for _ in range(100))))
    write(tmp_path, "a.jsonl.gz", packed[:-2000])
    (part,) = split_input(tmp_path, "a.jsonl.gz")
    whole = list(read_slice(tmp_path, part))
    for middle in (1, len(whole) - 1, len(whole)):
        halves = [*read_slice(tmp_path, part, last=middle), *read_slice(tmp_path, part, first=middle)]
        assert halves == whole


def test_a_slice_can_be_sent_and_its_digest_follows_the_bytes(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", TEXT)
    (part,) = split_input(tmp_path, "a.txt")
    assert pickle.loads(pickle.dumps(part)) == part
    assert split_input(tmp_path, "a.txt") == [part]
    write(tmp_path, "a.txt", TEXT.replace("3", "4"))
    (after,) = split_input(tmp_path, "a.txt")
    assert after.digest != part.digest


def test_a_failure_has_the_columns_of_its_table() -> None:
    assert [field.name for field in fields(Failure)] == FAILURES.names
