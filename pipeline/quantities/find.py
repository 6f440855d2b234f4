"""Finding the quantities of a clean text: numeral first, then its unit and its bounds on both sides.

>>> from pipeline.vocabulary import default_vocabulary
>>> found = find_quantities("收案超42万件,审结率近七成", default_vocabulary())
>>> [(q.value, q.unit, str(q.bound)) for q in found]
[(Decimal('420000'), '件', 'over'), (Decimal('70'), '%', 'nearly')]
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

import regex

from pipeline.model import Bound, Quantity
from pipeline.patterns import any_of, compose
from pipeline.quantities import forms, measures
from pipeline.quantities.bounds import find_bound_after, find_bound_before, find_compared, find_distant_bound
from pipeline.quantities.decoys import counts_from_1912, find_decoy, find_name, is_year_after_1911
from pipeline.quantities.draft import Draft, draft_number
from pipeline.quantities.grammar import Numeral, lexer
from pipeline.quantities.lists import share_units
from pipeline.quantities.money import with_currency, with_price
from pipeline.quantities.notes import note_of
from pipeline.quantities.numerals import parse_number
from pipeline.quantities.ranges import join_comparisons, with_compound, with_range
from pipeline.vocabulary import Vocabulary

_HALF = Decimal("0.5")
_RANK_ENDS = frozenset(("位", "名", ",", "。", "、", ";", ""))


def scan_numerals(text: str, words: Vocabulary) -> tuple[Numeral, ...]:
    """Every numeral of the text with its class.

    A plain number inside a fixed word is of class ``idiom``, one that is part of a name or a code of class
    ``name``; both say which word it was.

    >>> from pipeline.vocabulary import default_vocabulary
    >>> [(n.text, n.kind, n.word) for n in scan_numerals("一站式服务33号厅", default_vocabulary())]
    [('一', 'idiom', '一站式'), ('33', 'name', '号')]
    """
    from_1912 = counts_from_1912(text, words)
    found = []
    for match in lexer(words).finditer(text):
        start, end, kind, word = match.start(), match.end(), str(match.lastgroup), ""
        if kind in ("number", "half"):
            if idiom := find_decoy(text, start, end, words):
                kind, word = "idiom", idiom
            elif name := find_name(text, start, end, words):
                kind, word = "name", name
            elif from_1912 and is_year_after_1911(text, start, end):
                kind = "date"
        found.append(Numeral(start, end, kind, match.group(), word))
    return tuple(found)


def find_quantities(text: str, words: Vocabulary) -> tuple[Quantity, ...]:
    """The quantities of a clean text, in order, without overlaps."""
    numerals = (None, *scan_numerals(text, words), None)
    found: list[Quantity] = []
    end = 0
    for before, numeral, after in zip(numerals, numerals[1:], numerals[2:], strict=False):
        if numeral is None or numeral.start < end:
            continue
        quantity = _read(text, numeral, before, after, words)
        if quantity is None:
            continue
        found.append(replace(quantity, start=max(quantity.start, end)))
        end = quantity.end
    return tuple(share_units(text, join_comparisons(text, found, words)))


def _read(
    text: str, numeral: Numeral, before: Numeral | None, after: Numeral | None, words: Vocabulary
) -> Quantity | None:
    if numeral.kind == "number":
        return _read_plain(text, numeral, before, after, words)
    if numeral.kind == "half":
        return _read_half(text, numeral, words)
    if numeral.kind == "ordinal":
        return _read_rank(text, numeral, words)
    if numeral.kind == "ratio":
        number = forms.read_ratio(numeral)
        return _finish(text, replace(draft_number(number, None), rule="ratio"), words) if number else None
    number = _read_unitary(numeral)
    if number is None:
        return None
    written = "番" if numeral.kind == "doubling" else "分之"
    known = words.unit_names.get(number.unit)
    draft = draft_number(number, None)
    draft = replace(draft, unit=number.unit, written=written, known=known, rule=numeral.kind)
    return _finish(text, draft, words)


def _read_unitary(numeral: Numeral) -> forms.Number | None:
    """The number of a class that brings its own unit."""
    if numeral.kind == "fraction":
        return forms.read_fraction(numeral)
    if numeral.kind == "slashed":
        return forms.read_slashed(numeral)
    return forms.read_doubling(numeral) if numeral.kind == "doubling" else None


def _read_plain(
    text: str, numeral: Numeral, before: Numeral | None, after: Numeral | None, words: Vocabulary
) -> Quantity | None:
    """Unit, range, compound, currency and 每… around one number."""
    number = forms.read_number(numeral)
    if number is None:
        return None
    measure = measures.find_measure(text, number.end, words)
    plain = draft_number(number, measure)
    draft = with_range(text, plain, after, words)
    if draft is plain:
        draft = with_compound(text, draft, after, words)
    draft = with_price(text, with_currency(text, draft, before, words), words)
    per = measures.find_per(text, number.start, words) if draft.written else None
    if per and draft.unit:
        draft = replace(draft, start=per[0], unit=f"{draft.unit}/{per[1]}")
    return _finish(text, _with_noun(text, draft, words), words)


def _with_noun(text: str, draft: Draft, words: Vocabulary) -> Draft:
    """The unit of a noun, where there is no measure word: 五国, 出游人次65.22亿."""
    if draft.unit:
        return draft
    scope = measures.find_scope_noun(text, draft.end, words)
    if scope:
        return replace(draft, unit="个", written=text[draft.end : scope], end=scope)
    if measures.counts_casualties(text, draft.end, words):
        return replace(draft, unit="人", rule="noun_unit")
    unit = measures.find_noun_unit(text, draft.start, draft.end, words) if draft.number.scaled else None
    return replace(draft, unit=unit, rule="noun_unit") if unit else draft


def _finish(text: str, draft: Draft, words: Vocabulary) -> Quantity | None:
    """The quantity of a draft: its bounds on both sides, then its note."""
    bound = Bound.OVER if draft.more else Bound.EXACT
    start, end, rule = draft.start, draft.end, draft.rule
    if found := find_bound_after(text, end, draft.dimension, words):
        end = found[0]
        bound = found[1] if bound is Bound.EXACT else bound
        if not draft.written and (late := measures.find_measure(text, end, words)) and not _dimension(late):
            end = late.end
            draft = replace(draft, unit=late.unit, written=late.written, known=late.known)
    if found := find_bound_before(text, start, words):
        start = found[0]
        bound = found[1] if bound is Bound.EXACT or found[1] is not Bound.ABOUT else bound
    elif bound is Bound.EXACT:
        bound = find_distant_bound(text, start, draft.unit, words) or bound
    if bound is Bound.EXACT and (compared := find_compared(text, start, end, words)):
        start, end, bound, rule = start - 1, *compared, "compared"
    number = draft.number
    quantity = Quantity(
        start, end, draft.value, draft.high, bound, draft.written, draft.unit, rule,
        "vague" if number.vague else None, number.start, number.end,
    )  # fmt: skip
    return note_of(text, quantity, number.scaled, draft.dimension, words)


def _dimension(measure: measures.Measure) -> str | None:
    return measure.known.dimension if measure.known else None


def _read_half(text: str, numeral: Numeral, words: Vocabulary) -> Quantity | None:
    """一半, 近半, 过半, 半数 are 50 %; 半 before a time is half of it (半年)."""
    start, end = numeral.start, numeral.end
    measure = measures.find_measure(text, end, words)
    if numeral.text == "半" and measure and _dimension(measure) == "time":
        half = draft_number(forms.Number(start, end, _HALF), measure)
        return _finish(text, replace(half, rule="half"), words)
    bounded = text[start - 1 : start] == "占" or find_bound_before(text, start, words)
    if numeral.text == "半" and not bounded:
        return None
    share = draft_number(forms.Number(start, end, Decimal(50), scaled=True), None)
    known = words.unit_names["%"]
    return _finish(text, replace(share, unit="%", written=numeral.text, known=known, rule="half"), words)


@lru_cache(maxsize=8)
def _ranked(words: Vocabulary) -> regex.Pattern[str]:
    return compose(r"{verb}[^,。;、0-9]{0,12}$", verb=any_of(words.list("rank.before")))


def _read_rank(text: str, numeral: Numeral, words: Vocabulary) -> Quantity | None:
    """居全省第一: a rank, where the words before say so."""
    if not _ranked(words).search(text, max(0, numeral.start - 16), numeral.start):
        return None
    value = parse_number(numeral.text.removeprefix("第"))
    after = text[numeral.end : numeral.end + 1]
    if value is None or (after not in _RANK_ENDS and numeral.text != "第一"):
        return None
    end = numeral.end + (after in ("位", "名"))
    return Quantity(
        numeral.start, end, value, None, Bound.EXACT, "", "", "rank", "rank", numeral.start, numeral.end
    )
