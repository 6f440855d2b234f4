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
from pipeline.text.boilerplate import remove_boilerplate
from pipeline.text.breaks import join_lines, trim_lines
from pipeline.text.doubles import remove_captions, remove_doubles
from pipeline.text.fold import decode_entities, fold_width, remove_controls, remove_tags
from pipeline.text.header import Header, find_header
from pipeline.text.injected import remove_injected
from pipeline.text.losses import count_damage, repair_losses
from pipeline.text.mojibake import check_readable, restore_mojibake, strip_tails
from pipeline.text.pinyin import remove_pinyin
from pipeline.text.repair import close_spaces, repair_rules
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
    check_readable(text)
    # Mojibake first: to the other steps its bytes are control characters and odd spaces.
    text = restore_mojibake(text)
    text = fold_width(remove_controls(remove_tags(decode_entities(text))))
    # The readings in brackets are told by the Traditional character before them.
    text = remove_pinyin(text)
    simplified = to_simplified(text)
    script = Script.HANS if simplified is text else script_of(text.clean)
    text = strip_tails(simplified, words)
    # Boilerplate goes before lines are joined, so that it is not joined to the text.
    header = find_header(text, words)
    text = remove_injected(remove_boilerplate(text, words), words)
    text = remove_doubles(remove_captions(text, words))
    rules = repair_rules(words)
    text = repair_losses(close_spaces(trim_lines(join_lines(text)), rules), rules)
    return Cleaned(text, script, header, count_damage(text, rules))
