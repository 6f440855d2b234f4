"""The inputs that lie in the raw folder.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as raw:
...     _ = (Path(raw) / "a.txt").write_text("甲"), (Path(raw) / "README.md").write_text("")
...     [item.relative for item in list_inputs(Path(raw))]
['a.txt']
"""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import StorageError, UsageError
from pipeline.ingest.model import Form, Input, Packing, find_form

_WANTED = "put .txt, .html, .jsonl, .csv, .parquet or .warc files there (each may be .gz or .zst)"


def list_inputs(raw_dir: Path) -> list[Input]:
    """Every input below `raw_dir`, in byte order of its path.

    Files of other kinds and names that begin with a dot are passed over.  A link to a folder inside `raw_dir`
    is not followed, its files are listed where they lie.  A link that leads outside, or a folder that cannot
    be listed, is an input too, so that reading it gives a failure.

    Raises UsageError where there is no such folder or no input in it, StorageError where it cannot be read.
    """
    if not raw_dir.is_dir():
        what = "is not a folder" if raw_dir.exists() else "does not exist"
        raise UsageError(f"raw folder {raw_dir} {what}: name the folder of scraped articles, or {_WANTED}")
    root = os.path.realpath(raw_dir)
    found: list[Input] = []
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(Path(root, folder)) as entries:
                for entry in entries:
                    _take(entry, folder, root, found, folders)
        except OSError as fault:
            if not folder:
                raise StorageError(f"raw folder {raw_dir} cannot be read: {fault.strerror}") from fault
            found.append(Input(folder, Form.FOLDER, Packing.NONE, 0))
    if not found:
        raise UsageError(f"raw folder {raw_dir} holds no article: {_WANTED}")
    return sorted(found, key=lambda item: os.fsencode(item.relative))


def _take(entry: os.DirEntry[str], folder: str, root: str, found: list[Input], folders: list[str]) -> None:
    if entry.name.startswith("."):
        return
    relative = f"{folder}/{entry.name}" if folder else entry.name
    if entry.is_dir(follow_symlinks=False):
        folders.append(relative)
        return
    if entry.is_symlink() and os.path.isdir(entry.path):  # noqa: PTH112 - False for a link in a circle
        if not Path(os.path.realpath(entry.path)).is_relative_to(root):
            found.append(Input(relative, Form.FOLDER, Packing.NONE, 0))
        return
    if (form := find_form(entry.name)) is not None:
        found.append(_input_of(entry, relative, *form))


def _input_of(entry: os.DirEntry[str], relative: str, form: Form, packing: Packing) -> Input:
    try:
        held = entry.stat(follow_symlinks=False)
    except OSError:
        return Input(relative, form, packing, 0)  # it has gone since; reading it will say so
    stamp = (held.st_size, held.st_mtime_ns, held.st_ctime_ns, held.st_ino, held.st_dev)
    return Input(relative, form, packing, held.st_size, () if entry.is_symlink() else stamp)
