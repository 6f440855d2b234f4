"""Noise made on purpose: clean texts with the readings that converters leave, seeded."""

from __future__ import annotations

import random
from functools import cache

import opencc
import regex
from pypinyin import Style, pinyin

from pipeline.text.script import is_common, is_traditional, simplified

HAN = regex.compile(r"\p{Han}+")
UNTONED = 0.3


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def annotate_traditional(text: str, rng: random.Random) -> tuple[str, str, int]:
    """The first family: 審結(jié).  A Traditional text with readings, the same without, and their number.

    A page annotates some characters always, others never.
    """
    plain = _converter().convert(text)
    usual = sorted({c for c in plain if is_traditional(c) and is_common(simplified(c))})
    chosen = {c: _reading(c) for c in usual if rng.random() < 0.7}
    pieces = [f"{c}({chosen[c]})" if c in chosen else c for c in plain]
    return "".join(pieces), plain, sum(c in chosen for c in plain)


def annotate_words(text: str, rng: random.Random) -> tuple[str, str, int]:
    """The second family: 添力(tiānlì).  Readings behind every few characters, some without tones."""
    pieces: list[str] = []
    number = done = 0
    for run in HAN.finditer(text):
        at = run.start() + rng.randint(1, 6)
        while at < run.end():
            word = text[max(run.start(), at - rng.randint(1, 3)) : at]
            style = Style.NORMAL if rng.random() < UNTONED else Style.TONE
            reading = "".join(syllable[0] for syllable in pinyin(word, style=style))
            pieces += (text[done:at], f"({reading})")
            number, done = number + 1, at
            at += rng.randint(4, 9)
    pieces.append(text[done:])
    return "".join(pieces), text, number


def _reading(character: str) -> str:
    return pinyin(character, style=Style.TONE)[0][0]
