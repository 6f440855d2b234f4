"""Small raw folders for the tests of the shell, and what to compare of their tables."""

from __future__ import annotations

import csv
import gzip
import io
import json
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from pipeline.files import Files
from pipeline.receipts import Receipt
from pipeline.run import Options, Summary, run_pipeline
from pipeline.shards import run_shard

TABLES = ("articles", "sections", "metrics", "duplicates", "failures")


def sentence(number: int) -> str:
    """An article of one sentence with two metrics."""
    return f"2021年，甲市法院新收案件{number + 100}件，同比增长{number % 7 + 1}.5%。"


def write_lines(path: Path, records: list[dict[str, object] | str]) -> None:
    """A JSON-lines file; a string is written as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records
    )
    path.write_text("".join(line + "\n" for line in lines), "utf-8")


def write_every_form(raw: Path) -> int:
    """One article in every form that is taken; gives their number."""
    raw.mkdir(parents=True, exist_ok=True)
    (raw / "a.txt").write_bytes(sentence(0).encode("gb18030"))
    body = f"<body><article><p>{sentence(1)}</p></article></body>"
    (raw / "b.html").write_text(f"<html><head><title>甲市法院</title></head>{body}</html>", "utf-8")
    write_lines(raw / "sub" / "c.jsonl", [{"id": "c", "text": sentence(2)}])
    rows = io.StringIO()
    csv.writer(rows).writerows([["id", "text"], ["d", sentence(3)]])
    (raw / "d.csv").write_text(rows.getvalue(), "utf-8")
    pq.write_table(pa.table({"id": ["e"], "text": [sentence(4)]}), raw / "e.parquet")
    (raw / "f.txt.gz").write_bytes(gzip.compress(sentence(5).encode(), mtime=0))
    line = json.dumps({"id": "g", "text": sentence(6)}).encode()
    (raw / "g.jsonl.zst").write_bytes(zstandard.compress(line))
    page = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<article><p>{sentence(7)}</p>".encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://h.cn\r\nContent-Length: {len(page)}"
    (raw / "h.warc.gz").write_bytes(gzip.compress(head.encode() + b"\r\n\r\n" + page, mtime=0))
    return 8


def write_folders(raw: Path, folders: int = 3, articles: int = 4) -> None:
    """Folders of JSON lines: one shard each."""
    for folder in range(folders):
        records: list[dict[str, object] | str] = [
            {"id": f"{folder}-{number}", "text": sentence(10 * folder + number)} for number in range(articles)
        ]
        write_lines(raw / f"f{folder}" / "a.jsonl", records)


class Watched:
    """Counts the shards that run."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def begin(self, to_run: int, kept: int) -> None:
        """Nothing to do."""

    def advance(self, receipt: Receipt) -> None:
        """Note the shard."""
        self.ran.append(receipt.shard)


def run(raw: Path, processed: Path, files: Files | None = None, **options: object) -> Summary:
    """A run in this process, unless `options` say otherwise; `files` serve its snapshot and its shards."""
    chosen = {"engine": "inline", **options}
    work = partial(run_shard, files=files)
    return run_pipeline(Options(raw, processed, **chosen), Watched(), files, work)  # type: ignore[arg-type]


def file_bytes(processed: Path) -> dict[str, bytes]:
    """The part files of all tables but `runs`, by table and name."""
    return {
        f"{table}/{file.name}": file.read_bytes()
        for table in TABLES
        for file in (processed / table).iterdir()
    }


def rows_of(processed: Path, table: str) -> list[dict[str, object]]:
    """The rows of a table."""
    return pq.read_table(processed / table).to_pylist()
