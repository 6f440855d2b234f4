"""Byte strings of known text in the encodings that pages come in: with a wrong charset, with a byte lost."""

from __future__ import annotations

import gzip
import json
import random
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from opencc import OpenCC

from pipeline.ingest import list_inputs, read_records
from pipeline.model import Article

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus" / "news-real.jsonl.gz"
ENCODINGS = ("utf-8", "gb18030", "big5hkscs")
DECLARED = (None, "utf-8", "gbk", "gb2312", "big5", "iso-8859-1", "no-such-charset")
SHORTEST, LONGEST = 8, 2000
LEAST_HAN = 4
LENGTHS = ("8-19", "20-99", "100-499", "500-2000")


class Case(NamedTuple):
    """A text, its bytes, one of which may be lost, and the charset that is claimed for them."""

    text: str
    data: bytes
    encoding: str
    declared: str | None
    is_whole: bool

    @property
    def length(self) -> str:
        """The class of lengths that the text is in."""
        return LENGTHS[sum(len(self.text) >= least for least in (20, 100, 500))]

    def is_right(self, found: str) -> bool:
        """Whether the text was found again, but for up to three characters beside a lost byte."""
        if self.is_whole:
            return found == self.text
        before = _shared(self.text, found)
        after = _shared(self.text[before:][::-1], found[before:][::-1])
        return len(self.text) - before - after <= 3 and len(found) - before - after <= 4


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    size = min(len(one), len(other))
    return next((place for place in range(size) if one[place] != other[place]), size)


def read_own_texts() -> list[str]:
    """The articles of the sample corpus and the strings of the tables of cases."""
    texts = [
        record.raw
        for item in list_inputs(ROOT / "raw")
        for record in read_records(ROOT / "raw", item.relative)
        if isinstance(record, Article) and not record.is_html
    ]
    tables = sorted((ROOT / "tests" / "cases").glob("*.toml"))
    cases = (_strings(tomllib.loads(table.read_text("utf-8"))) for table in tables)
    return texts + ["\n".join(filter(_count_han, strings)) for strings in cases]


def read_corpus() -> list[str]:
    """The texts of the corpus that lies beside the project."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def make_cases(texts: Sequence[str], number: int, seed: int) -> Iterator[Case]:
    """That many cases, of each encoding the same number, of every second one a byte lost."""
    chance, to_traditional = random.Random(seed), OpenCC("s2t")
    made = 0
    while made < number:
        encoding = ENCODINGS[made % len(ENCODINGS)]
        text = _cut_piece(chance.choice(texts), chance)
        if encoding == "big5hkscs":
            text = to_traditional.convert(text).encode(encoding, "ignore").decode(encoding)
        if len(text) < SHORTEST or _count_han(text) < LEAST_HAN or "\ufffd" in text:
            continue
        data, is_whole = text.encode(encoding), made // len(ENCODINGS) % 2 == 0
        if not is_whole:
            lost = chance.randrange(len(data))
            data = data[:lost] + data[lost + 1 :]
        yield Case(text, data, encoding, chance.choice(DECLARED), is_whole)
        made += 1


def _cut_piece(text: str, chance: random.Random) -> str:
    """A piece of a text; of short ones as many as of long ones."""
    size = round(SHORTEST * (LONGEST / SHORTEST) ** chance.random())
    start = chance.randrange(max(1, len(text) - size + 1))
    return text[start : start + size].encode("utf-8", "replace").decode("utf-8")


def _count_han(text: str) -> int:
    return sum("一" <= character <= "鿿" for character in text)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
