"""AlignedText: every edit gives the text that plain strings give, and never loses the way back."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.aligned import AlignedText
from tests.effort import count_calls

TEXTS = st.text(alphabet="ab1,。万 \n", max_size=40)
PATTERNS = st.sampled_from(
    ["a", "ab", "a+b?", "[0-9],", " +", "\n", "(?<=a)", "万|1", "b*", r"\Z", "(a)(b)?"]
)
REPLACEMENTS = st.sampled_from(["", "x", "xyz", r"\g<0>\g<0>", "a"])
STEPS = st.lists(st.tuples(PATTERNS, REPLACEMENTS), max_size=4)


def follow(raw: str, steps: list[tuple[str, str]]) -> AlignedText:
    text = AlignedText.of(raw)
    for pattern, new in steps:
        text = text.sub(regex.compile(pattern), new, "step")
    return text


@given(TEXTS, STEPS)
def test_sub_gives_what_regex_gives(raw: str, steps: list[tuple[str, str]]) -> None:
    expected = raw
    for pattern, new in steps:
        expected = regex.sub(pattern, new, expected)
    assert follow(raw, steps).clean == expected


@given(TEXTS, STEPS)
def test_positions_rise_and_stay_inside_the_raw_text(raw: str, steps: list[tuple[str, str]]) -> None:
    text = follow(raw, steps)
    places = [text.at(position) for position in range(len(text.clean) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(raw) for place in places)
    assert places[-1] == len(raw)


@given(TEXTS, STEPS)
def test_runs_rise_in_the_clean_text(raw: str, steps: list[tuple[str, str]]) -> None:
    text = follow(raw, steps)
    assert len(text.clean_starts) == len(text.raw_starts)
    assert text.clean_starts[0] == 0
    assert list(text.clean_starts) == sorted(set(text.clean_starts))


@given(TEXTS, STEPS)
def test_a_kept_character_is_the_one_of_the_raw_text(raw: str, steps: list[tuple[str, str]]) -> None:
    removals = [(pattern, "") for pattern, _ in steps]
    text = follow(raw, removals)
    assert "".join(raw[text.at(position)] for position in range(len(text.clean))) == text.clean


@given(TEXTS, st.sets(st.integers(0, 40), max_size=8))
def test_edits_compose(raw: str, cuts: set[int]) -> None:
    """One list of edits gives the same text and alignment as the edits one after another, last first."""
    edits = [(cut, cut + 1, "") for cut in sorted(cuts) if cut < len(raw)]
    at_once = AlignedText.of(raw).edit(edits, "cut")
    one_by_one = AlignedText.of(raw)
    for edit in reversed(edits):
        one_by_one = one_by_one.edit([edit], "cut")
    assert at_once.clean == one_by_one.clean
    places = range(len(at_once.clean))
    assert [at_once.at(place) for place in places] == [one_by_one.at(place) for place in places]


def test_a_change_of_nothing_leaves_no_trace() -> None:
    text = AlignedText.of("共3件")
    assert text.sub(regex.compile("件"), "件", "same") is text
    assert text.translate({ord("个"): "個"}, "same") is text


def test_a_table_that_changes_the_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        AlignedText.of("½").translate({ord("½"): "1/2"}, "width")


def test_editing_takes_work_in_step_with_the_text() -> None:
    def calls(size: int) -> int:
        text = AlignedText.of("1 2" * size)
        spaces, digits = regex.compile(" "), regex.compile("2")
        return count_calls(lambda: text.sub(spaces, "", "spaces").sub(digits, "", "digits"))

    assert calls(40_000) < 5 * calls(10_000)
