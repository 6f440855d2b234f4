"""An indicator drafted from a sentence: what the rows of the sentence say, as an entry to correct and keep.

The draft is TOML that loads as it stands; what a person has to look at has a comment behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.model import Bound, Category, Kind, Metric
from pipeline.vocabulary.words import Vocabulary

LONGEST_SENTENCE = 300


def draft_indicators(
    sentence: str, metrics: Sequence[Metric], words: Vocabulary, published: date | None = None
) -> str:
    """An entry for each thing that the sentence counts and no indicator names, else a comment on the row.

    `metrics` are the rows of the sentence, read on the day `published`.
    """
    parts, named = [], set[str]()
    for metric in metrics:
        name = _name_of(metric)
        if metric.indicator_id is not None:
            place = next(held.source for held in words.indicators if held.id == metric.indicator_id)
            parts.append(f"# {metric.quote} ({name}) is {metric.indicator_id} already, see {place}\n")
        elif not name:
            parts.append(f"# {metric.quote}: the sentence does not say what it measures\n")
        elif metric.kind in (Kind.CHANGE, Kind.RANK):
            parts.append(f"# {metric.quote} is a {metric.kind} of {name}: it goes with its level\n")
        elif name not in named:
            named.add(name)
            parts.append(f"# {metric.quote}\n{_draft(sentence, metric, name, published)}")
    return "\n".join(parts)


def _name_of(metric: Metric) -> str:
    """What is measured, without whose it is; empty where the sentence does not say."""
    name, subject = metric.indicator or "", metric.subject or ""
    return name.removeprefix(subject) or name


def _draft(sentence: str, metric: Metric, name: str, published: date | None) -> str:
    measure = f"[{_quoted(metric.unit)}]" if metric.unit else "[]"
    rest = ", ".join(f"{key} = {value}" for key, value in _expected(metric, published))
    others = ", ".join(value for value in Category if value != metric.category)
    counter = _quoted(f"关于{name}的规定已经公布。")
    lines = (
        f'id       = "{propose_id(name)}"  # what indicator_id says of it, for ever: names joined by dots',
        f"name     = {_quoted(name)}",
        f'category = "{metric.category}"  # or {others}',
        f"says     = [{_quoted(name)}]  # add other wordings of the same",
        f"measures = {measure}  # add other units of it",
        f"example  = {_quoted(sentence)}",
        f"expect   = {{ {rest} }}  # correct what is wrong",
        f"counter  = {counter}  # a sentence that speaks of it and counts none",
    )
    return "\n".join(["[[indicator]]", *lines, ""])


def _expected(metric: Metric, published: date | None) -> Iterator[tuple[str, str]]:
    """What the row of the example holds, as TOML."""
    yield "value", f"{metric.value.normalize():f}"
    if metric.value_high is not None:
        yield "value_high", f"{metric.value_high.normalize():f}"
    yield "unit", _quoted(metric.unit)
    if metric.bound is not Bound.EXACT:
        yield "bound", _quoted(metric.bound)
    if metric.kind is not Kind.LEVEL:
        yield "kind", _quoted(metric.kind)
    for key, value in (("subject", metric.subject), ("period", metric.period_text)):
        if value:
            yield key, _quoted(value)
    if published is not None:
        yield "published", published.isoformat()


def propose_id(name: str) -> str:
    """An id for a name, spelled in pinyin.

    >>> propose_id("夜校学员")
    'own.yexiaoxueyuan'
    """
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    spelled = "".join(lazy_pinyin(name, style=Style.NORMAL)).lower()
    return f"own.{re.sub('[^a-z0-9]+', '', spelled) or 'indicator'}"


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
