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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import ne

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
        """Where the clean character at `position` stands in the raw text (at the clean end: its length)."""
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

    def with_same_length(self, clean: str, kind: str, changed: int | None = None) -> AlignedText:
        """The same alignment under a clean text of equal length; changed characters are counted as `kind`.

        A caller that knows how many changed saves the counting.
        """
        if len(clean) != len(self.clean):
            raise ValueError(f"{kind}: {len(clean)} characters where {len(self.clean)} stood")
        if clean == self.clean:
            return self
        if changed is None:
            changed = sum(map(ne, self.clean, clean))
        repairs = _counted(self.repairs, kind, changed)
        return AlignedText(self.raw, clean, self.clean_starts, self.raw_starts, repairs)

    def sub(self, pattern: regex.Pattern[str], new: Replacement, kind: str) -> AlignedText:
        """What ``pattern.sub(new, clean)`` gives, with the alignment; changes are counted as `kind`.

        A replacement equal to what it replaces is no repair and leaves no trace.
        """
        literal = isinstance(new, str) and "\\" not in new
        edits: list[tuple[int, int, str]] = []
        for match in pattern.finditer(self.clean):
            text = new if literal else new(match) if callable(new) else match.expand(new)
            assert isinstance(text, str)
            if text != match.group():
                edits.append((match.start(), match.end(), text))
        return self.edit(edits, kind)

    def edit(self, edits: Sequence[tuple[int, int, str]], kind: str) -> AlignedText:
        """Put each `(start, end, new)` in place; edits are in order and do not overlap.

        Time is linear in edits and runs.
        """
        if not edits:
            return self
        pieces: list[str] = []
        runs = _Runs(self)
        done = 0
        for start, end, new in edits:
            if done < start:
                pieces.append(self.clean[done:start])
                runs.keep(done, start)
            if new:
                pieces.append(new)
                runs.put(start, end, len(new))
            done = end
        pieces.append(self.clean[done:])
        runs.keep(done, len(self.clean))
        clean_starts, raw_starts = runs.result()
        repairs = _counted(self.repairs, kind, len(edits))
        return AlignedText(self.raw, "".join(pieces), clean_starts, raw_starts, repairs)

    def counted(self, kind: str, number: int) -> AlignedText:
        """The same text with `number` more repairs of `kind` on record."""
        return replace(self, repairs=_counted(self.repairs, kind, number)) if number else self


class _Runs:
    """Collects the runs of an edited text, walking once over the runs of the `old` one.

    A run that merely continues the run before is dropped.
    """

    __slots__ = ("clean", "here", "old", "raw", "run")

    def __init__(self, old: AlignedText) -> None:
        self.old = old
        self.run = 0
        self.here = 0
        self.clean: list[int] = []
        self.raw: list[int] = []

    def keep(self, start: int, end: int) -> None:
        """Carry the old clean span [start, end) over."""
        if end <= start:
            return
        self._add(self.here, self._at(start))
        starts, last = self.old.clean_starts, len(self.old.clean_starts) - 1
        while self.run < last and starts[self.run + 1] < end:
            self.run += 1
            self._add(self.here + starts[self.run] - start, self.old.raw_starts[self.run])
        self.here += end - start

    def put(self, start: int, end: int, length: int) -> None:
        """Stand `length` new characters in the place of the old clean span [start, end)."""
        for offset in range(length):
            old = min(start + offset, end - 1) if end > start else max(start - 1, 0)
            self._add(self.here + offset, self._at(old))
        self.here += length

    def result(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return (tuple(self.clean), tuple(self.raw)) if self.clean else ((0,), (0,))

    def _at(self, position: int) -> int:
        starts = self.old.clean_starts
        if position >= len(self.old.clean):
            return len(self.old.raw)
        while self.run + 1 < len(starts) and starts[self.run + 1] <= position:
            self.run += 1
        while starts[self.run] > position:
            self.run -= 1
        return self.old.raw_starts[self.run] + position - starts[self.run]

    def _add(self, clean: int, raw: int) -> None:
        if self.clean and raw - self.raw[-1] == clean - self.clean[-1]:
            return
        self.clean.append(clean)
        self.raw.append(raw)


def _counted(repairs: Mapping[str, int], kind: str, number: int) -> Mapping[str, int]:
    return {**repairs, kind: repairs.get(kind, 0) + number}
