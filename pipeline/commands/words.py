"""``news-metrics words``: the word lists checked, and an indicator drafted from a sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.vocabulary import Indicator, Vocabulary

Published = Annotated[str | None, typer.Option(help="Day from which the sentence counts 今年: 2021-03-15.")]


def words(
    path: Annotated[Path | None, typer.Option("--words", help="A TOML file or folder of more words.")] = None,
    new: Annotated[str | None, typer.Option(help="A sentence to draft an indicator from.")] = None,
    published: Published = None,
) -> None:
    """Check the word lists and every example in them; or draft an indicator from a sentence."""
    if new is not None:
        print_draft(new, path, published)
    elif not print_words(path):
        raise typer.Exit(2)


def print_draft(sentence: str, path: Path | None, published: str | None) -> None:
    """The draft of an indicator, as TOML.  Raises UsageError where the sentence gives no row."""
    from pipeline.readers import document_of  # noqa: PLC0415
    from pipeline.stages import extract_document  # noqa: PLC0415
    from pipeline.vocabulary import default_vocabulary, load_vocabulary  # noqa: PLC0415
    from pipeline.vocabulary.draft import LONGEST_SENTENCE, draft_indicators  # noqa: PLC0415

    if len(sentence) > LONGEST_SENTENCE:
        raise UsageError(
            f"--new takes a sentence of {LONGEST_SENTENCE} characters at most, not {len(sentence)}"
        )
    held = load_vocabulary(path) if path else default_vocabulary()
    try:
        document = document_of(sentence, published, words=held)
    except ValueError as error:
        raise UsageError(f"--published: {error}; write it as 2021-03-15") from error
    metrics = extract_document(document, held)
    if not metrics:
        raise UsageError("this sentence counts nothing; see why with: news-metrics explain SENTENCE")
    day = None if document.published is None else document.published.date()
    print(draft_indicators(sentence, metrics, held, day), end="")


def print_words(path: Path | None) -> bool:
    """What the word lists hold, what your own examples give, and each fault; whether there is none."""
    from pipeline.readers import extract  # noqa: PLC0415
    from pipeline.vocabulary import load_vocabulary  # noqa: PLC0415
    from pipeline.vocabulary.check import check_vocabulary  # noqa: PLC0415

    held = load_vocabulary(path)
    faults = check_vocabulary(held, partial(extract, words=held))
    for line in spell_own(held):
        print(line)
    for fault in faults:
        print(fault, file=sys.stderr, flush=True)
    if any(fault.is_of_example for fault in faults):
        asked = f" --words {path}" if path else ""
        print(f"how a sentence is read, and why: news-metrics explain SENTENCE{asked}")
    lists = sum(len(entries) for entries in held.lists.values())
    print(
        f"{len(held.lists)} lists of {lists} words, {len(held.units)} measure words, "
        f"{len(held.indicators)} indicators, {len(held.regions)} regions"
    )
    count = len(held.indicators)
    print(f"{count} examples read for their row, {count} counter-examples for none; {len(faults)} faults")
    return not faults


def spell_own(held: Vocabulary) -> Iterator[str]:
    """What the examples of indicators that are not built in give."""
    for indicator in held.indicators:
        if indicator.places:
            yield f"{indicator.id} ({indicator.name}): {_spell_rows(indicator, held)}"


def _spell_rows(indicator: Indicator, held: Vocabulary) -> str:
    from pipeline.readers import extract  # noqa: PLC0415

    rows = [
        row
        for row in extract(indicator.example, indicator.expect.get("published"), words=held)
        if row.indicator_id == indicator.id
    ]
    spelled = (
        ", ".join(
            str(value)
            for value in (f"{row.value.normalize():f} {row.unit}", row.category, row.period_text, row.subject)
            if value is not None
        )
        for row in rows
    )
    return "; ".join(f"{row.quote} is {said}" for row, said in zip(rows, spelled, strict=True)) or "no row"
