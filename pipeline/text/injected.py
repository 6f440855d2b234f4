"""What was put into a text: advertising names, signs of broadcasts and pictures, words spun by machine.

>>> from pipeline.vocabulary import default_vocabulary
>>> page = AlignedText.of("【解说】依照规那么,去年审结(本文来自www.example.org)12万件(图)")
>>> remove_injected(page, default_vocabulary()).clean
'依照规则,去年审结12万件'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.patterns import any_of, compose, glimpse
from pipeline.text.aligned import AlignedText
from pipeline.text.boilerplate import QUANTITY
from pipeline.vocabulary import Vocabulary

_ADDRESS = r"(?:https?://|www\.)[A-Za-z0-9./_\-]{3,60}"
_CLOSED = re.compile(r"[图片]\d{0,2}[)】\]]")  # a quick look for a picture's sign
_SPUN = "那么"  # what a spinner writes for 则, also inside words
_AROUND = 40


@dataclass(frozen=True, slots=True)
class InjectedRules:
    """The patterns that are made from the vocabulary's words."""

    adverts: re.Pattern[str]
    advert: regex.Pattern[str]
    reported: regex.Pattern[str]
    credit: regex.Pattern[str]
    picture: regex.Pattern[str]
    stage: regex.Pattern[str]
    spun: regex.Pattern[str]


@lru_cache(maxsize=8)
def injected_rules(words: Vocabulary) -> InjectedRules:
    """The rules for a vocabulary."""
    spun = [word.replace("则", _SPUN) for word in words.list("repair.spun")]
    return InjectedRules(
        adverts=glimpse(words.list("boilerplate.advert")),
        advert=compose("{name}", name=any_of(words.list("boilerplate.advert"))),
        reported=compose("{word}", word=any_of(words.list("boilerplate.reported"))),
        credit=compose(
            r"[(【\[][ ]{0,2}{lead}[^()【】\[\]\n。]{0,40}{address}[ ]{0,2}[)】\]]"
            r"|{lead}[^\n。,]{0,12}{address}",
            lead=any_of(words.list("boilerplate.advert.lead")),
            address=_ADDRESS,
        ),
        picture=compose(
            r"[(【\[]{picture}(?:(?<=图片)\d{1,2})?[)】\]]", picture=any_of(words.list("boilerplate.picture"))
        ),
        stage=compose(
            r"(?:(?<=\n)|(?<=^))[ ]{0,8}[【\[]{stage}[】\]]:?", stage=any_of(words.list("boilerplate.stage"))
        ),
        spun=compose("{word}(?!{much})", word=any_of(spun), much=any_of(words.list("repair.spun.not"))),
    )


def remove_injected(text: AlignedText, words: Vocabulary) -> AlignedText:
    """The text without what was put into its sentences, and spun words as they were."""
    rules = injected_rules(words)
    clean = text.clean
    if rules.adverts.search(clean):
        names = [match for match in rules.advert.finditer(clean) if not _is_reported(clean, match, rules)]
        text = text.edit([(*match.span(), "") for match in names], "adverts")
    if "www." in text.clean or "://" in text.clean:
        found = [match for match in rules.credit.finditer(text.clean) if not QUANTITY.search(match.group())]
        text = text.edit([(*match.span(), "") for match in found], "adverts")
    if "图" in text.clean and _CLOSED.search(text.clean):
        text = text.sub(rules.picture, "", "boilerplate")
    if "【" in text.clean or "[" in text.clean:
        text = text.sub(rules.stage, "", "boilerplate")
    if _SPUN in text.clean:
        text = text.sub(rules.spun, lambda match: match.group().replace(_SPUN, "则"), "spun")
    return text


def _is_reported(clean: str, match: regex.Match[str], rules: InjectedRules) -> bool:
    """Whether a name is what the text speaks of: quoted, listed, or near a word like 赌博 or 查处."""
    before, after = clean[match.start() - 1 : match.start()], clean[match.end() : match.end() + 1]
    if before in "“‘《(、" or after in "”’》)、":
        return True
    start, end = max(0, match.start() - _AROUND), min(len(clean), match.end() + _AROUND)
    around = clean[start : match.start()] + "\n" + clean[match.end() : end]
    return rules.reported.search(around) is not None
