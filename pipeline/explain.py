"""Why a row is as it is: one metric of the tables with its source, or all that is found in a text."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from pipeline.errors import UsageError
from pipeline.model import Article, Document, Metric
from pipeline.parts import read_table
from pipeline.quantities.find import find_quantities, scan_numerals
from pipeline.readers import document_of, open_snapshot
from pipeline.stages import extract_document
from pipeline.vocabulary import load_vocabulary

AROUND = 60


def print_metric(name: str, processed: Path, raw: Path) -> None:
    """The row of the metric `name`, its sentence, and the raw text around it where the raw folder is at hand.

    Raises UsageError where there is no such metric, StorageError where there are no tables.
    """
    snapshot = open_snapshot(processed)
    row = _find_row(snapshot / "metrics", "metric_id", name)
    if row is None:
        raise UsageError(f"{processed} has no metric {name}: take a metric_id of its metrics table")
    for column, value in row.items():
        if value is not None and column != "sentence":
            print(f"{column}: {value}")
    print(f"sentence: {row['sentence']}")
    article = _find_row(snapshot / "articles", "article_id", row["article_id"])
    if article is None:
        return
    print(f"source: {article['source_path']}, record {article['source_record']}")
    source = _find_raw(raw, article["source_path"], article["source_record"])
    if source is None or source.raw_sha256 != article["raw_sha256"]:
        print(f"raw text: not the same any more in {raw}")
        return
    print(f"raw text: {_around(source.raw, row['raw_start'], row['raw_end'])}")


def print_explanation(text: str, published: str | None, title: str | None, words: Path | None) -> None:
    """The sections of a text, its numerals with what took or refused each, and its rows with the why.

    Raises UsageError for a `published` that is no date.
    """
    vocabulary = load_vocabulary(words)
    try:
        document = document_of(text, published, title, vocabulary)
    except ValueError as error:
        raise UsageError(f"--published: {error}; write it as 2021-03-15") from error
    clean = document.text.clean
    print(f"clean text: {clean}")
    print("sections:")
    for section in document.sections:
        print(f"  {section.index} {section.heading or '(no heading)'} [{section.start}:{section.end}]")
    quantities = {q.number_start: q for q in find_quantities(clean, vocabulary)}
    print("numerals:")
    for numeral in scan_numerals(clean, vocabulary):
        taken = next((q for q in quantities.values() if q.start <= numeral.start < q.end), None)
        verdict = f"taken, rule {taken.rule}" if taken else f"refused: {numeral.kind} {numeral.word}".strip()
        print(f"  {numeral.text} [{numeral.start}:{numeral.end}] {numeral.kind}, {verdict}")
    print("rows:")
    for metric in extract_document(document, vocabulary, explained=True):
        _print_row(document, metric)


def _print_row(document: Document, metric: Metric) -> None:
    print(f"  {metric.quote} [{metric.start}:{metric.end}]")
    for column in _SHOWN:
        value = getattr(metric, column)
        if value is not None:
            print(f"    {column}: {value}")
    for reason in metric.why:
        print(f"    why: {reason}")


_SHOWN = (
    "value", "value_high", "unit", "bound", "kind", "direction", "basis", "category", "indicator",
    "indicator_id", "subject", "period_text", "period_start", "period_end", "target", "core", "confidence",
    "rule",
)  # fmt: skip


def _find_row(folder: Path, column: str, value: str) -> dict[str, Any] | None:
    rows = read_table(folder, filters=pc.field(column) == value).to_pylist()
    return rows[0] if rows else None


def _find_raw(raw: Path, source_path: str, record: int) -> Article | None:
    """The record as it is in the raw folder now."""
    from pipeline.ingest import read_records  # noqa: PLC0415

    try:
        found = next(islice(read_records(raw, source_path), record, None), None)
    except OSError:
        return None
    return found if isinstance(found, Article) else None


def _around(raw: str, start: int, end: int) -> str:
    """The span in »marks«, with some text on both sides."""
    return f"…{raw[max(0, start - AROUND) : start]}»{raw[start:end]}«{raw[end : end + AROUND]}…"
