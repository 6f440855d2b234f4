"""Level, change, share or rank: what each quantity of a sentence states; of a change, direction and basis."""

from __future__ import annotations

from pipeline.context import changes
from pipeline.context.phrases import trim
from pipeline.context.reading import Reading
from pipeline.model import Basis, Kind
from pipeline.vocabulary import Vocabulary


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
        change = changes.find_change(left, quantity.unit, words) or changes.find_change_after(
            reading.right_any, quantity.unit, words
        )
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
    begin = max(
        reading.sentence[0], text.rfind(",", reading.sentence[0], max(reading.sentence[0], start - 1)) + 1
    )
    return text[begin : max(begin, start - 1)]


def _basis(
    reading: Reading, before: list[Reading], last: Reading | None, text: str, words: Vocabulary
) -> Basis | None:
    """The comparison in the clause; else that of the change before it in the sentence, or kept by 其中."""
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
    carried_on = text[reading.sentence[0] - 1 : reading.sentence[0]] == ";" or text.startswith(
        "其中", reading.sentence[0]
    )
    return last.basis if last is not None and carried_on and last.kind is Kind.CHANGE else None
