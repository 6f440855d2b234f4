"""The part of speech that jieba's dictionary gives a word: ``v`` verb, ``n`` noun, ``p`` preposition …

>>> tag_of("审结"), tag_of("案件")
('v', 'n')
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.vocabulary.dictionary import read_dictionary


@lru_cache(maxsize=1 << 16)
def tag_of(word: str) -> str:
    """The tag of the word, or an empty string for a word that the dictionary lacks."""
    return read_dictionary().tags.get(word, "")


def is_verb(word: str) -> bool:
    """The word is a verb and nothing else (not a verbal noun)."""
    return tag_of(word) in ("v", "vd", "vq", "vi", "d", "p", "c")
