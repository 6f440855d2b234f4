"""Characters that a page lost: put back where one reading is possible, else counted.

>>> from pipeline.text.repair import repair_rules
>>> from pipeline.vocabulary import default_vocabulary
>>> rules = repair_rules(default_vocabulary())
>>> repair_losses(AlignedText.of("20175月,今年59日,今年112日"), rules).clean
'2017年5月,今年5月9日,今年112日'
"""

from __future__ import annotations

import re

import regex

from pipeline.text.aligned import AlignedText
from pipeline.text.repair import RepairRules

_YEAR = r"(?<![\d.])(?P<year>(?:19|20)\d\d)"
_MONTH = regex.compile(rf"{_YEAR}(?P<month>1[0-2]|[1-9])月(?!\d{{0,2}}月)")  # 20175月: 年 was lost
_FULL = regex.compile(rf"{_YEAR}(?P<digits>[0-9]{{2,4}})日(?![元均本])")  # 2017512日: 年 and 月 were lost
_LOST = regex.compile(
    r"""(?<=\p{Han})\?(?=\d|\p{Han}{1,2}[,、])     # 单?584家
      |(?<=\d)\?(?=\p{Han})                        # 100?万元
      |(?<=[\p{Han},])\?\?(?=[a-z]?\p{Han})|\ufffd|锟斤拷
    """,
    regex.VERBOSE,
)
# What enclosed one character, and a count of which the numeral is gone.
_EMPTY = re.compile(r"(?<![A-Za-z_])\(\)|“”|《》|【】|第(?:季度|届)(?!的)")
_EMPTIED = re.compile("[(“《【第][)”》】季届]")  # a quick look
_UNENDED = regex.compile(r"^(?=[^\n]{60})[^\n]{1,4000}。[^\n]{1,400}\p{Han}$", regex.MULTILINE)
_CLAUSE = 60  # characters that a question looks back
_RISKY = ("mojibake", "tail")


def repair_losses(text: AlignedText, rules: RepairRules) -> AlignedText:
    """Lost characters put back where one reading is possible; each is a repair."""
    clean = text.clean
    places: list[tuple[int, str]] = []
    if "月" in clean:
        places += [(match.end("year"), "年") for match in _MONTH.finditer(clean)]
    if rules.dated.search(clean):
        places += [(place, "月") for match in rules.day.finditer(clean) if (place := _month_end(match))]
    for match in _FULL.finditer(clean):
        if place := _month_end(match):
            places += [(match.end("year"), "年"), (place, "月")]
    return text.edit([(place, place, lost) for place, lost in sorted(places)], "lost_chars")


def count_damage(text: AlignedText, rules: RepairRules) -> int:
    """Losses that were seen, mended or not, and one for each kind of risky repair.

    Numbers of a damaged text are less certain: ranges (10至20家) lose their 至 unseen.
    """
    repaired = text.repairs.get("lost_chars", 0) + sum(kind in text.repairs for kind in _RISKY)
    return count_losses(text.clean, rules) + repaired


def count_losses(clean: str, rules: RepairRules) -> int:
    """How many losses a clean text shows: lost characters, emptied brackets, days of two readings.

    >>> from pipeline.text.repair import repair_rules
    >>> from pipeline.vocabulary import default_vocabulary
    >>> count_losses("检查了单?584家,如何处理?3家,()今年112日", repair_rules(default_vocabulary()))
    3

    A paragraph without its final stop shows one more, but only beside others: many pages leave it out.
    """
    lost = 0
    if "?" in clean or "\ufffd" in clean or "锟" in clean:
        lost += sum(not _is_asked(clean, match, rules) for match in _LOST.finditer(clean))
    if _EMPTIED.search(clean):
        lost += len(_EMPTY.findall(clean))
    if rules.dated.search(clean):
        lost += sum(len(_days(match["digits"])) != 0 for match in rules.day.finditer(clean))
    return lost + len(_UNENDED.findall(clean)) if lost else 0


def _is_asked(clean: str, match: regex.Match[str], rules: RepairRules) -> bool:
    """Whether the mark ends a question of its own."""
    start = max(clean.rfind(stop, max(0, match.start() - _CLAUSE), match.start()) for stop in "。!?;\n") + 1
    return (
        match.group() == "?"
        and rules.question.search(clean, max(start, match.start() - _CLAUSE), match.start()) is not None
    )


def _month_end(match: regex.Match[str]) -> int:
    """Where the month ends in digits that lost their 月, or 0 where they have no or several readings."""
    days = _days(match["digits"])
    return match.start("digits") + len(days[0][0]) if len(days) == 1 else 0


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
