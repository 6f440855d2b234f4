"""分别, 依次: a list of numbers, each of which goes to its own item.

The items stand before the word in the clause (A、B分别为…), in the clause before it, or are the quantities
before.
"""

from __future__ import annotations

import regex

from pipeline.context import changes
from pipeline.context.phrases import trim, trim_end
from pipeline.context.reading import Reading
from pipeline.context.subjects import find_subjects
from pipeline.model import Kind
from pipeline.vocabulary import Vocabulary

EACH = regex.compile(r"分别|依次")
_ITEMS = regex.compile(r"、|以及|及其|(?<=[\p{Han}”)》])(?:和|及|与)(?=[\p{Han}“《A-Z])|,")


def run_of(readings: list[Reading], i: int) -> list[int]:
    """The list that begins at reading i: itself and the readings that follow it as mere numbers."""
    run = [i]
    while run[-1] + 1 < len(readings) and readings[run[-1] + 1].listed:
        run.append(run[-1] + 1)
    return run


def distribute(readings: list[Reading], run: list[int], text: str, words: Vocabulary) -> bool:
    """分别: each number goes to its own item, in order; True where items and numbers match.

    The items stand before 分别 in the clause, or in the clause before it, or are the quantities before.
    """
    first = readings[run[0]]
    match = EACH.search(first.left)
    left = first.left
    if match is not None:
        left = left[: match.start()] + (left[match.end() :] if first.kind is Kind.CHANGE else "")
    head = _head_of(first, left, words)
    right = readings[run[-1]].right
    if _distribute_items(readings, run, head, text, words):
        return True
    names = _subject_items(first, text, words)
    if len(names) == len(run):
        for name, k in zip(names, run, strict=True):
            readings[k].subject, readings[k].indicator, readings[k].rule = (
                name,
                right or head or readings[k].indicator,
                "listed_names",
            )
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


def _distribute_items(
    readings: list[Reading], run: list[int], head: str, text: str, words: Vocabulary
) -> bool:
    """Each number to an item of its clause or of the clause before; True where there are as many of both."""
    first, right = readings[run[0]], readings[run[-1]].right
    begin = max(
        first.sentence[0], text.rfind(",", first.sentence[0], max(first.sentence[0], first.clause[0] - 1)) + 1
    )
    for source, rule in (
        (head, "listed"),
        (trim(text[begin : max(begin, first.clause[0] - 1)], words), "listed_clause"),
    ):
        items = [p for p in (trim(piece, words) for piece in _ITEMS.split(source)) if p] if source else []
        if len(items) == len(run):
            _assign(
                readings,
                run,
                items,
                rule,
                _common_tail(items, words) or right or (head if rule == "listed_clause" else ""),
            )
            return True
    return False


def is_bare_change(readings: list[Reading], run: list[int], words: Vocabulary) -> bool:
    """收案120万件,结案115万件,同比增长5.2%、4.8%: as many changes without a thing as levels before them."""
    first = readings[run[0]]
    levels = [r for r in readings[: run[0]] if r.kind is Kind.LEVEL and r.note is None]
    return (
        len(run) > 1
        and first.kind is Kind.CHANGE
        and len(levels) == len(run)
        and not changed_thing(first.left, words)
    )


def _assign(readings: list[Reading], run: list[int], items: list[str], rule: str, tail: str) -> None:
    for item, k in zip(items, run, strict=True):
        readings[k].indicator = item + ("" if item.endswith(tail) else tail)
        readings[k].rule = rule


def _subject_items(first: Reading, text: str, words: Vocabulary) -> list[str]:
    """日本、美国、中国及韩国分别有…: the items are whose the numbers are."""
    begin = text.rfind(",", first.sentence[0], first.quantity.start) + 1 or first.sentence[0]
    names = find_subjects(text, max(begin, first.sentence[0]), first.quantity.start, words)
    return [n.name for n in names]


def _common_tail(items: list[str], words: Vocabulary) -> str:
    """The head noun that only the last item of a list spells out (A、B、C案件)."""
    nouns = words.list("phrase.common_tail")
    tail = next((noun for noun in nouns if items[-1].endswith(noun) and len(items[-1]) > len(noun)), "")
    return "" if any(item.endswith(nouns) for item in items[:-1]) else tail


def _head_of(reading: Reading, left: str, words: Vocabulary) -> str:
    if reading.kind is Kind.CHANGE:
        return changed_thing(left, words)
    return trim(left, words)


def changed_thing(left: str, words: Vocabulary) -> str:
    """The thing that changed: the phrase without verb, comparison and adverbs."""
    change = changes.find_change(left.rstrip(" "), "%", words) or changes.find_change(
        left.rstrip(" "), "件", words
    )
    phrase = left
    if change is not None:
        phrase = left[: change.start] if change.start or change.noun else ""
        after = "" if left[change.start : change.end] in changes.OVER else left[change.end :]
        if not trim(phrase, words).strip("同比环") and trim(after, words) and not change.noun:
            phrase = after
    phrase = changes.drop_comparison(trim_end(phrase, words), words)
    phrase = changes.drop_comparison(trim_end(phrase, words), words)
    return trim(phrase, words)
