"""Regions from the compact `region.*` lists: each full name, and the short name that it is also called by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.vocabulary.words import Region

KINDS = ("country", "province", "prefecture", "county", "area")
"""In this order a short name finds its owner: 吉林 is the province before it is the city."""
SHORT = "region.suffix"
"""The list of endings that a name may lose (杭州市 is also 杭州)."""
FULL = "region.full"
"""The list of names that are not shortened, for their short form is a common word."""


def build_regions(
    lists: Mapping[str, tuple[str, ...]], given: Iterable[Region]
) -> tuple[tuple[Region, ...], dict[str, Region]]:
    """All regions, and the region that each name as written stands for.

    A region of `given` replaces the listed one of its name.
    """
    regions = {region.name: region for region in given}
    suffixes = sorted(lists.get(SHORT, ()), key=lambda suffix: (-len(suffix), suffix))
    full = frozenset(lists.get(FULL, ()))
    for kind in KINDS:
        for name in lists.get(f"region.{kind}", ()):
            if name not in regions:
                short = None if kind == "county" or name in full else _shorten(name, suffixes)
                regions[name] = Region(name, (name, short) if short else (name,), kind)
    names: dict[str, Region] = {}
    for region in regions.values():
        names.setdefault(region.name, region)
    for region in regions.values():
        for word in region.says:
            names.setdefault(word, region)
    return tuple(regions.values()), names


def _shorten(name: str, suffixes: Iterable[str]) -> str | None:
    """The name without its ending; None where less than two characters would be left.

    >>> _shorten("杭州市", ["市"]), _shorten("北京", ["市"])
    ('杭州', None)
    """
    for suffix in suffixes:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return None
