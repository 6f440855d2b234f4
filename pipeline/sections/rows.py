"""Each line with the kind of thing it is, before its neighbours are asked.

>>> from pipeline.sections.lines import read_lines
>>> from pipeline.sections.shapes import shapes_of
>>> from pipeline.vocabulary import default_vocabulary
>>> lines = read_lines("一、总体情况\\n来源:某报\\n(二)查补和入库。全年查补409亿元。")
>>> [row.kind.value for row in read_rows(lines, shapes_of(default_vocabulary()), None)]
['numbered', 'aside', 'run_in']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import regex

from pipeline.patterns import compose
from pipeline.sections.contents import find_contents, plain
from pipeline.sections.lines import Line, is_wrapped
from pipeline.sections.shapes import HAN, INNER_STOP, LEAD, NUMBER, RANKS, RUNG, Rank, Shapes

LONGEST = 36
LONGEST_NUMBERED = 50
LONGEST_CASE = 90
LONGEST_ASIDE = 70
LONGEST_NOTE = 40
OWN_NUMBER = frozenset({Rank.HANZI, Rank.HANZI_BRACKET, Rank.CHAPTER, Rank.SECTION, Rank.CASE, Rank.ARTICLE})
TITLE_ROWS = 12
TURNS = 3
SPEAKER = compose(r"(?P<speaker> \p{Han}{2,12} ) :")
BRACKETED = regex.compile(r"[(][^()]{1,20}[)]\Z")
CLOSED = regex.compile(r"[。;…]")
DASHES = frozenset("—―–")
COLUMN = regex.compile(r"^[\[【][^\[\]【】]{1,12}[\]】]\s{0,4}")
CUT = regex.compile(r"(?<![0-9])(?!(?:19|20)[0-9]{2}\Z)[0-9]{1,9}(?:\.[0-9]{1,4})?[十百千万亿]?\Z")
REST = regex.compile(r"(?!(?:19|20)[0-9]{2}年)[0-9]{1,9}[^\s0-9年月日、.)]|\p{Han}[,;。、)]")
DATE = regex.compile(
    r"(?:[12][0-9]{3}|[〇○零一二三四五六七八九]{4})年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)


class RowKind(StrEnum):
    """What a line is by itself."""

    TITLE = "title"
    ASIDE = "aside"
    FIELD = "field"
    NUMBERED = "numbered"
    RUN_IN = "run_in"
    LABEL = "label"
    SHORT = "short"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """A line, its kind, its convention and the span of its words: without number, up to the run-in stop."""

    line: Line
    kind: RowKind
    rank: Rank = Rank.SLOGAN
    words: int = 0
    lead: int = 0

    @property
    def is_seen_through(self) -> bool:
        """The row does not part a heading from its text."""
        return self.kind in (RowKind.ASIDE, RowKind.TITLE)

    @property
    def is_labelled(self) -> bool:
        """Words stand behind the label in brackets."""
        return self.kind is RowKind.LABEL and not self.line.text.endswith("】")

    @property
    def title(self) -> str:
        """The words of a heading without its number."""
        return self.line.text[self.words : self.lead].rstrip("。 \t")


def read_rows(lines: Sequence[Line], shapes: Shapes, title: str | None) -> tuple[Row, ...]:
    """The rows of `lines`, one each."""
    wrapped = is_wrapped(tuple(lines))
    contents = find_contents(lines)
    names = Counter(
        plain(line.text) for place, line in enumerate(lines) if line.size <= LONGEST and place not in contents
    )
    speakers = Counter(match["speaker"] for line in lines if (match := SPEAKER.match(line.text)))
    known = plain(COLUMN.sub("", title or ""))
    rows: list[Row] = []
    top = True
    for place, line in enumerate(lines):
        row = _row(line, shapes)
        top = top and not (row.kind is RowKind.TEXT and line.is_paragraph) and place < TITLE_ROWS
        is_title = _is_title(line, known, top) and not _is_labelled(line, title or "", known)
        if place in contents:
            row = Row(line, RowKind.ASIDE)
        elif is_title or (row.kind is RowKind.SHORT and _is_repeated(line, names, shapes)):
            row = Row(line, RowKind.TITLE)
        elif row.kind is RowKind.SHORT and (wrapped or _is_asked(line, speakers)):
            row = Row(line, RowKind.TEXT)
        rows.append(row)
    return _signed(rows)


def _signed(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, where a short line that belongs to the line below is no longer one."""
    below = [row.line.text for row in rows[1:]] + [""]
    return tuple(
        Row(row.line, RowKind.ASIDE) if row.kind is RowKind.SHORT and _leans(row.line.text, text) else row
        for row, text in zip(rows, below, strict=False)
    )


def _leans(text: str, below: str) -> bool:
    """A line above a date is a signature, above a dash a title; a name or an amount may run over its end."""
    latin = text[-1].isascii() and text[-1].isalpha() and below[:1].isascii() and below[:1].isalpha()
    amount = CUT.search(text) is not None and REST.match(below) is not None
    return DATE.fullmatch(below) is not None or below[:1] in DASHES or latin or amount


def _is_title(line: Line, known: str, top: bool) -> bool:
    """The line says the article's title again (above the text, a part or likeness of it is enough)."""
    if line.size > 2 * len(known) + 30:
        return False
    own = plain(line.text)
    if not own or not known:
        return False
    if own == known or (len(own) >= 8 and 5 * len(own) >= 2 * len(known) and own in known):
        return True
    if not top or len(own) < 6:
        return False
    shared = sum((Counter(own) & Counter(known)).values())
    return own in known or (len(known) >= 6 and known in own) or 2 * shared >= 0.6 * (len(own) + len(known))


def _is_labelled(line: Line, title: str, known: str) -> bool:
    """The line sets a label in brackets before the title, which the title itself does not have."""
    label = COLUMN.match(line.text)
    return bool(label and not COLUMN.match(title) and known and plain(line.text[label.end() :]) == known)


def _is_asked(line: Line, speakers: Counter[str]) -> bool:
    """The line is a question in a conversation: who asks stands before the colon of other lines, too."""
    speaker = SPEAKER.match(line.text) if line.text.endswith("?") else None
    return speaker is not None and speakers[speaker["speaker"]] >= TURNS


def _is_repeated(line: Line, names: Counter[str], shapes: Shapes) -> bool:
    """A line that comes twice is a caption or the title, unless it is a part that cases share."""
    return names[plain(line.text)] > 1 and line.text not in shapes.parts


def _row(line: Line, shapes: Shapes) -> Row:
    number = NUMBER.match(line.text)
    row = _numbered(line, number) if number else _label(line, shapes)
    if row is not None and row.rank is Rank.SYMBOL:
        row = _marked(row, shapes)
    if row is not None:
        return row
    if number or line.size > LONGEST_ASIDE or (line.is_sentence and line.size > LONGEST_NOTE):
        return Row(line, RowKind.TEXT)
    if line.text.startswith("【") or shapes.is_aside(line.text):
        return Row(line, RowKind.ASIDE)
    rung = RUNG.match(line.text)
    words = rung.end() if rung else 0
    if is_short(line.text[words:]) and not line.is_bulleted:
        return Row(line, RowKind.SHORT, Rank.SLOGAN, words, line.size)
    return Row(line, RowKind.TEXT)


def _label(line: Line, shapes: Shapes) -> Row | None:
    """The row of a line with a label in brackets or before a colon, or None."""
    bracket = shapes.bracket.match(line.text)
    if bracket and line.size <= LONGEST_NUMBERED and not shapes.bracket_noise.search(bracket["label"]):
        return Row(line, RowKind.LABEL, Rank.LABEL, 0, line.size)
    if line.size <= LONGEST_ASIDE and shapes.field.fullmatch(line.text):
        return Row(line, RowKind.FIELD)
    return None


def _numbered(line: Line, number: regex.Match[str]) -> Row | None:
    """The row of a line that begins with a number, or None when its words do not read as a heading."""
    rank, words = RANKS[str(number.lastgroup)], number.end()
    longest = LONGEST_CASE if rank <= Rank.CASE else LONGEST_NUMBERED
    rest = line.text[words : words + longest + 1]
    if rank is Rank.ARTICLE:
        return Row(line, RowKind.NUMBERED if len(rest) <= 30 else RowKind.RUN_IN, rank, 0, words)
    if line.size <= longest and not CLOSED.search(rest) and rest[-1:] not in (",", ":", "、"):
        if rest or rank in OWN_NUMBER:
            return Row(line, RowKind.NUMBERED, rank, words, line.size)
        return None
    lead = LEAD.match(line.text, words)
    if lead and rank in (Rank.HANZI, Rank.HANZI_BRACKET) and lead["lead"].count(",") <= 2:
        whole = lead.end() == line.size
        return Row(line, RowKind.NUMBERED if whole else RowKind.RUN_IN, rank, words, lead.end())
    return None


def _marked(row: Row, shapes: Shapes) -> Row | None:
    """A line behind a mark: a body's name may open a block, a byline is none."""
    if shapes.is_body(row.title):
        return Row(row.line, RowKind.SHORT, Rank.SLOGAN, row.words, row.lead)
    return None if shapes.is_aside(row.line.text) else row


def is_short(text: str) -> bool:
    """The text could be a bare heading: a few words without a stop.

    >>> is_short("上班族 利用周休分段打扫"), is_short("全年新收案件12万件。"), is_short("67项 45项 33项")
    (True, False, False)
    """
    if not 2 <= len(text) <= LONGEST or INNER_STOP.search(text.rstrip("?")) or text[-1] in ",:、—―-":
        return False
    if text[-1] == "?" and "," in text and len(text) > 10:
        return False
    said = BRACKETED.sub("", text)
    han = len(HAN.findall(said))
    return han >= 2 and 2 * han >= len(plain(said)) and text.count(",") <= 2 and text.count("、") <= 3
