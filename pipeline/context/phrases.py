"""Cutting a phrase down to what it names.

>>> from pipeline.vocabulary import default_vocabulary
>>> trim("其中全市法院共受理各类案件约", default_vocabulary())
'全市法院共受理各类案件'
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.context.tags import tag_of
from pipeline.vocabulary import Vocabulary

_BRACKETS = regex.compile(r"\([^()\n]{0,80}\)|\[[^\[\]\n]{0,80}\]|【[^【】\n]{0,40}】")
_EDGE = frozenset(" \t\n,。;:、!?…—-–~·|/\\\"'“”‘’()[]【】「」<>*#+=．.")
_WORD = 5
_QUOTES = {"”": "“", "“": "”", "》": "《", "《": "》"}


@dataclass(frozen=True, slots=True)
class _Edges:
    """Function words by the letter that they begin or end with, and what a noun is not."""

    lead: dict[str, tuple[str, ...]]
    trail: dict[str, tuple[str, ...]]
    empty_heads: frozenset[str]
    not_right: tuple[str, ...]


@lru_cache(maxsize=8)
def _edges(words: Vocabulary) -> _Edges:
    return _Edges(
        _by_letter(words.list("phrase.lead"), 0),
        _by_letter(words.list("phrase.trail"), -1),
        frozenset(words.list("phrase.empty_head")),
        words.list("phrase.not_right"),
    )


def _by_letter(edges: tuple[str, ...], place: int) -> dict[str, tuple[str, ...]]:
    """The words by their first or last letter, the longest first."""
    longest_first = sorted(edges, key=lambda word: (-len(word), word))
    return {
        letter: tuple(word for word in longest_first if word[place] == letter)
        for letter in {word[place] for word in edges}
    }


def drop_brackets(phrase: str) -> str:
    """The phrase without what it says in brackets."""
    return _BRACKETS.sub("", phrase) if "(" in phrase or "[" in phrase or "【" in phrase else phrase


def strip_edges(phrase: str) -> str:
    """The phrase without punctuation at its ends; a quote that closes inside stays."""
    out = phrase.strip()
    while out and out[0] in _EDGE and not (out[0] in _QUOTES and _QUOTES[out[0]] in out[1:]):
        out = out[1:]
    while out and out[-1] in _EDGE and not (out[-1] in _QUOTES and _QUOTES[out[-1]] in out[:-1]):
        out = out[:-1]
    return out


def trim_start(phrase: str, words: Vocabulary) -> str:
    """The phrase without the function words that it begins with."""
    lead = _edges(words).lead
    out = strip_edges(phrase)
    while out:
        word = next(
            (
                w
                for w in lead.get(out[0], ())
                if out.startswith(w) and _ends_word(out, w, words) and not _is_the_verb(out, w)
            ),
            None,
        )
        if word is None:
            return out
        out = strip_edges(out[len(word) :])
    return out


def trim_end(phrase: str, words: Vocabulary) -> str:
    """The phrase without the verbs of being and reaching that it ends with."""
    trail = _edges(words).trail
    out = strip_edges(phrase)
    while out:
        known = trail.get(out[-1], ())
        word = next((w for w in known if out.endswith(w) and _begins_word(out, w, words)), None)
        if word is None:
            return out
        out = strip_edges(out[: -len(word)])
    return out


def trim(phrase: str, words: Vocabulary) -> str:
    """The phrase without function words at both ends."""
    return trim_start(trim_end(drop_brackets(phrase), words), words)


def is_empty_head(phrase: str, words: Vocabulary) -> bool:
    """The phrase is a head that names nothing by itself (数量, 金额)."""
    return phrase in _edges(words).empty_heads


def begins_noun(text: str, start: int, words: Vocabulary) -> bool:
    """What begins at `start` can be the noun that a quantity counts."""
    piece = text[start : start + 4]
    if not piece or not (("\u4e00" <= piece[0] <= "\u9fff") or piece[0] in "“《A" or piece[0].isalpha()):
        return False
    return not piece.startswith(_edges(words).not_right)


def _ends_word(phrase: str, word: str, words: Vocabulary) -> bool:
    """A one-letter function word at the start is none where it begins a longer word (有效, 对外, 在建)."""
    if len(word) > 1:
        return True
    return not phrase.startswith(words.list("phrase.keep_start")) and words.cut(phrase[:_WORD])[0][0] == word


def _is_the_verb(phrase: str, word: str) -> bool:
    """A word that is the whole phrase and a verb names what was done (通过其中 21 件)."""
    return (
        len(word) > 1
        and phrase == word
        and tag_of(word) in ("v", "vn")
        and word
        not in (
            "达到",
            "包括",
            "显示",
            "可以",
            "具有",
            "拥有",
            "超过",
            "表示",
            "指出",
            "介绍",
            "预计",
            "共有",
            "还有",
            "另有",
            "仍有",
            "已有",
            "现有",
            "总计",
            "合计",
            "共计",
            "具有",
            "相当于",
            "经过",
            "推估",
            "使得",
        )
    )


def _begins_word(phrase: str, word: str, words: Vocabulary) -> bool:
    """A one-letter function word at the end is none where it ends a longer word (行为, 国有, 支出)."""
    if len(word) > 1:
        return True
    return not phrase.endswith(words.list("phrase.keep_end")) and words.cut(phrase[-_WORD:])[-1][0] == word
