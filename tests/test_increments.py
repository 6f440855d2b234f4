"""Increments: only what changed is done again, and the tables are those of a full rebuild, byte for byte."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.ingest import Form, Packing, Slice
from pipeline.ingest.model import Input
from pipeline.model import Article
from pipeline.receipts import Receipt, ShardSpec
from pipeline.run import Options, plan_only, run_pipeline
from pipeline.shards import run_shard
from pipeline.stages import STAGES
from pipeline.survey import find_inputs, format_known, is_news, read_known
from pipeline.vocabulary import Vocabulary
from tests.shell_inputs import Watched, file_bytes, run, sentence, write_lines

Records = list[dict[str, object] | str]
SHARD = 1500


def write_packed(path: Path, records: Records) -> None:
    """JSON lines, compressed."""
    write_lines(path, records)
    path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def write_pages(path: Path, records: Records) -> None:
    """A folder of text files, one for each record."""
    path.mkdir(parents=True, exist_ok=True)
    for file in path.iterdir():
        file.unlink()
    for record in records:
        assert isinstance(record, dict)
        (path / f"{record['id']}.txt").write_text(str(record["text"]), "utf-8")


def write_parquet(path: Path, records: Records) -> None:
    """Parquet with row groups of eight."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(records), path, row_group_size=8)


WRITERS: dict[str, Callable[[Path, Records], None]] = {
    "all.jsonl": write_lines,
    "all.jsonl.gz": write_packed,
    "pages": write_pages,
    "all.parquet": write_parquet,
}


def records_of(numbers: range) -> Records:
    return [{"id": f"r{number}", "text": f"一、审判\n{sentence(number)}"} for number in numbers]


class Counted:
    """Runs shards and notes the articles that are extracted."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def __call__(self, spec: ShardSpec) -> Receipt:
        return run_shard(spec, {**STAGES, "read": self._open})

    def _open(self, article: Article, words: Vocabulary) -> object:
        self.taken.append(article.id)
        return STAGES["read"](article, words)


def bring_up_to_date(raw: Path, processed: Path, **options: object) -> list[str]:
    """Run; the articles that were extracted."""
    work = Counted()
    chosen = Options(raw, processed, engine="inline", shard_bytes=SHARD, **options)  # type: ignore[arg-type]
    run_pipeline(chosen, Watched(), work=work)
    return sorted(work.taken)


def check_rebuilt(raw: Path, processed: Path, folder: Path) -> None:
    run(raw, folder, shard_bytes=SHARD)
    assert file_bytes(processed) == file_bytes(folder)
    for table in ("signatures",):
        kept, built = (p / "current" / table for p in (processed, folder))
        assert {f.name: f.read_bytes() for f in kept.iterdir()} == {
            f.name: f.read_bytes() for f in built.iterdir()
        }


@pytest.mark.parametrize("name", WRITERS)
def test_one_article_edited_added_or_removed(tmp_path: Path, name: str) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    write = WRITERS[name]
    records = records_of(range(60))
    write(raw / name, records)
    assert len(bring_up_to_date(raw, processed)) == 60
    assert bring_up_to_date(raw, processed) == []
    edited: Records = [*records[:20], {"id": "r20", "text": sentence(999)}, *records[21:]]
    added: Records = [*edited[:40], {"id": "new", "text": sentence(1000)}, *edited[40:]]
    removed = added[:10] + added[11:]
    for step, changed in enumerate((edited, added, removed)):
        write(raw / name, changed)
        taken = bring_up_to_date(raw, processed)
        if name != "all.parquet":  # whose row groups are all cut anew
            assert len(taken) == (1, 1, 0)[step]
        check_rebuilt(raw, processed, tmp_path / f"rebuilt-{step}")


def test_a_word_list_and_an_article_change_at_once(tmp_path: Path) -> None:
    raw, processed, words = tmp_path / "raw", tmp_path / "processed", tmp_path / "more.toml"
    records = records_of(range(12))
    write_lines(raw / "all.jsonl", records)
    bring_up_to_date(raw, processed)
    words.write_text('[lists]\n"more.words" = ["新词"]\n', "utf-8")
    write_lines(raw / "all.jsonl", [*records[:5], {"id": "r5", "text": sentence(50)}, *records[6:]])
    assert bring_up_to_date(raw, processed, words=words) == ["r5"]
    run(raw, tmp_path / "rebuilt", shard_bytes=SHARD, words=words)
    assert file_bytes(processed) == file_bytes(tmp_path / "rebuilt")


def test_a_damaged_part_of_an_earlier_run_is_not_taken_over(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    records = records_of(range(4))
    write_lines(raw / "all.jsonl", records)
    bring_up_to_date(raw, processed)
    (part,) = (processed / "metrics").iterdir()
    held = bytearray(part.read_bytes())
    held[len(held) // 2] ^= 1
    part.write_bytes(held)
    write_lines(raw / "all.jsonl", [*records, {"id": "more", "text": sentence(8)}])
    assert len(bring_up_to_date(raw, processed)) == 5
    check_rebuilt(raw, processed, tmp_path / "rebuilt")


def test_many_rows_are_written_in_several_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And taken over again, in the same parts."""
    monkeypatch.setattr("pipeline.shards._HELD_CHARS", 200)
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    records = records_of(range(20))
    write_lines(raw / "all.jsonl", records)
    run(raw, processed)
    assert len(list((processed / "metrics").iterdir())) > 3
    write_lines(raw / "all.jsonl", [*records[:3], {"id": "r3", "text": sentence(77)}, *records[4:]])
    run(raw, processed)
    run(raw, tmp_path / "rebuilt")
    assert file_bytes(processed) == file_bytes(tmp_path / "rebuilt")


def test_plan_says_what_and_why(tmp_path: Path) -> None:
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    for folder in "abc":
        write_lines(raw / folder / "all.jsonl", records_of(range(ord(folder), ord(folder) + 3)))
    run(raw, processed)
    write_lines(raw / "b/all.jsonl", records_of(range(70, 73)))
    write_lines(raw / "d/all.jsonl", records_of(range(80, 82)))
    before = (processed / ".inputs").read_bytes()
    planned = {shard.spec.slices[0].relative: shard for shard in plan_only(Options(raw, processed))}
    assert {path: shard.reason for path, shard in planned.items()} == {
        "a/all.jsonl": "", "b/all.jsonl": "its input changed", "c/all.jsonl": "", "d/all.jsonl": "it is new",
    }  # fmt: skip
    assert (processed / ".inputs").read_bytes() == before


def test_a_run_without_news_loads_no_stages(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/all.jsonl", records_of(range(3)))
    run(tmp_path / "raw", tmp_path / "processed")
    code = (
        "import sys; from pipeline.cli import run_command; "
        "code = run_command(['run', '--raw', 'raw', '--processed', 'processed']); "
        "print(code, {'pipeline.context', 'pipeline.text.clean', 'pipeline.duplicates'} & set(sys.modules))"
    )
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == "0 set()\n"


# What is known of the inputs


def age(path: Path, seconds: int) -> None:
    """Let the content of a file be that old; when the file was changed cannot be set."""
    os.utime(path, ns=(0, path.stat().st_mtime_ns - seconds * 10**9))


def test_a_file_at_rest_is_not_read_again(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/a.jsonl", records_of(range(3)))
    later = (tmp_path / "raw/a.jsonl").stat().st_ctime_ns + 10**10
    first = find_inputs(tmp_path / "raw", {}, SHARD)
    (tmp_path / "known").write_bytes(format_known(first, "key", later))
    known = read_known(tmp_path / "known", "key")
    assert list(known.values()) == first
    assert not is_news(find_inputs(tmp_path / "raw", known, SHARD), known)
    assert read_known(tmp_path / "known", "other") == {}

    age(tmp_path / "raw/a.jsonl", 50)  # the same bytes under an older time: it is read, to be sure
    assert is_news(find_inputs(tmp_path / "raw", known, SHARD), known)
    write_lines(tmp_path / "raw/b.jsonl", records_of(range(3)))
    assert is_news(find_inputs(tmp_path / "raw", known, SHARD), known)


def test_an_edit_that_keeps_size_and_time_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "raw/a.txt"
    file.parent.mkdir()
    file.write_text(sentence(1), "utf-8")
    run(tmp_path / "raw", tmp_path / "processed")
    known = file.stat()
    file.write_text(sentence(2), "utf-8")
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert file.stat().st_size == known.st_size
    assert run(tmp_path / "raw", tmp_path / "processed").shards_run == 1


@pytest.mark.parametrize("case", ["young", "fault", "link"])
def test_what_may_change_unseen_is_read_again(tmp_path: Path, case: str) -> None:
    digest = "-1" if case == "fault" else "01"
    stamp = () if case == "link" else (9, 10**18, 10**18 if case != "young" else 2 * 10**18, 5, 6)
    found = [(Input("a.txt", Form.TEXT, Packing.NONE, 9, stamp), (Slice("a.txt", Form.TEXT, digest=digest),))]
    (tmp_path / "known").write_bytes(format_known(found, "key", 2 * 10**18))
    assert read_known(tmp_path / "known", "key") == {}


@pytest.mark.parametrize("damage", [b"", b"key", b'key\n["a.txt", 1]\nend', b"key\n[]\nend", b"\xff\nend"])
def test_what_is_known_may_be_damaged(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "known").write_bytes(damage)
    assert read_known(tmp_path / "known", "key") == {}
