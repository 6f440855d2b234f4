"""What each quantity of a sentence measures, in the article's words.

The phrase stands before the number (收案超42万件), after it (3154家企业报名参赛), around it
(搭建203间母婴室), or in the clause before (…,办结23.1万件; …,同比增长5%).  The way it was found is the
reading's rule.
"""

from __future__ import annotations

from collections.abc import Callable

import regex

from pipeline.context import changes
from pipeline.context.lists import EACH, changed_thing, distribute, is_bare_change, run_of
from pipeline.context.phrases import is_empty_head, trim, trim_start
from pipeline.context.reading import Reading, last_words
from pipeline.model import Kind
from pipeline.vocabulary import Vocabulary

_SHARE_OF = regex.compile(r"(?P<part>.{0,40}?)(?:约)?(?:占到|占据|占比|占)(?P<whole>[^占]{0,30})$")
_WHOLE_END = regex.compile(r"(?:的)?(?:比重|比例|份额|百分比|占比)?(?:为|达|达到|约|约为|近|超过|超|的)?$")
_CUMULATIVE = regex.compile(r"^(?:累计|总计|合计)(?:达|为|有|共)?$")
_NEW = regex.compile(r"^(?:新增|当日新增|日均新增|累计|累计报告|报告新增)")
_RATE_HEAD = regex.compile(r"(?:增速|增幅|涨幅|降幅|跌幅|升幅|增长率)$")
_PREPOSITIONS = (
    "对",
    "将",
    "把",
    "向",
    "为",
    "给",
    "从",
    "在",
    "使",
    "让",
    "就",
    "已有",
    "有",
    "由",
    "被",
    "于",
    "经",
    "同",
    "与",
    "和",
)
_MOST_VERB = 8
_MOST_PHRASE = 24
Choose = Callable[[Reading, list[Reading], str], None]


def settle_indicators(
    readings: list[Reading], carried: str, text: str, words: Vocabulary, choose: Choose
) -> None:
    """The indicator of each reading of a sentence; `carried` is the last one of the sentences before.

    The rules give one phrase each; `choose` may put a better candidate in its place.
    """
    done: set[int] = set()
    for i, reading in enumerate(readings):
        if i in done:
            continue
        run = run_of(readings, i)
        aligned = EACH.search(reading.left) or is_bare_change(readings, run, words)
        if len(run) > 1 and aligned and distribute(readings, run, text, words):
            done.update(run)
            continue
        _settle(reading, readings[:i], carried, words)
        choose(reading, readings[:i], carried)


def _settle(reading: Reading, before: list[Reading], carried: str, words: Vocabulary) -> None:
    if reading.kind is Kind.CHANGE:
        _settle_change(reading, before, carried, words)
    elif reading.kind is Kind.SHARE and _settle_share(reading, before, carried, words):
        pass
    else:
        _settle_level(reading, before, carried, words)
    reading.indicator = reading.indicator[:60]


def _settle_change(reading: Reading, before: list[Reading], carried: str, words: Vocabulary) -> None:
    thing = changed_thing(reading.left, words)
    previous = _spoken_of(reading, before)
    if thing and not is_empty_head(thing, words):
        reading.indicator, reading.rule = last_words(thing, _MOST_PHRASE, words), "changed"
        reading.of = next((r for r in reversed(before) if r.indicator == reading.indicator), None)
        return
    reading.rule = "changed_before"
    reading.indicator = previous.indicator if previous else carried
    reading.of = previous
    reading.depth = 1 if previous else 2
    if (
        reading.quantity.unit in ("百分点", "千分点")
        and previous
        and previous.kind is Kind.CHANGE
        and not _RATE_HEAD.search(reading.indicator)
    ):
        reading.indicator += "增速" if previous.direction == "up" else "降幅"
        reading.of = None


def _spoken_of(reading: Reading, before: list[Reading]) -> Reading | None:
    """The reading that a bare change or share speaks of: the last level or share, else the last change."""
    candidates = [
        r for r in before if r.kind is not Kind.RANK and r.quantity.note not in ("scope", "span", "age")
    ]
    if not candidates:
        return None
    last = candidates[-1]
    if last.kind is Kind.CHANGE and last.of is not None and reading.quantity.unit in ("%", "倍"):
        return last.of
    if (
        last.kind is Kind.CHANGE
        and last.rule == "changed_before"
        and last.quantity.unit == "百分点"
        and reading.quantity.unit == "百分点"
    ):
        return last.of or last
    return last


def _settle_share(reading: Reading, before: list[Reading], carried: str, words: Vocabulary) -> bool:
    """占…的 72%: part and whole; the part may stand in the clause before."""
    match = _SHARE_OF.search(reading.left.rstrip(" "))
    if match is None:
        return False
    previous = before[-1] if before else None
    part = trim(match["part"], words)
    whole = trim_start(_WHOLE_END.sub("", match["whole"].strip()), words)
    if not part or is_empty_head(part, words):
        part = _of_part(reading, previous, carried)
        reading.of = previous
        reading.depth = 1
        whole = whole or _whole_before(before)
    reading.rule = "share_of"
    reading.indicator = f"{part}占{whole}" if whole else f"{part}占比"
    if not whole and reading.right:
        reading.indicator = f"{part}占{reading.right}"
    return True


def _whole_before(before: list[Reading]) -> str:
    """登记市场主体55万户,其中企业31万户,占56.4%: what the part before was counted out of."""
    part = before[-1] if before else None
    if part is None or not part.part:
        return ""
    return next((r.indicator for r in reversed(before[:-1]) if r.quantity.unit == part.quantity.unit), "")


def _of_part(reading: Reading, previous: Reading | None, carried: str) -> str:
    if previous is None:
        return carried
    if previous.kind is Kind.CHANGE and previous.of is not None:
        return previous.of.indicator
    return previous.indicator


def _settle_level(reading: Reading, before: list[Reading], carried: str, words: Vocabulary) -> None:
    left, right = level_phrase(reading, words), reading.right
    previous = _spoken_of(reading, before)
    if _CUMULATIVE.match(reading.left.strip(" ,、;")) and not right and previous:
        reading.indicator, reading.rule, reading.depth = (
            "累计" + _NEW.sub("", previous.indicator),
            "cumulative",
            1,
        )
        return
    if right:
        verb = _verb_before(left, words)
        reading.indicator, reading.rule = (verb + right, "around") if verb else (right, "after")
        return
    if left and not is_empty_head(left, words):
        reading.indicator, reading.rule = last_words(left, _MOST_PHRASE, words), "before"
        return
    if reading.name_tail:
        reading.indicator, reading.rule = reading.name_tail, "name_tail"
        return
    base = previous.indicator if previous else carried
    reading.depth = 1 if previous else 2
    if (left and previous and reading.kind is not Kind.LEVEL) or (
        left in ("占比", "比重", "标的额", "金额", "人数")
    ):
        reading.indicator, reading.rule = base + left, "head"
        return
    reading.indicator, reading.rule = base or left, "carried"


def level_phrase(reading: Reading, words: Vocabulary) -> str:
    """What the words left of a level name, without what they compare it with (较2015年高峰时期的)."""
    phrase = trim(reading.bare_left, words)
    return trim(changes.drop_comparison(phrase, words), words) if phrase[:1] in ("较", "比", "与") else phrase


def _verb_before(left: str, words: Vocabulary) -> str:
    """The verb (with what belongs to it) that stands left of a counted noun: 搭建 203 间母婴室."""
    phrase = left
    for word in _PREPOSITIONS:
        if (
            phrase.startswith(word)
            and len(phrase) > len(word)
            and word in ("对", "将", "把", "向", "为", "给", "使", "让")
        ):
            phrase = phrase[len(word) :]
            break
    return last_words(phrase, _MOST_VERB, words) if phrase else ""
