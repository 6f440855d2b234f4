"""Cleaning: the ordered steps from a raw text to the clean text that the other stages read.

>>> from pipeline.vocabulary import default_vocabulary
>>> cleaned = clean_text(AlignedText.of("審結　１２９４萬件，"), default_vocabulary())
>>> cleaned.text.clean, cleaned.script
('审结 1294万件,', <Script.HANT: 'hant'>)
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Script
from pipeline.text.aligned import AlignedText
from pipeline.text.fold import decode_entities, fold_width, remove_controls, remove_tags
from pipeline.text.header import Header, find_header
from pipeline.text.script import script_of, to_simplified
from pipeline.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean text with what was learnt on the way.

    ``damage`` counts losses that were seen and not repaired, and repairs of lost characters and mojibake:
    numbers of a damaged text are less certain.
    """

    text: AlignedText
    script: Script
    header: Header
    damage: int


def clean_text(text: AlignedText, words: Vocabulary) -> Cleaned:
    """The clean text; raises ArticleError ("unreadable") for a text that cannot be read."""
    text = fold_width(remove_controls(remove_tags(decode_entities(text))))
    script = script_of(text.clean)
    text = to_simplified(text)
    return Cleaned(text, script, find_header(text, words), 0)
