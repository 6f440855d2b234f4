"""The articles that the benchmark goes through: those of a corpus or of `raw/`, and more made of them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from pipeline.ingest import Failure, list_inputs, read_records
from pipeline.model import Article

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "news-real.jsonl.gz"
RAW = ROOT / "raw"
_SENTENCE = re.compile(r"[^。！？\n]{0,400}[。！？\n]?")


def read_articles(corpus: Path | None) -> list[Article]:
    """The articles of a gzipped file of JSON lines; without one those of `raw/`, pages of HTML left out."""
    found = _read_corpus(corpus) if corpus else _read_raw()
    return [article for article in found if not article.is_html]


def _read_raw() -> Iterator[Article]:
    records = chain.from_iterable(read_records(RAW, item.relative) for item in list_inputs(RAW))
    return (record for record in records if not isinstance(record, Failure))


def _read_corpus(file: Path) -> Iterator[Article]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            held = json.loads(line)
            day = held.get("published_at")
            published = datetime.fromisoformat(day) if day else None
            yield Article(held["id"], held["text"], title=held.get("title"), published=published)


def multiply(articles: Sequence[Article], times: int) -> list[Article]:
    """As many articles `times` over, no two alike: the sentences of different articles are mixed.

    >>> [copy.raw for copy in multiply([Article("a", "1。2。"), Article("b", "3。4。")], 2)]
    ['1。2。', '3。4。', '1。4。', '3。2。']
    """
    pieces = [_SENTENCE.findall(article.raw) for article in articles]
    return [
        Article(f"{article.id}-{k}", _mix(pieces, n, k), title=article.title, published=article.published)
        for k in range(times)
        for n, article in enumerate(articles)
    ]


def _mix(pieces: list[list[str]], n: int, k: int) -> str:
    """An article whose j-th sentence is that of the article j · k places further on, if that has so many."""
    mixed = []
    for j, own in enumerate(pieces[n]):
        other = pieces[(n + j * k) % len(pieces)]
        mixed.append(other[j] if j < len(other) - 1 else own)
    return "".join(mixed)


def write_raw(articles: Sequence[Article], folder: Path, per_file: int = 50) -> None:
    """The articles as JSON lines in files of a raw folder."""
    folder.mkdir(parents=True)
    for first in range(0, len(articles), per_file):
        lines = [_line(article) for article in articles[first : first + per_file]]
        (folder / f"news-{first:06}.jsonl").write_text("".join(lines), "utf-8")


def _line(article: Article) -> str:
    published = article.published.isoformat() if article.published else None
    held = {"id": article.id, "title": article.title, "published_at": published, "text": article.raw}
    return json.dumps(held, ensure_ascii=False) + "\n"
