"""First sentences in bold type: headings on one line with their text.

>>> from pipeline.sections.lines import read_lines
>>> text = AlignedText.of("**便民利民。**全年办件12万件。").sub(MARK, "", "tags")
>>> bold_leads(text, read_lines(text.clean))
{0: 5}
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.patterns import compose
from pipeline.sections.lines import Line
from pipeline.text.aligned import AlignedText

MARK = compose(r"\*\* | <[/]?(?:b|strong)\b[^<>]{0,80}>")
OPENED = compose(r"(?: \*\* | <(?:b|strong)\b[^<>]{0,80}> (?:<[^<>]{0,80}>){0,3} ) \s{0,8} \Z")
CLOSED = compose(r"\*\* | </(?:b|strong)>")
LEAD = compose(r"[^。;!?\n]{2,20} 。 (?=[^\n]{6})")
BEFORE = 200


def bold_leads(text: AlignedText, lines: Sequence[Line]) -> dict[int, int]:
    """How long the first sentences in bold type are, by where their lines start; the rest is not bold."""
    if not MARK.search(text.raw):
        return {}
    found: dict[int, int] = {}
    for line in lines:
        lead = LEAD.match(line.text)
        if lead is None:
            continue
        start, stop = text.at(line.start), text.at(line.start + lead.end())
        last = text.at(line.start + lead.end() - 2)
        if OPENED.search(text.raw, max(0, start - BEFORE), start) and CLOSED.search(text.raw, last, stop):
            found[line.start] = lead.end()
    return found
