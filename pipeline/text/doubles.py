"""What a page says twice: headlines, the texts of its pictures, whole paragraphs; and captions.

>>> remove_doubles(AlignedText.of("全年办案十二万件\\n全年办案十二万件\\n正文。")).clean
'全年办案十二万件\\n正文。'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from pipeline.patterns import glimpse
from pipeline.text.aligned import AlignedText
from pipeline.text.boilerplate import QUANTITY
from pipeline.vocabulary import Vocabulary

Edit = tuple[int, int, str]

_LONG = 60  # a paragraph so long is not said twice on purpose, wherever it stands
_LONG_WORDS = 40  # nor is a shorter one without numbers; results of votes are
_SHORT = 6  # a line so short may be: a refrain, a cell of a table
_HALF = 8
_TITLES = 6  # lines in which titles stand
_HEAD = 400
_CAPTION = 90
_SITE = regex.compile(r"[ ]?[_|\-—]{1,2}[ ]?[^。\n]{2,20}")
_BETWEEN = frozenset(("", " ", "|", "-", "_"))


@dataclass(frozen=True, slots=True)
class CaptionRules:
    """What captions begin and end with, what only looks so, and a quick look for both."""

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    others: tuple[str, ...]
    look: re.Pattern[str]


@lru_cache(maxsize=8)
def caption_rules(words: Vocabulary) -> CaptionRules:
    """The rules for a vocabulary."""
    starts, ends, others = (words.list(f"boilerplate.caption.{name}") for name in ("start", "end", "other"))
    return CaptionRules(starts, ends, others, glimpse([*starts, *ends]))


def remove_captions(text: AlignedText, words: Vocabulary) -> AlignedText:
    """The text without the captions of pictures; one that holds a quantity stays.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> page = AlignedText.of("法院开庭。\\n图为法庭。王某 摄\\n图为缴获的12万件商品。王某 摄")
    >>> remove_captions(page, default_vocabulary()).clean
    '法院开庭。\\n图为缴获的12万件商品。王某 摄'
    """
    rules = caption_rules(words)
    if "\n" not in text.clean or not rules.look.search(text.clean):
        return text
    lines = _lines(text.clean)
    ends = [min(start + len(line) + 1, len(text.clean)) for start, line in lines]
    found = [_is_caption(line, rules) for _, line in lines]
    edits = [(start, end, "") for (start, _), end, is_it in zip(lines, ends, found, strict=True) if is_it]
    return text if all(found) else text.edit(edits, "boilerplate")


def _is_caption(line: str, rules: CaptionRules) -> bool:
    if len(line) > _CAPTION:
        return False
    bare = line.strip(" ()[]【】")
    is_likely = bare.startswith(rules.starts) or (
        bare.endswith(rules.ends) and not bare.endswith(rules.others)
    )
    return is_likely and not QUANTITY.search(line)


def remove_doubles(text: AlignedText) -> AlignedText:
    """Lines that repeat the line before, paragraphs that stood before, lines that are one text twice."""
    bare = [line for line in map(str.strip, text.clean.split("\n")) if line]
    if len(set(bare)) == len(bare) and not any(map(_half, bare)):
        return _remove_site(text)
    edits: list[Edit] = []
    seen: set[str] = set()
    before = ""
    for start, whole in _lines(text.clean):
        line = whole.strip()
        if not line:
            continue
        end = min(start + len(whole) + 1, len(text.clean))
        if (line == before and len(line) >= _SHORT and not line.isascii()) or line in seen:
            edits.append((start, end, ""))
        elif half := _half(line):
            while again := _half(line[:half]):
                half = again
            at = start + len(whole) - len(whole.lstrip())
            edits.append((at + half, at + len(line), ""))
        before = line
        if len(line) >= _LONG or (len(line) >= _LONG_WORDS and not QUANTITY.search(line)):
            seen.add(line)
    return _remove_site(text.edit(edits, "doubled"))


def _half(line: str) -> int:
    """Where the second half of a line begins that says one text twice (甲乙丙丁戊己庚辛 甲乙…), or 0."""
    middle = (len(line) + 1) // 2
    if len(line) < 2 * _HALF or line[0] != line[middle]:
        return 0
    half = len(line) // 2
    if line[:half] != line[middle:] or line.isascii():
        return 0
    return half if len(set(line)) > _HALF // 2 and line[half:middle] in _BETWEEN else 0


def _remove_site(text: AlignedText) -> AlignedText:
    """A page's title (标题_某某网) above the article's own title removed."""
    head = _lines(text.clean[:_HEAD])[:_TITLES]
    for (start, above), (end, below) in pairwise((at, line) for at, line in head if line.strip()):
        title = below.strip()
        if len(title) >= _SHORT and above.startswith(title) and _SITE.fullmatch(above.rstrip()[len(title) :]):
            return text.edit([(start, end, "")], "doubled")
    return text


def _lines(clean: str) -> list[tuple[int, str]]:
    """The lines of a text, each with where it begins."""
    lines: list[tuple[int, str]] = []
    start = 0
    for line in clean.split("\n"):
        lines.append((start, line))
        start += len(line) + 1
    return lines
