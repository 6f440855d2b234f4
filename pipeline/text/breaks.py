"""Line ends: those that tear a sentence are taken out, the others stand alone or as one empty line.

>>> join_lines(AlignedText.of("全年,法院受理案件13万件,审结各类案件12\\n万件\\n,同比上升。")).clean
'全年,法院受理案件13万件,审结各类案件12万件,同比上升。'
"""

from __future__ import annotations

from itertools import pairwise

import regex

from pipeline.text.aligned import AlignedText

_LEADS = frozenset(" ,。、;:!?”’》】%‰)")  # the first characters of _LEADING
_HALVES = frozenset("0123456789.,一二三四五六七八九十之点")  # the last ones of _HALF
_CLAUSED = regex.compile(r"[,。;、]")
_FINISHED = regex.compile(r"[。!?;:…][”’)》」』】]{0,2}[ ]{0,8}\Z|[ ]{8}\Z|\|[ ]{0,8}\Z")
_LEADING = regex.compile(r"[ ]{0,4}[,。、;:!?”’》】%‰](?![ ]{0,2}\Z)|[ ]{0,4}[。,;]\Z|\)")
_NUMBERLESS = regex.compile(r"[ ]{0,4}、[ ]{0,2}\p{Han}")  # a heading that has lost its number
_OPENING = regex.compile(  # what begins a paragraph, a heading or an item of a list
    r"""[ ]{2}|[(]?[一二三四五六七八九十]{1,3}[)、.]|第[一二三四五六七八九十\d]{1,3}[章节条部编批]
      |\(?\d{1,2}(?:[)、]|\.(?!\d))|[①-⑳●◆■◎◇★•·*#【\-—]|附[件表:]""",
    regex.VERBOSE,
)
_HALF = regex.compile(r"(?:\d[.,]?|百分之[一二三四五六七八九十]{0,3}点?)\Z")
_REST = regex.compile(r"\d{0,4}(?:\.\d{1,4})?(?:%|‰|[万亿千百]|\p{Han})|[一二三四五六七八九十]")
_TRAILING = regex.compile(r"(?<! )[ ]++(?=\n)")
_BREAK = regex.compile(r"\n(?:\n?[ ]|\n\n)[ \n]*+")  # but for one line end or two
_NARROW = 12
_LONGEST = 60
_RAGGED = 8
_WIDE = 40  # verses are narrower
_ENOUGH = 3
_SENTENCE = 20


def join_lines(text: AlignedText) -> AlignedText:
    """Lines broken inside a sentence, joined; headings and paragraphs stay apart.

    Three signs: the next line begins with punctuation that cannot begin one; a number is torn; the page is
    hard-wrapped, that is, its unfinished lines are of one width and none is longer.
    """
    if "\n" not in text.clean:
        return text
    lines = text.clean.split("\n")
    wrapped = _wrap_width(lines)
    edits: list[tuple[int, int, str]] = []
    end = 0
    running = False
    for line, following in pairwise(lines):
        end += len(line)
        may_tear = bool(line and following) and (wrapped > 0 or following[0] in _LEADS or line[-1] in _HALVES)
        running = running or (may_tear and _CLAUSED.search(line) is not None)
        if may_tear and _is_torn(line, following, running, wrapped):
            spaces = len(line) - len(line.rstrip())
            edits.append((end - spaces, end + 1 + len(following) - len(following.lstrip()), ""))
        else:
            running = False
        end += 1
    return text.edit(edits, "lines")


def _is_torn(line: str, following: str, running: bool, wrapped: int) -> bool:
    """Whether the break between two lines stands inside a sentence; `running` says that it has begun."""
    if _LEADING.match(following):
        return not (_NUMBERLESS.match(following) and _FINISHED.search(line, max(0, len(line) - 4)))
    if not running or _FINISHED.search(line, max(0, len(line) - 4)) or _OPENING.match(following):
        return False
    if wrapped:
        return _width(line) >= wrapped // 2
    return len(line) >= _SENTENCE and _HALF.search(line, len(line) - 6) and _REST.match(following) is not None


def _wrap_width(lines: list[str]) -> int:
    """The width (Han characters count two) that a page was wrapped at by hand, or 0."""
    if len(lines) < _ENOUGH + 1 or max(map(len, lines)) > _LONGEST:
        return 0
    widths = [
        _width(line)
        for line, following in pairwise(lines)
        if following
        and len(line) >= _NARROW
        and not _FINISHED.search(line, len(line) - 4)
        and not _OPENING.match(following)
    ]
    longest = max(map(_width, lines))
    near = sum(width >= longest - _RAGGED for width in widths)
    return longest if longest >= _WIDE and near >= _ENOUGH and near >= len(widths) // 2 else 0


def _width(line: str) -> int:
    return 2 * len(line) - sum(map(str.isascii, line))


def trim_lines(text: AlignedText) -> AlignedText:
    """Spaces at the ends of lines removed, and all but one of several empty lines.

    >>> trim_lines(AlignedText.of("  标题 \\n \\n\\n  正文。\\n")).clean
    '标题\\n\\n正文。'
    """
    clean = text.clean
    start, end = len(clean) - len(clean.lstrip(" \n")), len(clean.rstrip(" \n"))
    edges = [(0, start, ""), (max(start, end), len(clean), "")]
    text = text.edit([edge for edge in edges if edge[0] < edge[1]], "spaces")
    if " \n" in text.clean:
        text = text.sub(_TRAILING, "", "spaces")
    if "\n " in text.clean or "\n\n\n" in text.clean:
        text = text.sub(_BREAK, lambda match: "\n" * min(match.group().count("\n"), 2), "spaces")
    return text
