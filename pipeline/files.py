"""The file operations of the shell, as a value, so that a test can pass operations that fail.

>>> import tempfile
>>> folder = Path(tempfile.mkdtemp())
>>> Files().publish(folder / "greeting", b"ni hao")
>>> (folder / "greeting").read_bytes()
b'ni hao'
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

TEMPORARY = ".tmp-"


class Files:
    """Every operation that changes the disk.  All raise OSError."""

    def write(self, path: Path, content: bytes) -> None:
        """Write `content` and see it onto the disk."""
        try:
            with path.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error

    def replace(self, old: Path, new: Path) -> None:
        """Give `old` the name `new`, atomically."""
        old.replace(new)

    def link(self, old: Path, new: Path) -> None:
        """Give the file `old` a second name; a copy where the file system has no hard links."""
        try:
            os.link(old, new)
        except FileExistsError:
            raise
        except OSError:
            self.write(new, old.read_bytes())

    def symlink(self, target: str, path: Path) -> None:
        """Make `path` lead to `target`."""
        path.symlink_to(target)

    def mkdir(self, path: Path) -> None:
        """Make the folder and those above it, where they are missing."""
        path.mkdir(parents=True, exist_ok=True)

    def unlink(self, path: Path) -> None:
        """Remove a file, if it is there."""
        path.unlink(missing_ok=True)

    def remove_tree(self, path: Path) -> None:
        """Remove a folder and all in it, if it is there."""
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)

    def sync_file(self, path: Path) -> None:
        """See the bytes of a file onto the disk."""
        with path.open("rb") as file:
            os.fsync(file.fileno())

    def sync_folder(self, path: Path) -> None:
        """See the names in a folder onto the disk."""
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def publish(self, path: Path, content: bytes) -> None:
        """Put `content` under the name `path`: all of it, or nothing."""
        temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(4)}-{path.name}")
        try:
            self.write(temporary, content)
            self.replace(temporary, path)
        except OSError:
            self.discard(temporary)
            raise

    def discard(self, path: Path) -> None:
        """Remove a file that is of no use; where that fails too, the next run clears it."""
        try:
            self.unlink(path)
        except OSError:
            return
