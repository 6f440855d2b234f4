"""``news-metrics export``: rows of the tables as CSV, Excel, JSON lines or DuckDB."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.export.days import first_day, last_day
from pipeline.model import Category, Kind


def _many(about: str, values: Callable[[], list[str]] | None = None) -> Any:
    """An option that may be given several times; a shell completes it by `values`."""
    return typer.Option(help=f"{about}; may be given again.", autocompletion=values)


def _tables() -> list[str]:
    from pipeline.schema import TABLES  # noqa: PLC0415

    return ["all", *TABLES]


def _day(name: str, about: str, parse: Callable[[str], date]) -> Any:
    return typer.Option(name, help=about, parser=parse, metavar="DAY")


Words = list[str]
Output = Annotated[Path, typer.Option("--output", "-o", help="File to write; its ending tells the format.")]
Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="csv, xlsx, jsonl or duckdb.",
        autocompletion=lambda: ["csv", "xlsx", "jsonl", "duckdb"],
    ),
]
Columns = Annotated[str | None, typer.Option(help="Columns, with commas between; without it all.")]
Headers = Annotated[
    str, typer.Option(help="Names of columns and sheets: en or zh.", autocompletion=lambda: ["en", "zh"])
]
Indicator = Annotated[Words, _many("Words of the indicator, or its id or what it begins with: cases")]
Confidence = Annotated[float, typer.Option(help="Least confidence, from 0 to 1.")]
Since = Annotated[date | None, _day("--from", "The period begins on this day or later.", first_day)]
Until = Annotated[date | None, _day("--to", "The period ends on this day or before.", last_day)]
Core = Annotated[bool, typer.Option("--core", help="Only core metrics.")]
Facts = Annotated[bool, typer.Option("--facts", help="Without plans and goals.")]
Once = Annotated[bool, typer.Option("--no-duplicates", help="Without articles and figures that say again.")]
Source = Annotated[str | None, typer.Option(help="Beginning of the path of the file.")]
Published = Annotated[date | None, _day("--published-from", "Published on this day or later.", first_day)]
PublishedTo = Annotated[date | None, _day("--published-to", "Published on this day or before.", last_day)]


def export(
    *,
    output: Output,
    processed: Annotated[Path, typer.Option(help="Folder of the tables.")] = Path("processed"),
    form: Form = None,
    table: Annotated[Words, _many("Table, or all", _tables)] = ["metrics"],  # noqa: B006
    columns: Columns = None,
    headers: Headers = "en",
    indicator: Indicator = [],  # noqa: B006
    category: Annotated[Words, _many("case_count, fine …", lambda: list(Category))] = [],  # noqa: B006
    kind: Annotated[Words, _many("level, change, share or rank", lambda: list(Kind))] = [],  # noqa: B006
    unit: Annotated[Words, _many("Canonical unit: 件")] = [],  # noqa: B006
    subject: Annotated[Words, _many("Words of subject or organisation")] = [],  # noqa: B006
    since: Since = None,
    until: Until = None,
    min_confidence: Confidence = 0.0,
    core: Core = False,
    facts: Facts = False,
    no_duplicates: Once = False,
    source: Source = None,
    published_from: Published = None,
    published_to: PublishedTo = None,
) -> None:
    """Write tables, or the rows chosen of them, for a spreadsheet, a program or a database."""
    from pipeline.export.choose import Choice  # noqa: PLC0415
    from pipeline.export.write import export_tables  # noqa: PLC0415

    choice = Choice(
        indicator, category, kind, unit, subject, since, until, min_confidence, core, facts,
        source, published_from, published_to, no_duplicates,
    )  # fmt: skip
    wanted = [name.strip() for name in columns.split(",")] if columns else []
    print(export_tables(processed, output, form, table, choice, wanted, headers), file=sys.stderr)
