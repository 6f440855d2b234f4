"""What a report holds, as values for JSON: an index of articles and rows by column, and blocks of texts.

Columns of few different strings are kept as those strings and a number for each row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.readers import open_snapshot
from pipeline.report.choose import Choice, choose_articles
from pipeline.report.edits import find_edits, find_gaps, shorten_edit
from pipeline.report.sources import Source, read_sources

BLOCK_CHARS = 200_000
Row = Mapping[str, Any]
_CHOSEN_BY = ["article_id", "title", "publisher", "source_path", "source_record", "published_at"]
_ARTICLE = (
    "article_id", "title", "publisher", "author", "published_at", "url", "source_path", "source_record",
    "raw_sha256", "encoding", "script", "raw_chars", "clean_chars", "repairs",
)  # fmt: skip
_METRIC = (
    "metric_id", "quote", "sentence", "start", "end", "raw_start", "raw_end", "value", "value_high", "bound",
    "unit", "dimension", "base_value", "base_unit", "kind", "direction", "basis", "indicator", "indicator_id",
    "category", "subject", "period_text", "period_start", "period_end", "target", "core", "rule",
    "confidence", "organisation", "project",
)  # fmt: skip
_SECTION = ("start", "end", "level", "heading", "heading_raw", "organisation", "category_line", "project")
_LINKS = ("of_metric_id", "repeats_metric_id")
_RUN = ("pipeline_version", "code_digest", "vocabulary_digest", "schema_digest", "records_read")


@dataclass(frozen=True, slots=True)
class Content:
    """The index, and the texts of the articles in blocks; an article's block stands in the index."""

    index: dict[str, Any]
    blocks: list[list[dict[str, Any]]]
    without_raw: int

    @property
    def articles(self) -> int:
        return len(self.index["articles"]["article_id"])

    @property
    def rows(self) -> int:
        return len(self.index["metrics"]["metric_id"])


def read_content(processed: Path, raw: Path, choice: Choice) -> Content:
    """The content of a report on the current snapshot.  Raises StorageError where there is none."""
    snapshot = open_snapshot(processed)
    searched = _CHOSEN_BY if choice.contains is None else [*_CHOSEN_BY, "text"]
    every = pq.read_table(snapshot / "articles", columns=searched).to_pylist()
    told = pq.read_table(snapshot / "metrics", columns=["article_id", "category", "confidence"]).to_pylist()
    order = {row["article_id"]: at for at, row in enumerate(choose_articles(every, told, choice))}
    articles = _rows(snapshot, "articles", order)
    sections = _rows(snapshot, "sections", order)
    texts, without_raw = _texts(articles, sections, raw)
    blocks, places = _blocks(texts)
    metrics = _rows(snapshot, "metrics", order)
    duplicates = pq.read_table(snapshot / "duplicates").to_pylist()
    index = {
        "about": {**_about(snapshot), "articles": len(every), "rows": len(told)},
        "articles": {**_columns(articles, _ARTICLE), "place": places},
        "metrics": {**_columns(metrics, _METRIC), **_linked(metrics, order)},
        "duplicates": [
            {**row, "similarity": _plain(row["similarity"])}
            for row in sorted(duplicates, key=lambda row: str(row["article_id"]))
            if row["article_id"] in order
        ],
        "failures": sorted(
            pq.read_table(snapshot / "failures").to_pylist(),
            key=lambda row: (row["source_path"], row["source_record"], row["stage"], row["message"]),
        ),
    }
    return Content(index, blocks, without_raw)


def pack_column(values: Sequence[Any]) -> Any:
    """A column as the report keeps it.

    >>> pack_column(["件", "件", None, "件", "元", "件"]), pack_column([1, 2])
    ({'words': ['件', None, '元'], 'at': [0, 0, 1, 0, 2, 0]}, [1, 2])
    """
    plain = [_plain(value) for value in values]
    if not all(value is None or isinstance(value, str) for value in plain):
        return plain
    words = {value: number for number, value in enumerate(dict.fromkeys(plain))}
    if not plain or 2 * len(words) > len(plain):
        return plain
    return {"words": list(words), "at": [words[value] for value in plain]}


def _rows(snapshot: Path, table: str, order: Mapping[str, int]) -> list[Row]:
    """The rows of the chosen articles, in the order of articles and places."""
    wanted = pc.field("article_id").isin(pa.array(list(order), pa.string()))
    rows: list[Row] = pq.read_table(snapshot / table, filters=wanted).to_pylist(maps_as_pydicts="strict")
    return sorted(rows, key=lambda row: (order[row["article_id"]], row.get("start", 0), row.get("end", 0)))


def _columns(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    return {name: pack_column([row[name] for row in rows]) for name in names}


def _linked(metrics: Sequence[Row], order: Mapping[str, int]) -> dict[str, list[int | None]]:
    """The article and the other rows that each row names, by their numbers."""
    number = {row["metric_id"]: at for at, row in enumerate(metrics)}
    return {
        "article": [order[row["article_id"]] for row in metrics],
        **{name[:-10]: [number.get(row[name]) for row in metrics] for name in _LINKS},
    }


def _about(snapshot: Path) -> dict[str, Any]:
    """What made the tables; no times and no name of a run, so that equal tables give equal reports."""
    last = pq.read_table(snapshot / "runs").to_pylist()[-1]
    return {name: last[name] for name in _RUN}


def _texts(articles: Sequence[Row], sections: Sequence[Row], raw: Path) -> tuple[list[dict[str, Any]], int]:
    """The text of each article with what cleaning did to it and its sections; how many lack the raw text."""
    texts = [_text(row) for row in articles]
    places = {
        Source(row["source_path"], row["source_record"], row["raw_sha256"]): number
        for number, row in enumerate(articles)
    }
    found = 0
    for source, article in read_sources(raw, places):
        row = articles[places[source]]
        if len(article.raw) == row["raw_chars"]:
            found += 1
            starts = _starts(row)
            texts[places[source]]["edits"] = [
                shorten_edit(edit) for edit in find_edits(row["text"], article.raw, *starts)
            ]
    order = {row["article_id"]: number for number, row in enumerate(articles)}
    for section in sections:
        texts[order[section["article_id"]]]["sections"].append(_section(section))
    return texts, len(articles) - found


def _text(row: Row) -> dict[str, Any]:
    """The text with the gaps that are known without the raw text."""
    gaps = find_gaps(row["clean_chars"], row["raw_chars"], *_starts(row))
    return {"text": row["text"], "edits": [[at, at, None, count] for at, count in gaps], "sections": []}


def _section(section: Row) -> dict[str, Any]:
    kept = {name: section[name] for name in _SECTION if section[name] is not None}
    return {**kept, "body": section["end"] - len(section["text"])}


def _starts(row: Row) -> tuple[list[int], list[int]]:
    runs = row["alignment"]
    return [run["clean"] for run in runs], [run["raw"] for run in runs]


def _blocks(
    texts: Sequence[dict[str, Any]],
) -> tuple[list[list[dict[str, Any]]], list[tuple[int, int]]]:
    """The texts in blocks of some size, so that a reader unpacks what is looked at; and each one's place."""
    blocks: list[list[dict[str, Any]]] = []
    places, held = [], BLOCK_CHARS
    for text in texts:
        if held >= BLOCK_CHARS:
            blocks.append([])
            held = 0
        places.append((len(blocks) - 1, len(blocks[-1])))
        blocks[-1].append(text)
        held += len(text["text"])
    return blocks, places


def _plain(value: Any) -> Any:
    """A cell as JSON has it: days as 2024-03-05, floats without the noise of their last digits."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.min.time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else float(f"{value:.12g}")
    return value
