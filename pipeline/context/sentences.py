"""Sentences and clauses of a clean text, as spans.

>>> text = "收案5件(含旧存1件),结案4件。同比增长3%"
>>> [text[a:b] for a, b in split_sentences(text, 0, len(text))]
['收案5件(含旧存1件),结案4件。', '同比增长3%']
>>> [text[a:b] for a, b in split_clauses(text, 0, 17)]
['收案5件(含旧存1件)', '结案4件。']
"""

from __future__ import annotations

import regex

Span = tuple[int, int]

_STOP = regex.compile(r"[。！？!?;\n]|(?<![0-9A-Za-z])\.(?![0-9A-Za-z])")
_OPEN = {"(": ")", "“": "”", "《": "》", "「": "」", "【": "】", "[": "]"}
_BRACKETS = regex.compile(r"[(“《「【\[)”》」】\]\n]")
_COMMA = regex.compile(r",(?!(?<=[0-9],)[0-9]{3}(?![0-9]))")


def split_sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The sentences of [start, end); a stop inside brackets or quotes ends one only where the line ends."""
    shut = _enclosed(text, start, end)
    spans, first = [], start
    for match in _STOP.finditer(text, start, end):
        if match.group() not in "\n。;" and _covers(shut, match.start()):
            continue
        if match.group() in ";。" and _covers(shut, match.start(), strict=True):
            continue
        spans.append((first, match.end()))
        first = match.end()
    spans.append((first, end))
    return tuple((a, b) for a, b in spans if text[a:b].strip())


def split_clauses(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The clauses of a sentence: pieces between commas that are not inside brackets or numbers."""
    shut = _enclosed(text, start, end)
    spans, first = [], start
    for match in _COMMA.finditer(text, start, end):
        if _covers(shut, match.start()):
            continue
        spans.append((first, match.start()))
        first = match.end()
    spans.append((first, end))
    return tuple((a, b) for a, b in spans if b > a)


def _enclosed(text: str, start: int, end: int) -> list[Span]:
    """The bracketed and quoted stretches of [start, end) that close within 120 characters on their line."""
    spans: list[Span] = []
    opened: tuple[int, str] | None = None
    for match in _BRACKETS.finditer(text, start, end):
        char = match.group()
        if char == "\n" or (opened and match.start() - opened[0] > 120):
            opened = None
        if opened is None and char in _OPEN:
            opened = (match.start(), _OPEN[char])
        elif opened is not None and char == opened[1]:
            spans.append((opened[0], match.end()))
            opened = None
    return spans


def _covers(spans: list[Span], at: int, *, strict: bool = False) -> bool:
    return any(a < at < b - (2 if strict else 0) for a, b in spans)
