"""Reading the word lists: the built-in ones and what an analyst adds to them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipeline.errors import VocabularyError
from pipeline.vocabulary.join import join_sources
from pipeline.vocabulary.read import MOST_FAULTS, Source, find_extra_files, find_files, read_source
from pipeline.vocabulary.scripts import find_traditional
from pipeline.vocabulary.words import Vocabulary

WORDS = Path(__file__).parent / "words"


def load_vocabulary(extra: Path | str | None = None) -> Vocabulary:
    """The built-in vocabulary, with the TOML file or folder `extra` added to it.

    A unit, indicator or region of `extra` replaces the built-in one of the same name or id; its lists are
    joined to those of the same name.

    Raises VocabularyError with one line per fault, each with file, line and what to do.
    """
    files = [(file, file.name, 0) for file in find_files(WORDS)]
    if extra is not None:
        files += [(file, str(file), 1) for file in find_extra_files(Path(extra))]
    digest = hashlib.sha256()
    faults: list[str] = []
    sources = []
    for file, name, layer in files:
        content = _read(file)
        digest.update(f"{layer} {file.name} {len(content)}\n".encode())
        digest.update(content)
        source = read_source(name, content, layer)
        if isinstance(source, Source):
            sources.append(source)
            faults += find_traditional(source) if layer else ()
        else:
            faults += source
    if len(sources) < len(files):
        _refuse(faults)
    words = join_sources(digest.hexdigest()[:16], sources, faults)
    _refuse(faults)
    return words


@cache
def default_vocabulary() -> Vocabulary:
    """The built-in vocabulary."""
    return load_vocabulary()


def read_built_in() -> tuple[Source, ...]:
    """The built-in files, for checks that a run does not pay for."""
    found = [read_source(file.name, _read(file), 0) for file in find_files(WORDS)]
    _refuse([fault for source in found if not isinstance(source, Source) for fault in source])
    return tuple(source for source in found if isinstance(source, Source))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise VocabularyError(f"{file}: cannot be read ({error.strerror}); check its permissions") from error


def _refuse(faults: list[str]) -> None:
    if faults:
        left = len(faults) - MOST_FAULTS
        more = [f"… and {left} more"] if left > 0 else []
        raise VocabularyError("\n".join(faults[:MOST_FAULTS] + more))
