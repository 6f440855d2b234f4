"""``news-metrics config``: what is set, and where."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from pipeline.commands.begin import SETTINGS, SETTINGS_FILE


def config(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print every setting with its origin, as a file that can be saved as pipeline.toml."""
    from pipeline import settings  # noqa: PLC0415

    values, file = context.obj[SETTINGS], context.obj[SETTINGS_FILE]
    if as_json:
        variables = {setting.name: setting.variable for setting in settings.SETTINGS}
        held = {
            name: {"value": held.value, "origin": held.origin, "variable": variables[name]}
            for name, held in values.items()
        }
        print(json.dumps(held, ensure_ascii=False, indent=1))
        return
    print(f"# settings from {file}" if file else f"# no {settings.FILE} here")
    print(settings.spell_settings(values))
