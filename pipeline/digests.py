"""Digests of what decides the rows besides the input: the code, and the libraries that show in them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
CLEAN_CODE = (
    "model.py", "errors.py", "schema.py", "patterns.py", "ingest/**/*", "text/**/*", "vocabulary/*.py",
    "files.py", "stages.py", "rows.py", "tables.py", "earlier.py", "shards.py",
    "digests.py",
)  # fmt: skip
EXTRACT_CODE = ("sections/**/*", "quantities/**/*", "context/**/*")
SIGN_CODE = ("duplicates/signature.py",)
DUPLICATES_CODE = ("duplicates/**/*", "copies.py")
LIBRARIES = (
    "jieba", "rjieba", "regex", "pyarrow", "opencc-python-reimplemented", "pypinyin", "selectolax",
    "ahocorasick_rs", "zstandard",
)  # fmt: skip
SIGN_LIBRARIES = ("rensa", "numpy")


@cache
def clean_code_digest() -> str:
    """Digest of the code that reads, cleans and writes, and of the libraries under it.

    >>> len(clean_code_digest())
    16
    """
    return _with_libraries(_sources(CLEAN_CODE), LIBRARIES)


@cache
def extract_code_digest() -> str:
    """Digest of the code that finds sections and metrics and signs articles."""
    return _with_libraries(_sources(EXTRACT_CODE + SIGN_CODE), SIGN_LIBRARIES)


@cache
def duplicates_code_digest() -> str:
    """Digest of the code that tells from signatures and texts what is a duplicate of what."""
    return _with_libraries(_sources(DUPLICATES_CODE), SIGN_LIBRARIES)


def _with_libraries(digest: hashlib._Hash, libraries: tuple[str, ...]) -> str:
    for library in libraries:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.hexdigest()[:16]


def _sources(patterns: tuple[str, ...]) -> hashlib._Hash:
    digest = hashlib.sha256()
    found = {file for pattern in patterns for file in HERE.glob(pattern) if "__pycache__" not in file.parts}
    files = {file for file in found if file.is_file() and not file.name.startswith(".")}
    for file in sorted(files):
        digest.update(f"{file.relative_to(HERE).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    return digest


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
