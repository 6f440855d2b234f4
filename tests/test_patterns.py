"""Composing patterns: what is built, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.patterns import PatternError, any_of, compose

REFUSED = {
    "unknown part": ("{numebr}件", "no part named"),
    "star": ("[0-9]*件", "unbounded"),
    "plus": ("件[0-9]+", "unbounded"),
    "open range": ("[0-9]{2,}件", "unbounded"),
    "open range in a part": ("{long}件", "unbounded"),
    "group without a name": ("([0-9])件", "without a name"),
    "match of nothing": ("[0-9]{0,3}", "empty text"),
    "circle": ("{first}", "circle"),
}
PARTS = {"number": "[0-9]{1,9}", "long": "[0-9]{3,}", "first": "{second}", "second": "{first}"}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    template, reason = REFUSED[name]
    with pytest.raises(PatternError, match=reason):
        compose(template, **PARTS)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{number}件", "12件"),
        (r"[*+]{number}", "+12"),
        (r"\*{number}", "*12"),
        ("(?:{number})(?P<unit>件)(?=。)", "12件"),
        ("{number}[ ]{0,2}件 # a comment", "12 件"),
    ],
)
def test_built(template: str, text: str) -> None:
    assert compose(template, **PARTS).match(f"{text}。").group() == text


def test_parts_are_kept_together() -> None:
    pattern = compose("{either}件", either="[0-9]|十")
    assert pattern.fullmatch("3件")
    assert not pattern.fullmatch("3")


def test_no_words() -> None:
    with pytest.raises(PatternError, match="at least one word"):
        any_of([])


@given(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=8))
def test_the_longest_word_is_taken(words: list[str]) -> None:
    for word in words:
        longest = max((other for other in words if word.startswith(other)), key=len)
        assert compose("{word}", word=any_of(words)).match(word).group() == longest
