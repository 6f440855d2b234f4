"""Small files that unpack to a great deal, archives in archives, and how much memory they take."""

from __future__ import annotations

import gzip
import io
import json
import resource
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.shell_inputs import rows_of, sentence, write_lines
from tests.torture.launch import be_quiet, start
from tests.torture.outcome import Outcome

MOST_MORE = 100  # MB over what a run without bombs takes
_MB = 1 << 20
_PIECE = 8 * _MB


def _gz(unit: bytes, start: bytes = b"", end: bytes = b"", pieces: int = 64) -> bytes:
    """Half a gigabyte of `unit` after `start`, packed in members."""
    member = gzip.compress(unit * (_PIECE // len(unit)), mtime=0)
    return gzip.compress(start, mtime=0) + member * pieces + gzip.compress(end, mtime=0)


def _zst(unit: bytes, start: bytes = b"", pieces: int = 64) -> bytes:
    packer = zstandard.ZstdCompressor()
    return packer.compress(start) + packer.compress(unit * (_PIECE // len(unit))) * pieces


def _zst_window() -> bytes:
    """A frame that asks for a window of two gigabytes."""
    level = {"window_log": 31, "hash_log": 10, "chain_log": 10, "write_content_size": 0}
    packer = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(**level))
    out = io.BytesIO()
    with packer.stream_writer(out, closefd=False) as writer:
        for _ in range(8):
            writer.write(bytes(_PIECE))
    return out.getvalue()


def _parquet_repeated() -> bytes:
    """Twenty thousand rows that are all the same 6 MB, stored once."""
    text = pa.DictionaryArray.from_arrays(
        pa.array([0] * 20_000, pa.int32()), pa.array([("天" * 99 + "\n") * 20_000])
    )
    return _parquet(pa.table({"text": text}))


def _parquet_large() -> bytes:
    """One value of half a gigabyte."""
    return _parquet(
        pa.table({"text": pa.array(["收" * (171 * _MB)], pa.large_string())})
    )  # 171 Mi times three bytes


def _parquet(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue().to_pybytes()


def _warc(body: bytes, *headers: str) -> bytes:
    """An archive of one page."""
    http = "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", "")).encode() + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.cn/\r\nContent-Length: {len(http)}"
    return head.encode() + b"\r\n\r\n" + http + b"\r\n\r\n"


def _warc_long() -> bytes:
    """An archive whose one record says that it is half a gigabyte, and is."""
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.cn/\r\nContent-Length: %d\r\n\r\n"
    return _gz(b"x", head % (512 * _MB), b"\r\n\r\n")


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj()
    return b"".join(packer.compress(data) for _ in range(64)) + packer.flush()


def _brotli() -> bytes:
    """What BrotliReader unpacks to half a gigabyte."""
    packer = brotli.Compressor(quality=5)
    return b"".join(packer.process(bytes(_PIECE)) for _ in range(64)) + packer.finish()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", bytes(_PIECE))
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        entry = tarfile.TarInfo("../../etc/a.txt")
        entry.size = _PIECE
        packed.addfile(entry, io.BytesIO(bytes(_PIECE)))
    return out.getvalue()


_TWICE = gzip.compress(_gz(b"\0"), mtime=0)
# name of the file: what is in it, and how its failure may be called
BOMBS: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "zeros.txt.gz": (lambda: _gz(b"\0"), ("too_large",)),
    "zeros.txt.zst": (lambda: _zst(b"\0"), ("too_large",)),
    "tags.html.gz": (lambda: _gz(b"<p>"), ("too_large",)),
    "tags.html.zst": (lambda: _zst(b"<div>"), ("too_large",)),
    "line.jsonl.gz": (lambda: _gz(b"x", b'{"text": "'), ("too_large",)),
    "blank.jsonl.gz": (lambda: _gz(b"\n"), ("too_large",)),
    "row.csv.gz": (lambda: _gz(b"x", b"text\n"), ("too_large",)),
    "quotes.csv.zst": (lambda: _zst(b'"', b"text\n"), ("too_large",)),
    "repeated.parquet": (_parquet_repeated, ("too_large",)),
    "large.parquet": (_parquet_large, ("too_large", "damaged")),
    "zeros.parquet.gz": (lambda: _gz(b"\0", b"PAR1"), ("too_large",)),
    "long.warc.gz": (_warc_long, ("too_large",)),
    "gzip.warc": (lambda: _warc(_gz(b" "), "Content-Encoding: gzip"), ("too_large",)),
    "brotli.warc": (lambda: _warc(_brotli(), "Content-Encoding: br"), ("too_large",)),
    "deflate.warc": (lambda: _warc(_deflated(bytes(_PIECE)), "Content-Encoding: deflate"), ("too_large",)),
    "zstd.warc": (lambda: _warc(_zst(b" "), "Content-Encoding: zstd"), ("too_large",)),
    "twice.warc": (lambda: _warc(_TWICE, "Content-Encoding: gzip, gzip"), ("too_large",)),
    "nested.jsonl.gz.gz": (lambda: _TWICE, ("unsupported",)),
    "archive.txt.gz": (_tar, ("unreadable",)),
    "window.txt.zst": (_zst_window, ("damaged", "too_large")),
    "archive.txt": (_zip, ("binary",)),
    "inner.txt.gz": (lambda: _TWICE, ("binary",)),
}  # fmt: skip


def check_bombs(count: int, folder: Path, seed: int) -> Outcome:
    """Each bomb beside an article: it is refused, the article is not touched, little memory is taken."""
    plain, _ = _run_beside(folder / "plain", None)
    names = list(BOMBS)
    chosen = [names[(seed + number * len(names) // count) % len(names)] for number in range(count)]
    faults, most = [], 0
    for name in dict.fromkeys(chosen if count < len(names) else names):
        taken, found = _run_beside(folder / name, name)
        most = max(most, taken - plain)
        if taken - plain > MOST_MORE:
            found.append(f"{taken - plain} MB more than a run without it")
        faults += [f"{name}: {fault}" for fault in found]
    note = f"at most {most} MB over the {plain} MB of a run without bombs"
    return Outcome(12, "bombs, nested archives", min(count, len(names)), tuple(faults), note)


def _run_beside(folder: Path, name: str | None) -> tuple[int, list[str]]:
    """The most memory that a run took, in MB, and what is wrong with its tables."""
    raw, processed = folder / "raw", folder / "processed"
    write_lines(raw / "good" / "a.jsonl", [{"id": "good", "text": sentence(5)}])
    if name is not None:
        (raw / name).write_bytes(BOMBS[name][0]())
    note = folder / "memory"
    code = start(_run_measured, raw, processed, note).wait()
    if code not in (0, 1):
        return 0, [f"ended with {code}"]
    found = (
        [] if any(row["article_id"] == "good" for row in rows_of(processed, "articles")) else ["harms others"]
    )
    if name is not None and BOMBS[name][1]:
        failures = rows_of(processed, "failures")
        kinds = {str(row["error"]) for row in failures}
        if not kinds or kinds - set(BOMBS[name][1]):
            found.append(f"is called {kinds}: {failures[0]['message'] if failures else ''}")
        if any(name != row["source_path"] for row in failures):
            found.append("a failure does not name the file")
    return json.loads(note.read_text("utf-8")), found


def _run_measured(raw: Path, processed: Path, note: Path) -> None:
    """A run that notes the most memory it took, in MB."""
    from tests.shell_inputs import run

    be_quiet(note.with_suffix(".said"))
    run(raw, processed)
    note.write_text(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024), "utf-8")
