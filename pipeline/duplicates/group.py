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
from hashlib import blake2b

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
Compared = dict[bytes, "Match | None"]
Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Signed:
    """An article by what is known of it without its text; `text` is a digest of that."""

    article_id: str
    published: datetime | None
    signature: Signature
    text: bytes = b""


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


def find_duplicates(
    articles: Sequence[Signed], texts: Texts, compared: Compared | None = None
) -> tuple[Duplicate, ...]:
    """The duplicates among the articles, by id; `texts` gives the clean texts of some ids.

    `compared` is what comparing pairs of texts gave before, by `pair_key`; it saves work and changes nothing.
    It is brought up to date: what is no longer asked for goes.
    """
    compared = {} if compared is None else compared
    ordered = sorted(articles, key=_order)
    originals = _find_originals(ordered)
    different = [place for place, original in enumerate(originals) if place == original]
    homes = _find_homes([ordered[place] for place in different], texts, compared)
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


def _find_homes(ordered: Sequence[Signed], texts: Texts, compared: Compared) -> Mapping[str, Duplicate]:
    """The duplicates among articles of which no two have the same characters."""
    sketched = [article for article in ordered if article.signature.sketch]
    found = find_pairs([article.signature.sketch or b"" for article in sketched])
    pairs = [(earlier, later) for earlier, later in found.tolist()]
    comparing = _Comparing(sketched, texts, compared)
    links = defaultdict(list)
    for (earlier, later), match in zip(pairs, comparing.compare(pairs), strict=True):
        if match:
            links[later].append(_Link(earlier, match))
    homes: dict[int, _Link] = {}
    indirect = []
    for later in sorted(links):
        home = min(_reached(links[later], homes), key=lambda link: link.place)
        direct = next((link for link in links[later] if link.place == home.place), None)
        homes[later] = direct or home
        if direct is None:
            indirect.append((home.place, later))
    for (place, later), match in zip(indirect, comparing.liken(indirect), strict=True):
        homes[later] = _Link(place, Match(homes[later].match.kind, match.similarity))
    comparing.forget_others()
    return {
        sketched[later].article_id: Duplicate(
            sketched[later].article_id, sketched[home.place].article_id, home.match
        )
        for later, home in homes.items()
    }


def pair_key(one: bytes, other: bytes, what: bytes = b"compare") -> bytes:
    """Names what was found of two texts, by their digests."""
    return blake2b(one + other, digest_size=16, key=what).digest()


class _Comparing:
    """Compares texts that were not compared before; the articles go by their places."""

    def __init__(self, articles: Sequence[Signed], texts: Texts, compared: Compared) -> None:
        self._articles, self._texts, self._compared = articles, texts, compared
        self._asked: set[bytes] = set()

    def compare(self, pairs: Sequence[tuple[int, int]]) -> list[Match | None]:
        """How the later of each pair is like the earlier."""
        return self._look_up(pairs, b"compare", compare)

    def liken(self, pairs: Sequence[tuple[int, int]]) -> list[Match]:
        """How similar each pair is, whatever its kind."""
        found = self._look_up(pairs, b"liken", lambda a, b: Match(Likeness.NEAR, similarity_of(a, b)))
        return [match for match in found if match]

    def forget_others(self) -> None:
        """Keep only what was asked for."""
        for key in self._compared.keys() - self._asked:
            del self._compared[key]

    def _look_up(
        self,
        pairs: Sequence[tuple[int, int]],
        what: bytes,
        work: Callable[[Reading, Reading], Match | None],
    ) -> list[Match | None]:
        # An article whose text has no digest goes by its id.
        names = [article.text or article.article_id.encode() for article in self._articles]
        keys = [pair_key(names[earlier], names[later], what) for earlier, later in pairs]
        new = [(key, pair) for key, pair in zip(keys, pairs, strict=True) if key not in self._compared]
        held = self._texts(frozenset(self._articles[place].article_id for _, pair in new for place in pair))

        @lru_cache(READINGS_KEPT)
        def reading(place: int) -> Reading:
            return read_text(held[self._articles[place].article_id])

        for key, (earlier, later) in new:
            self._compared[key] = work(reading(earlier), reading(later))
        self._asked.update(keys)
        return [self._compared[key] for key in keys]


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
