"""The dictionary that comes with jieba: its words, how often each was seen, its part of speech.

Only the file is read; jieba itself is not imported, and its cache, which all users and versions of a machine
share, is not touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Frequency and part of speech by word; ``total`` is the sum of the frequencies."""

    frequencies: Mapping[str, int]
    tags: Mapping[str, str]
    total: int


@cache
def read_dictionary() -> Dictionary:
    """The dictionary, read when it is first asked for (0.2 s).

    >>> read_dictionary().frequencies["法院"], read_dictionary().tags["审结"]
    (2312, 'v')
    """
    package = find_spec("jieba")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("jieba, whose dictionary the tokenizer needs, is not installed")
    fields = Path(package.origin).with_name("dict.txt").read_text("utf-8").split()
    words, counts = fields[0::3], [int(field) for field in fields[1::3]]
    return Dictionary(
        dict(zip(words, counts, strict=True)), dict(zip(words, fields[2::3], strict=True)), sum(counts)
    )
