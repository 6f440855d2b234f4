"""Vocabulary files as they are on disk: found, decoded, parsed, and held against their shape."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import VocabularyError
from pipeline.model import Category
from pipeline.vocabulary import shapes
from pipeline.vocabulary.lines import find_line, find_word_line

MOST_FAULTS = 20
KEYS: dict[str, type[shapes.Shape]] = {
    "unit": shapes.UnitShape,
    "indicator": shapes.IndicatorShape,
    "region": shapes.RegionShape,
    "expect": shapes.ExpectShape,
}


@dataclass(frozen=True, slots=True)
class Source:
    """One vocabulary file: `name` is how messages call it; of two entries with one id, the one of the higher
    `layer` replaces the other (0 is built in)."""

    name: str
    layer: int
    text: str
    shape: shapes.FileShape

    def place(self, path: Sequence[str | int], word: str | None = None) -> str:
        """`file:line` of the entry at `path`, or of `word` in it."""
        line = find_line(self.text, path) if word is None else find_word_line(self.text, path, word)
        return f"{self.name}:{line}"


def find_files(folder: Path) -> tuple[Path, ...]:
    """The TOML files of a folder, in the order of their names."""
    return tuple(sorted(file for file in folder.rglob("*.toml") if file.is_file()))


def find_extra_files(extra: Path) -> tuple[Path, ...]:
    """The files that `extra`, a file or a folder, stands for."""
    if extra.is_dir():
        files = find_files(extra)
        if not files:
            raise VocabularyError(f"{extra}: the folder holds no .toml file; name a folder with word lists")
        return files
    if not extra.exists():
        raise VocabularyError(f"{extra}: no such file or folder; check the path of the word lists")
    return (extra,)


@lru_cache(maxsize=64)
def read_source(name: str, content: bytes, layer: int) -> Source | tuple[str, ...]:
    """The file `content` in its shape, or why it has none: one message per fault."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (f"{name}:{line}: not UTF-8; save the file as UTF-8",)
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return (_syntax_fault(name, text, str(error)),)
    try:
        return Source(name, layer, text, shapes.FileShape.model_validate(tables))
    except ValidationError as error:
        return tuple(_shape_fault(name, text, detail) for detail in error.errors(include_url=False))


def _shape_fault(name: str, text: str, detail: ErrorDetails) -> str:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    written = path[:-1] if detail["type"] == "missing" else path
    return f"{name}:{find_line(text, written)}: {_explain(path, detail)}"


def _syntax_fault(name: str, text: str, message: str) -> str:
    found = re.search(r" {0,9}\(at (?:line (\d+), column \d+|end of document)\)", message)
    line = text.count("\n") + 1
    if found:
        line = int(found[1]) if found[1] else line
        message = message[: found.start()]
    return f"{name}:{line}: not TOML: {message}; see https://toml.io for how to write it"


def _explain(path: tuple[str | int, ...], detail: ErrorDetails) -> str:
    """A pydantic fault in words that say what to do."""
    kind = detail["type"]
    key = str(path[-1]) if path else ""
    value = detail["input"]
    if kind == "extra_forbidden":
        return f'unknown key "{key}"; known here: {", ".join(_known_keys(path))}'
    if kind == "missing":
        return f'{_owner(path[:-1])} has no "{key}"; add one'
    if kind == "enum" and key == "category":
        return f'unknown category "{value}"; one of: {", ".join(Category)}'
    if kind == "too_short":
        return f'"{key}" is empty; add a word or remove it'
    if kind == "string_pattern_mismatch":
        return f"{_owner(path)}: {value!r} cannot stand here; {_pattern_hint(path)}"
    return f"{_owner(path)}: {detail['msg']}, not {value!r}"


def _owner(path: tuple[str | int, ...]) -> str:
    if path and path[0] == "lists" and len(path) > 1:
        return f'list "{path[1]}"'
    return ".".join(part for part in path if isinstance(part, str))


def _known_keys(path: tuple[str | int, ...]) -> tuple[str, ...]:
    tables = [part for part in path[:-1] if part in KEYS]
    return tuple((KEYS[str(tables[-1])] if tables else shapes.FileShape).model_fields)


def _pattern_hint(path: tuple[str | int, ...]) -> str:
    if path[-1] == "id":
        return "an id is two or more lower-case names joined by dots, such as cases.accepted"
    if path[-1] == "factor":
        return 'a factor is a number or a fraction in quotes, such as "0.5" or "2000/3"'
    return "a word neither begins nor ends with a space"
