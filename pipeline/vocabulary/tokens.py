"""The vocabulary's own tokenizer: jieba with the vocabulary's words, without HMM and without jieba's cache.

jieba keeps its dictionary in one cache file that all users and versions of a machine share.  Nothing is
cached here: the dictionary is read once per process (0.6 s), when the first text is cut, so processes that
start at once, a missing HOME and a strict umask cannot matter.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jieba import Tokenizer


class Cutter:
    """A tokenizer for a fixed set of user words, built when it is first used."""

    __slots__ = ("_lock", "_tokenizer", "words")

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self.words = tuple(sorted(set(words)))
        self._tokenizer: Any = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[Cutter], tuple[tuple[str, ...]]]:
        return Cutter, (self.words,)

    def cut(self, text: str) -> list[tuple[str, int, int]]:
        """The tokens of `text` as (token, start, end).

        >>> Cutter(("新收案件",)).cut("全省法院新收案件")
        [('全省', 0, 2), ('法院', 2, 4), ('新收案件', 4, 8)]
        """
        tokens = []
        start = 0
        for token in self._built().cut(text, HMM=False):
            end = start + len(token)
            tokens.append((token, start, end))
            start = end
        return tokens

    def _built(self) -> Tokenizer:
        if self._tokenizer is None:
            with self._lock:
                if self._tokenizer is None:
                    self._tokenizer = build_tokenizer(self.words)
        return self._tokenizer


def build_tokenizer(words: tuple[str, ...]) -> Tokenizer:
    """A jieba tokenizer that knows `words`, added in sorted order because each one's frequency depends on
    those before it."""
    import jieba  # noqa: PLC0415  (0.1 s that a run without tokens does not pay)

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in words:
        tokenizer.add_word(word)
    return tokenizer
