"""One table of what the pipeline costs: medians of several runs, ratios of things timed in the same minutes.

    python -m tests.bench.table [--corpus FILE] [--articles N] [--write]

FILE is a gzipped file of JSON lines with id, title, published_at and text; without it the corpus beside the
project is taken, else `raw/`.  `--write` keeps the table in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from pipeline.model import Article
from pipeline.stages import take_article
from tests.bench import recognizers
from tests.bench.articles import CORPUS, ROOT, multiply, read_articles, write_raw
from tests.bench.runs import Run, run_pipeline
from tests.bench.stages import STAGES, load_jieba, make_steps, time_stages

TIMES = 3
SHARDS = 16
GROWN = 8
FEW = 12
PAGE = ROOT / "docs" / "benchmarks.md"
Row = tuple[str, str, str]


def main() -> None:
    """Measure, print the table, and keep it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS if CORPUS.exists() else None)
    parser.add_argument("--articles", type=int, default=600, help="at most as many (600)")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {PAGE.name}")
    options = parser.parse_args()
    articles = spread(read_articles(options.corpus), options.articles)
    rows = list(measure(articles))
    page = show(rows, articles, "the corpus" if options.corpus else "raw/")
    print(page)
    if options.write:
        PAGE.write_text(page, "utf-8")


def spread(articles: Sequence[Article], most: int) -> list[Article]:
    """At most so many articles from all over."""
    return list(articles[:: -(-len(articles) // most)])


def measure(articles: Sequence[Article]) -> Iterator[Row]:
    """All rows of the table, one group after the other."""
    for group in (stage_rows, recognizer_rows, run_rows):
        print(f"{group.__name__} …", file=sys.stderr, flush=True)
        yield from group(articles)


def stage_rows(articles: Sequence[Article]) -> Iterator[Row]:
    """The whole pipeline and each stage beside `jieba.lcut`; each time other articles, so none is known."""
    steps, jieba = make_steps(), load_jieba()
    runs = [time_stages(articles[k::TIMES], steps, jieba) for k in range(TIMES)]
    for name, stages in (("decoding to rows for Parquet", STAGES), *((stage, (stage,)) for stage in STAGES)):
        times = median(run["jieba"] / max(sum(run[stage] for stage in stages), 1e-9) for run in runs)
        wanted = "2.00 ×" if stages is STAGES else ""
        yield f"characters a second, {name}, as a multiple of `jieba.lcut`", f"{times:.2f} ×", wanted


def recognizer_rows(articles: Sequence[Article]) -> Iterator[Row]:
    """The pipeline beside all Chinese models of Recognizers-Text, on a few articles."""
    python = recognizers.install()
    what = "speed, as a multiple of the Chinese models of Recognizers-Text"
    if python is None:
        yield what, "skipped: it cannot be installed", "200 ×"
        return
    steps, ratios = make_steps(), []
    for k in range(TIMES):
        few = articles[k :: max(1, len(articles) // FEW)]
        theirs = recognizers.time_recognizers(python, [article.raw for article in few])
        before = time.process_time()
        for article in few:
            take_article(article, steps, lambda stage: None)
        if theirs is None:
            yield what, "skipped: it does not run", "200 ×"
            return
        ratios.append(theirs / (time.process_time() - before))
    yield what, f"{median(ratios):.0f} ×", "200 ×"


def run_rows(articles: Sequence[Article]) -> Iterator[Row]:
    """Whole runs: workers, memory, growth, and runs that find little to do."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_raw(articles, folder / "raw")
        yield from worker_rows(folder)
        yield from rerun_rows(folder, articles)
        yield from growth_rows(folder, articles[:: TIMES + 1])


def worker_rows(folder: Path) -> Iterator[Row]:
    """One and two workers take turns, on shards small enough that each worker gets several."""
    ratios, memory = [], []
    total = sum(file.stat().st_size for file in (folder / "raw").iterdir())
    shards = ("--shard-size", f"{total / 2**20 / SHARDS:.3f}")
    for k in range(TIMES):
        one, two = (run_pipeline(folder / "raw", folder / f"w{n}-{k}", n, *shards) for n in (1, 2))
        ratios.append(one.seconds / two.seconds)
        memory += [one.memory, two.memory]
    yield f"speed of two workers, as a multiple of one, {SHARDS} shards", f"{median(ratios):.2f} ×", "1.80 ×"
    yield "memory of a worker at its most", f"{max(memory):.0f} MB", "600 MB"


def rerun_rows(folder: Path, articles: Sequence[Article]) -> Iterator[Row]:
    """A run that finds nothing new, and one that finds an article changed, beside a full one."""
    again, changed = [], []
    for k in range(TIMES):
        raw, processed = folder / f"raw-{k}", folder / f"again-{k}"
        write_raw(articles, raw)
        full = run_pipeline(raw, processed)
        again.append(run_pipeline(raw, processed).processor / full.processor)
        change_one(raw)
        changed.append(run_pipeline(raw, processed).processor / full.processor)
    yield "time of a run that finds nothing new, of a full one", f"{median(again):.1%}", ""
    yield "time of a run that finds one article changed, of a full one", f"{median(changed):.1%}", ""


def change_one(raw: Path) -> None:
    """The text of one article begins with another sentence."""
    file = min(raw.iterdir())
    file.write_text(file.read_text("utf-8").replace('"text": "', '"text": "本报讯。', 1), "utf-8")


def growth_rows(folder: Path, articles: Sequence[Article]) -> Iterator[Row]:
    """The time of a corpus 8 times as large, the start left out."""
    write_raw(articles[:1], folder / "start")
    for times in (1, GROWN):
        write_raw(multiply(articles, times), folder / f"times-{times}")

    def take(name: str, k: int) -> Run:
        return run_pipeline(folder / name, folder / f"{name}-{k}")

    ratios = []
    for k in range(TIMES):
        start, one, more = (take(name, k).processor for name in ("start", "times-1", f"times-{GROWN}"))
        ratios.append((more - start) / (one - start))
    yield f"time of a corpus {GROWN} times as large", f"{median(ratios):.2f} ×", "8.30 ×"


def show(rows: Sequence[Row], articles: Sequence[Article], source: str) -> str:
    """The table as a page."""
    characters = sum(len(article.raw) for article in articles)
    said = (
        f"Written by `make bench` on {machine()}, over {len(articles)} articles of {source} ({characters:,} "
        f"characters). Medians of {TIMES} runs; what is compared takes turns in the same minutes. Stages and "
        "Recognizers-Text are timed on one core, by the processor; workers by the clock, so that they tell "
        f"little where other work fills the cores: the load was {os.getloadavg()[0]:.0f}."
    )
    lines = [
        "# Benchmarks",
        "",
        *textwrap.wrap(said, 110),
        "",
        "| what | measured | wanted |",
        "|---|---|---|",
        *(f"| {what} | {measured} | {wanted} |" for what, measured, wanted in rows),
        "",
    ]
    return "\n".join(lines)


def machine() -> str:
    """Cores, memory and the version of Python: nothing else tells what to expect elsewhere."""
    pages: Callable[[str], int] = os.sysconf
    memory = pages("SC_PAGE_SIZE") * pages("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores with {memory:.0f} GB of memory, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
