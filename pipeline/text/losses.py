"""Characters that a page lost: put back where one reading is possible, else counted.

>>> from pipeline.text.repair import repair_rules
>>> from pipeline.vocabulary import default_vocabulary
>>> rules = repair_rules(default_vocabulary())
>>> repair_losses(AlignedText.of("20175月,今年59日,今年112日"), rules).clean
'2017年5月,今年5月9日,今年112日'
"""

from __future__ import annotations

import regex

from pipeline.text.aligned import AlignedText
from pipeline.text.repair import RepairRules

_LOST = regex.compile(
    r"""(?<=\p{Han})\?(?=\d|\p{Han}{1,2}[,、])     # 单?584家
      |(?<=[\p{Han},])\?\?(?=[a-z]?\p{Han})|\ufffd|锟斤拷
    """,
    regex.VERBOSE,
)
_EMPTY = regex.compile(r"(?<![A-Za-z_])\(\)")
_MONTH = regex.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<month>1[0-2]|[1-9])月(?!\d{0,2}月)"  # 20175月: 年 was lost
)


def repair_losses(text: AlignedText, rules: RepairRules) -> AlignedText:
    """Lost characters put back where one reading is possible."""
    if "月" in text.clean:
        text = text.sub(_MONTH, r"\g<year>年\g<month>月", "lost_chars")
    if rules.dated.search(text.clean):
        text = text.sub(rules.day, _month_and_day, "lost_chars")
    return text


def count_losses(clean: str, rules: RepairRules) -> int:
    """How many losses a clean text shows: lost characters, empty brackets, days of two readings."""
    lost = len(_LOST.findall(clean)) if "?" in clean or "\ufffd" in clean or "锟" in clean else 0
    if "()" in clean:
        lost += len(_EMPTY.findall(clean))
    if rules.dated.search(clean):
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
