"""The time of each stage, and of other libraries, for the same articles in the same minutes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

from pipeline.model import Article
from pipeline.shards import build_rows
from pipeline.stages import Step, steps_until, take_article
from pipeline.tables import spare_pandas
from pipeline.vocabulary import default_vocabulary

STAGES = ("read", "clean", "sections", "metrics", "write")


def make_steps() -> tuple[Step, ...]:
    """The steps from an article to its Arrow rows, with all built that is built at the first use."""
    spare_pandas()
    steps = (*steps_until("metrics", default_vocabulary()), ("write", build_rows))
    first = Article("", "2021年,全市法院新收案件12.3万件,同比增长5%。\n一、审判\n罚款30元。")
    take_article(first, steps, lambda stage: None)
    return steps


def load_jieba() -> Callable[[str], object]:
    """`jieba.lcut` with its dictionary loaded."""
    import jieba

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    return jieba.lcut


def time_stages(
    articles: Sequence[Article], steps: tuple[Step, ...], jieba: Callable[[str], object]
) -> Counter[str]:
    """Seconds of the processor in each stage and in jieba, which take turns article by article."""
    seconds: Counter[str] = Counter()
    for article in articles:
        _take(article, steps, seconds)
        before = time.process_time()
        jieba(article.raw)
        seconds["jieba"] += time.process_time() - before
    return seconds


def _take(article: Article, steps: tuple[Step, ...], seconds: Counter[str]) -> None:
    """Add what the article spends in each stage; one that is refused ends where it is."""
    at = ["", time.process_time()]

    def enter(stage: str) -> None:
        now = time.process_time()
        seconds[at[0]] += now - at[1]
        at[:] = [stage, now]

    take_article(article, steps, enter)
    enter("")
