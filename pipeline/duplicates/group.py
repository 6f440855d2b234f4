"""Which article is a duplicate of which, over all articles.

The articles are put in order, by the time of publication and then by id; those without a time come last.
Each is compared with the candidates before it, and named a duplicate of the earliest of those that it says
again and those that these are whole copies of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.duplicates.compare import Match, Reading, compare, read_text, similarity_of
from pipeline.duplicates.signature import VALUES, Signature
from pipeline.model import Likeness

NEIGHBOURS = 4
COMPARED_WITH = 24
BAND_GROUPS = 8
LEAST = 0.06
READINGS_KEPT = 2048
PIECE = 65_536

Texts = Callable[[frozenset[str]], Mapping[str, str]]
Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Signed:
    """An article by what is known of it without its text."""

    article_id: str
    published: datetime | None
    signature: Signature


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article and the earlier one that it says again."""

    article_id: str
    duplicate_of: str
    match: Match


@dataclass(frozen=True, slots=True)
class _Link:
    """An earlier article, by its place in the order, and how a later one is like it."""

    place: int
    match: Match


def find_duplicates(articles: Sequence[Signed], texts: Texts) -> tuple[Duplicate, ...]:
    """The duplicates among the articles, by id; `texts` gives the clean texts of some ids."""
    ordered = sorted(articles, key=_order)
    originals = _find_originals(ordered)
    different = [place for place, original in enumerate(originals) if place == original]
    homes = _find_homes([ordered[place] for place in different], texts)
    found = []
    for place, original in enumerate(originals):
        home = homes.get(ordered[original].article_id)
        if place != original and home is None:
            home = Duplicate("", ordered[original].article_id, Match(Likeness.EXACT, 1.0))
        if home is not None:
            found.append(replace(home, article_id=ordered[place].article_id))
    return tuple(sorted(found, key=lambda duplicate: duplicate.article_id))


def _order(article: Signed) -> tuple[bool, datetime, str]:
    return article.published is None, article.published or datetime.min, article.article_id


def _find_originals(ordered: Sequence[Signed]) -> list[int]:
    """For each article the first one that has the same characters."""
    first: dict[bytes, int] = {}
    return [first.setdefault(article.signature.digest, place) for place, article in enumerate(ordered)]


def _find_homes(ordered: Sequence[Signed], texts: Texts) -> Mapping[str, Duplicate]:
    """The duplicates among articles of which no two have the same characters."""
    sketched = [article for article in ordered if article.signature.sketch]
    pairs = find_pairs([article.signature.sketch or b"" for article in sketched])
    names = [article.article_id for article in sketched]
    held = texts(frozenset(names[place] for place in np.unique(pairs).tolist()))

    @lru_cache(READINGS_KEPT)
    def reading(place: int) -> Reading:
        return read_text(held[names[place]])

    links = defaultdict(list)
    for earlier, later in pairs.tolist():
        if match := compare(reading(earlier), reading(later)):
            links[later].append(_Link(earlier, match))
    homes: dict[int, _Link] = {}
    for later in sorted(links):
        home = min(_reached(links[later], homes), key=lambda link: link.place)
        direct = next((link for link in links[later] if link.place == home.place), None)
        homes[later] = direct or _Link(
            home.place, Match(home.match.kind, similarity_of(reading(home.place), reading(later)))
        )
    return {
        names[later]: Duplicate(names[later], names[home.place], home.match) for later, home in homes.items()
    }


def _reached(links: Sequence[_Link], homes: Mapping[int, _Link]) -> Iterator[_Link]:
    """The articles that are said again, and those of which these are whole copies."""
    for link in links:
        yield link
        home = homes.get(link.place)
        if home is not None and home.match.kind is not Likeness.PARTIAL:
            yield _Link(home.place, link.match)


def find_pairs(sketches: Sequence[bytes]) -> Pairs:
    """The pairs of places that are worth comparing, the earlier first, in order.

    Articles by one template agree in bands by the thousand, and few of them are copies.  So each is paired
    with the nearest before it that agree in a band, and of its pairs the most similar ones are kept.
    """
    values = np.frombuffer(b"".join(sketches), "<u4").reshape(len(sketches), VALUES)
    codes = np.empty(0, np.int64)
    for bands in np.split(values.view("<u8"), BAND_GROUPS, axis=1):  # two values side by side
        found = (pairs for band in bands.T for pairs in _agreeing(band))
        codes = np.unique(np.concatenate([codes, *found]))
    pairs = np.stack((codes // max(1, len(sketches)), codes % max(1, len(sketches))), axis=1)
    pieces = np.array_split(pairs, len(pairs) // PIECE + 1)
    return _most_similar(pairs, np.concatenate([_estimates(values, piece) for piece in pieces]))


def _agreeing(band: NDArray[np.uint64]) -> Iterator[NDArray[np.int64]]:
    """The pairs that agree in a band, each as one number."""
    order = np.argsort(band, kind="stable")
    ordered = band[order]
    for step in range(1, min(NEIGHBOURS + 1, len(band))):
        same = np.flatnonzero(ordered[step:] == ordered[:-step])
        yield order[same] * len(band) + order[same + step]


def _estimates(values: NDArray[np.uint32], pairs: Pairs) -> NDArray[np.int64]:
    """How many of the values of each pair agree."""
    agreeing: NDArray[np.int64] = np.count_nonzero(values[pairs[:, 0]] == values[pairs[:, 1]], axis=1)
    return agreeing


def _most_similar(pairs: Pairs, agreeing: NDArray[np.int64]) -> Pairs:
    """Of the pairs of each later article the most similar ones, in order."""
    order = np.lexsort((pairs[:, 0], -agreeing, pairs[:, 1]))
    later = pairs[order, 1]
    rank = np.arange(len(later)) - np.searchsorted(later, later)
    kept: Pairs = pairs[np.sort(order[(rank < COMPARED_WITH) & (agreeing[order] >= LEAST * VALUES)])]
    return kept
