"""Money as it is written: the currency before the number, 角 and 分 after 元, 块 as 元.

>>> from pipeline.quantities.find import find_quantities
>>> from pipeline.vocabulary import default_vocabulary
>>> [(str(q.value), q.unit) for q in find_quantities("$20或者五元三毛", default_vocabulary())]
[('20', '美元'), ('5.3', '元')]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose
from pipeline.quantities.draft import Draft
from pipeline.quantities.grammar import Numeral
from pipeline.quantities.numerals import parse_number
from pipeline.vocabulary import Vocabulary

_SMALL = regex.compile(
    r"(?:(?P<jiao>[0-9一二三四五六七八九两])[角毛])?(?:(?P<fen>[0-9一二三四五六七八九两])分(?!之))?"
)
_TENTH = regex.compile(r"[0-9一二两三四五六七八九](?=[,。、;!?)”]|$)")
_PRICE_END = frozenset(",。、;!?)”")
_REACH = 12


@dataclass(frozen=True, slots=True)
class MoneyWords:
    """Names of currencies that stand before a number, and words of a clause in which 块 is 元."""

    before: tuple[str, ...]
    price: regex.Pattern[str]


@lru_cache(maxsize=8)
def money_words(words: Vocabulary) -> MoneyWords:
    """The look-ups of a vocabulary."""
    return MoneyWords(words.list("money.before"), compose("{word}", word=any_of(words.list("money.price"))))


def with_currency(text: str, draft: Draft, before: Numeral | None, words: Vocabulary) -> Draft:
    """The draft with the currency that stands in front of its number: $20, 新台币1万元, 人民币8千."""
    if draft.unit not in ("", "元"):
        return draft
    if before and before.kind == "currency" and before.end == draft.start:
        sign = before.text.strip()
        unit = words.units_before.get(sign) or words.units.get(sign)
        start = before.start
    else:
        at = draft.start - 1 if text[draft.start - 1 : draft.start] == " " else draft.start
        name = next((n for n in money_words(words).before if text.endswith(n, 0, at)), None)
        if name is None:
            return draft
        unit, start = words.units.get(name), at - len(name)
    if unit is None:
        return draft
    rule = draft.rule if draft.written else "currency"
    return replace(draft, start=start, unit=unit.name, known=draft.known or unit, rule=rule)


def with_small_money(text: str, draft: Draft) -> Draft:
    """The draft of 元 with the 角 and 分 that follow: 50元6角三分."""
    match = _SMALL.match(text, draft.end)
    if match is None or match.end() == draft.end:
        return draft
    jiao, fen = (parse_number(match[g] or "零") or Decimal(0) for g in ("jiao", "fen"))
    return replace(draft, value=draft.value + jiao / 10 + fen / 100, end=match.end(), rule="compound")


def with_price(text: str, draft: Draft, words: Vocabulary) -> Draft:
    """块 at the end of a clause about money is 元 (花了三块, 三块五), elsewhere a piece (一块蛋糕)."""
    if draft.written != "块":
        return draft
    tenth = _TENTH.match(text, draft.end)
    if tenth:
        jiao = parse_number(tenth.group()) or Decimal(0)
        draft = replace(draft, value=draft.value + jiao / 10, end=tenth.end(), rule="compound")
    elif text[draft.end : draft.end + 1] not in (*_PRICE_END, ""):
        return draft
    if not tenth and not money_words(words).price.search(text, max(0, draft.start - _REACH), draft.start):
        return draft
    return replace(draft, unit="元", known=words.unit_names.get("元"))
