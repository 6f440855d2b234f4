"""A description of tables for programs, by the Data Package standard (https://specs.frictionlessdata.io).

`datapackage.json` lies at the top of the output, never among the parts of a table: readers of a folder of
Parquet files take every file in it for data.  The same tables give the same bytes.

>>> package = data_package({"failures": ["failures.csv"]}, "csv")
>>> package["resources"][0]["path"]
'failures.csv'
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipeline import __version__
from pipeline.model import closed_set
from pipeline.schema import TABLES

FILE = "datapackage.json"
ABOUT = {
    "articles": "One row per article that was read.",
    "sections": "One row per section of an article, in reading order.",
    "metrics": "One row per number that says how much or how many.",
    "duplicates": "One row per article that says again what an earlier one says.",
    "failures": "One row per article, record or file that could not be taken: articles and failures together "
    "are the records read.",
    "runs": "One row per run.",
}
KEYS = {"articles": "article_id", "sections": "section_id", "metrics": "metric_id", "runs": "run_id"}
"""The column that names a row."""
LINKS = (
    ("sections", "article_id", "articles"),
    ("metrics", "article_id", "articles"),
    ("metrics", "section_id", "sections"),
    ("duplicates", "article_id", "articles"),
)
"""Columns that name a row of another table."""
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_KINDS = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "datetime"),
    (pa.types.is_list, "array"),
    (pa.types.is_map, "object"),
)


def data_package(
    files: Mapping[str, Sequence[str]], form: str, columns: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """The package of some tables: `files` gives the paths of each, `columns` those columns that it has.

    `form` is csv or parquet.
    """
    resources = []
    for table, paths in files.items():
        names = (columns or {}).get(table, TABLES[table].names)
        resource = {
            "name": table,
            "description": ABOUT[table],
            "path": paths[0] if len(paths) == 1 else list(paths),
            "format": form,
            "mediatype": MEDIA[form],
            "schema": _table_schema(table, names, form, set(files)),
        }
        if form == "csv":
            resource |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
        resources.append(resource)
    about = "Metrics extracted from Chinese news articles: how much, of what, whose, when, how it changed."
    return {"name": "news-metrics", "version": __version__, "description": about, "resources": resources}


def spell_package(package: Mapping[str, Any]) -> bytes:
    """The package as the bytes of its file."""
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _table_schema(table: str, names: Sequence[str], form: str, tables: set[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(table, TABLES[table].field(name), form) for name in names],
        "missingValues": [""],
    }
    if KEYS.get(table) in names:
        schema["primaryKey"] = [KEYS[table]]
    links = [
        {"fields": [column], "reference": {"resource": other, "fields": [KEYS[other]]}}
        for own, column, other in LINKS
        if own == table and other in tables and column in names
    ]
    return schema | ({"foreignKeys": links} if links else {})


def _field(table: str, column: pa.Field, form: str) -> dict[str, Any]:
    kind = next((name for is_kind, name in _KINDS if is_kind(column.type)), "string")
    field: dict[str, Any] = {"name": column.name, "type": kind}
    if kind == "datetime" and form == "csv":
        field["format"] = "%Y-%m-%d %H:%M:%S"
    field["description"] = column.metadata[b"doc"].decode()
    constraints: dict[str, Any] = {}
    # an empty text and no text are the same in CSV, so that no text can be asked for there
    if not column.nullable and (form != "csv" or kind != "string"):
        constraints["required"] = True
    values = closed_set(table, column.name)
    if values:
        constraints["enum"] = [value.value for value in values]
    return field | ({"constraints": constraints} if constraints else {})
