"""``news-metrics completion``: what a shell needs to complete commands, options and values."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.errors import UsageError

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_NEWS_METRICS_COMPLETE"


Shell = Annotated[str, typer.Argument(help="bash, zsh or fish.", autocompletion=lambda: list(SHELLS))]


def completion(shell: Shell) -> None:
    """Print the script that completes commands and options in a shell."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # noqa: PLC0415

    if shell not in SHELLS:
        raise UsageError(f"there is no completion for {shell!r}: use one of {', '.join(SHELLS)}")
    print(get_completion_script(prog_name="news-metrics", complete_var=VARIABLE, shell=shell))
