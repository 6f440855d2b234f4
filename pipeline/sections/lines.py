"""The lines of a clean text, with what their shape says.

>>> [(line.text, line.is_stopped) for line in read_lines(" 一、总体情况 \\n\\n全年新收案件12万件。")]
[('一、总体情况', False), ('全年新收案件12万件。', True)]
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

STOP = regex.compile(r"[。!?;:,、…!?;:,][”’\"')\])」』》】]{0,3}\Z|…\Z")
FULL_STOP = regex.compile(r"[。!?…][”’\"')\])」』]{0,3}\Z")
INDENT = regex.compile(r"(?:\#{1,6}[ ]|\*\*|[•·*‧∙\-][ \t]{0,4}(?=[^\s\d\-*]))?")
TAIL = regex.compile(r"\*\*\Z")
BULLET = frozenset("•·*‧∙-")
BROKEN = frozenset(",。、;:!?”)》")
PARAGRAPH = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the clean text without its indentation; `start` and `end` are a span of the text.

    ``is_bulleted`` says that a list mark stood before it, ``is_broken`` that the next line only continues it.
    """

    start: int
    end: int
    text: str
    is_bulleted: bool = False
    is_broken: bool = False

    @property
    def size(self) -> int:
        """How many characters the line holds."""
        return self.end - self.start

    @property
    def is_stopped(self) -> bool:
        """The line ends with punctuation that closes or carries on a sentence."""
        return STOP.search(self.text, max(0, len(self.text) - 4)) is not None

    @property
    def is_sentence(self) -> bool:
        """The line ends as a sentence ends."""
        return FULL_STOP.search(self.text, max(0, len(self.text) - 4)) is not None

    @property
    def is_paragraph(self) -> bool:
        """The line reads as running text: it is long, goes on in the next line or ends as a sentence."""
        closed = self.is_sentence or "。" in self.text
        return self.size >= PARAGRAPH or self.is_broken or (closed and self.size >= 12)


def read_lines(clean: str) -> tuple[Line, ...]:
    """The lines of `clean` that hold text, in order; one that begins with a comma or stop continues another.

    >>> [line.text for line in read_lines("除了阀门颜色\\n,当事人还换了部件\\n。")]
    ['除了阀门颜色\\n,当事人还换了部件\\n。']
    """
    lines: list[Line] = []
    position = 0
    for row in clean.split("\n"):
        start, position = position, position + len(row) + 1
        body = row.strip()
        if not body:
            continue
        start += row.index(body[0])
        lines.append(_line(clean, start, start + len(body)))
    return _joined(clean, lines)


def _line(clean: str, start: int, end: int) -> Line:
    mark = INDENT.match(clean, start, end)
    inner = mark.end() if mark else start
    tail = TAIL.search(clean, max(inner, end - 2), end)
    text = clean[inner : tail.start() if tail else end]
    if not text.strip():
        return Line(start, end, clean[start:end])
    return Line(
        inner, inner + len(text), text, is_bulleted=inner > start and clean[start] in BULLET and not tail
    )


def _joined(clean: str, lines: list[Line]) -> tuple[Line, ...]:
    """Join each line that starts inside a sentence to the line it continues."""
    groups: list[tuple[Line, Line]] = []
    for line in lines:
        if groups and _goes_on(groups[-1][1], line):
            groups[-1] = (groups[-1][0], line)
        else:
            groups.append((line, line))
    return tuple(
        first
        if first is last
        else Line(first.start, last.end, clean[first.start : last.end], first.is_bulleted, is_broken=True)
        for first, last in groups
    )


def _goes_on(before: Line, line: Line) -> bool:
    return line.text[0] in BROKEN and not (line.text[0] == "、" and before.is_sentence)


def is_wrapped(lines: tuple[Line, ...]) -> bool:
    """The text was cut into lines of one width, so a line end says nothing.

    >>> is_wrapped(read_lines("\\n".join(["各地以增加投资扩大内需为重点落实各项政策经济保持"] * 8)))
    True
    """
    if len(lines) < 5:
        return False
    sizes = sorted(line.size for line in lines)
    width = sizes[len(sizes) * 9 // 10]
    full = sum(width * 0.8 <= line.size and not line.is_sentence for line in lines)
    return 18 <= width <= 70 and full >= 5 and full >= 0.35 * len(lines)
