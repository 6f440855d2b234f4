"""Grouping, running a shard, and setting one bad record aside."""

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StorageError
from pipeline.ingest import Form, Input, Packing, Slice
from pipeline.model import Article, Document
from pipeline.plan import SHARD_BYTES, SHARD_FILES, group_slices, make_specs
from pipeline.receipts import STAGE_NAMES, Progress, Receipt, ShardSpec, Winner
from pipeline.shards import run_shard
from pipeline.stages import STAGES, steps_until, take_article
from pipeline.survey import find_inputs
from pipeline.tables import Part
from pipeline.vocabulary import Vocabulary, default_vocabulary
from pipeline.winners import find_winners
from tests.shell_inputs import sentence, write_every_form, write_lines


def specs_of(raw: Path, work: Path, until: str = "metrics") -> list[ShardSpec]:
    work.mkdir(exist_ok=True)
    groups = group_slices(find_inputs(raw, {}, SHARD_BYTES))
    return make_specs(groups, raw, work, until, None, default_vocabulary())


def read_rows(work: Path, receipt: Receipt, table: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    parts = [part for part in receipt.parts if part.table == table]
    return [row for part in parts for row in pq.read_table(work / table / part.file).to_pylist()]


def test_every_form_is_read_and_counted(tmp_path: Path) -> None:
    number = write_every_form(tmp_path / "raw")
    receipts = [run_shard(spec) for spec in specs_of(tmp_path / "raw", tmp_path / "work")]
    assert sum(receipt.records for receipt in receipts) == number
    assert sum(receipt.rows("articles") for receipt in receipts) == number
    assert sum(receipt.rows("metrics") for receipt in receipts) == 2 * number
    assert all(len(receipt.to_json().encode()) < 1024 for receipt in receipts)


@pytest.mark.parametrize(
    ("until", "filled"),
    [
        ("clean", {"articles", "signatures"}),
        ("sections", {"articles", "sections", "signatures"}),
        ("metrics", {"articles", "sections", "metrics", "signatures"}),
    ],
)
def test_until_ends_after_a_stage(tmp_path: Path, until: str, filled: set[str]) -> None:
    write_lines(tmp_path / "raw/a.jsonl", [{"text": sentence(1)}])
    (spec,) = specs_of(tmp_path / "raw", tmp_path / "work", until)
    assert {part.table for part in run_shard(spec).parts} == filled


@pytest.mark.parametrize("stage", ["read", "clean", "sections", "metrics"])
@pytest.mark.parametrize(
    "fault", [ValueError("bad at 0x7f00aa"), RecursionError(), MemoryError(), KeyError("x")]
)
def test_one_bad_article_harms_only_itself(tmp_path: Path, stage: str, fault: Exception) -> None:
    write_lines(tmp_path / "raw/a.jsonl", [{"id": str(n), "text": sentence(n)} for n in range(5)])
    (spec,) = specs_of(tmp_path / "raw", tmp_path / "work")
    whole = run_shard(spec)
    sound = [row for row in read_rows(tmp_path / "work", whole, "metrics") if row["article_id"] != "2"]

    def breaking(value: Article | Document, words: Vocabulary) -> object:
        article = value if isinstance(value, Article) else value.article
        if article.id == "2":
            raise fault
        return STAGES[stage](value, words)

    receipt = run_shard(spec, {**STAGES, stage: breaking})
    (failure,) = read_rows(tmp_path / "work", receipt, "failures")
    assert (failure["article_id"], failure["stage"], failure["error"]) == ("2", stage, type(fault).__name__)
    assert "0x" not in failure["message"]
    assert read_rows(tmp_path / "work", receipt, "metrics") == sound
    assert receipt.records == receipt.rows("articles") + receipt.rows("failures") == 5


def test_a_note_can_name_every_stage() -> None:
    assert (*STAGES, "write") == STAGE_NAMES


def test_an_article_that_takes_too_long_is_set_aside() -> None:
    def sleeping(value: Article, words: Vocabulary) -> object:
        try:
            time.sleep(30)
        except Exception:
            return None
        return None

    steps = steps_until("clean", default_vocabulary(), {**STAGES, "clean": sleeping})
    failure = take_article(Article("a", "x"), steps, lambda stage: None, seconds=0.05)
    assert (failure.stage, failure.error) == ("clean", "timeout")
    assert take_article(Article("a", "x"), steps[:1], lambda stage: None).article.id == "a"


def test_a_disk_that_takes_no_note_is_no_fault_of_the_article(tmp_path: Path) -> None:
    with Progress(tmp_path / "note", hard_seconds=60) as progress:
        progress.start(0)
        steps = steps_until("clean", default_vocabulary())
        os.dup2(os.open(tmp_path / "note", os.O_RDONLY), progress._handle)
        with pytest.raises(StorageError, match="note: Bad file descriptor; check the disk"):
            take_article(Article("a", sentence(1)), steps, progress.enter)


def test_a_receipt_names_no_part_elsewhere(tmp_path: Path) -> None:
    for table, file in (("metrics", "../../a.parquet"), ("../a", "a.parquet")):
        receipt = Receipt("s", {}, (Part(table, file, 1, 1),), 1)
        with pytest.raises(ValueError, match="elsewhere"):
            Receipt.from_json(receipt.to_json())


def test_an_id_that_comes_twice_is_a_failure(tmp_path: Path) -> None:
    records = [
        {"id": "x", "text": sentence(1)},
        {"id": "y", "text": sentence(2)},
        {"id": "x", "text": sentence(3)},
    ]
    write_lines(tmp_path / "raw/a.jsonl", records)
    (spec,) = specs_of(tmp_path / "raw", tmp_path / "work")
    receipt = run_shard(spec)
    assert [row["article_id"] for row in read_rows(tmp_path / "work", receipt, "articles")] == ["x", "y"]
    (failure,) = read_rows(tmp_path / "work", receipt, "failures")
    assert (failure["source_record"], failure["error"]) == (2, "duplicate_id")
    assert "record 0 of a.jsonl" in failure["message"]


def test_an_id_of_another_shard_goes_to_the_first_record_that_can_be_taken(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/a/a.jsonl", [{"id": "x", "text": sentence(1)}, {"id": "y", "text": " "}])
    write_lines(
        tmp_path / "raw/b/b.jsonl", [{"id": "x", "text": sentence(2)}, {"id": "y", "text": sentence(3)}]
    )
    specs = {spec.slices[0].relative: spec for spec in specs_of(tmp_path / "raw", tmp_path / "work")}
    receipts = [run_shard(spec) for spec in specs.values()]
    winners = find_winners(receipts, lambda part: tmp_path / "work" / part.table / part.file)
    second = specs["b/b.jsonl"]
    assert winners == {second.name: (Winner("x", "a/a.jsonl", 0),)}
    receipt = run_shard(replace(second, taken=winners[second.name]))
    assert [row["article_id"] for row in read_rows(tmp_path / "work", receipt, "articles")] == ["y"]


def test_a_word_list_that_changes_under_way_stops_the_shard(tmp_path: Path) -> None:
    write_lines(tmp_path / "raw/a.jsonl", [{"text": sentence(1)}])
    (spec,) = specs_of(tmp_path / "raw", tmp_path / "work")
    with pytest.raises(StorageError, match="run again"):
        run_shard(replace(spec, keys={**spec.keys, "words": "other"}))


def small(name: str, size: int = 10) -> tuple[Input, list[Slice]]:
    return Input(name, Form.TEXT, Packing.NONE, size), [Slice(name, Form.TEXT)]


@given(st.sets(st.integers(0, 2000), min_size=1, max_size=600), st.integers(2001, 3000))
def test_a_new_file_changes_only_its_own_group(numbers: set[int], new: int) -> None:
    files = [small(f"a/{number}.txt") for number in sorted(numbers)]
    before = {group.name: group.slices for group in group_slices(files)}
    after = {group.name: group.slices for group in group_slices([*files, small(f"a/{new}.txt")])}
    changed = {name for name in before if after.get(name) != before[name]}
    assert len(changed) <= 1
    assert sum(map(len, after.values())) == len(files) + 1
    assert all(len(slices) <= SHARD_FILES for slices in after.values())


def test_folders_and_large_files_have_groups_of_their_own() -> None:
    large = Input("big.jsonl", Form.JSONL, Packing.NONE, 3 * SHARD_BYTES)
    slices = [Slice("big.jsonl", Form.JSONL, start=start) for start in (0, 100, 200)]
    groups = list(group_slices([(large, slices), small("a/1.txt"), small("a/2.txt"), small("b/1.txt")]))
    assert sorted(len(group.slices) for group in groups) == [1, 1, 1, 1, 2]
    assert len({group.name for group in groups}) == 5
