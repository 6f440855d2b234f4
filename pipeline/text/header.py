"""What an article says about itself: title, date, source and author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.text.aligned import AlignedText
from pipeline.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Header:
    """Title, time of publication, source (来源) and author as the text gives them; None where it does not."""

    title: str | None = None
    published: datetime | None = None
    publisher: str | None = None
    author: str | None = None


def find_header(text: AlignedText, words: Vocabulary) -> Header:
    """The header of a text whose characters are folded but whose lines are whole."""
    return Header()
