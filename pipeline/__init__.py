"""Extracts metrics from scraped Chinese news articles: how much, of what, whose, when, how it changed.

>>> from pipeline import extract
>>> for metric in extract("2021年，全市法院新收案件12.3万件，同比增长5%。"):
...     print(metric.quote, float(metric.value), metric.unit, metric.kind)
12.3万件 123000.0 件 level
5% 5.0 % change

All names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.readers import (
        extract,
        find_quantities,
        read_articles,
        read_duplicates,
        read_failures,
        read_metrics,
        read_sections,
    )
    from pipeline.vocabulary import load_vocabulary

__version__ = "0.1.0"

__all__ = [
    "extract",
    "find_quantities",
    "load_vocabulary",
    "read_articles",
    "read_duplicates",
    "read_failures",
    "read_metrics",
    "read_sections",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    home = "pipeline.vocabulary" if name == "load_vocabulary" else "pipeline.readers"
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
