"""Text that remembers where each of its characters stood in the raw text.

>>> import regex
>>> text = AlignedText.of("審結(jié)1294萬件").sub(regex.compile(r"\\(jié\\)"), "", "pinyin")
>>> text.clean
'審結1294萬件'
>>> text.to_raw(2, 8), text.raw[7:13]
((7, 13), '1294萬件')

The alignment is a list of runs: where a run starts in the clean text and in the raw text.  Inside a run, both
advance together.  A character that was put in stands where the character before it stood.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import regex

Replacement = str | Callable[["regex.Match[str]"], str]


@dataclass(frozen=True, slots=True)
class AlignedText:
    """A clean text, the raw text behind it, the runs that tie them and the count of repairs by kind."""

    raw: str
    clean: str
    clean_starts: tuple[int, ...] = (0,)
    raw_starts: tuple[int, ...] = (0,)
    repairs: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: str) -> AlignedText:
        """The text as it came: clean and raw are equal."""
        return cls(raw, raw)

    def at(self, position: int) -> int:
        """Where the clean character at `position` stands in the raw text (the raw length at the clean end)."""
        if position >= len(self.clean):
            return len(self.raw)
        run = bisect_right(self.clean_starts, position) - 1
        return self.raw_starts[run] + position - self.clean_starts[run]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of a clean span: from its first character to just after its last one."""
        if end <= start:
            return self.at(start), self.at(start)
        return self.at(start), self.at(end - 1) + 1

    def translate(self, table: Mapping[int, str], kind: str) -> AlignedText:
        """Replace characters one for one; nothing moves.  `table` must map to single characters.

        Raises ValueError when the table changes the length.
        """
        clean = self.clean.translate(table)
        if len(clean) != len(self.clean):
            raise ValueError(f"the {kind} table changes the length of the text")
        return self.with_same_length(clean, kind)

    def with_same_length(self, clean: str, kind: str) -> AlignedText:
        """The same alignment under a clean text of equal length; changed characters are counted as `kind`."""
        if len(clean) != len(self.clean):
            raise ValueError(f"{kind}: {len(clean)} characters where {len(self.clean)} stood")
        if clean == self.clean:
            return self
        changed = sum(a != b for a, b in zip(self.clean, clean, strict=True))
        return replace(self, clean=clean, repairs=_counted(self.repairs, kind, changed))

    def sub(self, pattern: regex.Pattern[str], new: Replacement, kind: str) -> AlignedText:
        """What ``pattern.sub(new, clean)`` gives, with the alignment; changes are counted as `kind`.

        A replacement equal to what it replaces is no repair and leaves no trace.
        """
        edits: list[tuple[int, int, str]] = []
        for match in pattern.finditer(self.clean):
            text = new(match) if callable(new) else match.expand(new)
            if text != match.group():
                edits.append((match.start(), match.end(), text))
        return self.edit(edits, kind)

    def edit(self, edits: list[tuple[int, int, str]], kind: str) -> AlignedText:
        """Put each `(start, end, new)` in place; edits are in order and do not overlap."""
        if not edits:
            return self
        pieces: list[str] = []
        runs = _Runs()
        here = done = 0
        for start, end, new in edits:
            pieces += (self.clean[done:start], new)
            self._keep(runs, done, start, here)
            here += start - done
            for offset in range(len(new)):
                old = min(start + offset, end - 1) if end > start else max(start - 1, 0)
                runs.add(here + offset, self.at(old))
            here += len(new)
            done = end
        pieces.append(self.clean[done:])
        self._keep(runs, done, len(self.clean), here)
        clean_starts, raw_starts = runs.result()
        repairs = _counted(self.repairs, kind, len(edits))
        return AlignedText(self.raw, "".join(pieces), clean_starts, raw_starts, repairs)

    def counted(self, kind: str, number: int) -> AlignedText:
        """The same text with `number` more repairs of `kind` on record."""
        return replace(self, repairs=_counted(self.repairs, kind, number)) if number else self

    def _keep(self, runs: _Runs, start: int, end: int, here: int) -> None:
        """Carry the runs of the clean span [start, end) over to position `here`."""
        if end <= start:
            return
        runs.add(here, self.at(start))
        first = bisect_right(self.clean_starts, start)
        last = bisect_right(self.clean_starts, end - 1)
        for run in range(first, last):
            runs.add(here + self.clean_starts[run] - start, self.raw_starts[run])


class _Runs:
    """Collects run starts, dropping those that merely continue the run before."""

    __slots__ = ("clean", "raw")

    def __init__(self) -> None:
        self.clean: list[int] = []
        self.raw: list[int] = []

    def add(self, clean: int, raw: int) -> None:
        if self.clean and raw - self.raw[-1] == clean - self.clean[-1]:
            return
        self.clean.append(clean)
        self.raw.append(raw)

    def result(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return (tuple(self.clean), tuple(self.raw)) if self.clean else ((0,), (0,))


def _counted(repairs: Mapping[str, int], kind: str, number: int) -> Mapping[str, int]:
    return {**repairs, kind: repairs.get(kind, 0) + number}
