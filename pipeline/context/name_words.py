"""Which tokens the names of bodies and regions are built from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.context.tags import tag_of
from pipeline.patterns import any_of, compose
from pipeline.vocabulary import Vocabulary
from pipeline.vocabulary.words import Tokens

_HAN = regex.compile(r"\p{Han}+")
_REGION_AS_SUCH = "地区"
_PLACE_ENDS = frozenset("市县区镇乡村州旗")
_MOST_KNOWN = 1 << 16
_LEAST_SYLLABLES, _MOST_SYLLABLES = 2, 3
_NO_SYLLABLE = frozenset({"m", "r", "p", "c", "u", "uj", "ul", "uz", "ud", "q", "y", "f", "t"})
_VERB_TAGS = frozenset(
    {"v", "d", "p", "c", "u", "r", "m", "q", "uj", "ul", "zg", "t", "ud", "uz", "f", "y", "vd", "i", "l"}
)


@dataclass(frozen=True, eq=False, slots=True)
class NameWords:
    """The word lists that the names of bodies and regions are told by, ready for looking up."""

    suffixes: frozenset[str]
    suffix_lengths: tuple[int, ...]
    bodies: frozenset[str]
    scopes: frozenset[str]
    regions: frozenset[str]
    attributes: frozenset[str]
    borders: frozenset[str]
    generic: frozenset[str]
    never: frozenset[str]
    inside: frozenset[str]
    no_body: frozenset[str]
    weak: tuple[str, ...]
    events: tuple[str, ...]
    companies: tuple[str, ...]
    admin: tuple[str, ...]
    not_admin: tuple[str, ...]
    titles: tuple[str, ...]
    object_after: tuple[str, ...]
    place_after: tuple[str, ...]
    source_after: tuple[str, ...]
    object_before: tuple[str, ...]
    covers: tuple[str, ...]
    speaks: tuple[str, ...]
    filler: regex.Pattern[str]


@lru_cache(maxsize=8)
def name_words(words: Vocabulary) -> NameWords:
    """The lists of a vocabulary that names are told by."""
    one_letter = set(words.lists.get("region.abbreviation", ())) | set(
        words.lists.get("region.abbreviation.country", ())
    )
    suffixes = frozenset(words.list("body.suffix")) | frozenset(words.list("subject.suffix"))

    def table(name: str) -> frozenset[str]:
        return frozenset(words.list(f"subject.{name}"))

    return NameWords(
        suffixes,
        tuple(sorted({len(s) for s in suffixes if len(s) > 1}, reverse=True)),
        frozenset(words.bodies) | {"中央"},
        frozenset(words.list("body.scope")),
        frozenset(name for name in words.region_names if name not in one_letter),
        table("attribute"),
        table("border"),
        table("generic"),
        table("never"),
        table("verb_inside"),
        table("no_body"),
        words.list("subject.weak"),
        words.list("subject.event"),
        words.list("subject.company"),
        words.list("subject.admin"),
        words.list("subject.admin.not"),
        words.list("subject.title"),
        words.list("subject.object_after"),
        words.list("subject.place_after"),
        words.list("subject.source_after"),
        words.list("subject.object_before"),
        words.list("subject.covers"),
        words.list("subject.speaks"),
        compose("{word}", word=any_of(words.list("subject.before_initial"))),
    )


def join_places(tokens: Tokens, table: NameWords) -> Tokens:
    """The tokens with places that no word list knows as one token: 澄|湖|市 is 澄湖市."""
    if _PLACE_ENDS.isdisjoint([token for token, _, _ in tokens]):
        return tokens
    out: Tokens = []
    for token, start, end in tokens:
        size = 0
        if token in _PLACE_ENDS:
            while size < min(len(out), _MOST_SYLLABLES) and _is_syllable(out[-1 - size][0], table):
                size += 1
        if size >= _LEAST_SYLLABLES:
            first = out[-size][1]
            joined = "".join(t for t, _, _ in out[-size:]) + token
            del out[-size:]
            out.append((joined, first, end))
        else:
            out.append((token, start, end))
    return out


def _is_syllable(token: str, table: NameWords) -> bool:
    return (
        len(token) == 1
        and "\u4e00" <= token <= "\u9fff"
        and token not in table.borders
        and token not in table.attributes
        and tag_of(token) not in _NO_SYLLABLE
    )


def split_regions(tokens: Tokens, table: NameWords) -> Tokens:
    """The tokens with a region apart from the 地区 after it, as in 广州地区生产总值."""
    joined = join_places(tokens, table)
    if not any(token.endswith(_REGION_AS_SUCH) for token, _, _ in joined):
        return joined
    out: Tokens = []
    for token, start, end in joined:
        region = token.removesuffix(_REGION_AS_SUCH)
        if region != token and region in table.regions and token not in table.regions:
            middle = start + len(region)
            out += [(region, start, middle), (_REGION_AS_SUCH, middle, end)]
        else:
            out.append((token, start, end))
    return out


@dataclass(frozen=True, slots=True)
class Traits:
    """What a token can be in a name; each claim is about the token alone.

    ``named``: it names something by itself; ``begins``: a name may begin with it wherever it stands;
    ``opens``: a name may begin with it where a clause begins.
    """

    han: bool
    region: bool
    scope: bool
    border: bool
    generic: bool
    admin: bool
    whole: bool
    weak: bool
    ends: bool
    inside: bool
    named: bool
    begins: bool
    opens: bool


class KnownTraits(dict[str, Traits]):
    """The traits of tokens, each told when it is first asked for."""

    def __init__(self, table: NameWords) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, token: str) -> Traits:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        traits = self[token] = traits_of(token, self._table)
        return traits


@lru_cache(maxsize=8)
def known_traits(table: NameWords) -> KnownTraits:
    """The traits by token, for all texts that are read with these words."""
    return KnownTraits(table)


def traits_of(token: str, table: NameWords) -> Traits:
    """What the token can be in a name."""
    region, scope, body = token in table.regions, token in table.scopes, token in table.bodies
    admin, ends, inside = _is_admin(token, table), _ends_body(token, table), _can_be_inside(token, table)
    generic, named = token in table.generic or len(token) == 1, region or scope or body or admin
    han = _HAN.fullmatch(token) is not None
    able = han and token not in table.never
    begins = named or (ends and not generic) or token in table.attributes
    return Traits(
        han=han,
        region=region,
        scope=scope,
        border=token in table.borders,
        generic=generic,
        admin=admin,
        whole=body or token.endswith(table.events),
        weak=token.endswith(table.weak),
        ends=ends,
        inside=inside,
        named=named,
        begins=able and begins,
        opens=able and (begins or (inside and len(token) > 1)),
    )


def _can_be_inside(token: str, table: NameWords) -> bool:
    """The token may stand inside a name."""
    if token in table.scopes or token in table.regions or token in table.attributes or token in table.inside:
        return True
    return token not in table.borders and tag_of(token) not in _VERB_TAGS


def _is_admin(token: str, table: NameWords) -> bool:
    """A place by its ending: 黄陵镇."""
    return len(token) > 2 and token.endswith(table.admin) and not token.endswith(table.not_admin)


def _ends_body(token: str, table: NameWords) -> bool:
    """The name of a body may end with the token."""
    if token in table.no_body:
        return False
    if token in table.suffixes or (token[-1:] in "局厅署" and tag_of(token) not in ("v", "d")):
        return True
    return any(token[-n:] in table.suffixes for n in table.suffix_lengths if n < len(token))
