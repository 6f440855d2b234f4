"""``news-metrics doctor``: whether this machine is fit for a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.begin import SETTINGS_FILE


def doctor(
    context: typer.Context,
    raw: Annotated[Path, typer.Option(help="Folder of scraped articles.")] = Path("raw"),
    processed: Annotated[Path, typer.Option(help="Folder of the tables.")] = Path("processed"),
    words: Annotated[Path | None, typer.Option(help="A TOML file or folder of further words.")] = None,
) -> None:
    """Check Python, packages, words, folders, space and fonts; exit code 1 when something is wrong."""
    from pipeline.doctor import BAD, check_surroundings  # noqa: PLC0415

    file = context.obj[SETTINGS_FILE]
    states = []
    for finding in check_surroundings(
        raw, processed, words, str(file) if file else "built in, no pipeline.toml"
    ):
        print(f"{finding.state:<8}{finding.what}: {finding.said}", flush=True)
        states.append(finding.state)
    if BAD in states:
        raise typer.Exit(1)
