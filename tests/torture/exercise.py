"""Uses of the package that together build all of its patterns."""

from __future__ import annotations

import tempfile
import tomllib
from contextlib import suppress
from datetime import date
from pathlib import Path

from pipeline.errors import ArticleError, VocabularyError
from pipeline.model import Article
from pipeline.readers import extract
from pipeline.stages import extract_document, read_document
from pipeline.vocabulary import default_vocabulary, load_vocabulary
from tests.shell_inputs import run, sentence, write_every_form, write_lines

FAULTS = (
    "[lists", "unit = [ { name = 3 } ]", "[[unit]]\nname = 3\n", '[lists]\n"bound.filler" = ["有", "有"]\n',
)  # fmt: skip
ROOT = Path(__file__).parents[2]


def exercise() -> None:
    """Read the tables of cases, run over every form, load word lists with faults."""
    for table in (ROOT / "tests" / "cases").glob("*.toml"):
        for text in _texts(tomllib.loads(table.read_text("utf-8"))):
            _take(Article("a", text, title="甲市通报", is_html=text.startswith("<")))
    extract("甲法院收案3件。", published=date(2021, 3, 5))
    with tempfile.TemporaryDirectory() as folder:
        write_every_form(Path(folder) / "raw")
        copies = ("".join(sentence(n) for n in range(first, first + 40)) for first in (0, 0, 1))
        write_lines(Path(folder) / "raw/copies.jsonl", [{"text": copy} for copy in copies])
        run(Path(folder) / "raw", Path(folder) / "processed")
        for fault in FAULTS:
            (Path(folder) / "words.toml").write_text(fault, "utf-8")
            with suppress(VocabularyError):
                load_vocabulary(Path(folder) / "words.toml")


def _take(article: Article) -> None:
    with suppress(ArticleError):
        extract_document(read_document(article, default_vocabulary()), default_vocabulary())


def _texts(value: object) -> list[str]:
    """All strings in a table."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for held in inside for text in _texts(held)]
