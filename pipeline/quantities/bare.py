"""Numbers without a unit: which of them count, and which of those are rarely summed.

>>> from pipeline.quantities.find import find_quantities
>>> from pipeline.vocabulary import default_vocabulary
>>> [(str(q.value), q.note) for q in find_quantities("突破15万,千万考生,见图12", default_vocabulary())]
[('150000', None), ('10000000', 'vague'), ('12', 'bare')]
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Bound, Quantity
from pipeline.quantities.seen import MAGNITUDES, Seen

_LONG_CODE = 9
_LONG_HANZI = 4


def note_ratio(seen: Seen) -> str | None:
    """城乡收入比缩小到1.86:1 is measured; a score, a mixture and 三次产业之比38:34:28 are not."""
    pair = seen.form.count(":") + seen.form.count("∶") == 1
    return None if pair and "." in seen.form and seen.words.ratio.search(seen.before) else "ratio"


def note_bare(seen: Seen, scaled: bool) -> Quantity | None:
    """A magnitude or a stated figure counts; a lone digit string is ``bare``, a long one a code."""
    quantity, form = seen.quantity, seen.form
    if form.isdecimal() and form.isascii() and len(form) >= _LONG_CODE:
        return None
    bounded = quantity.bound is not Bound.EXACT
    if seen.hanzi and not _is_number(seen, bounded, scaled):
        return None
    if not bounded and MAGNITUDES.issuperset(form):
        return replace(quantity, note="vague")
    if quantity.bound is Bound.OVER and MAGNITUDES.issuperset(form) and seen.after.startswith("的"):
        return replace(quantity, note="threshold")
    stated = seen.words.stated.search(seen.before) is not None
    counts = stated or _is_magnitude(seen, scaled) or (not seen.hanzi and (bounded or _is_of_people(seen)))
    return quantity if counts else replace(quantity, note="bare")


def _is_number(seen: Seen, bounded: bool, scaled: bool) -> bool:
    """Hanzi are a number where a bound, a magnitude or the borders of a word show it."""
    ends = not _touches(seen.after[:1])
    alone = ends and not _touches(seen.before[-1:])
    if len(seen.form) == 1:
        return alone or bounded
    return alone or bounded or (scaled and ends) or _is_magnitude(seen, scaled)


def _is_magnitude(seen: Seen, scaled: bool) -> bool:
    """1.2万, 四千八百六十五, 三十万: written so that it counts."""
    if len(seen.form) == 1 and seen.hanzi and seen.quantity.bound is Bound.EXACT:
        return False
    return scaled and (
        not seen.hanzi or len(seen.form) > _LONG_HANZI or seen.form.rstrip("多余")[-1] in "万亿百千"
    )


def _is_of_people(seen: Seen) -> bool:
    """28男23女."""
    return seen.after[:1] in ("男", "女")


def _touches(char: str) -> bool:
    return bool(char) and (char.isalnum() or char in "_@#/\\")
