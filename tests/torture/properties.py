"""What must hold of the core for every text, tried on texts that Hypothesis draws.

Each property is a function of what is drawn; it raises, or an assertion of it fails, where it does not hold.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import regex
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from pipeline.context.periods import find_periods
from pipeline.errors import ArticleError
from pipeline.model import Article, Document, Metric, Section
from pipeline.quantities.find import find_quantities, scan_numerals
from pipeline.quantities.numerals import parse_number
from pipeline.rows import article_row, restore_document
from pipeline.sections.split import split_sections
from pipeline.shards import build_rows
from pipeline.stages import Taken, extract_document, read_document
from pipeline.text.aligned import AlignedText
from pipeline.text.clean import clean_text
from pipeline.text.decode import decode
from pipeline.text.html import read_page
from pipeline.vocabulary import default_vocabulary
from tests.torture.outcome import Outcome
from tests.torture.spread import spread
from tests.torture.texts import data, days, long_texts, pages, plain_texts, texts, titles

WORDS = default_vocabulary
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
_patterns = st.sampled_from(("[0-9]", " ", "[一-龥]", "<[^<>]{0,9}>", "(?<=万)", "件|家", r"\Z", "\n{1,9}"))
_edits = st.lists(st.tuples(_patterns, st.sampled_from(("", "x", "亿元", r"\g<0>\g<0>"))), max_size=4)


def clean(raw: str) -> AlignedText | None:
    """The clean text; None for one that is refused as unreadable."""
    try:
        return clean_text(AlignedText.of(raw), WORDS()).text
    except ArticleError:
        return None


def decode_bytes(found: bytes) -> None:
    """Any bytes give a text that can be written."""
    text, encoding = decode(found)
    text.encode("utf-8")
    assert encoding


def edit(raw: str, edits: list[tuple[str, str]]) -> None:
    """Edits give the text that plain strings give, and the way back stays inside the raw text."""
    text, plain = AlignedText.of(raw), raw
    for pattern, new in edits:
        compiled = regex.compile(pattern)
        text, plain = text.sub(compiled, new, "edit"), compiled.sub(new, plain)
    assert text.clean == plain
    check_alignment(text)


def clean_any(raw: str) -> None:
    """A text is cleaned or refused; each character that was kept as it was is that of the raw text."""
    if (text := clean(raw)) is not None:
        assert text.raw == raw
        check_alignment(text)
        assert all(count > 0 for count in text.repairs.values())


def clean_twice(raw: str) -> None:
    """Cleaning twice is cleaning once."""
    once = clean(raw)
    if once is not None and (twice := clean(once.clean)) is not None:
        assert twice.clean == once.clean


def read_any_page(html: str) -> None:
    """Any string is a page, or is refused; its text leads back to its source."""
    page = read_page(html)
    assert page.text.raw == html
    check_alignment(page.text)
    again = read_page(html)
    assert (again.text, again.title, again.published) == (page.text, page.title, page.published)


def split_any(raw: str, title: str) -> None:
    """Sections cover the text in order, each below one that stands before it."""
    if (text := clean(raw)) is None:
        return
    sections = split_sections(text, WORDS(), title)
    assert [section.index for section in sections] == list(range(len(sections)))
    check_sections(sections, text.clean)


def scan(text: str) -> None:
    """Numerals stand in order and do not overlap; any string has a value or none."""
    end = 0
    for numeral in scan_numerals(text, WORDS()):
        assert end <= numeral.start < numeral.end <= len(text)
        assert text[numeral.start : numeral.end] == numeral.text
        assert numeral.kind
        parse_number(numeral.text)
        end = numeral.end
    parse_number(text)


def find_any_quantities(text: str) -> None:
    """Quantities stand in order and do not overlap; their values are finite, their ranges rise."""
    end = 0
    for quantity in find_quantities(text, WORDS()):
        assert end <= quantity.start < quantity.end <= len(text)
        assert quantity.start <= quantity.number_end <= quantity.end
        assert 0 <= quantity.number_start < quantity.number_end
        assert quantity.value.is_finite()
        assert quantity.value_high is None or quantity.value_high > quantity.value
        end = quantity.end


def find_any_periods(text: str, published: date | None) -> None:
    """Periods stand inside the text under the words they name; none ends before it begins."""
    for period in find_periods(text, published, WORDS()):
        assert 0 <= period.start < period.end <= len(text)
        assert text[period.start : period.end] == period.text
        assert period.first is None or period.last is None or period.first <= period.last


def extract_any(raw: str, title: str, published: date | None) -> None:
    """Metrics are quoted from the text, lead back to the raw text, and stand in sections of the article."""
    if (document := document_of(raw, title, published)) is not None:
        metrics = extract_document(document, WORDS())
        check_metrics(document, metrics)


def extract_again(raw: str, other: str) -> None:
    """What was read before changes no row."""
    if (document := document_of(raw, "", None)) is not None:
        first = extract_document(document, WORDS())
        if (between := document_of(other, "甲市通报", date(2021, 3, 5))) is not None:
            extract_document(between, WORDS())
        assert extract_document(document, WORDS()) == first
        assert read_document(document.article, WORDS()) == document


def store(raw: str, title: str) -> None:
    """Every article has its rows, and the cleaned text that they hold gives the same metrics."""
    raw, title = (_SURROGATE.sub("\ufffd", text) for text in (raw, title))  # as reading a record does
    if (document := document_of(raw, title, date(2021, 3, 5))) is None:
        return
    metrics = extract_document(document, WORDS())
    batches = build_rows(Taken(document, metrics))
    assert batches["metrics"].num_rows == len(metrics)
    row = batches["articles"].to_pylist(maps_as_pydicts="strict")[0]
    assert row == {**article_row(document), "repairs": dict(document.text.repairs)}
    restored = restore_document(document.article, row)
    assert restored.text == document.text


PROPERTIES: dict[str, tuple[Callable[..., None], tuple[st.SearchStrategy[Any], ...]]] = {
    "decode": (decode_bytes, (data,)),
    "edits": (edit, (texts, _edits)),
    "clean": (clean_any, (texts,)),
    "clean twice": (clean_twice, (plain_texts,)),
    "pages": (read_any_page, (pages,)),
    "sections": (split_any, (long_texts, titles)),
    "numerals": (scan, (texts,)),
    "quantities": (find_any_quantities, (texts,)),
    "periods": (find_any_periods, (texts, days)),
    "metrics": (extract_any, (texts, titles, days)),
    "metrics again": (extract_again, (texts, texts)),
    "rows": (store, (texts, titles)),
}


def check_properties(count: int, folder: Path, seed: int) -> Outcome:
    """Each property on `count` examples; `folder` is not needed."""
    faults = []
    for name in PROPERTIES:
        faults += spread(partial(find_failures, name), count, seed, piece=2500)
    note = f"{len(PROPERTIES)} properties: {', '.join(PROPERTIES)}"
    return Outcome(9, "properties of the core", count * len(PROPERTIES), tuple(faults), note)


def find_failures(name: str, count: int, seed: int) -> list[str]:
    """What fails of a property on `count` examples; the least example that fails."""
    check, strategies = PROPERTIES[name]
    drawn: list[tuple[Any, ...]] = []

    def note(values: tuple[Any, ...]) -> None:
        drawn[:] = [values]
        check(*values)

    quiet = settings(
        max_examples=count, deadline=None, database=None, derandomize=False,
        phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    try:
        seeded(seed)(quiet(given(st.tuples(*strategies))(note)))()
    except Exception as fault:  # whatever it is, it is a failure of the property
        return [f"{name}: {type(fault).__name__}: {str(fault)[:200]} on {drawn[0]!r}"]
    return []


def document_of(raw: str, title: str, published: date | None) -> Document | None:
    """The document of a text; None where it is refused."""
    moment = None if published is None else datetime.combine(published, time())
    try:
        return read_document(Article("a", raw, title=title or None, published=moment), WORDS())
    except ArticleError:
        return None


def check_alignment(text: AlignedText) -> None:
    """Runs rise in the clean text, and each place of it leads to one of the raw text, in order."""
    assert len(text.clean_starts) == len(text.raw_starts)
    assert text.clean_starts[0] == 0
    assert all(one < other for one, other in itertools.pairwise(text.clean_starts))
    places = [text.at(position) for position in range(len(text.clean) + 1)]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] == len(text.raw)


def check_sections(sections: Sequence[Section], text: str) -> None:
    """They follow one another to the end of the text; what lies before the first is blank."""
    assert sections
    assert not text[: sections[0].start].strip()
    for one, other in itertools.pairwise(sections):
        assert one.end == other.start
    assert sections[-1].end == len(text)
    for section in sections:
        assert section.start <= section.body <= section.end
        assert section.parent is None or section.parent < section.index


def check_metrics(document: Document, metrics: Sequence[Metric]) -> None:
    """Quotes, spans, references."""
    text, end = document.text, 0
    for metric in metrics:
        assert end <= metric.start < metric.end <= len(text.clean)
        assert text.clean[metric.start : metric.end] == metric.quote
        assert text.to_raw(metric.start, metric.end) == (metric.raw_start, metric.raw_end)
        assert 0 <= metric.raw_start < metric.raw_end <= len(text.raw)
        assert metric.quote in metric.sentence or "\n" in metric.quote
        section = document.sections[metric.section]
        assert section.start <= metric.start < section.end
        assert metric.of_metric is None or 0 <= metric.of_metric < len(metrics)
        assert metric.repeats is None or 0 <= metric.repeats < len(metrics)
        assert not (metric.period_start and metric.period_end) or metric.period_start <= metric.period_end
        assert 0 <= metric.confidence <= 1
        end = metric.end
