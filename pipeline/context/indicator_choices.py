"""What the indicator of a quantity can be: every phrase that the rules can make, with how it was made.

A candidate is a phrase and its features: short words for how it was made and what it looks like.  `ranking`
weighs them; nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from pipeline.context import changes
from pipeline.context.indicator_features import context_features, fit_features, looks_features
from pipeline.context.indicators import level_phrase
from pipeline.context.phrases import strip_edges, trim, trim_start
from pipeline.context.ranking import Cross, Features
from pipeline.context.reading import Reading, last_words
from pipeline.context.tags import tag_of
from pipeline.model import Kind
from pipeline.vocabulary import Vocabulary

_VERBS = ("v", "vd", "vq", "vi")
_NOUNS = ("n", "ns", "nt", "nz", "vn", "nr", "j", "an", "l", "nrt", "b")
_NEW = regex.compile(r"^(?:新增|当日新增|日均新增|累计|累计报告|报告新增|累计确诊)")
_MOST = 34


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may be the indicator, what speaks for it, and the reading that it was taken over from."""

    phrase: str
    features: Features
    of: Reading | None = None


class Made:
    """The phrases that were put together, each with the ways in which it was, and where it was taken from."""

    def __init__(self) -> None:
        self.phrases: dict[str, tuple[list[str], Reading | None]] = {}

    def add(self, phrase: str, how: str, of: Reading | None = None) -> None:
        """One more way to put a phrase together."""
        text = strip_edges(phrase)[: 2 * _MOST]
        if text:
            self.phrases.setdefault(text, ([], of))[0].append(how)


def indicator_candidates(
    reading: Reading, before: list[Reading], carried: str, clause_before: str, words: Vocabulary
) -> list[Candidate]:
    """The candidates for a reading; `before` are the readings of its sentence so far, `carried` the last
    indicator of the sentences before, `clause_before` the clause before its own."""
    made = Made()
    made.add(reading.indicator, f"rule:{reading.rule}", reading.of)
    left, right = level_phrase(reading, words), reading.right
    if reading.kind is Kind.CHANGE:
        left = _without_change(reading, words)
    tokens = words.cut(left)
    _from_left(left, tokens, made, words)
    _from_right(left, tokens, right, made, words, share=reading.kind is Kind.SHARE)
    _from_before(reading, left, tokens, right, before, carried, made, words)
    if reading.name_tail:
        made.add(reading.name_tail, "name_tail")
    if reading.right_any and reading.right_any != right:
        made.add(reading.right_any, "right_any")
        if before and before[-1].indicator:
            made.add(reading.right_any + _object_of(before[-1].indicator, words), "right_any+object")
    if clause_before:
        previous = trim(clause_before, words).removesuffix("中")
        made.add(last_words(previous, 14, words), "clause_before")
        if left:
            made.add(last_words(previous, 10, words) + left, "clause_before+left")
        if right:
            made.add(last_words(previous, 8, words) + right, "clause_before+right")
    shape = context_features(reading, left, right, before, words)
    candidates = []
    for text, (hows, of) in made.phrases.items():
        ways, looks = f"ways{min(len(hows), 4)}", looks_features(text, words)
        alone = (*hows, ways, *looks, *fit_features(text, reading, of, words))
        candidates.append(Candidate(text, Features(alone, (Cross(tuple(hows), "|", shape),)), of))
    return candidates


def _without_change(reading: Reading, words: Vocabulary) -> str:
    left = reading.left.rstrip(" ")
    change = changes.find_change(left, reading.quantity.unit, words)
    if change is None:
        return trim(changes.drop_comparison(left, words), words)
    kept = left[: change.start] + " " + left[change.end :]
    return trim(changes.drop_comparison(trim(left[: change.start], words), words), words) or trim(
        changes.drop_comparison(kept, words), words
    )


def _from_left(left: str, tokens: list[tuple[str, int, int]], made: Made, words: Vocabulary) -> None:
    if not left:
        return
    made.add(last_words(left, _MOST, words), "left")
    made.add(last_words(left, 14, words), "left14")
    verbs = [(a, b) for t, a, b in tokens if tag_of(t) in _VERBS and b < len(left)]
    if verbs:
        made.add(left[verbs[-1][1] :], "left_after_verb")
        made.add(left[verbs[-1][0] :], "left_from_verb")
        if len(verbs) > 1:
            made.add(left[verbs[0][1] :], "left_after_first_verb")
            made.add(left[verbs[0][0] :], "left_from_first_verb")
        made.add(left[: verbs[-1][0]], "left_to_verb")
    if "的" in left[:-1]:
        made.add(left.rsplit("的", 1)[1], "left_after_de")
    if "、" in left:
        made.add(left.rsplit("、", 1)[1], "left_after_pause")


def _from_right(
    left: str, tokens: list[tuple[str, int, int]], right: str, made: Made, words: Vocabulary, *, share: bool
) -> None:
    if not right:
        return
    made.add(right, "right")
    noun = _first_noun(right, words)
    made.add(noun, "right_noun")
    if share:
        made.add(noun + "占比", "right_noun+share")
        made.add(right + "占比", "right+share")
    if "的" in right[:-1]:
        made.add(right.rsplit("的", 1)[1], "right_after_de")
    if left:
        made.add(left + right, "left+right")
        made.add(last_words(left, 6, words) + right, "left6+right")
        made.add(last_words(left, 6, words) + noun, "left6+right_noun")
        made.add(left + noun, "left+right_noun")
        made.add(noun + left, "right_noun+left")
        verb = next((t for t, _, _ in reversed(tokens) if tag_of(t) in _VERBS), "")
        if verb:
            made.add(verb + right, "verb+right")
            made.add(verb + noun, "verb+right_noun")
        if noun != right:
            made.add(right[len(noun) :] + noun, "right_turned")
    elif noun != right:
        made.add(right[len(noun) :] + "的" + noun, "right_turned")


def _first_noun(right: str, words: Vocabulary) -> str:
    """The noun phrase that begins the words right of a quantity, up to the first verb."""
    end = 0
    for token, _, b in words.cut(right):
        if end and tag_of(token) in ("v", "d", "p", "c", "vd"):
            break
        end = b
    return strip_edges(right[:end])


def _from_before(
    reading: Reading,
    left: str,
    tokens: list[tuple[str, int, int]],
    right: str,
    before: list[Reading],
    carried: str,
    made: Made,
    words: Vocabulary,
) -> None:
    useful = [r for r in before if r.kind is not Kind.RANK and r.indicator]
    for k, source in enumerate(reversed(useful[-3:])):
        made.add(source.indicator, f"previous{k + 1}", source)
        if k == 0:
            _grow(source.indicator, "previous", left, right, reading, made, words, source)
    if len(useful) > 1:
        made.add(useful[0].indicator, "sentence_first", useful[0])
    if carried:
        made.add(carried, "carried")
        if not useful:
            _grow(carried, "carried", left, right, reading, made, words, None)
    verb = left or strip_edges(reading.left.replace("其中", ""))
    if useful and verb and len(verb) <= 4:
        made.add(verb + _object_of(useful[-1].indicator, words), "left+object", useful[-1])
    counted = next(
        (r for r in useful if r.quantity.unit == reading.quantity.unit and r.kind is reading.kind), None
    )
    if counted is not None:
        made.add(counted.indicator, "same_unit_first", counted)
        if verb and len(verb) <= 6:
            made.add(verb + _object_of(counted.indicator, words), "left+same_unit_object", counted)
            made.add(_object_of(counted.indicator, words) + verb, "same_unit_object+left", counted)
    level = next((r for r in reversed(useful) if r.kind is Kind.LEVEL), None)
    if level is not None:
        made.add(level.indicator, "previous_level", level)


def _grow(
    base: str,
    name: str,
    left: str,
    right: str,
    reading: Reading,
    made: Made,
    words: Vocabulary,
    source: Reading | None,
) -> None:
    """What the indicator before gives together with this quantity's own words."""
    noun = _object_of(base, words)
    if left:
        made.add(base + left, f"{name}+left")
        if noun != base:
            made.add(left + noun, f"left+{name}_object")
    if right:
        made.add(base + right, f"{name}+right")
        verb = base[: len(base) - len(noun)]
        if verb:
            made.add(verb + right, f"{name}_verb+right")
    if reading.left.strip(" ,、").startswith("累计"):
        made.add("累计" + _NEW.sub("", base), "cumulative")
    if reading.quantity.unit in ("百分点", "千分点") and source is not None and source.kind is Kind.CHANGE:
        made.add(base + "增速", "previous+speed")
        if source.of is not None:
            made.add(source.of.indicator, "previous_of", source.of)
    if reading.part and left:
        made.add(f"{left.split('占', 1)[0]}占{noun}", f"{name}+part", source)
    if reading.kind is Kind.SHARE:
        whole = trim_start(left.rsplit("占", 1)[-1], words)
        made.add(f"{base}占{whole}" if whole and "占" in left else f"{base}占比", f"{name}+share")


def _object_of(base: str, words: Vocabulary) -> str:
    """The noun part of an indicator that begins with a verb: 各类案件 of 受理各类案件."""
    tokens = words.cut(base)
    if len(tokens) > 1 and tag_of(tokens[0][0]) not in ("n", "ns", "nz", "nt"):
        return base[tokens[0][2] :]
    return base
