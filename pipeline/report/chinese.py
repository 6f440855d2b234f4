"""The tables in Chinese: names of tables and columns, and what they say, from `chinese.toml`.

>>> column_name("metrics", "subject"), column_about("metrics", "subject")
('主体', '谁做的，或在哪里成立')
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("chinese.toml")


@cache
def read_chinese() -> dict[str, Any]:
    """The whole file: `tables`, `columns` by table, `values` by closed set."""
    return tomllib.loads(FILE.read_text("utf-8"))


def table_name(table: str) -> str:
    """What a table is called."""
    return str(read_chinese()["tables"][table][0])


def table_about(table: str) -> str:
    """What a row of a table is."""
    return str(read_chinese()["tables"][table][1])


def column_name(table: str, column: str) -> str:
    """What a column is called."""
    return str(read_chinese()["columns"][table][column][0])


def column_about(table: str, column: str) -> str:
    """What a column says."""
    return str(read_chinese()["columns"][table][column][1])


def value_about(closed_set: str, value: str) -> str:
    """What a value of a closed set means."""
    return str(read_chinese()["values"][closed_set][value])
