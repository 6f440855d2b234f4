"""The vocabularies that this process has loaded: the shards that it runs share one."""

from __future__ import annotations

from pipeline.errors import StorageError
from pipeline.vocabulary import Vocabulary, load_vocabulary

_LOADED: dict[tuple[str | None, str], Vocabulary] = {}


def load_words(path: str | None) -> Vocabulary:
    """The vocabulary as its files are now; the shards that this process runs will find it loaded."""
    words = load_vocabulary(path)
    return _LOADED.setdefault((path, words.digest), words)  # what an older one has built up stays of use


def find_words(path: str | None, digest: str) -> Vocabulary:
    """The vocabulary of that digest; raises StorageError where the files say something else now."""
    words = _LOADED.get((path, digest)) or load_words(path)
    if words.digest != digest:
        raise StorageError("the word lists changed while the run was under way; run again")
    return words
