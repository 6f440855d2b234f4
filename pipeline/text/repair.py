"""Words and numbers that spaces tear, put together; and the rules that the repairs of a text need.

>>> from pipeline.vocabulary import default_vocabulary
>>> rules = repair_rules(default_vocabulary())
>>> close_spaces(AlignedText.of("总面积41.04万 平方米,农村信 息化水平提高了。"), rules).clean
'总面积41.04万平方米,农村信息化水平提高了。'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.text.aligned import AlignedText
from pipeline.vocabulary import Vocabulary

_RUNNING = regex.compile(r"。|,[^,\n]{1,200},|[;!?…”:,](?=[ ]{0,4}(?:\n|\Z))")  # text, and no heading
_PAUSE = regex.compile(r"[,。;、:!?]")
_SPACES = re.compile(" +")
_CAPITALS = regex.compile(
    r"(?<=[\p{Han}“”、,(])(?:[A-Z] [A-Z]{2,4}|[A-Z]{2} [A-Z]{1,4})(?=[\p{Han}”、,。;:)])"  # C IQ, PA RK
)
_NUMBERING = regex.compile(r"[(]?\d{1,2}[)]?")
_DATE = regex.compile(r"\d{1,2}[ ]?[月日]")
_WIDEST = 4
_NEAR = 5  # characters of the longest item of a list without commas
_SENTENCE = 20
_LEAD = 40  # characters of the longest dateline
_RUN_IN = 25  # characters of the longest heading that runs into its text


class Tear(Enum):
    """Whether a gap tears a word or a number: surely, if no other gap is near, or not."""

    SURE = auto()
    ALONE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class _Gap:
    """Spaces between other characters of a line, where that line ends, and what they tear."""

    start: int
    end: int
    line_end: int
    tear: Tear


@dataclass(frozen=True, slots=True)
class RepairRules:
    """The patterns that are made from the vocabulary's words."""

    name: regex.Pattern[str]
    day: regex.Pattern[str]
    dated: re.Pattern[str]  # a quick look for `day`
    dateline: regex.Pattern[str]
    measure: regex.Pattern[str]
    question: regex.Pattern[str]


@lru_cache(maxsize=8)
def repair_rules(words: Vocabulary) -> RepairRules:
    """The rules for a vocabulary."""
    names = [compose_torn(name) for name in words.list("repair.name")]
    ends = "".join(re.escape(word[-1]) for word in words.list("repair.year"))
    return RepairRules(
        name=compose("(?<![A-Za-z0-9])(?:{name})(?![A-Za-z0-9])", name="|".join(names)),
        day=compose(
            "(?<={year})(?P<digits>[0-9]{2,4})日(?![元均本])",
            year=any_of(words.list("repair.year")),
        ),
        dated=re.compile(f"[{ends}][0-9]{{2,4}}日"),
        dateline=compose("{word}[)]?[ ]?$", word=any_of(words.list("repair.dateline"))),
        measure=compose("{word}", word=any_of(words.list("repair.measure"))),
        question=compose("{word}", word=any_of(words.list("repair.question"))),
    )


def compose_torn(name: str) -> str:
    """A part that matches `name` with a space where letters and digits meet or after its first letters."""
    return "[ ]?".join(regex.escape(letter, special_only=True) for letter in name)


def close_spaces(text: AlignedText, rules: RepairRules) -> AlignedText:
    """Spaces removed where they tear a word or a number from its unit; those between headings' parts stay.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> rules = repair_rules(default_vocabulary())
    >>> close_spaces(AlignedText.of("勇立潮头 十大项目\\n投资3 亿元"), rules).clean
    '勇立潮头 十大项目\\n投资3亿元'
    """
    clean = text.clean
    if " " not in clean:
        return text
    gaps: list[_Gap] = []
    start = end = -1
    is_sentence = has_latin = False
    for gap in _gaps(clean):
        has_latin = has_latin or (clean[gap.start() - 1].isascii() and clean[gap.end()].isascii())
        if gap.start() >= end:
            start = clean.rfind("\n", 0, gap.start()) + 1
            end = clean.find("\n", gap.start())
            end = len(clean) if end < 0 else end
            is_sentence = end - start >= _SENTENCE and _RUNNING.search(clean, start, end) is not None
        gaps.append(_Gap(*gap.span(), end, _read_gap(clean, gap, start, is_sentence, rules)))
    text = text.edit([(gap.start, gap.end, "") for gap in _torn(gaps)], "spaces")
    for pattern in (rules.name, _CAPITALS) if has_latin else ():
        torn = [match.span() for match in pattern.finditer(text.clean)]
        text = text.edit([edit for span in torn for edit in _spaces(text.clean, *span)], "spaces")
    return text


def _spaces(clean: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Each space of a torn name taken out by itself, so that the letters keep their places."""
    return [(gap.start(), gap.end(), "") for gap in _SPACES.finditer(clean, start, end)]


def _gaps(clean: str) -> Iterator[re.Match[str]]:
    """Up to four spaces between other characters of one line."""
    for gap in _SPACES.finditer(clean):
        start, end = gap.span()
        is_inside = start and clean[start - 1] != "\n" and clean[end : end + 1] not in {"", "\n"}
        if is_inside and end - start <= _WIDEST:
            yield gap


def _torn(gaps: list[_Gap]) -> Iterator[_Gap]:
    """The gaps to close; between words only where no gap that stays is near, so names in a row stay apart."""
    no_gap = _Gap(-_NEAR, -_NEAR, -1, Tear.SURE)
    for before, gap, after in zip([no_gap, *gaps], gaps, [*gaps[1:], no_gap], strict=False):
        alone = not (_are_listed(before, gap) or _are_listed(after, gap))
        if gap.tear is Tear.SURE or (gap.tear is Tear.ALONE and alone):
            yield gap


def _are_listed(other: _Gap, gap: _Gap) -> bool:
    """Whether another gap of the line stands so near that a list may be in between."""
    apart = max(other.start - gap.end, gap.start - other.end)
    return other.tear is not Tear.SURE and other.line_end == gap.line_end and apart <= _NEAR


def _read_gap(clean: str, gap: re.Match[str], start: int, is_sentence: bool, rules: RepairRules) -> Tear:
    """Whether the gap stands inside a word or number; `start` is where its line begins."""
    before, after = clean[gap.start() - 1], clean[gap.end()]
    left, right = _kind(before), _kind(after)
    if left == "digit" and after in "%‰":
        return Tear.SURE
    if left == right == "digit" or _NUMBERING.fullmatch(clean, start, gap.start()):
        return Tear.NONE
    is_number = left == "digit" or (before in "万亿千百" and clean[gap.start() - 2].isdigit())
    if is_number and (after == "℃" or rules.measure.match(clean, gap.end())):
        return Tear.SURE
    if before in "年月" and _DATE.match(clean, gap.end()):
        return Tear.SURE
    return _read_word(clean, gap, start, rules) if is_sentence and "" not in {left, right} else Tear.NONE


def _read_word(clean: str, gap: re.Match[str], start: int, rules: RepairRules) -> Tear:
    """Whether a gap in a sentence parts nothing: neither heading and text nor items of a list."""
    before, after = clean[gap.start() - 1], clean[gap.end()]
    if "stop" in {_kind(before), _kind(after)}:
        apart = before == "," and after.isdigit() and clean[gap.start() - 2].isdigit()
    elif gap.start() - start <= _LEAD and _opens(clean[start : gap.start()], rules):
        apart = not (before in "年月" and after.isdigit())
    elif _kind(before) == _kind(after) == "han":
        return Tear.ALONE if len(gap.group()) == 1 else Tear.NONE
    else:
        apart = False
    return Tear.NONE if apart else Tear.SURE


def _opens(lead: str, rules: RepairRules) -> bool:
    """Whether the words from the start of a line are a dateline, or a heading that runs into its text."""
    return rules.dateline.search(lead) is not None or (len(lead) <= _RUN_IN and _PAUSE.search(lead) is None)


def _kind(character: str) -> str:
    """What stands at an end of a gap: han, digit, stop, or nothing that matters."""
    if character.isdigit() or character == "%":
        return "digit"
    if "\u4e00" <= character <= "\u9fff" or character == "〇":
        return "han"
    return "stop" if character in "。,、;!?:”’》)】" else ""
