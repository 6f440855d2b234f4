"""Whose a figure can be: every body or region that it may be of, with how and where it is named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.context.indicator_features import says_indicator
from pipeline.context.memory import Found, Memory, Pool, resolve
from pipeline.context.name_words import name_words
from pipeline.context.openings import opening_phrase, wide_names
from pipeline.context.phrases import is_empty_head
from pipeline.context.ranking import Features
from pipeline.context.reading import Reading, Sentence
from pipeline.context.subjects import Name, Role
from pipeline.context.tags import tag_of
from pipeline.patterns import compose
from pipeline.vocabulary import Vocabulary

_JOINTS = frozenset({"、", "和", "与", "及", "以及"})
_COUNTED = compose(
    r"等?{number}(?:国|地|省|市|区|县|州|方|家|部门|个{body}[^,。;、]{0,4}?(?=[^\p{Han}]|完成|共|的|累计|均|都))",
    number="(?:[0-9]{1,3}|[一二两三四五六七八九十]{1,3})",
    body="(?:国家|省|市|地区|部门|城市|县|区)",
)
_RECENT = 4
_MOST_OFTEN = 4
_OPENS = "at_the_place_first"
_OPENINGS = frozenset({"其中", "此外", "目前", "另外", "同时", "这些", "该"})
_MARKED = frozenset(
    {"none", "previous", "in_force", "topic", "title_region", "lead", "most_named"}
    | {"phrase/clause", "clause/agent", "sentence/agent", "wide"}
)
_MOST_SAID = 5
_NAMED = ("named0", "named1", "named2", "named3", "named4")
_BETWEEN = "\0"  # stands in no name


def subject_candidates(
    text: str, reading: Reading, sentence: Sentence, before: list[Reading], memory: Memory, words: Vocabulary
) -> list[tuple[str | None, Features]]:
    """Every body or region that the figure may be of, with how and where it is named."""
    pool: Pool[str | None] = Pool()
    pool.add(None, None, ("none",))
    _names_in_sentence(text, reading, sentence, memory, pool)
    _wide_names(text, reading, sentence, pool, words)
    _phrases(text, reading, sentence, pool, words)
    if before and before[-1].subject:
        name, gap = before[-1].subject, "same" if before[-1].clause == reading.clause else "other"
        own = [n for n in sentence.names if n.start >= reading.clause[0] and n.end <= reading.quantity.start]
        role = own[-1].role if own else "no_name"
        pool.add(
            name,
            name,
            (
                f"previous/{gap}/{role}",
                f"previous/listed{reading.listed}",
                "previous",
                f"previous/{gap}_clause",
                f"previous/{reading.rule.split(':')[0]}",
            ),
        )
    for name, how in _names_heard(memory):
        pool.add(name, name, how)
    _from_afar(memory, pool)
    _said_before(memory, pool)
    names = [name for name in pool.values.values() if name is not None]
    listed = _BETWEEN.join(names)

    def looks(name: str | None) -> tuple[str, ...]:
        if name is None:
            return ()
        fit = _fit(name, reading.indicator, names, listed)
        return (*_looks_of_name(name, text, memory, words), *fit, *_wording(name, words))

    return pool.candidates(_shape(reading, before), looks, _marks(text, reading, words), _MARKED)


def _marks(text: str, reading: Reading, words: Vocabulary) -> tuple[str, ...]:
    """What is counted, and how the sentence begins."""
    unit = words.unit_names.get(reading.quantity.unit)
    out = [f"counts_{unit.category if unit else None}"]
    if reading.part:
        out.append("part")
    first = text[reading.sentence[0] : reading.sentence[0] + 2]
    if first in _OPENINGS:
        out.append(f"sentence_{first}")
    if reading.clause[0] == reading.sentence[0]:
        out.append("first_clause")
    return tuple(out)


def _fit(name: str, indicator: str, names: list[str], listed: str) -> list[str]:
    """How a name goes with all candidates, itself among them, and with what is measured."""
    out = []
    if listed.count(name) > 1:
        out.append("inside_other")
    if sum(map(name.__contains__, names)) > 1:
        out.append("holds_other")
    if indicator and (name in indicator or indicator in name):
        out.append("is_indicator")
    return out


@lru_cache(maxsize=1 << 14)
def _wording(name: str, words: Vocabulary) -> tuple[str, ...]:
    """What the words of a name are, whatever the article."""
    tags = [tag_of(token) for token, _, _ in words.cut(name)]
    out = [f"begins_{tags[0]}", f"ends_{tags[-1]}", f"last_{name[-1]}", f"last_{name[-2:]}"]
    if says_indicator(name, words) or is_empty_head(name, words):
        out.append("measures")
    if any(tag == "v" for tag in tags[:-1]):
        out.append("verb_inside")
    return tuple(out)


def _said_before(memory: Memory, pool: Pool[str | None]) -> None:
    """The names that the article says most, and the phrases that its title and last sentences begin with."""
    named = [name for name, count in memory.counts.items() if count > 1]
    often = sorted(named, key=lambda name: (-memory.counts[name], name))
    for k, name in enumerate(often[:_MOST_OFTEN]):
        pool.add(name, name, ("often", f"often{k}"))
    known = set(pool.values)
    for name in memory.title_phrases:
        if name not in known:
            pool.add(name, name, ("title_phrase",))
    for k, name in enumerate(reversed(memory.phrases)):
        if name not in known:
            pool.add(name, name, ("past_phrase", f"past_phrase{k}"))


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


def _looks_of_name(name: str, text: str, memory: Memory, words: Vocabulary) -> tuple[str, ...]:
    lasting = memory.looks.get(name)
    if lasting is None:
        scopes = name_words(words).scopes
        kind = "scope" if name in scopes else "region" if name in words.region_names else "body"
        lasting = memory.looks[name] = (
            f"kind_{kind}",
            f"said{min(text.count(name), _MOST_SAID)}",
            f"size{min(len(name) // 3, 5)}",
            "points_back" if name.startswith("该") else "names",
        )
    return (*lasting, _NAMED[min(memory.counts.get(name, 0), len(_NAMED) - 1)])


def _names_in_sentence(
    text: str, reading: Reading, sentence: Sentence, memory: Memory, pool: Pool[str | None]
) -> None:
    before = [n for n in sentence.names if n.end <= reading.quantity.start]
    agents = [n for n in before if n.role is Role.AGENT]
    k = -1
    for name in reversed(before):
        k += name.role is not Role.OBJECT
        features = [*_place_features(text, name, reading, k), *_place_after(text, name, reading)]
        features += _next_word(sentence, name.end)
        if agents and name is agents[-1]:
            features.append("nearest_agent")
        if agents and name is agents[0]:
            features.append("first_agent")
        value = resolve(name, memory, [n.name for n in before if n.end <= name.start])
        pool.add(value, value, features)
    _joint_names(text, reading, before, pool)
    for name in sentence.names:
        aside = name.role in (Role.OBJECT, Role.PLACE) and name.start >= reading.clause[1]
        if name.start >= reading.quantity.end and not aside:
            near = "near" if name.start - reading.quantity.end <= 2 else "far"
            pool.add(name.name, name.name, (f"after/{near}", f"after/{near}/{name.role}"))


def _place_features(text: str, name: Name, reading: Reading, nearness: int) -> list[str]:
    """Where a name before the figure stands; what is only an object has no nearness."""
    where = "clause" if name.start >= reading.clause[0] else "sentence"
    names = [
        f"{where}/{name.role}",
        f"{where}/{name.role}/{'body' if name.body else 'place'}",
        "nearest_object" if name.role is Role.OBJECT else f"nearest{min(nearness, 3)}",
    ]
    if reading.label is name:
        names.append("label")
    if text[name.end : name.end + 1] == "," and text[name.start - 1 : name.start] == "在":
        names.append(_OPENS)
    return names


def _next_word(sentence: Sentence, position: int) -> list[str]:
    """What stands right behind a name: 全市|律师 is no whole name, 全市|办理 is."""
    base = sentence.span[0]
    token = next((t for t, a, _ in sentence.tokens if base + a >= position), None)
    return [] if token is None else [f"next_{tag_of(token)}", f"next_word_{token}"]


def _place_after(text: str, name: Name, reading: Reading) -> tuple[str]:
    following = text[name.end : name.end + 1]
    if following in ",:":
        return ("then_comma",)
    if following == "的":
        return ("then_de",)
    return ("then_number",) if name.end == reading.quantity.start else ("then_word",)


def _wide_names(
    text: str, reading: Reading, sentence: Sentence, pool: Pool[str | None], words: Vocabulary
) -> None:
    """What a clause begins with up to a word that bodies, places and events end with, whatever is inside."""
    for clause in sentence.clauses:
        if clause[0] > reading.quantity.start:
            break
        where = "clause" if clause == reading.clause else "sentence"
        for name in wide_names(text, clause, sentence.periods, words):
            if name:
                pool.add(name, name, ("wide", f"wide/{where}"))


def _joint_names(text: str, reading: Reading, before: list[Name], pool: Pool[str | None]) -> None:
    """荷兰和比利时两国, 临江、白沙、宁川三地: names in a row before a count of them are one subject."""
    first = None
    for i, name in enumerate(before):
        if first is None or text[before[i - 1].end : name.start] not in _JOINTS:
            first = i
        tail = _COUNTED.match(text, name.end)
        if tail and i > first:
            where = "clause" if name.start >= reading.clause[0] else "sentence"
            for joint in (text[before[first].start : name.end], text[before[first].start : tail.end()]):
                pool.add(joint, joint, ("joint", f"joint/{where}"))


def _phrases(
    text: str, reading: Reading, sentence: Sentence, pool: Pool[str | None], words: Vocabulary
) -> None:
    """The noun phrase that begins the clause of the figure, and the one that begins the sentence."""
    for clause, where in ((reading.clause, "clause"), (sentence.clauses[0], "sentence")):
        phrase = opening_phrase(sentence.tokens, sentence.span[0], clause, reading.quantity.start)
        if not phrase:
            continue
        names = [f"phrase/{where}", f"phrase/{where}/size{min(len(phrase) // 4, 4)}"]
        if text[clause[0] : clause[1]].strip(" ,").removeprefix("在") == phrase:
            names.append("phrase/whole_clause")
            names += [_OPENS] if text[clause[0] : clause[1]].lstrip(" ,").startswith("在") else []
        if reading.indicator and (phrase in reading.indicator or reading.indicator in phrase):
            names.append("phrase/is_indicator")
        said = _wording(phrase, words)
        names += [f"phrase/{what}" for what in said if what.startswith(("measures", "ends"))]
        pool.add(phrase, phrase, names)


def _names_heard(memory: Memory) -> list[Found]:
    """The names of the last sentences and how they stand there; the same for all figures of a sentence."""
    if memory.heard is None:
        memory.heard = [
            found
            for k, (past, same_paragraph) in enumerate(reversed(memory.past[-_RECENT:]))
            for found in _names_in_past(past, k, same_paragraph, memory)
        ]
    return memory.heard


def _names_in_past(past: Sentence, k: int, same_paragraph: bool, memory: Memory) -> Iterator[Found]:
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
        names += [f"past/{what}" for what in _next_word(past, name.end)[:1]]
        yield resolve(name, memory), tuple(names)
