"""A fixed sample of the corpus: no failures, and every row points back to what it was read from."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.model import Article
from pipeline.stages import Taken, steps_until, take_article
from pipeline.text.aligned import AlignedText
from pipeline.text.fold import fold_width
from pipeline.text.pinyin import remove_pinyin
from pipeline.vocabulary import default_vocabulary
from tests.noise import annotate_traditional, annotate_words
from tests.test_pinyin import Annotate

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "news-real.jsonl.gz"
SIZE = 150

if not CORPUS.exists():
    pytest.skip("../shared/corpus is absent", allow_module_level=True)


def read_sample() -> list[dict[str, Any]]:
    """The `SIZE` articles whose ids have the lowest digests: always the same, of all sources."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return sorted(records, key=lambda r: hashlib.sha256(r["id"].encode()).hexdigest())[:SIZE]


def take(records: list[dict[str, Any]]) -> Iterator[Any]:
    steps = steps_until("metrics", default_vocabulary())
    for record in records:
        day = record.get("published_at")
        published = datetime.fromisoformat(day) if day else None
        article = Article(record["id"], record["text"], title=record.get("title"), published=published)
        yield take_article(article, steps, lambda _: None)


@pytest.fixture(scope="module")
def taken() -> list[Any]:
    return list(take(read_sample()))


def test_no_article_fails(taken: list[Any]) -> None:
    assert len(taken) == SIZE
    assert [fault for fault in taken if not isinstance(fault, Taken)] == []
    assert sum(len(one.metrics) for one in taken) > SIZE


def test_a_quote_is_the_text_at_its_span(taken: list[Taken]) -> None:
    wrong = [
        (one.document.article.id, metric.quote)
        for one in taken
        for metric in one.metrics
        if not metric.quote or one.document.text.clean[metric.start : metric.end] != metric.quote
    ]
    assert not wrong


def test_the_alignment_maps_a_span_to_its_raw_span(taken: list[Taken]) -> None:
    wrong = [
        (one.document.article.id, metric.quote)
        for one in taken
        for metric in one.metrics
        if one.document.text.to_raw(metric.start, metric.end) != (metric.raw_start, metric.raw_end)
        or not 0 <= metric.raw_start < metric.raw_end <= len(one.document.article.raw)
    ]
    assert not wrong


def test_the_digits_of_a_quote_stand_in_its_raw_span(taken: list[Taken]) -> None:
    wrong = [
        (metric.quote, raw)
        for one in taken
        for metric in one.metrics
        if (raw := one.document.article.raw[metric.raw_start : metric.raw_end])
        and [c for c in metric.quote if c.isdecimal()] != [str(int(c)) for c in raw if c.isdecimal()]
    ]
    assert not wrong


def test_quotes_do_not_overlap(taken: list[Taken]) -> None:
    wrong = [
        (one.document.article.id, a.quote, b.quote)
        for one in taken
        for a, b in zip(one.metrics, one.metrics[1:], strict=False)
        if a.end > b.start or a.raw_end > b.raw_start
    ]
    assert not wrong


def test_links_lead_to_other_rows(taken: list[Taken]) -> None:
    for one in taken:
        for at, metric in enumerate(one.metrics):
            for link in (metric.of_metric, metric.repeats):
                assert link is None or (0 <= link < len(one.metrics) and link != at)
            assert metric.repeats is None or metric.repeats < at


def test_a_row_is_consistent_in_itself(taken: list[Taken]) -> None:
    for one in taken:
        for metric in one.metrics:
            said = (metric.quote, metric.sentence)
            assert metric.quote in metric.sentence, said
            assert metric.value_high is None or metric.value <= metric.value_high, said
            assert 0 <= metric.confidence <= 1, said
            assert (metric.direction is not None) <= (metric.kind == "change"), said
            assert (metric.basis is not None) <= (metric.kind == "change"), said
            if metric.period_start and metric.period_end:
                assert metric.period_start <= metric.period_end, said


def test_the_same_articles_give_the_same_rows(taken: list[Taken]) -> None:
    again = list(take(read_sample()[:20]))
    assert [one.metrics for one in again] == [one.metrics for one in taken[:20]]


@pytest.mark.parametrize("annotate", [annotate_traditional, annotate_words])
def test_made_readings_are_removed(annotate: Annotate) -> None:
    rng = random.Random(1)
    texts = [fold_width(AlignedText.of(record["text"])).clean for record in read_sample()]
    pages = [annotate(text, rng) for text in texts]
    removed = [remove_pinyin(AlignedText.of(noisy)).repairs.get("pinyin", 0) for noisy, _, _ in pages]
    made = sum(number for _, _, number in pages)
    assert made > 5000
    assert 0.99 * made <= sum(removed) <= made
