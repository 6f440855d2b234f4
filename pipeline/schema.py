"""The Arrow schemas of the tables: the only place that names their columns.

Each column carries its documentation as field metadata (``doc``); the data dictionary, the writers' checks
and the readers' dtypes are derived from here.
"""

from __future__ import annotations

import hashlib

import pyarrow as pa

from pipeline.model import Basis, Bound, Category, Direction, Kind, Likeness, Script

_TIME = pa.timestamp("us")
_RUNS = pa.list_(pa.struct([pa.field("clean", pa.int32()), pa.field("raw", pa.int32())]))
_COUNTS = pa.map_(pa.string(), pa.int32())


def _column(name: str, kind: pa.DataType, doc: str, *, nullable: bool = True) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"doc": doc})


def _key(name: str, kind: pa.DataType, doc: str) -> pa.Field:
    return _column(name, kind, doc, nullable=False)


def _one_of(values: type[Bound | Kind | Direction | Basis | Category | Script | Likeness]) -> str:
    return " ".join(values)


ARTICLES = pa.schema(
    [
        _key(
            "article_id",
            pa.string(),
            "the record's id, else the first 16 hex digits of a SHA-256 over source path, record number "
            "and bytes",
        ),
        _key("raw_sha256", pa.string(), "SHA-256 of the record's bytes"),
        _key("source_path", pa.string(), "the file, relative to the raw folder"),
        _key("source_record", pa.int64(), "the record's number in its file, from 0"),
        _column("url", pa.string(), "where the article was scraped from"),
        _column("title", pa.string(), "the record's title, else the one found in the text"),
        _column(
            "publisher",
            pa.string(),
            "the record's publisher, else the source that the text names (来源)",
        ),
        _column("author", pa.string(), "the record's author, else the one that the text names"),
        _column("published_at", _TIME, "when it was published; naive, China time"),
        _key("encoding", pa.string(), "the encoding that the bytes were decoded with"),
        _key("script", pa.string(), f"script of the raw text, one of: {_one_of(Script)}"),
        _key("text", pa.string(), "the clean text"),
        _key("raw_chars", pa.int32(), "characters of the raw text"),
        _key("clean_chars", pa.int32(), "characters of the clean text"),
        _key(
            "alignment",
            _RUNS,
            "runs in which clean and raw text advance together: where each starts in both",
        ),
        _key("repairs", _COUNTS, "how many repairs of each kind cleaning made"),
    ]
)

SECTIONS = pa.schema(
    [
        _key("article_id", pa.string(), "the article"),
        _key("section_id", pa.string(), "article_id and ordinal"),
        _key("ordinal", pa.int32(), "reading order, from 0"),
        _key(
            "level",
            pa.int32(),
            "depth: 0 under no heading, 1 for a top heading; a project inside a paragraph is one below",
        ),
        _column("parent_id", pa.string(), "the section that this one stands under"),
        _column(
            "heading",
            pa.string(),
            "the heading as cleaned; none of what stands under no heading or is told inside a paragraph",
        ),
        _column(
            "heading_raw",
            pa.string(),
            "the heading verbatim; of a heading block its lines, joined by newlines",
        ),
        _column(
            "organisation",
            pa.string(),
            "the organisation that the heading names, or that opens a project inside a paragraph",
        ),
        _column("category_line", pa.string(), "the category line of a heading block (行政服务创新)"),
        _column("project", pa.string(), "the project's title"),
        _key("start", pa.int32(), "start in the clean text, heading included"),
        _key("end", pa.int32(), "end in the clean text"),
        _key("raw_start", pa.int32(), "start in the raw text"),
        _key("raw_end", pa.int32(), "end in the raw text"),
        _key("text", pa.string(), "the clean text of the section, without its heading"),
    ]
)

METRICS = pa.schema(
    [
        _key("metric_id", pa.string(), "stable for equal input"),
        _key("article_id", pa.string(), "the article"),
        _key("section_id", pa.string(), "the section"),
        _column("published_at", _TIME, "the article's, copied"),
        _column("organisation", pa.string(), "the section's, copied"),
        _column("project", pa.string(), "the section's, copied"),
        _key("quote", pa.string(), "modifier, number and unit as cleaned: 超42万件"),
        _key("sentence", pa.string(), "the clean sentence around it"),
        _key("start", pa.int32(), "start of the quote in the clean text"),
        _key("end", pa.int32(), "end of the quote in the clean text"),
        _key("raw_start", pa.int32(), "start of the quote in the raw text"),
        _key("raw_end", pa.int32(), "end of the quote in the raw text"),
        _key("value", pa.float64(), "the number with every magnitude multiplied out; a range's lower end"),
        _column("value_high", pa.float64(), "a range's upper end"),
        _key("bound", pa.string(), f"one of: {_one_of(Bound)}"),
        _key(
            "unit",
            pa.string(),
            "canonical unit as the article counts (件 元 人次 % 百分点); empty where it has none",
        ),
        _column(
            "dimension",
            pa.string(),
            "what the unit measures: money, length, area, mass, energy, time, share …",
        ),
        _column("base_value", pa.float64(), "the value in base_unit, for what converts"),
        _column("base_unit", pa.string(), "the dimension's base unit: the currency, m, m², kg, kWh, s, 1"),
        _key("kind", pa.string(), f"one of: {_one_of(Kind)}"),
        _column("direction", pa.string(), f"of a change, one of: {_one_of(Direction)}"),
        _column("basis", pa.string(), f"of a change, one of: {_one_of(Basis)}"),
        _column(
            "of_metric_id",
            pa.string(),
            "of a change or share: the metric of the article that it speaks of",
        ),
        _column("indicator", pa.string(), "what is measured, in the article's words"),
        _column("indicator_id", pa.string(), "the canonical indicator of the vocabulary that it matches"),
        _key("category", pa.string(), f"one of: {_one_of(Category)}"),
        _column("subject", pa.string(), "who did it or where it holds"),
        _column("period_text", pa.string(), "the words that date it"),
        _column("period_start", pa.date32(), "first day"),
        _column("period_end", pa.date32(), "last day"),
        _key("target", pa.bool_(), "a plan or goal, not a fact"),
        _key(
            "core",
            pa.bool_(),
            "false for what an analyst rarely sums: vague magnitudes, ranks, ages, thresholds, scope counts, "
            "headline repeats",
        ),
        _column(
            "repeats_metric_id",
            pa.string(),
            "the earlier metric of the article that this one says again",
        ),
        _key("rule", pa.string(), "the rule that found it"),
        _key("confidence", pa.float32(), "calibrated: the probability that the row is wholly right"),
    ]
)

DUPLICATES = pa.schema(
    [
        _key("article_id", pa.string(), "the later article"),
        _key("duplicate_of", pa.string(), "the earliest article that says the same"),
        _key(
            "kind",
            pa.string(),
            "exact: the same letters and digits; near: most of both texts; partial: most of one of them; "
            f"one of: {_one_of(Likeness)}",
        ),
        _key("similarity", pa.float32(), "Jaccard similarity of the two texts, from 0 to 1"),
    ]
)

FAILURES = pa.schema(
    [
        _key("source_path", pa.string(), "the file, relative to the raw folder"),
        _key("source_record", pa.int64(), "the record's number in its file, from 0"),
        _column("article_id", pa.string(), "the article, where the record got that far"),
        _key("stage", pa.string(), "where it failed: read clean sections metrics write"),
        _key("error", pa.string(), "short name of the fault"),
        _key("message", pa.string(), "what is wrong, where, and what to do"),
    ]
)

RUNS = pa.schema(
    [
        _key("run_id", pa.string(), "names the run and its snapshot"),
        _key("started_at", _TIME, "naive UTC"),
        _key("finished_at", _TIME, "naive UTC"),
        _key("status", pa.string(), "one of: done too_many_failures"),
        _key("pipeline_version", pa.string(), "version of the package"),
        _key("code_digest", pa.string(), "digest of the code that decides rows"),
        _key("vocabulary_digest", pa.string(), "digest of the word lists"),
        _key("schema_digest", pa.string(), "digest of the schemas"),
        _key("rows", _COUNTS, "rows per table"),
        _key("records_read", pa.int64(), "articles and failures together"),
        _key("seconds", pa.map_(pa.string(), pa.float64()), "seconds per stage"),
    ]
)

TABLES: dict[str, pa.Schema] = {
    "articles": ARTICLES,
    "sections": SECTIONS,
    "metrics": METRICS,
    "duplicates": DUPLICATES,
    "failures": FAILURES,
    "runs": RUNS,
}

# No tables for readers.  Signatures have one row per article, in the order of articles: what shards keep so
# that rows of records that did not change are taken over, and duplicates found without reading all texts.
SIGNATURES = pa.schema(
    [
        _key("article_id", pa.string(), "the article"),
        _key("record", pa.binary(), "digest of all that the record says, but for where it stands"),
        _column("published_at", _TIME, "the article's, copied"),
        _key("text", pa.binary(), "digest of its clean text"),
        _column("digest", pa.binary(), "digest of its letters, hanzi and digits; none where it has none"),
        _column("sketch", pa.binary(), "MinHash values of its text; none for a short one"),
    ]
)
COMPARISONS = pa.schema(
    [
        _key("pair", pa.binary(), "digest of the two texts"),
        _column("kind", pa.string(), "as in duplicates; none where neither says the other again"),
        _column("similarity", pa.float64(), "as in duplicates"),
    ]
)
KEPT: dict[str, pa.Schema] = {"signatures": SIGNATURES, "comparisons": COMPARISONS}
STORED = TABLES | KEPT


def schema_digest() -> str:
    """A digest over all schemas with their documentation; it changes when a column does.

    >>> len(schema_digest())
    16
    """
    text = "\n".join(f"{name}\n{table.to_string(show_field_metadata=True)}" for name, table in STORED.items())
    return hashlib.sha256(text.encode()).hexdigest()[:16]
