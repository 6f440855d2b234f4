"""What stands around each quantity of a sentence: its clause, the phrases left and right of it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

import regex

from pipeline.context.phrases import begins_noun, drop_brackets, trim_end, trim_start
from pipeline.context.sentences import Span, split_clauses
from pipeline.context.subjects import Name, Role, find_subjects
from pipeline.context.tags import tag_of
from pipeline.model import Basis, Category, Direction, Kind, Period, Quantity
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.words import Tokens

_RIGHT_STOP = regex.compile(r"[,。;:!?！？\n()（）]|——|…")
_LIST_BETWEEN = regex.compile(
    r"(?:\([^()]{0,40}\))?[ ]?(?:[、,]|和|及|与|以及|或)[ ]?(?:和|及)?(?:为|约|达|占|分别)?"
)
_CONJUNCTION = regex.compile(r"[、和及与以并或;]")
_PASSED_OVER = frozenset(
    {"bare", "indefinite", "scope", "age", "span", "capacity", "description", "ratio", "threshold"}
)
_TWO = 2
_COUNTS_BODIES = (Category.ENTERPRISE_COUNT, Category.FACILITY_COUNT)
_MOST_RIGHT = 18
_MOST_LEFT = 30


@dataclass(slots=True)
class Reading:
    """A quantity on its way to a metric: what was read around it, and what has been settled so far."""

    quantity: Quantity
    clause: Span
    left_start: int
    left: str = ""
    bare_left: str = ""
    right: str = ""
    right_any: str = ""
    name_tail: str = ""
    label: Name | None = None
    part: bool = False
    listed: bool = False
    kind: Kind = Kind.LEVEL
    direction: Direction | None = None
    basis: Basis | None = None
    indicator: str = ""
    category: Category = Category.OTHER_COUNT
    subject: str | None = None
    period: Period | None = None
    target: bool = False
    of: Reading | None = None
    repeats: Reading | None = None
    note: str | None = None
    section: int = 0
    sentence: Span = (0, 0)
    depth: int = 0
    damage: int = 0
    rule: str = ""
    why: list[str] = field(default_factory=list)
    odds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what was found in it."""

    span: Span
    clauses: tuple[Span, ...]
    names: tuple[Name, ...]
    periods: tuple[Period, ...]
    tokens: Tokens


def read_sentence(text: str, span: Span, periods: tuple[Period, ...], words: Vocabulary) -> Sentence:
    """The clauses, names and periods of a sentence."""
    start, end = span
    tokens = words.cut(text[start:end])
    names = find_subjects(text, start, end, words, tokens)
    inside = tuple(p for p in periods if start <= p.start < end)
    return Sentence(span, split_clauses(text, start, end), names, inside, tokens)


def read_quantities(
    text: str, sentence: Sentence, quantities: tuple[Quantity, ...], words: Vocabulary
) -> list[Reading]:
    """A reading for each quantity of the sentence, with the phrases left and right of it."""
    readings: list[Reading] = []
    for i, quantity in enumerate(quantities):
        clause = _clause_of(text, sentence, quantity)
        before = next(
            (q for q in reversed(quantities[:i]) if q.end > clause[0] and q.note not in _PASSED_OVER), None
        )
        after = quantities[i + 1] if i + 1 < len(quantities) and quantities[i + 1].start < clause[1] else None
        left_start = before.end if before else clause[0]
        reading = Reading(quantity, clause, left_start, sentence=sentence.span)
        reading.right = _right(text, quantity, clause, after, sentence, words)
        reading.right_any = reading.right or _right_any(text, quantity, clause, after)
        if (
            before
            and before is quantities[i - 1]
            and readings[-1].right
            and not _CONJUNCTION.match(text, before.end)
        ):
            left_start = _after_right(text, readings[-1], quantity)
        reading.left_start = left_start
        _read_left(text, reading, sentence, words)
        if i and readings[-1].clause[0] <= quantity.start:
            between = text[quantities[i - 1].end : quantity.start]
            reading.listed = bool(_LIST_BETWEEN.fullmatch(between))
        readings.append(reading)
    return readings


def _clause_of(text: str, sentence: Sentence, quantity: Quantity) -> Span:
    starts = [a for a, _ in sentence.clauses]
    clause = sentence.clauses[max(0, bisect_right(starts, quantity.start) - 1)]
    opened = text.rfind("(", clause[0], quantity.start)
    if opened >= 0 and text.find(")", opened, quantity.start) < 0:
        closed = text.find(")", quantity.end, sentence.span[1])
        comma = max(text.rfind(c, opened, quantity.start) for c in ",;。")
        return (max(opened, comma) + 1, closed if closed >= 0 else clause[1])
    return clause


def _read_left(text: str, reading: Reading, sentence: Sentence, words: Vocabulary) -> None:
    """The phrase from the clause's beginning (or the quantity before) on, without dates and subject."""
    start, end = reading.left_start, reading.quantity.start
    if start and text[start - 1] == "(" and not text[start:end].strip(" 约近超:为占达"):
        start, end = _before_bracket(text, start - 1, sentence)
    drop: list[Span] = [
        (p.start, p.end) for p in sentence.periods if p.start < end and p.end > start and p.rule != "basis"
    ]
    names = [n for n in sentence.names if n.start >= start and n.end <= end]
    counted = _counted_body(names, reading.quantity, words)
    for name in names:
        if name is not counted and not trim_start(_piece(text, start, name.start, drop), words):
            drop.append((name.start, name.end))
        else:
            break
    last = names[-1] if names and counted is None else None
    if (
        last
        and not text[last.end : end].strip(" 为则是约达有(:占近的只仅")
        and (last.start, last.end) not in drop
        and last.role is not Role.OBJECT
    ):
        drop.append((last.start, last.end))
        reading.label = last
    elif (
        last and not text[last.end : end].strip(" 为则是约达有(:占近只仅") and (last.start, last.end) in drop
    ):
        reading.label = last
    drop += [
        (n.start - 1, n.end) for n in names if text[n.start - 1 : n.start] == "由" and n.start - 1 >= start
    ]
    if last and last.role is Role.OBJECT and last.end == end and not last.body:
        drop.append((last.start, last.end))
    raw = _after_colon(_piece(text, start, end, drop))
    if not trim_start(trim_end(raw, words), words) and names:
        reading.name_tail = _name_tail(names[-1].name, words)
    reading.part = "其中" in text[reading.clause[0] : end] or (raw.startswith("其中"))
    reading.left = drop_brackets(raw)[-80:]
    compared = [(p.start, p.end) for p in sentence.periods if p.start < end and p.end > start]
    reading.bare_left = drop_brackets(_after_colon(_piece(text, start, end, drop + compared)))[-80:]


def _counted_body(names: list[Name], quantity: Quantity, words: Vocabulary) -> Name | None:
    """The bodies counted themselves: 全市共有律师事务所920家; one name alone may be both (`_name_tail`)."""
    unit = words.unit_names.get(quantity.unit)
    if len(names) < _TWO or unit is None or unit.category not in _COUNTS_BODIES:
        return None
    last = names[-1]
    return last if last.body and last.end == quantity.start else None


def _after_colon(phrase: str) -> str:
    """What is said after a colon or an open quote; a phrase that ends with the colon stays whole."""
    for mark in (":", "“"):
        _, found, tail = phrase.rpartition(mark)
        if found and tail.strip() and (mark == ":" or "”" not in tail):
            phrase = tail
    return phrase


def _name_tail(name: str, words: Vocabulary) -> str:
    """What a name counts when it is itself the thing counted: 税务稽查机构 of 全国税务稽查机构."""
    scopes = frozenset(words.list("body.scope")) | frozenset(words.list("subject.attribute"))
    for size in range(len(name) - 2, 1, -1):
        if name[:size] in words.region_names or name[:size] in scopes:
            return name[size:]
    return ""


def _before_bracket(text: str, opened: int, sentence: Sentence) -> Span:
    """荔湾区(83.36%): what the bracket is about stands before it."""
    start = max([sentence.span[0], *(text.rfind(c, sentence.span[0], opened) + 1 for c in ",、;:。)")])
    return start, opened


def _piece(text: str, start: int, end: int, drop: list[Span]) -> str:
    out, at = [], start
    for a, b in sorted(drop):
        if b <= at or a >= end:
            continue
        out.append(text[at : max(at, a)])
        at = max(at, min(b, end))
    out.append(text[at:end])
    return "".join(out)


def _right(
    text: str, quantity: Quantity, clause: Span, after: Quantity | None, sentence: Sentence, words: Vocabulary
) -> str:
    """The noun phrase that the quantity counts, where one begins right behind it."""
    start = quantity.end
    if text[start : start + 1] == "的":
        start += 1
    if not begins_noun(text, start, words):
        return ""
    limit = after.start if after else clause[1]
    stop = _RIGHT_STOP.search(text, start, limit)
    end = stop.start() if stop else limit
    if after and end == limit:
        end = _split_between(text, start, end, sentence)
    for period in sentence.periods:
        if start <= period.start < end:
            end = period.start
    if end - start > _MOST_RIGHT:
        end = _token_border(sentence, start + _MOST_RIGHT)
    return trim_end(drop_brackets(text[start:end]), words)


def _right_any(text: str, quantity: Quantity, clause: Span, after: Quantity | None) -> str:
    """Whatever stands behind the quantity up to the next stop (其中47例已治愈出院)."""
    limit = after.start if after else clause[1]
    stop = _RIGHT_STOP.search(text, quantity.end, limit)
    return text[quantity.end : stop.start() if stop else limit][:_MOST_RIGHT].strip(" 的")


def _split_between(text: str, start: int, end: int, sentence: Sentence) -> int:
    """Where the noun of one quantity ends and the phrase of the next one begins."""
    base = sentence.span[0]
    seen = 0
    for token, a, _ in sentence.tokens:
        at = base + a
        if at < start or at >= end:
            continue
        if seen and (
            token in ("、", "和", "及", "与", "以及", "并", "或") or tag_of(token) in ("v", "d", "p", "c")
        ):
            return at
        seen += 1
    return end


def _after_right(text: str, before: Reading, quantity: Quantity) -> int:
    """Where the left phrase of a quantity begins after the noun of the quantity before it."""
    at = text.find(before.right, before.quantity.end, quantity.start)
    end = at + len(before.right) if at >= 0 else before.quantity.end
    return end if text[end : quantity.start].strip(" 的、,") else before.quantity.end


def _token_border(sentence: Sentence, position: int) -> int:
    base = sentence.span[0]
    ends = [base + b for _, _, b in sentence.tokens if base + b <= position]
    return ends[-1] if ends else position


def last_words(phrase: str, most: int, words: Vocabulary) -> str:
    """The last `most` characters of the phrase, cut where a token begins."""
    if len(phrase) <= most:
        return phrase
    quoted = phrase.rfind("“", 0, len(phrase) - most + 1)
    if (
        quoted >= 0
        and phrase.find("”", len(phrase) - most) >= 0
        and "”" not in phrase[quoted : len(phrase) - most]
    ):
        return phrase[quoted:]
    tail = phrase[-most - 6 :]
    for token, a, _ in words.cut(tail):
        if len(tail) - a <= most and token not in ("的", "了", "等"):
            return tail[a:]
    return phrase[-most:]


Published = date | None
