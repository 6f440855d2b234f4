"""What is kept of an article to find its copies: a digest of its characters and a MinHash sketch.

>>> sign("2021年，新收案件3件。").digest == sign("2021年 新收案件３件").digest
False
>>> sign("2021年，新收案件3件。").digest == sign("2021年 新收案件3件").digest
True
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

VALUES = 256
SEED = 20250101
SKETCHED = 5
FEWEST = 30
LONGEST = 100_000
_SILENT = re.compile(r"[\W_]+")
_ODD = 0x9E3779B97F4A7C15
_MIXED = 0xBF58476D1CE4E5B9

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Signature:
    """`sketch` holds the MinHash values, four bytes each; None for a text too short to be like another."""

    digest: bytes
    sketch: bytes | None


def sign(text: str) -> Signature | None:
    """The signature of a clean text; None where it has no letter, hanzi or digit."""
    letters = letters_of(text)
    if not letters:
        return None
    digest = hashlib.sha256(letters.encode()).digest()[:16]
    if len(letters) < FEWEST:
        return Signature(digest, None)
    hashes = np.unique(hash_shingles(letters, SKETCHED))
    row = np.array([0, len(hashes)], np.uint64)
    (values,) = RMinHash.digest_matrix_from_flat_token_hashes(hashes, row, VALUES, SEED).to_rows()
    return Signature(digest, np.array(values, "<u4").tobytes())


def letters_of(text: str) -> str:
    """The letters, hanzi and digits of a text.

    >>> letters_of("全市 GDP 增长5.2%。")
    '全市gdp增长52'
    """
    return _SILENT.sub("", text).casefold()


def hash_shingles(letters: str, size: int) -> Hashes:
    """A hash of each `size` characters that follow one another, in order; of very long texts the beginning.

    >>> first, second, third = hash_shingles("收案收案", 2)
    >>> bool(first == third), bool(first == second)
    (True, False)
    """
    codes = np.frombuffer(letters[:LONGEST].encode("utf-32-le", "replace"), "<u4").astype(np.uint64)
    number = max(0, len(codes) - size + 1)
    hashes = np.zeros(number, np.uint64)
    for place in range(size):
        hashes = hashes * np.uint64(_ODD) + codes[place : place + number]
    hashes = (hashes ^ (hashes >> np.uint64(31))) * np.uint64(_MIXED)
    return hashes ^ (hashes >> np.uint64(29))
