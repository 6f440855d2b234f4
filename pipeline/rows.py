"""From values to rows: the schemas name the columns, this says where they come from.

>>> metric_id("a1", 3, 8, Decimal(42))
'6f95ceb05a7f351f'
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.duplicates.compare import Match
from pipeline.duplicates.group import Duplicate
from pipeline.duplicates.signature import sign
from pipeline.ingest import Failure
from pipeline.model import Article, Document, Metric, Script, Section
from pipeline.schema import TABLES
from pipeline.sections.split import heading_raw
from pipeline.tables import Row
from pipeline.text.aligned import AlignedText


def metric_id(article_id: str, start: int, end: int, value: Decimal) -> str:
    """The name of a metric, the same for equal input."""
    return hashlib.sha256(f"{article_id}\n{start}\n{end}\n{value.normalize()}".encode()).hexdigest()[:16]


def section_id(article_id: str, index: int) -> str:
    """The name of a section: its article and its place in it.

    >>> section_id("a1", 2)
    'a1-2'
    """
    return f"{article_id}-{index}"


def article_row(document: Document) -> Row:
    """The row of the articles table."""
    article, text = document.article, document.text
    return {
        "article_id": article.id,
        "raw_sha256": article.raw_sha256,
        "source_path": article.source_path,
        "source_record": article.source_record,
        "url": article.url,
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "published_at": document.published,
        "encoding": article.encoding,
        "script": document.script.value,
        "text": text.clean,
        "raw_chars": len(text.raw),
        "clean_chars": len(text.clean),
        "alignment": [
            {"clean": clean, "raw": raw}
            for clean, raw in zip(text.clean_starts, text.raw_starts, strict=True)
        ],
        "repairs": sorted(text.repairs.items()),
    }


def section_row(document: Document, section: Section) -> Row:
    """A row of the sections table."""
    raw_start, raw_end = document.text.to_raw(section.start, section.end)
    name = document.article.id
    return {
        "article_id": name,
        "section_id": section_id(name, section.index),
        "ordinal": section.index,
        "level": section.level,
        "parent_id": None if section.parent is None else section_id(name, section.parent),
        "heading": section.heading,
        "heading_raw": None if section.heading is None else heading_raw(section, document.text),
        "organisation": section.organisation,
        "category_line": section.category_line,
        "project": section.project,
        "start": section.start,
        "end": section.end,
        "raw_start": raw_start,
        "raw_end": raw_end,
        "text": document.text.clean[section.body : section.end],
    }


def metric_rows(document: Document, metrics: Sequence[Metric]) -> Iterator[Row]:
    """The rows of the metrics table, in the order of the text."""
    article = document.article.id
    sections = {section.index: section for section in document.sections}
    names = [metric_id(article, m.start, m.end, m.value) for m in metrics]
    for name, metric in zip(names, metrics, strict=True):
        section = sections[metric.section]
        yield {
            "metric_id": name,
            "article_id": article,
            "section_id": section_id(article, metric.section),
            "published_at": document.published,
            "organisation": section.organisation,
            "project": section.project,
            "of_metric_id": None if metric.of_metric is None else names[metric.of_metric],
            "repeats_metric_id": None if metric.repeats is None else names[metric.repeats],
            "value": float(metric.value),
            "value_high": None if metric.value_high is None else float(metric.value_high),
            **{column: getattr(metric, column) for column in _COPIED},
        }


_COPIED = (
    "quote", "sentence", "start", "end", "raw_start", "raw_end", "bound", "unit", "dimension", "base_value",
    "base_unit", "kind", "direction", "basis", "indicator", "indicator_id", "category", "subject",
    "period_text", "period_start", "period_end", "target", "core", "rule", "confidence",
)  # fmt: skip


def signature_row(document: Document) -> Row:
    """What is kept of an article to know it again, and to find its copies."""
    signature = sign(document.text.clean)
    return {
        "article_id": document.article.id,
        "record": record_digest(document.article),
        "published_at": document.published,
        "text": text_digest(document.text.clean),
        "digest": None if signature is None else signature.digest,
        "sketch": None if signature is None else signature.sketch,
    }


def record_digest(article: Article) -> bytes:
    """A digest over all that decides an article's rows, but for where its record stands."""
    said = replace(article, raw="", source_path="", source_record=0)
    digest = hashlib.sha256(repr(said).encode("utf-8", "surrogatepass"))
    digest.update(article.raw.encode("utf-8", "surrogatepass"))
    return digest.digest()[:16]


def text_digest(text: str) -> bytes:
    """A digest of a clean text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def duplicate_row(duplicate: Duplicate) -> Row:
    """The row of the duplicates table."""
    return {
        "article_id": duplicate.article_id,
        "duplicate_of": duplicate.duplicate_of,
        "kind": duplicate.match.kind,
        "similarity": duplicate.match.similarity,
    }


def comparison_row(pair: bytes, match: Match | None) -> Row:
    """The row of the comparisons table."""
    return {
        "pair": pair,
        "kind": None if match is None else match.kind,
        "similarity": None if match is None else match.similarity,
    }


def failure_row(failure: Failure) -> Row:
    """The row of the failures table."""
    return {column: getattr(failure, column) for column in TABLES["failures"].names}


def restore_document(article: Article, row: Row) -> Document:
    """The document, without sections, that gave this row of the articles table."""
    runs = row["alignment"]
    text = AlignedText(
        article.raw,
        row["text"],
        tuple(run["clean"] for run in runs),
        tuple(run["raw"] for run in runs),
        row["repairs"],
    )
    return Document(
        article,
        text,
        (),
        Script(row["script"]),
        title=row["title"],
        publisher=row["publisher"],
        author=row["author"],
        published=row["published_at"],
    )
