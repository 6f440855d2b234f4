"""``news-metrics report`` and ``marks``: articles and rows to review in a browser, and what was marked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipeline.export.days import first_day, last_day

Processed = Annotated[Path, typer.Option(help="Folder of the tables.", readable=False)]
Raw = Annotated[Path, typer.Option(help="Folder of scraped articles.", readable=False)]
Output = Annotated[Path, typer.Option("--output", "-o", help="The HTML file.")]
Source = Annotated[str | None, typer.Option(help="Beginning of the path of the file.")]
Contains = Annotated[str | None, typer.Option(help="Words of title, publisher or text.")]
Categories = Annotated[
    list[str], typer.Option(help="Articles with a row of this category; may be given again.")
]
Since = Annotated[
    date | None,
    typer.Option("--published-from", help="Published on this day or later.", parser=first_day, metavar="DAY"),
]
Until = Annotated[
    date | None,
    typer.Option("--published-to", help="Published on this day or before.", parser=last_day, metavar="DAY"),
]
Below = Annotated[float | None, typer.Option(help="Articles with a row of less confidence.")]
Sample = Annotated[int | None, typer.Option(help="So many of them, drawn evenly.", min=1)]


def report(
    *,
    processed: Processed = Path("processed"),
    raw: Raw = Path("raw"),
    output: Output = Path("report.html"),
    source: Source = None,
    contains: Contains = None,
    category: Categories = [],  # noqa: B006
    since: Since = None,
    until: Until = None,
    below: Below = None,
    sample: Sample = None,
) -> None:
    """Write articles with their rows as one HTML file, to review them in a browser."""
    from pipeline.report.choose import Choice  # noqa: PLC0415
    from pipeline.report.write import write_report  # noqa: PLC0415

    write_report(processed, raw, output, Choice(source, contains, category, since, until, below, sample))


def marks(
    file: Annotated[Path, typer.Argument(help="Marks that were saved in a report.")],
    into: Annotated[Path, typer.Option(help="Folder of annotated articles.")],
    raw: Raw = Path("raw"),
    replace: Annotated[bool, typer.Option("--replace", help="Write over articles that are there.")] = False,
) -> None:
    """Make annotated articles of the marks that reviewers set in a report."""
    from pipeline.report.write import write_marks  # noqa: PLC0415

    if not write_marks(file, into, raw, replace):
        raise typer.Exit(1)
