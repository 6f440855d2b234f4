"""The data dictionary as Markdown, written from the schemas so that it cannot say anything else than they do.

Written anew by ``python -m pipeline.report.dictionary > docs/data-dictionary.md``; with ``zh`` after it, in
Chinese, into ``docs/data-dictionary.zh-CN.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum

import pyarrow as pa

from pipeline.datapackage import ABOUT
from pipeline.model import Basis, Bound, Category, Direction, Kind, Script
from pipeline.report import chinese
from pipeline.schema import TABLES

MEANINGS: dict[type[StrEnum], dict[str, str]] = {
    Bound: {
        "exact": "the number as it stands: 1286件",
        "over": "more than it: 超42万件, 1300多条, 60余家",
        "at_least": "it or more: 至少3名, 30%以上",
        "nearly": "a little less: 近七成",
        "about": "around it: 约9000人, 50家左右",
        "under": "less than it: 不到4个月",
        "at_most": "it or less: 2小时内, 最多5次",
    },
    Kind: {
        "level": "how many or how much there is",
        "change": "by how much it rose or fell; `direction` and `basis` say which way and against what",
        "share": "a part of a whole, a rate in % or a ratio",
        "rank": "a place in an order",
    },
    Direction: {"up": "it rose", "down": "it fell"},
    Basis: {
        "yoy": "against the year before: 同比, 较上年",
        "mom": "against the month or quarter before: 环比",
        "prior": "against anything else: 比前五年, 较改革前",
    },
    Category: {
        "case_count": "cases, disputes, incidents, violations",
        "fine": "fines, penalties, confiscated money",
        "users_served": "people, visits or pieces of business served, people who benefit",
        "money": "any other amount of money",
        "enterprise_count": "companies, shops, institutions",
        "people_count": "any other people",
        "facility_count": "places, buildings, platforms, devices",
        "duration": "lengths of time, time limits",
        "physical": "lengths, areas, masses, energy and their kind",
        "rate": "changes and shares; prices and other figures per unit",
        "other_count": "any other count",
    },
    Script: {"hans": "simplified", "hant": "traditional", "mixed": "both"},
}
"""What each value of a closed set says."""
_TOP = """\
# Data dictionary

[中文](data-dictionary.zh-CN.md)

Each table is a folder of Parquet files below `processed/`. Spans are half-open and count characters; `raw_`
spans count characters of the raw text, tags and line ends included. An empty cell means that the article does
not say, or that the column does not apply. Columns may be added; one that is here keeps its name, type and
meaning.

This page is written from the schemas: `python -m pipeline.report.dictionary > docs/data-dictionary.md`."""


_TOP_ZH = """\
# 数据字典

[English](data-dictionary.md)

每张表是 `processed/` 下的一个 Parquet 文件夹。区间左闭右开，按字符计数；`raw_` 区间按原文的字符计数，
含标签和换行。空单元格表示文章没有说，或该列不适用。以后可能增加列；已有的列名称、类型和含义不变。

本页由表结构生成：`python -m pipeline.report.dictionary zh > docs/data-dictionary.zh-CN.md`。"""


def data_dictionary(language: str = "en") -> str:
    """The dictionary of all tables, and of the closed sets of values that their columns take.

    `language` is en or zh.

    >>> [line for line in data_dictionary().splitlines() if line.startswith("| `quote`")]
    ['| `quote` | `string` | yes | modifier, number and unit as cleaned: 超42万件 |']
    """
    is_chinese = language == "zh"
    parts = [_TOP_ZH if is_chinese else _TOP]
    for table, schema in TABLES.items():
        if is_chinese:
            head = f"## {table} {chinese.table_name(table)}\n\n{chinese.table_about(table)}"
            lines = _chinese_lines(table, schema)
        else:
            head, lines = f"## {table}\n\n{ABOUT[table]}", _table_lines(schema)
        parts.append(f"{head}\n\n" + "\n".join(lines))
    title, sets = ("取值", _chinese_sets()) if is_chinese else ("Closed sets", _set_lines())
    parts.append(f"## {title}\n\n" + "\n".join(sets))
    return "\n\n".join(parts) + "\n"


def _table_lines(schema: pa.Schema) -> Iterator[str]:
    yield "| column | type | always there | meaning |"
    yield "|---|---|---|---|"
    for column in schema:
        always = "" if column.nullable else "yes"
        meaning = _cell(column.metadata[b"doc"].decode())
        yield f"| `{column.name}` | `{spell_type(column.type)}` | {always} | {meaning} |"


def _chinese_lines(table: str, schema: pa.Schema) -> Iterator[str]:
    yield "| 列 | 名称 | 类型 | 必有 | 含义 |"
    yield "|---|---|---|---|---|"
    for column in schema:
        always = "" if column.nullable else "是"
        name, about = chinese.column_name(table, column.name), chinese.column_about(table, column.name)
        yield f"| `{column.name}` | {name} | `{spell_type(column.type)}` | {always} | {_cell(about)} |"


def _set_lines() -> Iterator[str]:
    yield "| column | value | meaning |"
    yield "|---|---|---|"
    for values, meanings in MEANINGS.items():
        for value in values:
            yield f"| `{values.__name__.lower()}` | `{value}` | {_cell(meanings[value])} |"


def _chinese_sets() -> Iterator[str]:
    yield "| 列 | 值 | 含义 |"
    yield "|---|---|---|"
    for values in MEANINGS:
        name = values.__name__.lower()
        for value in values:
            yield f"| `{name}` | `{value}` | {_cell(chinese.value_about(name, value))} |"


def spell_type(kind: pa.DataType) -> str:
    """A type without what Arrow calls the inner fields of lists and maps.

    >>> spell_type(pa.list_(pa.int32())), spell_type(pa.map_(pa.string(), pa.int32()))
    ('list<int32>', 'map<string, int32>')
    """
    if pa.types.is_list(kind):
        return f"list<{spell_type(kind.value_type)}>"
    if pa.types.is_map(kind):
        return f"map<{spell_type(kind.key_type)}, {spell_type(kind.item_type)}>"
    return str(kind)


def _cell(text: str) -> str:
    """A text that stays in its cell."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(data_dictionary(*sys.argv[1:]), end="")
