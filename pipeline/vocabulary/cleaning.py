"""The part of a vocabulary that cleaning uses."""

from __future__ import annotations

import hashlib
from functools import cache

from pipeline.vocabulary.words import Vocabulary

CLEANING_LISTS = ("boilerplate.", "header.", "repair.")


@cache
def cleaning_words(words: Vocabulary) -> Vocabulary:
    """The lists that cleaning may use, and no others: while these stay, cleaned texts stay."""
    lists = {name: held for name, held in sorted(words.lists.items()) if name.startswith(CLEANING_LISTS)}
    return Vocabulary(hashlib.sha256(repr(lists).encode()).hexdigest()[:16], lists)
