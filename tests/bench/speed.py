"""Characters a second of each stage, on the raw folder or on the one that is named.

python tests/bench/speed.py [RAW]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from itertools import chain, islice
from pathlib import Path

from pipeline.ingest import Failure, list_inputs, read_records
from pipeline.model import Article
from pipeline.shards import build_rows
from pipeline.stages import steps_until, take_article
from pipeline.vocabulary import default_vocabulary

ARTICLES = 500


def main() -> None:
    """Time the stages, article by article, and print a table."""
    raw = Path(sys.argv[1] if len(sys.argv) > 1 else "raw")
    steps = (*steps_until("metrics", default_vocabulary()), ("write", build_rows))
    records = chain.from_iterable(read_records(raw, item.relative) for item in list_inputs(raw))
    articles = [record for record in islice(records, ARTICLES) if not isinstance(record, Failure)]
    take_article(articles[0], steps, lambda stage: None)  # what is built at the first use
    seconds: Counter[str] = Counter()
    for article in articles:
        time_stages(article, steps, seconds)
    characters = sum(len(article.raw) for article in articles)
    print(f"{len(articles)} articles, {characters} characters")
    for stage, spent in [*seconds.items(), ("all", sum(seconds.values()))]:
        print(f"{stage:10}{spent:8.2f} s{characters / spent / 1e6:10.2f} million characters a second")


def time_stages(article: Article, steps: tuple, seconds: Counter[str]) -> None:
    """Add the seconds that the article spends in each stage."""
    value: object = article
    for stage, step in steps:
        before = time.perf_counter()
        value = step(value)
        seconds[stage] += time.perf_counter() - before


if __name__ == "__main__":
    main()
