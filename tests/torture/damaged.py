"""Files as broken disks, broken downloads and broken programs leave them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.shell_inputs import sentence

LINES = 4
DEEP = 10_000
FORMS = ("txt", "html", "jsonl", "csv", "parquet", "warc")
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": zstandard.compress,
}
ENCODINGS = ("gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32")


@dataclass(frozen=True, slots=True)
class Case:
    """A file: its name, its bytes, how many rows it must give (None: one at least), and if as articles."""

    name: str
    data: bytes
    rows: int | None
    is_sound: bool = False


JUNK = (
    b"", b"\0" * 999, b"\n" * 99, b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"PAR1PAR1", b"WARC/1.0\r\n",
    b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", bytes(range(256)) * 9, b"<" * 5000, b"[" * 5000,
    b"text,text\n1,2\n",
)  # fmt: skip


def make_case(number: int, draw: Random) -> Case:
    """A file of one of four sorts: damaged bytes, an encoding, a record of odd content, or junk."""
    make = draw.choices((damage_file, encode_file, write_oddity, write_junk), (6, 2, 1, 1))[0]
    return make(f"{number:04}", draw)


def damage_file(name: str, draw: Random) -> Case:
    """A file of any form and packing with its bytes damaged, before or after it was packed."""
    form, packing = draw.choice(FORMS), draw.choice(tuple(PACKINGS))
    data, break_it = write_form(form, draw), draw.choice(DAMAGES)
    if packing and draw.randrange(3):
        packed = break_it(PACKINGS[packing](data), draw)
        return Case(f"{name}.{form}{packing}", packed, 1 if form in ("txt", "html") else None)
    data = break_it(data, draw)
    return Case(f"{name}.{form}{packing}", PACKINGS[packing](data), count_rows(form, data))


def encode_file(name: str, draw: Random) -> Case:
    """A sound file in another encoding, or one that changes its encoding on the way."""
    form, encoding = draw.choice(("txt", "html", "jsonl", "csv")), draw.choice((*ENCODINGS, "mixed"))
    text = write_form(form, draw).decode()
    if encoding == "mixed":
        names = ("utf-8", "gb18030", "big5hkscs")
        pieces = (text[at : at + 40].encode(draw.choice(names), "replace") for at in range(0, len(text), 40))
        data = b"".join(pieces)
        return Case(f"{name}.{form}", data, count_rows(form, data))
    data = text.encode(encoding, "replace")
    return Case(f"{name}.{form}", data, {"txt": 1, "html": 1}.get(form, LINES), is_sound=True)


def write_oddity(name: str, draw: Random) -> Case:
    """Lines of JSON that are right as JSON and hold what no one expects."""
    odd = draw.choice(ODDITIES)
    lines = [_line(draw), odd, _line(draw)]
    return Case(f"{name}.jsonl", b"\n".join(lines), len(lines))


def write_junk(name: str, draw: Random) -> Case:
    """Bytes that are no file of their form."""
    form, packing = draw.choice(FORMS), draw.choice(tuple(PACKINGS))
    data = draw.choice((*JUNK, draw.randbytes(draw.randrange(1, 3000))))
    rows = 1 if form in ("txt", "html") else count_rows(form, data) if not packing else None
    return Case(f"{name}.{form}{packing}", data, rows)


def count_rows(form: str, data: bytes) -> int | None:
    """How many rows a file must give, where that can be told without reading it as the pipeline does."""
    if form in ("txt", "html"):
        return 1
    if form == "jsonl" and not (data[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 in data[:4]):
        return sum(1 for line in data.split(b"\n") if line.strip()) or 1
    return None


# ── sound files ─────────────────────────────────────────────────────────────────────


def write_form(form: str, draw: Random) -> bytes:
    """A sound file of a form; all but pages hold four articles."""
    texts = [_text(draw) for _ in range(LINES)]
    match form:
        case "txt":
            return "\n".join(texts).encode()
        case "html":
            return _page(texts[0])
        case "jsonl":
            return b"".join(_line(draw) + b"\n" for _ in range(LINES))
        case "csv":
            rows = io.StringIO()
            csv.writer(rows).writerows([["title", "text"], *(["甲市", text] for text in texts)])
            return rows.getvalue().encode()
        case "parquet":
            sink = io.BytesIO()
            table = pa.table({"text": texts, "title": ["甲市"] * LINES})
            pq.write_table(table, sink, row_group_size=2, compression=draw.choice(("none", "zstd", "snappy")))
            return sink.getvalue()
        case _:
            return b"".join(_archived(_page(text)) for text in texts)


def _text(draw: Random) -> str:
    return "".join(sentence(draw.randrange(10_000)) for _ in range(draw.randrange(1, 5)))


def _line(draw: Random) -> bytes:
    record = {"text": _text(draw), "title": "甲市法院"}
    return json.dumps(record, ensure_ascii=draw.randrange(2) == 0).encode()


def _page(text: str) -> bytes:
    body = f"<body><article><p>{text}</p></article></body>"
    return f"<html><head><title>甲市法院</title></head>{body}</html>".encode()


def _archived(page: bytes) -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.cn/1\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


# ── damage ──────────────────────────────────────────────────────────────────────────


def truncate(data: bytes, draw: Random) -> bytes:
    """A download that was broken off."""
    return data[: draw.randrange(len(data))]


def flip(data: bytes, draw: Random) -> bytes:
    """Some bits turned over."""
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 8, 64))):
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    return bytes(out)


def blank(data: bytes, draw: Random) -> bytes:
    """A sector that was never written."""
    start, size = _block(data, draw)
    return data[:start] + b"\0" * size + data[start + size :]


def drop(data: bytes, draw: Random) -> bytes:
    """A piece that got lost."""
    start, size = _block(data, draw)
    return data[:start] + data[start + size :]


def double(data: bytes, draw: Random) -> bytes:
    """A piece that came twice."""
    start, size = _block(data, draw)
    return data[: start + size] + data[start:]


def insert(data: bytes, draw: Random) -> bytes:
    """Bytes that do not belong there: noise, NULs, lone surrogates, marks of byte order, line ends."""
    start, size = _block(data, draw)
    return data[:start] + draw.choice((draw.randbytes(size), *STRAYS)) + data[start:]


def _block(data: bytes, draw: Random) -> tuple[int, int]:
    return draw.randrange(len(data)), draw.randrange(1, max(2, len(data) // 4))


STRAYS = (b"\0", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\x1a")
DAMAGES = (truncate, truncate, flip, flip, blank, drop, double, insert)
ODDITIES = tuple(
    line.encode()
    for line in (
        "[" * DEEP + "]" * DEEP,
        '{"text":' + '{"a":' * DEEP + "1" + "}" * DEEP + "}",
        '{"text": "收案3件。", "more": ' + "[" * DEEP + "]" * DEEP + "}",
        '{"text": "\\ud800收案3件\\udfff。", "title": "\\ud800", "id": "\\udc00"}',
        '{"text": "收案\\u0000三\\u0000件。", "id": "a\\u0000b"}',
        '{"text": "\\ufeff收案3件。\\ufffe"}',
        '{"text": "收案3件。", "id": ' + "9" * 5000 + "}",
        '{"text": "收案3件。", "id": 1e999, "published_at": -1e999}',
        '{"text": "收案3件。", "published_at": NaN}',
        '{"text": "上半年收案3件。", "published_at": "0001-01-01T00:00:00"}',
        '{"text": "去年收案3件。", "published_at": "9999-12-31"}',
        '{"text": "收案3件。", "published_at": 99999999999999999}',
        '{"text": "收案3件。", "published_at": "9999999999999"}',
        '{"text": "收案3件。", "id": "' + "长" * 9999 + '"}',
        '{"text": ["收案3件。"], "html": 7}',
        '{"text": null, "html": "' + "<div>" * DEEP + '收案3件。"}',
        '{"html": "<p>收案3件。</p>' + "<b><i>" * (DEEP // 2) + '"}',
        '{"text": "收案' + "9" * DEEP + '件。"}',
        '{"text": "收案' + "亿" * DEEP + '件。"}',
        '{"text": "' + "(" * DEEP + "收案3件" + ")" * DEEP + '"}',
        '{"text": "' + "&amp;" * DEEP + '"}',
        '{"text": "收案3件。", "text": "收案4件。"}',
        '{"text": "收案' + "9" * 24 + "万亿" * 12 + '件。"}',
        '"收案3件。"', "NaN", "7", "{}",
        '{"text": "收案3件。"} {"text": "收案4件。"}', "\x00", "{'text': '收案3件。'}",
    )
)  # fmt: skip
