"""Raw folders for the checks, before and after a change, and what the tables must be for each."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from tests.shell_inputs import file_bytes, run, sentence, write_lines

Tables = dict[str, bytes]
LINKS = 1000
TO_CLEAN = 100


@dataclass(frozen=True, slots=True)
class States:
    """A raw folder that changed since the run that made `old`, and the tables before and after."""

    folder: Path
    before: Tables
    after: Tables

    @property
    def raw(self) -> Path:
        """The raw folder as it is now."""
        return self.folder / "raw"

    def copy_old(self, to: Path) -> Path:
        """An output folder that holds the tables from before the change."""
        shutil.copytree(self.folder / "old", to, symlinks=True)
        return to

    def is_whole(self, processed: Path, may_be_none: bool = False) -> str | None:
        """None where the tables are those of before or after; otherwise what they are."""
        if may_be_none and not (processed / "current").exists():
            return None if tables_of(processed) == {} else "tables without a pointer"
        found = tables_of(processed)
        return None if found in (self.before, self.after) else f"{len(found)} files of neither snapshot"


def make_states(folder: Path, pages: int = 1, lines: int = 10) -> States:
    """Three shards of JSON lines and pages, of which two change and to which one comes; an id comes twice.

    In each shard one article has that many `lines`.
    """
    raw = folder / "raw"
    for number in range(3):
        _write_folder(raw, number, pages, lines)
    run(raw, folder / "old")
    write_lines(raw / "f1/a.jsonl", [{"id": "new", "text": sentence(77)}, "{broken", _long_record(8, lines)])
    for page in (raw / "f2").glob("page-0.html"):
        page.unlink()
    write_lines(raw / "f3/a.jsonl", [{"id": "0-0", "text": sentence(9)}, {"id": "3-1", "text": sentence(31)}])
    run(raw, folder / "new")
    return States(folder, file_bytes(folder / "old"), file_bytes(folder / "new"))


def _write_folder(raw: Path, folder: int, pages: int, lines: int) -> None:
    records: list[dict[str, object] | str] = [
        {"id": f"{folder}-{number}", "text": sentence(10 * folder + number)} for number in range(2)
    ]
    write_lines(raw / f"f{folder}" / "a.jsonl", [*records, _long_record(folder, lines)])
    for number in range(pages):
        (raw / f"f{folder}" / f"page-{number}.html").write_text(_page(folder * 10 + number), "utf-8")


def _long_record(number: int, lines: int) -> dict[str, object]:
    """An article whose spaces, full-width digits and traditional characters give cleaning something to do."""
    said = [
        f"（{n}）　{number + n}月，乙縣法院審結案件１{n}２件，　同比增長{n}．５％。" for n in range(lines)
    ]
    said += ["乙縣法院　公開審理　此案，旁聽者　眾多。"] * (TO_CLEAN * (lines - 1))  # and nothing to extract
    return {"id": f"long-{number}", "text": "\n".join(said)}


def _page(number: int) -> str:
    """A page whose article lies among many links."""
    links = "".join(f"<li><a href='/{n}'>丙县第{n}号通知</a></li>" for n in range(LINKS))
    text = "".join(f"<p>{sentence(number + n)}</p>" for n in range(3))
    body = f"<ul>{links}</ul><article>{text}</article>"
    return f"<html><head><title>丙县法院</title></head><body>{body}</body></html>"


def tables_of(processed: Path) -> Tables:
    """The files of all tables but `runs`; none where there is no table."""
    try:
        return file_bytes(processed)
    except (FileNotFoundError, IsADirectoryError):
        return {}


def find_leftovers(processed: Path) -> list[str]:
    """What a run that ended well must not leave behind."""
    found = [f"{path.name} is left" for path in processed.glob("**/.tmp-*")]
    if (processed / ".work").exists():
        found.append(".work is left")
    if (count := len(list((processed / ".snapshots").iterdir()))) > 2:
        found.append(f"{count} snapshots are left")
    return found


def find_bad_runs(processed: Path) -> list[str]:
    """Rows of the runs table that come twice or do not account for every record."""
    rows = pq.read_table(processed / "runs").to_pylist()
    names = [row["run_id"] for row in rows]
    found = ["a run comes twice"] if len(set(names)) < len(names) else []
    for row in rows:
        counts = dict(row["rows"])
        if row["records_read"] != counts["articles"] + counts["failures"]:
            found.append(f"run {row['run_id']} lost records")
    return found


def judge_end(states: States, processed: Path, code: int | None) -> list[str]:
    """What is wrong with the output of the run that followed a disturbed one and ended with `code`."""
    if code != 0:
        return [f"the next run ended with {code}"]
    found = [] if tables_of(processed) == states.after else ["the next run gave other tables"]
    return found + find_leftovers(processed) + find_bad_runs(processed)
