"""Regions from the compact `region.*` lists: each full name and the short names it is also called by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.vocabulary.words import Region

KINDS = ("country", "province", "prefecture", "county", "area", "city")
"""In this order a short name finds its owner: 吉林 is the province before it is the city."""
AUTONOMOUS = {"自治州": "州", "自治县": "县", "自治旗": "旗", "自治区": ""}


@dataclass(frozen=True, slots=True)
class Endings:
    """What a name may lose: its kind (市), and the peoples before it (土家族苗族); longest first."""

    suffixes: tuple[str, ...] = ()
    peoples: tuple[str, ...] = ()

    def short_names(self, name: str) -> tuple[str, ...]:
        """The shorter names of `name`, the shortest last; none where less than two characters would be left.

        >>> Endings(("自治州", "市"), ("土家族", "苗族")).short_names("恩施土家族苗族自治州")
        ('恩施州', '恩施')
        >>> Endings(("市",)).short_names("杭州市")
        ('杭州',)
        """
        suffix = next((suffix for suffix in self.suffixes if name.endswith(suffix)), "")
        stem = name[: -len(suffix)] if suffix else ""
        if len(stem) < 2:
            return ()
        ending = AUTONOMOUS.get(suffix)
        if ending is None:
            return (stem,)
        stem = self._without_peoples(stem)
        return (stem + ending, stem) if ending else (stem,)

    def _without_peoples(self, stem: str) -> str:
        for _ in range(5):  # the longest name holds four peoples
            shorter = next((stem[: -len(p)] for p in self.peoples if stem.endswith(p)), "")
            if len(shorter) < 2:
                return stem
            stem = shorter
        return stem


def build_regions(
    lists: Mapping[str, tuple[str, ...]], given: Iterable[Region]
) -> tuple[tuple[Region, ...], dict[str, Region]]:
    """All regions, and the region that each name as written stands for.

    A region of `given` replaces the listed one of its name.  A name of two regions is the first one's.
    """
    endings = Endings(_longest_first(lists, "region.suffix"), _longest_first(lists, "region.people"))
    full = frozenset(lists.get("region.full", ()))
    short = frozenset(lists.get("region.short", ()))
    replaced = {region.name: region for region in given}
    listed: dict[str, Region] = {}
    for kind in KINDS:
        for name in lists.get(f"region.{kind}", ()):
            if name not in listed:
                listed[name] = replaced.get(name) or _build(name, kind, endings, full, short)
    listed.update(replaced)
    names = dict(listed)
    for region in listed.values():
        for word in region.says:
            names.setdefault(word, region)
    return tuple(listed.values()), names


def _build(name: str, kind: str, endings: Endings, full: frozenset[str], short: frozenset[str]) -> Region:
    if name in full or kind not in {"province", "prefecture", "county"}:
        return Region(name, (name,), kind)
    says = endings.short_names(name)
    if kind == "county":  # 朝阳区 keeps its full name, 长阳土家族自治县 is also 长阳县, 昆山市 also 昆山
        says = tuple(word for word in says if word in short or word is not says[-1])
    return Region(name, (name, *says), kind)


def _longest_first(lists: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    return tuple(sorted(lists.get(name, ()), key=lambda word: (-len(word), word)))
