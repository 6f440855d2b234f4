"""What an article has named so far, and the pool in which candidates gather what speaks for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.context.reading import Sentence
from pipeline.context.subjects import Name
from pipeline.model import Period

Features = tuple[str, ...]


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
    title_period: Period | None = None
    dateline: Period | None = None
    published: Period | None = None
    year_before: Period | None = None
    topic: str | None = None
    of_project: bool = False
    title_names: tuple[str, ...] = ()
    title_region: str | None = None
    named: list[str] = field(default_factory=list)
    past: list[tuple[Sentence, bool]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    fresh_section: bool = True
    fresh_paragraph: bool = True


class Pool:
    """Candidates by value; the same value found in several ways gathers their features."""

    def __init__(self) -> None:
        self.features: dict[object, list[str]] = {}
        self.values: dict[object, object] = {}

    def add(self, key: object, value: object, names: Iterable[str]) -> None:
        self.values.setdefault(key, value)
        self.features.setdefault(key, []).extend(names)


def resolve(name: Name, memory: Memory) -> str:
    """该国, 该局 point back to the body or region of that kind named last."""
    if not name.name.startswith("该"):
        return name.name
    same = next(
        (
            n
            for n in reversed(memory.named)
            if n.endswith(name.name[-1:]) or (name.name == "该国" and len(n) > 1)
        ),
        None,
    )
    return same or (memory.named[-1] if memory.named else name.name)
