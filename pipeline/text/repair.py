"""Damage inside the text repaired: torn lines, torn words, lost characters.

>>> from pipeline.vocabulary import default_vocabulary
>>> rules = repair_rules(default_vocabulary())
>>> join_lines(AlignedText.of("全年,法院受理案件13万件,审结各类案件12\\n万件\\n,同比上升。")).clean
'全年,法院受理案件13万件,审结各类案件12万件,同比上升。'
>>> close_spaces(AlignedText.of("总面积41.04万 平方米,农村信 息化水平提高了。"), rules).clean
'总面积41.04万平方米,农村信息化水平提高了。'
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from pipeline.patterns import any_of, compose
from pipeline.text.aligned import AlignedText
from pipeline.vocabulary import Vocabulary

_LOST = regex.compile(
    r"""(?<=\p{Han})\?(?=\d|\p{Han}{1,2}[,、])     # 单?584家
      |(?<=[\p{Han},])\?\?(?=[a-z]?\p{Han})|\ufffd|锟斤拷
    """,
    regex.VERBOSE,
)
_RUNNING = regex.compile(r"。|,[^,\n]{1,200},|[;!?…”:,](?=[ ]{0,4}(?:\n|\Z))")  # text, and no heading
_CLAUSED = regex.compile(r"[,。;、]")
_PAUSE = regex.compile(r"[,。;、:!?]")
_FINISHED = regex.compile(r"[。!?;:…][”’)》」』】]{0,2}[ ]{0,8}\Z|[ ]{8}\Z|\|[ ]{0,8}\Z")
_LEADING = regex.compile(r"[ ]{0,4}[,。、;:!?”’》】%‰](?![ ]{0,2}\Z)|[ ]{0,4}[。,;]\Z|\)")
_OPENING = regex.compile(  # what begins a paragraph, a heading or an item of a list
    r"""[ ]{2}|[(]?[一二三四五六七八九十]{1,3}[)、.]|第[一二三四五六七八九十\d]{1,3}[章节条部编批]
      |\(?\d{1,2}(?:[)、]|\.(?!\d))|[①-⑳●◆■◎◇★•·*#【\-—]|附[件表:]""",
    regex.VERBOSE,
)
_HALF = regex.compile(r"(?:\d[.,]?|百分之[一二三四五六七八九十]{0,3}点?)\Z")
_REST = regex.compile(r"\d{0,4}(?:\.\d{1,4})?(?:%|‰|[万亿千百]|\p{Han})|[一二三四五六七八九十]")
_EDGES = regex.compile(r"\A[ \n]++|(?<![ \n])[ \n]++\Z")
_TRAILING = regex.compile(r"(?<! )[ ]++(?=\n)")
_BREAK = regex.compile(r"\n[ \n]*+")
_GAP = regex.compile(r"(?<=[^ \n])[ ]{1,4}(?=[^ \n])")
_CAPITALS = regex.compile(
    r"(?<=[\p{Han}“”、,(])(?:[A-Z] [A-Z]{2,4}|[A-Z]{2} [A-Z]{1,4})(?=[\p{Han}”、,。;:)])"  # C IQ, PA RK
)
_NUMBERING = regex.compile(r"[(]?\d{1,2}[)]?")
_DATE = regex.compile(r"\d{1,2}[ ]?[月日]")
_LISTED = regex.compile(r".{0,4} .{1,5} |.{1,4} \p{Han}{1,4} ")
_SENTENCE = 20
_LEAD = 40  # characters of the longest dateline
_RUN_IN = 25  # characters of the longest heading that runs into its text
_NARROW = 12
_LONGEST = 60
_RAGGED = 8
_WIDE = 40  # verses are narrower
_ENOUGH = 3
_EMPTY = regex.compile(r"(?<![A-Za-z_])\(\)")
_MONTH = regex.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<month>1[0-2]|[1-9])月(?!\d{0,2}月)"  # 20175月: 年 was lost
)


@dataclass(frozen=True, slots=True)
class RepairRules:
    """The patterns that are made from the vocabulary's words."""

    name: regex.Pattern[str]
    day: regex.Pattern[str]
    dateline: regex.Pattern[str]
    measure: regex.Pattern[str]


@lru_cache(maxsize=8)
def repair_rules(words: Vocabulary) -> RepairRules:
    """The rules for a vocabulary."""
    names = [compose_torn(name) for name in words.list("repair.name")]
    return RepairRules(
        name=compose("(?<![A-Za-z0-9])(?:{name})(?![A-Za-z0-9])", name="|".join(names)),
        day=compose(
            "(?<={year})(?P<digits>[0-9]{2,4})日",
            year=any_of(words.list("repair.year")),
        ),
        dateline=compose("{word}[)]?[ ]?$", word=any_of(words.list("repair.dateline"))),
        measure=compose("{word}", word=any_of(words.list("repair.measure"))),
    )


def compose_torn(name: str) -> str:
    """A part that matches `name` with a space where letters and digits meet or after its first letters."""
    return "[ ]?".join(regex.escape(letter, special_only=True) for letter in name)


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
        running = _CLAUSED.search(line) is not None or (running and line != "")
        if line and following and _is_torn(line, following, running, wrapped):
            spaces = len(line) - len(line.rstrip())
            edits.append((end - spaces, end + 1 + len(following) - len(following.lstrip()), ""))
        else:
            running = False
        end += 1
    return text.edit(edits, "lines")


def _is_torn(line: str, following: str, running: bool, wrapped: int) -> bool:
    """Whether the break between two lines stands inside a sentence; `running` says that it has begun."""
    if _LEADING.match(following):
        return True
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
    if clean[:1].isspace() or clean[-1:].isspace():
        text = text.sub(_EDGES, "", "spaces")
    if " \n" in clean:
        text = text.sub(_TRAILING, "", "spaces")
    if "\n " in clean or "\n\n\n" in text.clean:
        text = text.sub(_BREAK, lambda match: "\n" * min(match.group().count("\n"), 2), "spaces")
    return text


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
    edits: list[tuple[int, int, str]] = []
    start = end = -1
    is_sentence = False
    for gap in _GAP.finditer(clean):
        if gap.start() >= end:
            start = clean.rfind("\n", 0, gap.start()) + 1
            end = clean.find("\n", gap.start())
            end = len(clean) if end < 0 else end
            is_sentence = end - start >= _SENTENCE and _RUNNING.search(clean, start, end) is not None
        if _is_tear(clean, gap, start, is_sentence, rules):
            edits.append((gap.start(), gap.end(), ""))
    text = text.edit(edits, "spaces")
    for pattern in (rules.name, _CAPITALS):
        text = text.sub(pattern, lambda match: match.group().replace(" ", ""), "spaces")
    return text


def _is_tear(clean: str, gap: regex.Match[str], start: int, is_sentence: bool, rules: RepairRules) -> bool:
    """Whether the gap stands inside a word or number; `start` is where its line begins."""
    before, after = clean[gap.start() - 1], clean[gap.end()]
    left, right = _kind(before), _kind(after)
    if left == "digit" and after in "%‰":
        return True
    if left == right == "digit" or _NUMBERING.fullmatch(clean, start, gap.start()):
        return False
    is_number = left == "digit" or (before in "万亿千百" and clean[gap.start() - 2].isdigit())
    if is_number and (after == "℃" or rules.measure.match(clean, gap.end())):
        return True
    if before in "年月" and _DATE.match(clean, gap.end()):
        return True
    return is_sentence and "" not in {left, right} and _is_torn_word(clean, gap, start, rules)


def _is_torn_word(clean: str, gap: regex.Match[str], start: int, rules: RepairRules) -> bool:
    """Whether a gap in a sentence parts nothing: neither heading and text nor items of a list."""
    before, after = clean[gap.start() - 1], clean[gap.end()]
    if "stop" in {_kind(before), _kind(after)}:
        return not (before == "," and after.isdigit() and clean[gap.start() - 2].isdigit())
    if gap.start() - start <= _LEAD and _opens(clean[start : gap.start()], rules):
        return before in "年月" and after.isdigit()
    if _kind(before) == _kind(after) == "han":
        return len(gap.group()) == 1 and not _LISTED.match(clean, gap.start() - 5)
    return True


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


def repair_losses(text: AlignedText, rules: RepairRules) -> AlignedText:
    """Lost characters put back where one reading is possible.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> rules = repair_rules(default_vocabulary())
    >>> repair_losses(AlignedText.of("20175月,今年59日,今年112日"), rules).clean
    '2017年5月,今年5月9日,今年112日'
    """
    if "月" in text.clean:
        text = text.sub(_MONTH, r"\g<year>年\g<month>月", "lost_chars")
    if "日" in text.clean:
        text = text.sub(rules.day, _month_and_day, "lost_chars")
    return text


def count_losses(clean: str, rules: RepairRules) -> int:
    """How many losses a clean text shows: lost characters, empty brackets, days of two readings."""
    lost = len(_LOST.findall(clean)) if "?" in clean or "\ufffd" in clean or "锟" in clean else 0
    if "()" in clean:
        lost += len(_EMPTY.findall(clean))
    if "日" in clean:
        lost += sum(len(_days(match["digits"])) != 0 for match in rules.day.finditer(clean))
    return lost


def _month_and_day(match: regex.Match[str]) -> str:
    days = _days(match["digits"])
    return f"{days[0][0]}月{days[0][1]}日" if len(days) == 1 else match.group()


def _days(digits: str) -> list[tuple[str, str]]:
    """The months and days that a run of digits may have been; none where it may be a day as it stands.

    >>> _days("59"), _days("112"), _days("15")
    ([('5', '9')], [('1', '12'), ('11', '2')], [])
    """
    if int(digits) <= 31:
        return []
    pairs = [(digits[:size], digits[size:]) for size in (1, 2)]
    return [
        (month, day)
        for month, day in pairs
        if day and day[0] != "0" and month[0] != "0" and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
    ]
