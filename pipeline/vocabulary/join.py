"""Joining vocabulary files into one `Vocabulary`; every word has one owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from pipeline.vocabulary.read import Source
from pipeline.vocabulary.regions import build_regions
from pipeline.vocabulary.shapes import IndicatorShape, RegionShape, UnitShape
from pipeline.vocabulary.tokens import Cutter
from pipeline.vocabulary.words import Indicator, Region, Unit, Vocabulary

SPOKEN = ("body.name", "body.scope")
"""Lists whose words the tokenizer must know, besides indicators and regions."""

Lists = dict[str, tuple[str, ...]]
Owner = TypeVar("Owner")
Shape = TypeVar("Shape", UnitShape, IndicatorShape, RegionShape)


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Shape]):
    """An entry of a file: where it stands and what it holds."""

    source: Source
    path: tuple[str | int, ...]
    shape: Shape

    def place(self, word: str | None = None) -> str:
        return self.source.place(self.path, word)


def join_sources(digest: str, sources: list[Source], faults: list[str]) -> Vocabulary:
    """The vocabulary that `sources` make; what is wrong between them is added to `faults`."""
    lists = _join_lists(sources, faults)
    units, measures, before = _join_units(sources, faults)
    indicators, says = _join_indicators(sources, measures, faults)
    regions, names = build_regions(lists, _join_regions(sources, faults))
    spoken = [word for name in SPOKEN for word in lists.get(name, ())]
    return Vocabulary(
        digest=digest,
        lists=lists,
        units=measures,
        units_before=before,
        unit_names=units,
        indicators=indicators,
        indicator_says=says,
        regions=regions,
        region_names=names,
        bodies=lists.get("body.name", ()),
        longest_measure=max(map(len, measures), default=0),
        cutter=Cutter((*spoken, *says, *names)),
    )


def _join_lists(sources: list[Source], faults: list[str]) -> Lists:
    """Lists of one name joined.  A word twice in a layer is a fault; added files may repeat built-in ones."""
    joined: dict[str, dict[str, Source]] = {}
    for source in sources:
        for name, words in source.shape.lists.items():
            owners = joined.setdefault(name, {})
            seen: set[str] = set()
            for word in words:
                first = owners.setdefault(word, source)
                if word in seen or (first is not source and first.layer == source.layer):
                    place = source.place(("lists", name), word)
                    again = f'"{word}" is already in list "{name}" of {first.name}; remove one'
                    faults.append(f"{place}: {again}")
                seen.add(word)
    return {name: tuple(owners) for name, owners in joined.items()}


def _join_units(
    sources: list[Source], faults: list[str]
) -> tuple[dict[str, Unit], dict[str, Unit], dict[str, Unit]]:
    """Units by name, by measure as written, and by the sign before the numeral."""
    entries = _merge("unit", [(source, source.shape.unit) for source in sources], faults)
    names: dict[str, Unit] = {}
    measures: dict[str, tuple[Unit, _Entry[UnitShape]]] = {}
    before: dict[str, tuple[Unit, _Entry[UnitShape]]] = {}
    for name, entry in entries.items():
        unit = names[name] = _build_unit(entry, faults)
        for owners, words in ((measures, unit.measures), (before, unit.before)):
            for word in words:
                owner, first = owners.setdefault(word, (unit, entry))
                if first is not entry or words.count(word) > 1:
                    faults.append(_taken(word, entry, owner.name, first))
    return names, _owners(measures), _owners(before)


def _build_unit(entry: _Entry[UnitShape], faults: list[str]) -> Unit:
    shape = entry.shape
    if (shape.factor is None) != (shape.base is None) or (shape.factor and not shape.dimension):
        faults.append(
            f'{entry.place()}: unit "{shape.name}" converts by "dimension", "factor" and "base" together; '
            "give all three or no factor and no base"
        )
    factor = _parse_factor(shape.factor) if shape.factor else None
    if factor is not None and not factor:
        faults.append(f'{entry.place()}: unit "{shape.name}" has a factor of zero; correct it')
    return Unit(
        name=shape.name,
        measures=tuple(shape.measures or (shape.name,)),
        dimension=shape.dimension,
        factor=factor,
        base=shape.base,
        category=shape.category,
        before=tuple(shape.before or ()),
    )


def _parse_factor(text: str) -> Decimal:
    """A factor such as "0.5" or "2000/3"; zero where it has no value.

    >>> _parse_factor("1/4")
    Decimal('0.25')
    """
    above, _, below = text.partition("/")
    divisor = Decimal(below or 1)
    return Decimal(above) / divisor if divisor else Decimal(0)


def _join_indicators(
    sources: list[Source], measures: dict[str, Unit], faults: list[str]
) -> tuple[tuple[Indicator, ...], dict[str, Indicator]]:
    """All indicators, and the one that each wording belongs to."""
    entries = _merge("indicator", [(source, source.shape.indicator) for source in sources], faults)
    says: dict[str, tuple[Indicator, _Entry[IndicatorShape]]] = {}
    indicators = []
    for name, entry in entries.items():
        shape = entry.shape
        indicators.append(indicator := _build_indicator(name, entry))
        for word in shape.says:
            owner, first = says.setdefault(word, (indicator, entry))
            if first is not entry or shape.says.count(word) > 1:
                faults.append(_taken(word, entry, owner.id, first))
        faults += [
            f'{entry.place(measure)}: unknown unit "{measure}" of {name}; correct it or add a unit'
            for measure in shape.measures
            if measure not in measures
        ]
        if shape.expect.unit and all(shape.expect.unit != unit.name for unit in measures.values()):
            place = entry.place(shape.expect.unit)
            faults.append(f'{place}: {name} expects "{shape.expect.unit}", which is no canonical unit')
    return tuple(indicators), _owners(says)


def _build_indicator(name: str, entry: _Entry[IndicatorShape]) -> Indicator:
    shape = entry.shape
    return Indicator(
        id=name,
        name=shape.name,
        category=shape.category,
        says=tuple(shape.says),
        measures=tuple(shape.measures),
        example=shape.example,
        expect=shape.expect.model_dump(exclude_none=True),
        counter=shape.counter,
        source=entry.place(),
        places=_places(entry),
    )


def _places(entry: _Entry[IndicatorShape]) -> dict[str, str]:
    """Where the sentences of an added indicator stand; of the many built-in ones, its place will do."""
    if not entry.source.layer:
        return {}
    return {key: entry.source.place((*entry.path, key)) for key in ("example", "expect", "counter")}


def _join_regions(sources: list[Source], faults: list[str]) -> tuple[Region, ...]:
    entries = _merge("region", [(source, source.shape.region) for source in sources], faults)
    owners: dict[str, tuple[str, _Entry[RegionShape]]] = {}
    regions = []
    for name, entry in entries.items():
        says = (name, *(word for word in entry.shape.says if word != name))
        regions.append(Region(name, says, entry.shape.kind))
        for word in says:
            owner, first = owners.setdefault(word, (name, entry))
            if first is not entry:
                faults.append(_taken(word, entry, owner, first))
    return tuple(regions)


def _merge(
    table: str, found: Iterable[tuple[Source, list[Shape]]], faults: list[str]
) -> dict[str, _Entry[Shape]]:
    """Entries by id or name.  Twice in one layer is a fault; one of a higher layer replaces the lower one."""
    entries: dict[str, _Entry[Shape]] = {}
    for source, shapes in found:
        for number, shape in enumerate(shapes):
            key = shape.id if isinstance(shape, IndicatorShape) else shape.name
            entry = _Entry(source, (table, number), shape)
            first = entries.get(key)
            if first is not None and first.source.layer == source.layer:
                faults.append(f'{entry.place()}: {table} "{key}" is already at {first.place()}; remove one')
            entries[key] = entry
    return entries


def _taken(word: str, entry: _Entry[Shape], owner: str, first: _Entry[Shape]) -> str:
    claim = f'"{word}" already belongs to {owner} at {first.place(word)}; take it out of one of them'
    return f"{entry.place(word)}: {claim}"


def _owners(words: dict[str, tuple[Owner, _Entry[Shape]]]) -> dict[str, Owner]:
    return {word: owner for word, (owner, _) in words.items()}
