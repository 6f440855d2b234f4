"""Reading the word lists."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path

from pipeline.vocabulary.words import Vocabulary

WORDS = Path(__file__).parent / "words"


def load_vocabulary(extra: Path | str | None = None) -> Vocabulary:
    """The built-in vocabulary, with the TOML file or folder `extra` added to it."""
    lists: dict[str, tuple[str, ...]] = {}
    digest = hashlib.sha256()
    for file in sorted(WORDS.glob("*.toml")):
        content = file.read_bytes()
        digest.update(content)
        for name, words in tomllib.loads(content.decode()).get("lists", {}).items():
            lists[name] = lists.get(name, ()) + tuple(words)
    return Vocabulary(digest.hexdigest()[:16], lists)


@cache
def default_vocabulary() -> Vocabulary:
    """The built-in vocabulary."""
    return load_vocabulary()
