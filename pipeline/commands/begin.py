"""What comes before every command: the settings, the version, the form of messages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

import pipeline
from pipeline.errors import UsageError
from pipeline.lines import FORMS, Lines
from pipeline.settings import Value, find_settings_file, read_settings

LINES = "lines"
SETTINGS = "settings"
SETTINGS_FILE = "settings_file"


def _print_version(asked: bool) -> None:
    if asked:
        print(f"news-metrics {pipeline.__version__}")
        raise typer.Exit


Config = Annotated[Path | None, typer.Option(help="Settings; without it pipeline.toml, if it is here.")]
Version = Annotated[
    bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
]


def begin(context: typer.Context, config: Config = None, version: Version = False) -> None:
    """Extract metrics from scraped Chinese news articles: how much, of what, whose, when, how it changed."""
    file = find_settings_file(config, os.environ, Path())
    values = read_settings(file, os.environ)
    context.obj[SETTINGS], context.obj[SETTINGS_FILE] = values, file
    if context.invoked_subcommand == "run":
        context.obj[LINES] = Lines(str(values["log_format"].value))
    context.default_map = defaults_of(context.command, values)


def defaults_of(group: Any, values: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    """The settings as defaults of the commands that have an option of the name."""
    held = {
        f"--{name.replace('_', '-')}": value.value
        for name, value in values.items()
        if value.value is not None
    }
    return {
        name: {
            parameter.name: held[option]
            for parameter in command.params
            for option in parameter.opts
            if option in held
        }
        for name, command in group.commands.items()
    }


def speak(context: typer.Context, form: str) -> Lines:
    """Have messages written in this form, those of errors too.  Raises UsageError for one there is not."""
    if form not in FORMS:
        raise UsageError(f"there is no log format {form!r}: use one of {', '.join(FORMS)}")
    lines = context.obj[LINES] = Lines(form)
    return lines
