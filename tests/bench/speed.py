"""How long each stage takes, as a multiple of what `jieba.lcut` takes for the same text in the same run.

python tests/bench/speed.py [RAW] [--corpus FILE] [--articles N]

RAW is a folder of articles (by default `raw`), FILE a gzipped file of JSON lines with id, title, published_at
and text.  Times are those of the processor, so that other work on the machine disturbs them little.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.ingest import Failure, list_inputs, read_records
from pipeline.model import Article
from pipeline.shards import build_rows
from pipeline.stages import Step, steps_until, take_article
from pipeline.vocabulary import default_vocabulary

CORE = ("read", "clean", "sections", "metrics")


def main() -> None:
    """Time the start, the stages and jieba, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("raw", nargs="?", type=Path, default=Path("raw"))
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--articles", type=int, default=500)
    options = parser.parse_args()
    found = read_corpus(options.corpus) if options.corpus else read_raw(options.raw)
    articles = list(islice(found, options.articles))
    before = time.process_time()
    steps = (*steps_until("metrics", default_vocabulary()), ("write", build_rows))
    take_article(articles[0], steps, lambda stage: None)  # what is built at the first use
    print(f"start{time.process_time() - before:15.2f} s  (vocabulary, dictionary, patterns)")
    seconds: Counter[str] = Counter()
    for article in articles:
        time_stages(article, steps, seconds)
    print_table(articles, seconds, time_jieba(articles))


def read_raw(raw: Path) -> Iterator[Article]:
    """The articles of a folder."""
    records = chain.from_iterable(read_records(raw, item.relative) for item in list_inputs(raw))
    return (record for record in records if not isinstance(record, Failure))


def read_corpus(file: Path) -> Iterator[Article]:
    """The articles of a gzipped file of JSON lines."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            held = json.loads(line)
            day = held.get("published_at")
            published = datetime.fromisoformat(day) if day else None
            yield Article(held["id"], held["text"], title=held.get("title"), published=published)


def time_stages(article: Article, steps: tuple[Step, ...], seconds: Counter[str]) -> None:
    """Add the seconds that the article spends in each stage; one that is refused ends where it is."""

    def enter(stage: str) -> None:
        now = time.process_time()
        seconds[entered[0]] += now - entered[1]
        entered[:] = [stage, now]

    entered: list = ["", time.process_time()]
    take_article(article, steps, enter)
    enter("")


def time_jieba(articles: list[Article]) -> float:
    """The seconds that jieba takes to cut the raw texts."""
    import jieba

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    before = time.process_time()
    for article in articles:
        jieba.lcut(article.raw)
    return time.process_time() - before


def print_table(articles: list[Article], seconds: Counter[str], jieba: float) -> None:
    """Seconds, multiples of jieba and speed, by stage."""
    characters = sum(len(article.raw) for article in articles)
    core = sum(seconds[stage] for stage in CORE)
    print(f"{len(articles)} articles, {characters} characters")
    stages = [(stage, seconds[stage]) for stage in (*CORE, "write")]
    for stage, spent in [*stages, ("pipeline", core), ("jieba.lcut", jieba)]:
        speed = characters / max(spent, 1e-9) / 1e6
        print(f"{stage:10}{spent:10.2f} s{spent / jieba:8.2f} × jieba{speed:10.2f} million characters/s")


if __name__ == "__main__":
    main()
