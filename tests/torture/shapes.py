"""What a pattern's shape alone tells: repetition without a bound that can run away.

>>> find_runaway(r"(?:1+)+2"), find_runaway(r"\\s+[a-z]"), find_runaway(r"(?<!\\s)\\s+[a-z]")
('a repetition without bound inside another', 'begins with a repetition without bound', None)
>>> find_runaway(r"^ *[*]* *x")
'two repetitions of the same without bound, and nothing that must stand between'
>>> find_runaway(r"[0-9]{1,9}件"), find_runaway(r"[0-9]+"), find_runaway(r"[ ]++x")
(None, None, 'begins with a repetition without bound')
"""

from __future__ import annotations

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
LOOKS = (codes.ASSERT, codes.ASSERT_NOT, codes.AT)
_PROPERTY = re.compile(r"\\[pP]\{[A-Za-z]{1,20}\}")
_NAME = re.compile(r"\(\?P<\w{1,40}>")
_BACK = re.compile(r"\(\?P=\w{1,40}\)")


def find_runaway(pattern: str | bytes, flags: int = 0) -> str | None:
    """Why a pattern may run away; None where its shape forbids it."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    # A property is as good as any letter here; `regex` lets groups share a name.
    bare = _BACK.sub("x", _NAME.sub("(?:", _PROPERTY.sub("\u4e00", text)))
    tree = parser.parse(bare, flags & int(re.VERBOSE | re.IGNORECASE | re.MULTILINE | re.DOTALL))
    if _is_nested(tree, False):
        return "a repetition without bound inside another"
    if _is_side_by_side(tree):
        return "two repetitions of the same without bound, and nothing that must stand between"
    return "begins with a repetition without bound" if _begins_open(list(tree)) else None


def _is_nested(tree: Any, inside: bool) -> bool:
    """Whether an open repetition stands in another; one that never gives back is no fault."""
    for code, value in tree:
        is_open = code in REPEATS and value[1] == codes.MAXREPEAT
        if is_open and inside and code is not codes.POSSESSIVE_REPEAT:
            return True
        loose = is_open and code is not codes.POSSESSIVE_REPEAT
        if any(_is_nested(child, inside or loose) for child in _children(code, value)):
            return True
    return False


def _is_side_by_side(tree: Any) -> bool:
    """Whether an open repetition may be followed at once by another of the same."""
    open_ones: set[str] = set()
    for code, value in tree:
        if any(_is_side_by_side(child) for child in _children(code, value)):
            return True
        if code not in REPEATS or value[0] > 0:
            open_ones.clear()
        if code in REPEATS and value[1] == codes.MAXREPEAT and code is not codes.POSSESSIVE_REPEAT:
            if str(value[2]) in open_ones:
                return True
            open_ones.add(str(value[2]))
    return False


def _begins_open(items: list[Any]) -> bool:
    """Whether what must be found begins with an open repetition, so that every start is tried to its end."""
    for place, (code, value) in enumerate(items):
        if code in LOOKS:
            return False  # it is held in its place by what stands before it
        rest = items[place + 1 :]
        if code in REPEATS and value[1] == codes.MAXREPEAT:
            return any(item[0] not in REPEATS or item[1][0] for item in rest)
        if code is codes.SUBPATTERN and _begins_open([*value[3], *rest]):
            return True
        if code is codes.BRANCH and any(_begins_open([*branch, *rest]) for branch in value[1]):
            return True
        if not (code in REPEATS and value[0] == 0):
            return False
    return False


def _children(code: Any, value: Any) -> list[Any]:
    if code in REPEATS:
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    return [value] if code is codes.ATOMIC_GROUP else []
