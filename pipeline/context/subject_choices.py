"""Whose a figure can be: every body or region that it may be of, with how and where it is named."""

from __future__ import annotations

from pipeline.context.indicator_features import says_indicator
from pipeline.context.memory import Memory, Pool, resolve
from pipeline.context.phrases import is_empty_head
from pipeline.context.ranking import Features
from pipeline.context.reading import Reading, Sentence
from pipeline.context.sentences import Span
from pipeline.context.subjects import Role
from pipeline.context.tags import tag_of
from pipeline.vocabulary import Vocabulary

_PHRASE_STOP = ("v", "d", "p", "c", "m", "r", "uj", "ul", "t", "x", "y")
_MOST_PHRASE = 18
_RECENT = 4


def subject_candidates(
    text: str, reading: Reading, sentence: Sentence, before: list[Reading], memory: Memory, words: Vocabulary
) -> list[tuple[str | None, Features]]:
    """Every body or region that the figure may be of, with how and where it is named."""
    pool: Pool[str | None] = Pool()
    pool.add(None, None, ("none",))
    _names_in_sentence(text, reading, sentence, memory, pool)
    _phrases(reading, sentence, pool, words)
    if before and before[-1].subject:
        name, gap = before[-1].subject, "same" if before[-1].clause == reading.clause else "other"
        pool.add(name, name, ("previous", f"previous/{gap}_clause", f"previous/{reading.rule.split(':')[0]}"))
    for k, (past, same_paragraph) in enumerate(reversed(memory.past[-_RECENT:])):
        _names_in_past(past, k, same_paragraph, memory, pool)
    _from_afar(memory, pool)
    return pool.candidates(_shape(reading, before), lambda name: _looks_of_name(name, memory, words))


def _from_afar(memory: Memory, pool: Pool[str | None]) -> None:
    """What the figure before was of, and whom the section, the lead and the title name."""
    if memory.subject:
        pool.add(memory.subject, memory.subject, ("in_force", f"in_force/{memory.place()}"))
    for how, name in (
        ("topic", memory.topic),
        ("lead", memory.lead_subject),
        ("title_region", memory.title_region),
    ):
        if name:
            pool.add(name, name, (how, f"{how}/{'fresh' if memory.fresh_section else 'on'}"))
    for name in memory.title_names:
        pool.add(name, name, ("title",))
    if memory.counts:
        name = max(memory.counts, key=lambda n: (memory.counts[n], n))
        pool.add(name, name, ("most_named",))


def _shape(reading: Reading, before: list[Reading]) -> str:
    own = "own" if reading.rule in ("before", "around", "after", "name_tail") else "taken"
    return f"{reading.kind}/{own}/{'first' if not before else 'later'}"


def _looks_of_name(name: str | None, memory: Memory, words: Vocabulary) -> tuple[str, ...]:
    if name is None:
        return ()
    kind = (
        "scope" if name in words.lists["body.scope"] else "region" if name in words.region_names else "body"
    )
    count = memory.counts.get(name, 0)
    return (
        f"kind_{kind}",
        f"named{min(count, 4)}",
        f"size{min(len(name) // 3, 5)}",
        "points_back" if name.startswith("该") else "names",
    )


def _names_in_sentence(
    text: str, reading: Reading, sentence: Sentence, memory: Memory, pool: Pool[str | None]
) -> None:
    start = reading.quantity.start
    before = [n for n in sentence.names if n.end <= start]
    agents = [n for n in before if n.role is Role.AGENT]
    for k, name in enumerate(reversed(before)):
        where = "clause" if name.start >= reading.clause[0] else "sentence"
        names = [
            f"{where}/{name.role}",
            f"{where}/{name.role}/{'body' if name.body else 'place'}",
            f"nearest{min(k, 3)}",
        ]
        if name is (agents[-1] if agents else None):
            names.append("nearest_agent")
        if name is (agents[0] if agents else None):
            names.append("first_agent")
        if reading.label is name:
            names.append("label")
        following = text[name.end : name.end + 1]
        names.append(
            "then_comma"
            if following in ",:"
            else "then_de"
            if following == "的"
            else "then_number"
            if name.end == start
            else "then_word"
        )
        value = resolve(name, memory)
        pool.add(value, value, names)
    for name in sentence.names:
        if name.start >= reading.quantity.end:
            near = "near" if name.start - reading.quantity.end <= 2 else "far"
            pool.add(name.name, name.name, (f"after/{near}", f"after/{near}/{name.role}"))


def _phrases(reading: Reading, sentence: Sentence, pool: Pool[str | None], words: Vocabulary) -> None:
    """The noun phrase that begins the clause of the figure, and the one that begins the sentence."""
    for clause, where in ((reading.clause, "clause"), (sentence.clauses[0], "sentence")):
        phrase = _noun_phrase(sentence, clause, reading.quantity.start)
        if not phrase:
            continue
        names = [f"phrase/{where}", f"phrase/{where}/size{min(len(phrase) // 4, 4)}"]
        if reading.indicator and (phrase in reading.indicator or reading.indicator in phrase):
            names.append("phrase/is_indicator")
        if says_indicator(phrase, words) or is_empty_head(phrase, words):
            names.append("phrase/measures")
        names.append(f"phrase/ends_{tag_of(words.cut(phrase)[-1][0])}")
        pool.add(phrase, phrase, names)


def _noun_phrase(sentence: Sentence, clause: Span, limit: int) -> str:
    base = sentence.span[0]
    out = ""
    for token, a, b in sentence.tokens:
        if base + a < clause[0] or base + b > min(clause[1], limit):
            continue
        tag = tag_of(token)
        if tag in _PHRASE_STOP or not ("\u4e00" <= token[0] <= "\u9fff" or token[0].isalpha()):
            if out:
                break
            continue
        out += token
    return out if 2 <= len(out) <= _MOST_PHRASE else ""


def _names_in_past(
    past: Sentence, k: int, same_paragraph: bool, memory: Memory, pool: Pool[str | None]
) -> None:
    agents = [n for n in past.names if n.role is Role.AGENT]
    for i, name in enumerate(reversed(past.names)):
        if name.role is Role.OBJECT:
            continue
        names = [f"past{k}/{name.role}", f"past{k}/{'same' if same_paragraph else 'other'}_paragraph"]
        if agents and name is agents[0]:
            names.append(f"past{k}/first_agent")
        if agents and name is agents[-1]:
            names.append(f"past{k}/last_agent")
        if i == 0:
            names.append(f"past{k}/last")
        value = resolve(name, memory)
        pool.add(value, value, names)
