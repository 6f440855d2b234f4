"""Web archives: each page once, damage named and stepped over, bodies decoded."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from pipeline.ingest import Failure, list_inputs, read_records, read_slice, split_input
from pipeline.ingest import model as limits
from pipeline.model import Article

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}
HTML = "Content-Type: text/html; charset=utf-8"
ADDRESS = "http://news.example.cn/2024/{}.html"


def page(number: int) -> str:
    return f"<html><body><p>第{number}篇，全市法院新收案件{number + 100}件。</p></body></html>"


def record(block: bytes, kind: str = "response", address: str = ADDRESS, *, more: str = "") -> bytes:
    """A record of an archive."""
    media = f"Content-Type: application/http; msgtype={kind}\r\n" if kind in ("response", "request") else ""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"
        f"{media}{more}Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def answer(body: bytes | str, *headers: str, status: str = "200 OK") -> bytes:
    """What a server sent."""
    lines = [f"HTTP/1.1 {status}", *(headers or (HTML,))]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body if isinstance(body, bytes) else body.encode())


def responses(count: int) -> list[bytes]:
    return [record(answer(page(number)), address=ADDRESS.format(number)) for number in range(count)]


def read(folder: Path, records: list[bytes], packing: str = "") -> list[Article | Failure]:
    """The records of an archive whose members are those given."""
    (folder / f"a.warc{packing}").write_bytes(b"".join(records))
    found = list(read_records(folder, f"a.warc{packing}"))
    numbers = [item.source_record for item in found]
    assert numbers == sorted(set(numbers))
    for item in found:
        if isinstance(item, Failure):
            assert item.stage == "read"
            assert f"a.warc{packing}" in item.message
            assert "\n" not in item.message
    return found


def outline(found: list[Article | Failure]) -> list[tuple[int, str]]:
    return [(item.source_record, item.error if isinstance(item, Failure) else "page") for item in found]


def pages(found: list[Article | Failure]) -> list[str]:
    assert all(isinstance(item, Article) for item in found), found
    return [item.raw for item in found if isinstance(item, Article)]


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("is_one_member", [False, True])
def test_pages_are_read_and_other_records_passed_over(
    tmp_path: Path, packing: str, is_one_member: bool
) -> None:
    records = [
        record(b"software: test\r\n", "warcinfo"),
        record(b"GET / HTTP/1.1\r\n\r\n", "request"),
        record(answer(page(2))),
        record(b"fetchTimeMs: 5\r\n", "metadata"),
        record(answer(b"\x89PNG", "Content-Type: image/png")),
        record(answer("纯文本，收案3件。", "Content-Type: text/plain; charset=utf-8")),
        record(answer("", "Location: /x", HTML, status="301 Moved Permanently")),
        record(answer("<p>没有这一页</p>", status="404 Not Found")),
        record(answer("User-agent: *", "Content-Type: text/plain"), address="http://a.cn/robots.txt"),
        record(b"20240506 1.2.3.4", "response", "dns:news.example.cn").replace(
            b"application/http", b"text/dns"
        ),
        record(answer(""), "revisit"),
        record(answer(page(11)), address="<http://a.cn/11>"),
    ]
    packed = [PACKERS[packing](b"".join(records))] if is_one_member else [*map(PACKERS[packing], records)]
    found = read(tmp_path, packed, packing)
    assert pages(found) == [page(2), "纯文本，收案3件。", page(11)]
    assert [item.source_record for item in found] == [2, 5, 11]
    assert [item.is_html for item in found if isinstance(item, Article)] == [True, False, True]
    assert found[2].url == "http://a.cn/11"


def test_the_date_of_the_crawl_is_no_date_of_publication(tmp_path: Path) -> None:
    (found,) = read(tmp_path, responses(1))
    assert isinstance(found, Article)
    assert (found.published, found.url) == (None, ADDRESS.format(0))


def chunked(body: bytes) -> bytes:
    pieces = [body[start : start + 50] for start in range(0, len(body), 50)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


BODIES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "gzip": (gzip.compress, "Content-Encoding: gzip"),
    "x-gzip": (gzip.compress, "Content-Encoding: X-GZIP"),
    "not gzip though it says so": (bytes, "Content-Encoding: gzip"),
    "deflate": (zlib.compress, "Content-Encoding: deflate"),
    "deflate without a header": (lambda body: zlib.compress(body)[2:-4], "Content-Encoding: deflate"),
    "br": (brotli.compress, "Content-Encoding: br"),
    "zstd": (zstandard.compress, "Content-Encoding: zstd"),
    "chunked": (chunked, "Transfer-Encoding: chunked"),
    "not chunked though it says so": (bytes, "Transfer-Encoding: chunked"),
    "chunked gzip": (
        lambda body: chunked(gzip.compress(body)), "Transfer-Encoding: chunked\r\nContent-Encoding: gzip",
    ),
    "gzip twice": (lambda body: gzip.compress(gzip.compress(body)), "Content-Encoding: gzip, gzip"),
    "identity": (bytes, "Content-Encoding: identity"),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_bodies_are_decoded(tmp_path: Path, name: str) -> None:
    code, header = BODIES[name]
    found = read(tmp_path, [record(answer(code(page(1).encode() * 9), HTML, header)), *responses(1)])
    assert pages(found) == [page(1) * 9, page(0)]


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "chunked", "chunked gzip"])
def test_a_body_that_is_cut_off_is_a_failure(tmp_path: Path, name: str) -> None:
    code, header = BODIES[name]
    body = code(page(1).encode() * 9)[:-9]
    found = read(tmp_path, [record(answer(body, HTML, header)), *responses(1)])
    assert outline(found) == [(0, "damaged"), (1, "page")]


@pytest.mark.parametrize(
    ("found", "error"),
    [
        (record(answer(page(0), HTML, "Content-Encoding: compress")), "unsupported"),
        (record(answer(page(0)), more="WARC-Truncated: length\r\n"), "cut_off"),
        (record(page(0).encode()), "damaged"),
        (record(answer(" \r\n")), "empty"),
        (record(answer(b"%PDF-1.4")), "binary"),
        (record(answer(page(0), HTML, "X: " + "y" * 50_000)), "damaged"),
        (record(answer(gzip.compress(bytes(40 << 20)), HTML, "Content-Encoding: gzip")), "too_large"),
        (
            record(answer(brotli.compress(bytes(40 << 20), quality=1), HTML, "Content-Encoding: br")),
            "too_large",
        ),
    ],
    ids=["coding", "truncated", "no-http", "blank", "pdf", "long-head", "bomb", "brotli-bomb"],
)
def test_a_page_that_cannot_be_taken_is_a_failure(tmp_path: Path, found: bytes, error: str) -> None:
    assert outline(read(tmp_path, [found, *responses(1)])) == [(0, error), (1, "page")]


@pytest.mark.parametrize(
    ("encoding", "header", "tag"),
    [
        ("gb18030", "charset=gb2312", ""),
        ("gb18030", "charset=utf-8", ""),
        ("gb18030", "", '<meta charset="big5">'),
        ("big5hkscs", "charset=Big5", ""),
        ("big5hkscs", "charset=gbk", '<meta charset="gbk">'),
        ("utf-8", 'charset="gbk"', '<meta charset="gbk">'),
        ("utf-8", "charset=none-such", ""),
    ],
)
def test_a_charset_is_a_hint(tmp_path: Path, encoding: str, header: str, tag: str) -> None:
    text = f"<html>{tag}<p>全市法院受理案件三千件，法官九百人，上年同期二千件。</p>"
    body = answer(text.encode(encoding), f"content-type: text/html; {header}")
    (found,) = read(tmp_path, [record(body)])
    assert isinstance(found, Article)
    assert (found.raw, found.encoding) == (text, encoding)


def test_the_charset_of_the_server_breaks_a_tie(tmp_path: Path) -> None:
    body = answer(b'<meta charset="gbk"><p>\xff\xff</p>', "Content-Type: text/html; charset=Big5")
    (found,) = read(tmp_path, [record(body)])
    assert isinstance(found, Article)
    assert found.encoding == "big5hkscs"


def test_a_page_without_a_type_is_known_by_its_start(tmp_path: Path) -> None:
    found = read(tmp_path, [record(answer(page(0), "X: y")), record(answer("收案3件", "X: y"))])
    assert pages(found) == [page(0)]


# Damage


def set_length(data: bytes, change: int) -> bytes:
    before, _, rest = data.partition(b"Content-Length: ")
    length, _, rest = rest.partition(b"\r\n")
    return before + b"Content-Length: %d\r\n" % (int(length) + change) + rest


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "too long by little": lambda data: set_length(data, 7),
    "too long by a record": lambda data: set_length(data, 600),
    "far too long": lambda data: set_length(data, 10**11),
    "too short": lambda data: set_length(data, -30),
    "no length": lambda data: data.replace(b"Content-Length", b"Content-Width"),
    "no number": lambda data: set_length(data, 0).replace(b"Length: ", b"Length: x"),
    "cut": lambda data: data[:-40],
    "no start": lambda data: data.replace(b"WARC/1.0", b"WARX/1.0"),
    "junk": lambda data: b"\x00\xff junk \r\n\r\n" * 9,
    "endless line": lambda data: b"WARC/1.0\r\n" + b"x" * 99_999 + b"\r\n\r\n",
}


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_record_harms_only_itself(tmp_path: Path, name: str, packing: str) -> None:
    whole = responses(5)
    records = [*whole[:2], DAMAGE[name](whole[2]), *whole[3:]]
    found = read(tmp_path, [*map(PACKERS[packing], records)], packing)
    assert outline(found) == [(0, "page"), (1, "page"), (2, "damaged"), (3, "page"), (4, "page")]
    assert pages(found[:2] + found[3:]) == [page(number) for number in (0, 1, 3, 4)]


@pytest.mark.parametrize("packing", [".gz", ".zst"])
@pytest.mark.parametrize("number", range(5))
def test_a_damaged_member_harms_only_itself(tmp_path: Path, packing: str, number: int) -> None:
    members = [*map(PACKERS[packing], responses(5))]
    for place in (2, 10, 60, len(members[number]) - 6):
        flipped = bytearray(members[number])
        flipped[place : place + 3] = bytes(byte ^ 0xFF for byte in flipped[place : place + 3])
        found = read(tmp_path, [*members[:number], bytes(flipped), *members[number + 1 :]], packing)
        kept = [item.url for item in found if isinstance(item, Article)]
        assert kept == [ADDRESS.format(other) for other in range(5) if other != number]
        assert [item.error for item in found if isinstance(item, Failure)] == ["damaged"]


@pytest.mark.parametrize("packing", PACKERS)
def test_an_archive_that_is_cut_off_keeps_what_came_before(tmp_path: Path, packing: str) -> None:
    members = [*map(PACKERS[packing], responses(3))]
    for cut in (1, 20, 50, len(members[2]) - 5):
        found = read(tmp_path, [*members[:2], members[2][:cut]], packing)
        assert outline(found) == [(0, "page"), (1, "page"), (2, "damaged")]


def test_records_without_an_empty_line_between_them(tmp_path: Path) -> None:
    found = read(tmp_path, [data.removesuffix(b"\r\n\r\n") for data in responses(3)])
    assert pages(found) == [page(0), page(1), page(2)]


def test_line_feeds_alone_end_lines(tmp_path: Path) -> None:
    body = answer(page(0)).replace(b"\r\n", b"\n")
    found = read(tmp_path, [record(body).replace(b"\r\n", b"\n"), *responses(2)])
    assert pages(found) == [page(0), page(0), page(1)]


def test_a_record_over_the_cap_harms_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("archives", "answers", "records"):
        monkeypatch.setattr(f"pipeline.ingest.{module}.MAX_RECORD_BYTES", 2000)
    film = record(answer(bytes(9000), "Content-Type: video/mp4"))
    long = record(answer("长" * 3000))
    unpacked = record(answer(gzip.compress(b"<p>" + bytes(9000)), HTML, "Content-Encoding: gzip"))
    found = read(tmp_path, [film, long, unpacked, *responses(1)])
    assert outline(found) == [(1, "too_large"), (2, "too_large"), (3, "page")]


def test_flipped_bits_and_cuts_never_raise(tmp_path: Path) -> None:
    for packing, pack in PACKERS.items():
        data = b"".join(map(pack, responses(6)))
        for number in range(60):
            place = number * 7919 % len(data)
            flipped = bytearray(data)
            flipped[place] ^= 1 << number % 8
            found = read(tmp_path, [bytes(flipped) if number % 2 else data[:place]], packing)
            kept = sum(isinstance(item, Article) for item in found)
            assert len(found) >= 1
            assert kept >= (4 if number % 2 else place * 6 // len(data) - 1)


def test_an_archive_without_a_page_is_a_failure(tmp_path: Path) -> None:
    (found,) = read(tmp_path, [record(b"software: test\r\n", "warcinfo")])
    assert isinstance(found, Failure)
    assert found.error == "empty"


def test_part_of_an_archive_can_be_read(tmp_path: Path) -> None:
    whole = read(tmp_path, responses(6))
    assert [item.relative for item in list_inputs(tmp_path)] == ["a.warc"]
    (part,) = split_input(tmp_path, "a.warc")
    assert list(read_slice(tmp_path, part, 2, 5)) == whole[2:5]
    parts = split_input(tmp_path, "a.warc", 100)
    assert len(parts) == 6
    assert [record for part in parts for record in read_slice(tmp_path, part)] == whole


def test_the_cap_is_that_of_the_other_readers() -> None:
    assert limits.MAX_RECORD_BYTES == 32 << 20
