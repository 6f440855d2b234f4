"""Large counts in several processes: the work is cut into pieces, each with a seed of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain

from tests.torture.launch import context

Work = Callable[[int, int], list[str]]


def spread(work: Work, count: int, seed: int, piece: int = 5000) -> list[str]:
    """What `work` finds wrong, called with a number of cases and a seed, until `count` cases are done."""
    pieces = list(cut(count, seed, piece))
    if len(pieces) == 1:
        return work(*pieces[0])
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=context()) as pool:
        return list(chain.from_iterable(pool.map(work, *zip(*pieces, strict=True))))


def cut(count: int, seed: int, piece: int) -> Iterator[tuple[int, int]]:
    """The number of cases and the seed of each piece; a case has its seed whatever the count.

    >>> list(cut(12, 1, 5))
    [(5, 1000000), (5, 1000001), (2, 1000002)]
    """
    for number, start in enumerate(range(0, count, piece)):
        yield min(piece, count - start), seed * 1_000_000 + number
