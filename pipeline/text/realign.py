"""A lost byte of a two-byte encoding, of which every character after it is misread.

>>> data = "全市法院新收案件十二万件，同比上升".encode("gb18030")
>>> damaged = data[:8] + data[9:]
>>> damaged.decode("gb18030", "replace")[:7]
'全市法院率瞻讣'
>>> realign(damaged, damaged.decode("gb18030", "replace"), "gb18030")
'全市法院\ufffd收案件十二万件，同比上升'

No byte below 0x30 is part of a longer character, so a stretch between two such bytes is read by itself.  Of
all ways to cut it into characters and single bytes, each of which stands for a lost character, the one is
taken that reads most like Chinese.  Only stretches with rare characters are looked at.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.text.frequent import LOST, weigh_characters

_STRETCH = re.compile(rb"[\x30-\xff]{2,}")
_COST = 5  # of a byte that is in no character
# Of a character outside the common ones of the older standard, and outside all of it.
_RARE, _STRANGE = -2, -4
_LETTER = -3
_OLDER = {"gb18030": "gb2312", "big5hkscs": "big5"}
_HAN = re.compile("[\u3400-\u9fff]")
# Damage is rare: what is full of it is no text.
_MOST = 1 << 20


def realign(data: bytes, text: str, encoding: str) -> str:
    """The text of `data`, of which `text` is the reading from left to right, with lost bytes made up for.

    `encoding` is ``gb18030`` or ``big5hkscs``.  Each byte without its fellow becomes U+FFFD.
    """
    if not _suspect(encoding).search(text):
        return text
    pieces: list[str] = []
    done = tried = 0
    for match in _STRETCH.finditer(data):
        stretch = match.group()
        plain = stretch.decode(encoding, "replace")
        if not _suspect(encoding).search(plain) or _is_utf8(stretch) or tried > _MOST:
            continue
        tried += len(stretch)
        pieces.append(data[done : match.start()].decode(encoding, "replace"))
        pieces.append(_read(stretch, encoding))
        done = match.end()
    pieces.append(data[done:].decode(encoding, "replace"))
    return "".join(pieces)


def _is_utf8(stretch: bytes) -> bool:
    """Whether a stretch is in UTF-8 among text in another encoding."""
    try:
        stretch.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read(stretch: bytes, encoding: str) -> str:
    """The best reading of a stretch."""
    begins = _find_cuts(stretch, encoding)
    pieces: list[str] = []
    end = len(stretch)
    while end:
        pieces.append(stretch[begins[end] : end].decode(encoding, "replace"))
        end = begins[end]
    return "".join(reversed(pieces))


def _find_cuts(stretch: bytes, encoding: str) -> list[int]:
    """For each place in a stretch, where the last character of the best reading up to it begins."""
    pairs, size, has_quads = _weigh_pairs(encoding), len(stretch), encoding == "gb18030"
    best = [0] + [-_COST * (size + 1)] * size
    begins = [0] * (size + 1)
    for here, byte in enumerate(stretch):
        weight = best[here]
        single = weight + (_weigh_single(stretch, here) if byte < 0x80 else -_COST)
        if single > best[here + 1]:
            best[here + 1], begins[here + 1] = single, here
        if byte < 0x80 or here + 1 == size:
            continue
        pair = pairs.get(stretch[here : here + 2])
        if pair is not None and weight + pair >= best[here + 2]:
            best[here + 2], begins[here + 2] = weight + pair, here
        elif has_quads and _is_quad(stretch[here : here + 4]) and weight + _STRANGE > best[here + 4]:
            best[here + 4], begins[here + 4] = weight + _STRANGE, here
    return begins


def _weigh_single(stretch: bytes, here: int) -> int:
    """A letter between characters is more often left of one in Big5 than meant: 甲A but not 甲A乙."""
    is_letter = 0x40 <= stretch[here] <= 0x7E
    before, after = stretch[here - 1 : here], stretch[here + 1 : here + 2]
    return _LETTER if is_letter and before > b"\x7f" and not b"@" <= after <= b"~" else 0


def _is_quad(four: bytes) -> bool:
    return len(four) == 4 and 0x30 <= four[1] <= 0x39 and four[2] >= 0x81 and 0x30 <= four[3] <= 0x39


@cache
def _weigh_pairs(encoding: str) -> dict[bytes, int]:
    """What each two-byte character says for a reading in which it stands."""
    weights = weigh_characters(encoding)
    found: dict[bytes, int] = {}
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            pair = bytes((lead, trail))
            if character := _read_pair(pair, encoding):
                weight = weights.get(character)
                found[pair] = _weigh_rare(character, pair, encoding) if weight is None else weight
    return found


def _weigh_rare(character: str, pair: bytes, encoding: str) -> int:
    if not _HAN.match(character) and not "\ue000" <= character <= "\uf8ff":
        return 0  # kana, signs and letters stand together, and say nothing
    return _RARE if _read_pair(pair, _OLDER[encoding]) else _STRANGE


def _read_pair(pair: bytes, encoding: str) -> str:
    try:
        return pair.decode(encoding)
    except UnicodeDecodeError:
        return ""


@cache
def _suspect(encoding: str) -> re.Pattern[str]:
    """What a misread stretch holds: a byte that is no character, or rare characters near each other.

    A byte that is left of a character in Big5 may be a letter.
    """
    common = [character for character, weight in weigh_characters(encoding).items() if weight >= 0]
    rare = f"{_HAN.pattern}(?<![{''.join(map(re.escape, common))}])"
    letter = f"(?<={_HAN.pattern})[@-~](?![@-~])"
    return re.compile(f"[{LOST}\ue000-\uf8ff]|{rare}|{letter}")
