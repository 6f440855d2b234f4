"""The part of speech that jieba's dictionary gives a word: ``v`` verb, ``n`` noun, ``p`` preposition …

>>> tag_of("审结"), tag_of("案件")
('v', 'n')
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _tags() -> dict[str, str]:
    import jieba  # noqa: PLC0415  (its dictionary lies beside it)

    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    return {word: tag for word, _, tag in (line.split(" ") for line in lines)}


def tag_of(word: str) -> str:
    """The tag of the word, or an empty string for a word that the dictionary lacks."""
    return _tags().get(word, "")


def is_verb(word: str) -> bool:
    """The word is a verb and nothing else (not a verbal noun)."""
    return tag_of(word) in ("v", "vd", "vq", "vi", "d", "p", "c")
