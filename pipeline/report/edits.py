"""What cleaning did to a raw text, as edits of the clean one: enough to show the raw text behind any span.

>>> find_edits("收案12件", "收 案（shōu àn）12件", (0, 1, 2), (0, 2, 12))
[(1, 1, ' '), (2, 2, '（shōu àn）')]

An edit says which raw characters stood where a clean span stands.  An empty span is a place where characters
were taken out, an empty raw text one where characters were put in; any other edit is one for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 400
KEPT_HEAD, KEPT_TAIL = 240, 80
Edit = tuple[int, int, str]
Shown = list[int | str | None]


@dataclass(frozen=True, slots=True)
class _Run:
    """A clean span, where its first character stands in the raw text, and where its last one ends."""

    start: int
    end: int
    raw_start: int

    @property
    def raw_end(self) -> int:
        return self.raw_start + self.end - self.start


def find_edits(clean: str, raw: str, clean_starts: Sequence[int], raw_starts: Sequence[int]) -> list[Edit]:
    """All edits in order; they do not overlap, and put back in place they give the raw text."""
    edits: list[Edit] = []
    done = 0
    for run in _runs(clean, clean_starts, raw_starts):
        start, raw_start = run.start, run.raw_start
        if raw_start > done:
            edits.append((start, start, raw[done:raw_start]))
        elif raw_start < done:  # characters that were put in stand where the one before them stood
            added = min(done - raw_start, run.end - start)
            edits.append((start, start + added, ""))
            start, raw_start = start + added, raw_start + added
        edits.extend(_changed(clean, raw, start, run.end, raw_start))
        done = max(done, run.raw_end)
    if done < len(raw):
        edits.append((len(clean), len(clean), raw[done:]))
    return edits


def find_gaps(
    clean_chars: int, raw_chars: int, clean_starts: Sequence[int], raw_starts: Sequence[int]
) -> list[tuple[int, int]]:
    """Where raw characters were taken out, and how many: what is known without the raw text.

    >>> find_gaps(5, 15, (0, 1, 2), (0, 2, 12))
    [(1, 1), (2, 9)]
    """
    gaps, done = [], 0
    for run in _runs(range(clean_chars), clean_starts, raw_starts):
        if run.raw_start > done:
            gaps.append((run.start, run.raw_start - done))
        done = max(done, run.raw_end)
    return [*gaps, (clean_chars, raw_chars - done)] if done < raw_chars else gaps


def shorten_edit(edit: Edit) -> Shown:
    """An edit as the report keeps it: of a very long raw text, head, tail and the characters between.

    >>> shorten_edit((3, 3, "ab"))
    [3, 3, 'ab']
    >>> [len(part) if isinstance(part, str) else part for part in shorten_edit((3, 3, "x" * 1000))]
    [3, 3, 240, 680, 80]
    """
    start, end, raw = edit
    if len(raw) <= LONGEST:
        return [start, end, raw]
    return [start, end, raw[:KEPT_HEAD], len(raw) - KEPT_HEAD - KEPT_TAIL, raw[-KEPT_TAIL:]]


def _runs(clean: Sequence[object], clean_starts: Sequence[int], raw_starts: Sequence[int]) -> Iterator[_Run]:
    bounds = pairwise((*clean_starts, len(clean)))
    for (start, end), raw_start in zip(bounds, raw_starts, strict=True):
        if end > start:
            yield _Run(start, end, raw_start)


def _changed(clean: str, raw: str, start: int, end: int, raw_start: int) -> Iterator[Edit]:
    """The stretches in which the clean characters are other ones than the raw characters."""
    shift = raw_start - start
    if clean[start:end] == raw[raw_start : end + shift]:
        return
    at = start
    while at < end:
        if clean[at] == raw[at + shift]:
            at += 1
            continue
        first = at
        while at < end and clean[at] != raw[at + shift]:
            at += 1
        yield first, at, raw[first + shift : at + shift]
