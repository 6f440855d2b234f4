"""A quantity with the text around it, as the rules for notes look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.model import Quantity
from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Vocabulary

MAGNITUDES = frozenset("十百千万亿")
_ALWAYS = ("age", "capacity", "anniversary")
_WINDOW = 14


@dataclass(frozen=True, slots=True)
class NoteWords:
    """Patterns over the text before (they end there) and after a quantity (they begin there)."""

    span_before: regex.Pattern[str]
    span_after: regex.Pattern[str]
    confined: regex.Pattern[str]
    measured: regex.Pattern[str]
    named: regex.Pattern[str]
    capacity: regex.Pattern[str]
    stated: regex.Pattern[str]
    lifespan: regex.Pattern[str]
    ratio: regex.Pattern[str]
    limited: regex.Pattern[str]
    total: regex.Pattern[str]
    scope: regex.Pattern[str]
    asked: regex.Pattern[str]
    counted: tuple[str, ...]
    listed: tuple[str, ...]
    within: tuple[str, ...]
    object: regex.Pattern[str]
    always: dict[str, str]


@lru_cache(maxsize=8)
def note_words(words: Vocabulary) -> NoteWords:
    """The patterns of a vocabulary."""

    def part(name: str) -> str:
        return any_of(words.list(f"note.{name}"))

    return NoteWords(
        span_before=compose(r"{word}$", word=part("span.before")),
        span_after=compose(r"{word}", word=part("span.after")),
        confined=compose(r"{word}[^,。;]{0,6}$", word=part("confined")),
        measured=compose(r"{word}[^,。;0-9]{0,4}$", word=part("measured")),
        named=compose(r"{word}", word=part("named.after")),
        capacity=compose(r"[^,。;、0-9的]{0,6}{word}", word=part("capacity")),
        stated=compose(r"{word}$", word=part("stated")),
        lifespan=compose(r"{word}[^,。;0-9]{0,6}$", word=part("lifespan")),
        ratio=compose(r"{word}[^,。;、]{0,6}$", word=part("ratio")),
        limited=compose(r"的?{word}", word=part("limited.after")),
        total=compose(r"、[^,。;]{1,12}等$"),
        scope=compose(r"(?:主要|大)?{word}", word=part("scope.after")),
        asked=compose(r"{word}", word=part("asked")),
        counted=words.list("note.counted"),
        listed=words.list("note.scope.before"),
        within=words.list("note.scope.within"),
        object=compose(r"{word}", word=part("object.after")),
        always={w: kind for kind in _ALWAYS for w in words.list(f"note.always.{kind}")},
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """A quantity with the text around it, as the rules look at it."""

    quantity: Quantity
    form: str
    before: str
    after: str
    tail: str
    dimension: str | None
    words: NoteWords

    @property
    def hanzi(self) -> bool:
        return not any(c.isascii() and c.isdigit() for c in self.form)


def look_at(text: str, quantity: Quantity, dimension: str | None, words: Vocabulary) -> Seen:
    """The quantity with its numeral and the text on both sides."""
    return Seen(
        quantity,
        form=text[quantity.number_start : quantity.number_end],
        before=text[max(0, quantity.start - _WINDOW) : quantity.start],
        after=text[quantity.end : quantity.end + _WINDOW],
        tail=text[quantity.number_end : quantity.end],
        dimension=dimension,
        words=note_words(words),
    )
