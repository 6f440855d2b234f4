"""The vocabulary's own tokenizer: jieba's cuts with the vocabulary's words, without HMM and without a cache.

The cutting is that of `rjieba`, which cuts as jieba does from the same dictionary and takes an eighth of the
time.  The dictionary is read once per process (0.5 s), when the first text is cut, so processes that start at
once, a missing HOME and a strict umask cannot matter.
"""

from __future__ import annotations

import math
import re
import threading
from typing import Any

from pipeline.vocabulary.dictionary import read_dictionary

_NEVER_CUT = " "
_SHORT = 32
_MOST_KNOWN = 1 << 14
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Cutter:
    """A tokenizer for a fixed set of user words, built when it is first used."""

    __slots__ = ("_known", "_lock", "_tokenizer", "words")

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self.words = tuple(sorted(set(words)))
        self._tokenizer: Any = None
        self._known: dict[str, list[tuple[str, int, int]]] = {}
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[Cutter], tuple[tuple[str, ...]]]:
        return Cutter, (self.words,)

    def cut(self, text: str) -> list[tuple[str, int, int]]:
        """The tokens of `text` as (token, start, end); those of a short text are kept, to be asked for again.

        >>> Cutter(("新收案件",)).cut("全省法院新收案件")
        [('全省', 0, 2), ('法院', 2, 4), ('新收案件', 4, 8)]
        """
        tokens = self._known.get(text)
        if tokens is None:
            tokens = self._cut(text)
            if len(text) <= _SHORT:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[text] = tokens
        return tokens

    def _cut(self, text: str) -> list[tuple[str, int, int]]:
        try:
            return self._tokens(text)
        except UnicodeEncodeError:  # half of a character, which is a token by itself like any other mark
            whole = _SURROGATE.sub("\ufffd", text)
            return [(text[start:end], start, end) for _, start, end in self._tokens(whole)]

    def _tokens(self, text: str) -> list[tuple[str, int, int]]:
        tokens: list[tuple[str, int, int]] = self._built().tokenize(text, hmm=False)
        return tokens

    def _built(self) -> Any:
        if self._tokenizer is None:
            with self._lock:
                if self._tokenizer is None:
                    self._tokenizer = build_tokenizer(self.words)
        return self._tokenizer


def build_tokenizer(words: tuple[str, ...]) -> Any:
    """A tokenizer of rjieba with jieba's dictionary that knows `words`.

    They are added in sorted order because each one's frequency depends on those before it.  jieba adds the
    frequency of a word that it knows already to its total once more; a word that no text holds (a space is
    never looked up) takes up that surplus here, so that all cuts are the same.
    """
    import rjieba  # noqa: PLC0415  (a run without tokens does not pay for it)

    dictionary = read_dictionary()
    known, total = dict(dictionary.frequencies), dictionary.total
    surplus = total - sum(known.values())
    tokenizer: Any = rjieba.Jieba.empty()  # type: ignore[no-untyped-call]
    for word, frequency in known.items():
        tokenizer.add_word(word, frequency, "")
    for word in words:
        share = math.prod(known.get(token, 1) / total for token in tokenizer.cut(word, False))
        frequency = max(int(share * total) + 1, known.get(word, 1))
        surplus += known.get(word, 0)
        known[word] = frequency
        total += frequency
        tokenizer.add_word(word, frequency, "")
        tokenizer.add_word(_NEVER_CUT, surplus, "")
    return tokenizer
