"""What each quantity of a sentence measures, in the article's words.

The phrase stands before the number (收案超42万件), after it (3154家企业报名参赛), around it (搭建203间母婴室), or in
the clause before (…,办结23.1万件; …,同比增长5%).  The way it was found is the reading's rule.
"""

from __future__ import annotations

from collections.abc import Callable

import regex

from pipeline.context import changes
from pipeline.context.phrases import is_empty_head, trim, trim_end, trim_start
from pipeline.context.reading import Reading, last_words
from pipeline.context.subjects import find_subjects
from pipeline.model import Basis, Kind
from pipeline.vocabulary import Vocabulary

_ITEMS = regex.compile(r"、|以及|及其|(?<=[\p{Han}”)》])(?:和|及|与)(?=[\p{Han}“《A-Z])|,")
_EACH = regex.compile(r"分别|依次")
_SHARE_OF = regex.compile(r"(?P<part>.{0,40}?)(?:约)?(?:占到|占据|占比|占)(?P<whole>[^占]{0,30})$")
_WHOLE_END = regex.compile(r"(?:的)?(?:比重|比例|份额|百分比|占比)?(?:为|达|达到|约|约为|近|超过|超|的)?$")
_CUMULATIVE = regex.compile(r"^(?:累计|总计|合计)(?:达|为|有|共)?$")
_NEW = regex.compile(r"^(?:新增|当日新增|日均新增|累计|累计报告|报告新增)")
_RATE_HEAD = regex.compile(r"(?:增速|增幅|涨幅|降幅|跌幅|升幅|增长率)$")
_PREPOSITIONS = ("对", "将", "把", "向", "为", "给", "从", "在", "使", "让", "就", "已有", "有", "由", "被", "于", "经", "同", "与", "和")
_MOST_VERB = 8
_MOST_PHRASE = 24
Choose = Callable[[Reading, list[Reading], str], None]


def settle_kinds(readings: list[Reading], last: Reading | None, text: str, words: Vocabulary) -> None:
    """Level, change, share or rank of each reading; members of a list follow its first.

    `last` is the last reading of the sentence before: 其中 and a semicolon carry its basis on.
    """
    for i, reading in enumerate(readings):
        quantity, before = reading.quantity, readings[i - 1] if i else None
        if quantity.note == "rank":
            reading.kind = Kind.RANK
            continue
        left = reading.left.rstrip(" ")
        rate = quantity.unit in changes.RATES
        if before and rate and before.quantity.unit in changes.RATES and _follows(reading, left, words):
            reading.kind, reading.direction, reading.basis = before.kind, before.direction, before.basis
            continue
        change = changes.find_change(left, quantity.unit, words) or changes.find_change_after(reading.right_any, quantity.unit, words)
        if change is None and rate and before is None and not trim(left, words):
            change = changes.find_change_in(_clause_before(reading, text), words)
        if change is not None:
            reading.kind, reading.direction = Kind.CHANGE, change.direction
            reading.basis = _basis(reading, readings[:i], last, text, words)
        elif rate or quantity.note == "ratio":
            reading.kind = Kind.SHARE


def _follows(reading: Reading, left: str, words: Vocabulary) -> bool:
    """A mere number in a list, or one that only a goal is said of (增长5.5%,力争达到6%)."""
    own = trim(left, words)
    return (reading.listed and not own) or own in words.list("target.word")


def _clause_before(reading: Reading, text: str) -> str:
    start = reading.clause[0]
    begin = max(reading.sentence[0], text.rfind(",", reading.sentence[0], max(reading.sentence[0], start - 1)) + 1)
    return text[begin : max(begin, start - 1)]


def _basis(reading: Reading, before: list[Reading], last: Reading | None, text: str, words: Vocabulary) -> Basis | None:
    """The comparison in the clause; else that of the change before it in the sentence, or carried on by 其中."""
    own = changes.find_basis(text[reading.left_start : reading.quantity.start], words)
    own = own or changes.find_basis(text[reading.clause[0] : reading.quantity.start], words)
    if own:
        return own
    changed = next((r for r in reversed(before) if r.kind is Kind.CHANGE), None)
    if changed is not None:
        return changed.basis if changed.basis is not Basis.PRIOR else None
    stated = changes.find_basis(text[reading.sentence[0] : reading.clause[0]], words)
    if stated and stated is not Basis.PRIOR:
        return stated
    carried_on = text[reading.sentence[0] - 1 : reading.sentence[0]] == ";" or text.startswith("其中", reading.sentence[0])
    return last.basis if last is not None and carried_on and last.kind is Kind.CHANGE else None


def settle_indicators(readings: list[Reading], carried: str, text: str, words: Vocabulary, choose: Choose) -> None:
    """The indicator of each reading of a sentence; `carried` is the last one of the sentences before.

    The rules give one phrase each; `choose` may put a better candidate in its place.
    """
    done: set[int] = set()
    for i, reading in enumerate(readings):
        if i in done:
            continue
        run = _run(readings, i)
        if len(run) > 1 and _EACH.search(reading.left) and _distribute(readings, run, text, words):
            done.update(run)
            continue
        _settle(reading, readings[:i], carried, words)
        choose(reading, readings[:i], carried)


def _run(readings: list[Reading], i: int) -> list[int]:
    """The list that begins at reading i: itself and the readings that follow it as mere numbers."""
    run = [i]
    while run[-1] + 1 < len(readings) and readings[run[-1] + 1].listed:
        run.append(run[-1] + 1)
    return run


def _distribute(readings: list[Reading], run: list[int], text: str, words: Vocabulary) -> bool:
    """分别: each number goes to its own item, in order; True where items and numbers match.

    The items stand before 分别 in the clause, or in the clause before it, or are the quantities before.
    """
    first = readings[run[0]]
    match = _EACH.search(first.left)
    if match is None:
        return False
    left = first.left[: match.start()] + (first.left[match.end() :] if first.kind is Kind.CHANGE else "")
    head = _head_of(first, left, words)
    right = readings[run[-1]].right
    begin = max(first.sentence[0], text.rfind(",", first.sentence[0], max(first.sentence[0], first.clause[0] - 1)) + 1)
    for source, rule in ((head, "listed"), (trim(text[begin : max(begin, first.clause[0] - 1)], words), "listed_clause")):
        items = [p for p in (trim(piece, words) for piece in _ITEMS.split(source)) if p] if source else []
        if len(items) == len(run):
            _assign(readings, run, items, rule, right, head if rule == "listed_clause" else "")
            return True
    names = _subject_items(first, text, words)
    if len(names) == len(run):
        for name, k in zip(names, run, strict=True):
            readings[k].subject, readings[k].indicator, readings[k].rule = name, right or head or readings[k].indicator, "listed_names"
        return bool(right or head)
    previous = [r for r in readings[: run[0]] if r.kind is not Kind.RANK]
    if not head and len(previous) >= len(run):
        for source_reading, k in zip(previous[-len(run) :], run, strict=True):
            readings[k].indicator, readings[k].of = source_reading.indicator, source_reading
            readings[k].subject, readings[k].rule = source_reading.subject, "listed_before"
        return True
    if not head and not right:
        return False
    for k in run:
        readings[k].indicator, readings[k].rule = (right or head), "listed_shared"
    return True


def _assign(readings: list[Reading], run: list[int], items: list[str], rule: str, right: str, head: str) -> None:
    tail = _common_tail(items) or right or head
    for item, k in zip(items, run, strict=True):
        readings[k].indicator = item + ("" if item.endswith(tail) else tail)
        readings[k].rule = rule


def _subject_items(first: Reading, text: str, words: Vocabulary) -> list[str]:
    """日本、美国、中国及韩国分别有…: the items are whose the numbers are."""
    begin = text.rfind(",", first.sentence[0], first.quantity.start) + 1 or first.sentence[0]
    names = find_subjects(text, max(begin, first.sentence[0]), first.quantity.start, words)
    return [n.name for n in names]


_TAILS = regex.compile(r"(?:案件|犯罪|企业|人员|投资|产业|总额|收入|人数|数量|增加值|消费|进出口|出口|进口|占比|比重|比例|价格|指数|违法行为|事故|项目|用户|产品|电站|学生|居民|人士)$")


def _common_tail(items: list[str]) -> str:
    """The head noun that only the last item of a list spells out (A、B、C案件)."""
    match = _TAILS.search(items[-1])
    if match is None or match.start() == 0 or any(_TAILS.search(item) for item in items[:-1]):
        return ""
    return match.group()


def _head_of(reading: Reading, left: str, words: Vocabulary) -> str:
    if reading.kind is Kind.CHANGE:
        return _changed_thing(left, words)
    return trim(left, words)


def _changed_thing(left: str, words: Vocabulary) -> str:
    """The thing that changed: the phrase without verb, comparison and adverbs."""
    change = changes.find_change(left.rstrip(" "), "%", words) or changes.find_change(left.rstrip(" "), "件", words)
    phrase = left
    if change is not None:
        phrase = left[: change.start] if change.start or change.noun else ""
        after = left[change.end :]
        if not trim(phrase, words).strip("同比环比") and trim(after, words) and not change.noun:
            phrase = after
    phrase = changes.drop_comparison(trim_end(phrase, words), words)
    phrase = changes.drop_comparison(trim_end(phrase, words), words)
    return trim(phrase, words)


def _settle(reading: Reading, before: list[Reading], carried: str, words: Vocabulary) -> None:
    previous = before[-1] if before else None
    if reading.kind is Kind.CHANGE:
        _settle_change(reading, before, carried, words)
    elif reading.kind is Kind.SHARE and _settle_share(reading, previous, carried, words):
        pass
    else:
        _settle_level(reading, before, carried, words)
    reading.indicator = reading.indicator[:60]


def _settle_change(reading: Reading, before: list[Reading], carried: str, words: Vocabulary) -> None:
    thing = _changed_thing(reading.left, words)
    previous = _spoken_of(reading, before)
    if thing and not is_empty_head(thing, words):
        reading.indicator, reading.rule = last_words(thing, _MOST_PHRASE, words), "changed"
        reading.of = next((r for r in reversed(before) if r.indicator == reading.indicator), None)
        return
    reading.rule = "changed_before"
    reading.indicator = previous.indicator if previous else carried
    reading.of = previous
    reading.depth = 1 if previous else 2
    if reading.quantity.unit in ("百分点", "千分点") and previous and previous.kind is Kind.CHANGE and not _RATE_HEAD.search(reading.indicator):
        reading.indicator += "增速" if previous.direction == "up" else "降幅"
        reading.of = None


def _spoken_of(reading: Reading, before: list[Reading]) -> Reading | None:
    """The reading that a bare change or share speaks of: the last level or share, else the last change."""
    candidates = [r for r in before if r.kind is not Kind.RANK and r.quantity.note not in ("scope", "span", "age")]
    if not candidates:
        return None
    last = candidates[-1]
    if last.kind is Kind.CHANGE and last.of is not None and reading.quantity.unit in ("%", "倍"):
        return last.of
    if last.kind is Kind.CHANGE and last.rule == "changed_before" and last.quantity.unit in ("百分点",) and reading.quantity.unit == "百分点":
        return last.of or last
    return last


def _settle_share(reading: Reading, previous: Reading | None, carried: str, words: Vocabulary) -> bool:
    """占…的 72%: part and whole; the part may stand in the clause before."""
    match = _SHARE_OF.search(reading.left.rstrip(" "))
    if match is None:
        return False
    part = trim(match["part"], words)
    whole = trim_start(_WHOLE_END.sub("", match["whole"].strip()), words)
    if not part or is_empty_head(part, words):
        part = _of_part(reading, previous, carried)
        reading.of = previous
        reading.depth = 1
    reading.rule = "share_of"
    reading.indicator = f"{part}占{whole}" if whole else f"{part}占比"
    if not whole and reading.right:
        reading.indicator = f"{part}占{reading.right}"
    return True


def _of_part(reading: Reading, previous: Reading | None, carried: str) -> str:
    if previous is None:
        return carried
    if previous.kind is Kind.CHANGE and previous.of is not None:
        return previous.of.indicator
    return previous.indicator


def _settle_level(reading: Reading, before: list[Reading], carried: str, words: Vocabulary) -> None:
    left, right = level_phrase(reading.left, words), reading.right
    previous = _spoken_of(reading, before)
    if _CUMULATIVE.match(reading.left.strip(" ,、;")) and not right and previous:
        reading.indicator, reading.rule, reading.depth = "累计" + _NEW.sub("", previous.indicator), "cumulative", 1
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
    if left and previous and reading.kind is not Kind.LEVEL or left in ("占比", "比重", "标的额", "金额", "人数"):
        reading.indicator, reading.rule = base + left, "head"
        return
    reading.indicator, reading.rule = base or left, "carried"


def level_phrase(left: str, words: Vocabulary) -> str:
    """What the words left of a level name, without what they compare it with (较2015年高峰时期的)."""
    phrase = trim(left, words)
    return trim(changes.drop_comparison(phrase, words), words) if phrase[:1] in ("较", "比", "与") else phrase


def _verb_before(left: str, words: Vocabulary) -> str:
    """The verb (with what belongs to it) that stands left of a counted noun: 搭建 203 间母婴室."""
    phrase = left
    for word in _PREPOSITIONS:
        if phrase.startswith(word) and len(phrase) > len(word) and word in ("对", "将", "把", "向", "为", "给", "使", "让"):
            phrase = phrase[len(word) :]
            break
    return last_words(phrase, _MOST_VERB, words) if phrase else ""
