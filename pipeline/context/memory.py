"""What an article has named so far, and the pool in which candidates gather what speaks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pipeline.context.ranking import Cross, Features
from pipeline.context.reading import Sentence
from pipeline.context.subjects import Name
from pipeline.model import Period

Value = TypeVar("Value")
Found = tuple[str, tuple[str, ...]]  # a name, and how it was found


@dataclass(slots=True)
class Memory:
    """What the article has named so far."""

    subject: str | None = None
    subjects: list[str | None] = field(default_factory=list)
    period: Period | None = None
    stretch: Period | None = None
    lead_subject: str | None = None
    lead_period: Period | None = None
    first_period: Period | None = None
    first_until: Period | None = None
    title_period: Period | None = None
    dateline: Period | None = None
    published: Period | None = None
    year_before: Period | None = None
    topic: str | None = None
    of_project: bool = False
    title_names: tuple[str, ...] = ()
    title_region: str | None = None
    title_phrases: tuple[str, ...] = ()
    phrases: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    past: list[tuple[Sentence, bool]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    looks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    heard: list[Found] | None = None
    fresh_section: bool = True
    fresh_paragraph: bool = True

    def place(self) -> str:
        """Whether a section or a paragraph has just begun."""
        return "fresh_section" if self.fresh_section else "fresh_paragraph" if self.fresh_paragraph else "on"


class Pool(Generic[Value]):
    """Candidates by key; the same one found in several ways gathers their features."""

    def __init__(self) -> None:
        self.features: dict[object, list[str]] = {}
        self.values: dict[object, Value] = {}

    def add(self, key: object, value: Value, names: Iterable[str]) -> None:
        """One more way in which a candidate was found."""
        known = self.features.get(key)
        if known is None:
            self.values[key] = value
            self.features[key] = list(names)
        else:
            known.extend(names)

    def candidates(
        self,
        shape: str,
        looks: Callable[[Value], tuple[str, ...]] = lambda _: (),
        marks: tuple[str, ...] = (),
        marked: frozenset[str] = frozenset(),
    ) -> list[tuple[Value, Features]]:
        """Each candidate with its features: by themselves, together with the place's `shape`, and those that
        are `marked` together with each of the `marks` of the clause."""
        out = []
        is_marked = marked.__contains__ if marks else None
        for key, names in self.features.items():
            value, found = self.values[key], tuple(dict.fromkeys(names))
            crosses: tuple[Cross, ...] = (Cross(found, "|", (shape,)),)
            if is_marked and (both := tuple(filter(is_marked, found))):
                crosses = (*crosses, Cross(both, "+", marks))
            out.append((value, Features((*found, *looks(value)), crosses)))
        return out


def resolve(name: Name, memory: Memory, before: Sequence[str] = ()) -> str:
    """该国, 该局 point back to the body or region of that kind named last."""
    if not name.name.startswith("该"):
        return name.name
    named = [*memory.named, *(n for n in before if not n.startswith("该"))]
    same = next(
        (n for n in reversed(named) if n.endswith(name.name[-1:]) or (name.name == "该国" and len(n) > 1)),
        None,
    )
    return same or (named[-1] if named else name.name)
