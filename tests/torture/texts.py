"""Texts as no one writes them, for properties that must hold of every text: news and noise, mixed."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

PIECES = tomllib.loads(Path(__file__).with_name("pieces.toml").read_text("utf-8"))
NUMERALS, MEASURES, WORDS, DATES, NOISE, TAGS = (
    tuple(PIECES[name].split()) for name in ("numerals", "measures", "words", "dates", "noise", "tags")
)
HEADINGS = tuple(f"\n{heading}\n" for heading in PIECES["headings"].split())
BLANKS = (*PIECES["blanks"], "\ud800", "\udfff")
CLASSES = (NUMERALS, NUMERALS, MEASURES, WORDS, DATES, HEADINGS + BLANKS, NOISE)
PLAIN = (*NUMERALS, *MEASURES, *WORDS, *DATES, "，", "。", "、", "\n")


def read_text(drawn: bytes) -> str:
    """Two bytes to a piece: to draw bytes is much quicker than to draw lists."""
    numbers = (int.from_bytes(drawn[at : at + 2]) for at in range(0, len(drawn), 2))
    return "".join(_piece(*divmod(number, len(CLASSES) + 1)) for number in numbers)


def _piece(number: int, kind: int) -> str:
    """A piece of a class; after the last class, any character."""
    if kind == len(CLASSES):
        return chr(number * (kind + 1) + kind)
    return CLASSES[kind][number % len(CLASSES[kind])]


def read_plain_text(drawn: bytes) -> str:
    """A byte to a piece."""
    return "".join(PLAIN[byte % len(PLAIN)] for byte in drawn)


texts = st.binary(max_size=32).map(read_text)
long_texts = st.binary(max_size=56).map(read_text)
titles = st.binary(max_size=12).map(read_text)
plain_texts = st.binary(max_size=16).map(read_plain_text)

pages = st.lists(st.one_of(st.sampled_from(TAGS), texts), max_size=16).map("".join)

_encodings = st.sampled_from(("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-16", "utf-32"))
_encoded = st.builds(lambda text, name: text.encode(name, "replace"), texts, _encodings)
data = st.lists(st.one_of(_encoded, st.binary(max_size=12)), max_size=4).map(b"".join)

_likely = st.dates(date(1900, 1, 1), date(2100, 1, 1))
days = st.one_of(st.none(), _likely, st.sampled_from((date.min, date.max)))
