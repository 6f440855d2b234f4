"""Word lists are simplified: text is cleaned to simplified script before any word is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pipeline.vocabulary.read import Source

RAW = "raw."
"""Lists whose name begins so hold words of the raw text, of any script."""


def find_traditional(source: Source) -> tuple[str, ...]:
    """A fault for each word of `source` that holds traditional characters: it could never be found."""
    words = tuple(_words(source))
    together = "\n".join(word for _, word in words)
    converted = _converter().convert(together)
    if converted == together:
        return ()
    faults = []
    for (path, word), simplified in zip(words, converted.split("\n"), strict=True):
        if word != simplified:
            place = source.place(path, word)
            faults.append(f'{place}: "{word}" holds traditional characters; write "{simplified}"')
    return tuple(faults)


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415  (only added files and checks pay for it)

    return OpenCC("t2s")


def _words(source: Source) -> Iterator[tuple[tuple[str | int, ...], str]]:
    shape = source.shape
    for name, listed in shape.lists.items():
        if not name.startswith(RAW):
            yield from ((("lists", name), word) for word in listed)
    for number, unit in enumerate(shape.unit):
        for word in (unit.name, *(unit.measures or ())):
            yield ("unit", number), word
    for number, indicator in enumerate(shape.indicator):
        for word in (indicator.name, *indicator.says, *indicator.measures):
            yield ("indicator", number), word
    for number, region in enumerate(shape.region):
        for word in (region.name, *region.says):
            yield ("region", number), word
