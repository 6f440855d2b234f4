"""Where an entry stands in a TOML file, for messages that name a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache


def find_line(text: str, path: Sequence[str | int]) -> int:
    """The line (from 1) of the entry at `path`, as far as it can be found.

    `path` is what pydantic reports: table, entry number, key, item number — or "lists", name, item number.

    >>> find_line('[[unit]]\\nname = "件"\\n[[unit]]\\nname = "起"\\nfactor = "x"', ("unit", 1, "factor"))
    5
    >>> find_line('[lists]\\na = ["超",\\n"逾"]', ("lists", "a"))
    2
    """
    if not path:
        return 1
    if path[0] == "lists":
        at = _table_at(text, "lists")
        if len(path) > 1:
            at = _key_at(text, str(path[1]), at)
    else:
        at = _entry_at(text, str(path[0]), next((part for part in path if isinstance(part, int)), 0))
        for part in path[2:]:
            if isinstance(part, str):
                at = _key_at(text, part, at)
    return text.count("\n", 0, at) + 1


def find_word_line(text: str, path: Sequence[str | int], word: str) -> int:
    """The line of the quoted `word` at or after the entry at `path`; the entry's where it is not found."""
    line = find_line(text, path)
    offset = len("".join(text.splitlines(keepends=True)[: line - 1]))
    found = re.compile(f"[\"']{re.escape(word)}[\"']").search(text, offset)
    return text.count("\n", 0, found.start()) + 1 if found else line


def _table_at(text: str, table: str) -> int:
    found = re.search(rf"^[ \t]*\[{{1,2}}[ \t]*{re.escape(table)}[ \t]*\]{{1,2}}", text, re.MULTILINE)
    return found.start() if found else 0


def _entry_at(text: str, table: str, number: int) -> int:
    """Start of entry `number` of a `[[table]]`, or of `table = [ { … }, { … } ]`."""
    found = _entries_at(text, table)
    return found[number] if number < len(found) else _key_at(text, table, 0)


@lru_cache(maxsize=64)
def _entries_at(text: str, table: str) -> tuple[int, ...]:
    headers = re.finditer(rf"^[ \t]*\[\[[ \t]*{re.escape(table)}[ \t]*\]\]", text, re.MULTILINE)
    found = tuple(header.start() for header in headers)
    array = re.search(rf"^[ \t]*{re.escape(table)}[ \t]*=[ \t]*\[", text, re.MULTILINE)
    if found or array is None:
        return found
    entries = re.compile(r"\{ *(?=[a-z_]+ *=)").finditer(text, array.end())
    return tuple(entry.start() for entry in entries)


def _key_at(text: str, key: str, start: int) -> int:
    pattern = re.compile(rf"(?:^[ \t]*|[{{,][ \t]*)[\"']?{re.escape(key)}[\"']?[ \t]*=", re.MULTILINE)
    found = pattern.search(text, start)
    return found.start() if found else start
