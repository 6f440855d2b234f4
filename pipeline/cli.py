"""The command line: arguments in, exit code out.

0 done · 1 done, but more records failed than allowed · 2 wrong arguments or word lists · 74 a folder or file
cannot be read or written · 75 another run holds the output · 130, 143 stopped by a signal · 70 a fault of the
program.  Messages and progress go to the standard error stream.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]
from typer.core import TyperGroup

from pipeline.commands.begin import LINES, begin, speak
from pipeline.commands.completion import completion
from pipeline.commands.config import config
from pipeline.commands.doctor import doctor
from pipeline.commands.examples import spell_examples
from pipeline.commands.export import export
from pipeline.commands.publish import publish
from pipeline.commands.report import marks, report
from pipeline.commands.score import score
from pipeline.commands.status import status
from pipeline.commands.words import words
from pipeline.errors import PipelineError
from pipeline.lines import Lines

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_USAGE_ERROR = typer.BadParameter.__bases__[0]  # typer gives its base class no name of its own

Raw = Annotated[Path, typer.Option(help="Folder of scraped articles.", readable=False)]
Processed = Annotated[Path, typer.Option(help="Folder of the tables.", readable=False)]
Until = Annotated[str, typer.Option(help="Last stage: clean, sections or metrics.")]
Keep = Annotated[int, typer.Option(help="Snapshots to keep, the current one among them.")]
LogFormat = Annotated[str, typer.Option(help="Form of messages and summary: text or json.")]
SHARD_MB = 2.0
ShardSize = Annotated[float, typer.Option(help="Input of a shard in MB, about.")]
Reread = Annotated[bool, typer.Option("--reread", help="Read also files whose size and times are as before.")]
Words = Annotated[Path | None, typer.Option(help="A TOML file or folder of further words.")]


@app.command()
def run(
    context: typer.Context,
    *,
    raw: Raw = Path("raw"),
    processed: Processed = Path("processed"),
    engine: Annotated[str, typer.Option(help="auto, inline, pool or dask.")] = "auto",
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
    workers: Annotated[int, typer.Option(help="Processes; 0 for one on each processor.")] = 0,
    until: Until = "metrics",
    words: Words = None,
    max_failures: Annotated[float, typer.Option(help="Share of records that may fail.")] = 0.05,
    keep: Keep = 2,
    log_format: LogFormat = "text",
    shard_size: ShardSize = SHARD_MB,
    reread: Reread = False,
) -> None:
    """Bring the tables up to date with the raw folder."""
    from pipeline.console import Log, print_summary  # noqa: PLC0415
    from pipeline.run import TOO_MANY, Options, run_pipeline  # noqa: PLC0415
    from pipeline.tables import spare_pandas  # noqa: PLC0415

    spare_pandas()
    lines = speak(context, log_format)
    options = Options(
        raw, processed, engine, workers, until, words, max_failures, keep,
        int(shard_size * 1024 * 1024), reread, scheduler,
    )  # fmt: skip
    with Log(lines) as log:
        summary = run_pipeline(options, log)
    print_summary(summary, processed, lines)
    if summary.counts.status == TOO_MANY:
        raise typer.Exit(1)


@app.command()
def plan(
    raw: Raw = Path("raw"),
    processed: Processed = Path("processed"),
    until: Until = "metrics",
    words: Words = None,
    shard_size: ShardSize = SHARD_MB,
    reread: Reread = False,
) -> None:
    """Say what a run would do, and why."""
    from pipeline.console import print_plan  # noqa: PLC0415
    from pipeline.run import Options, plan_only  # noqa: PLC0415

    size = int(shard_size * 1024 * 1024)
    options = Options(raw, processed, until=until, words=words, shard_bytes=size, reread=reread)
    print_plan(plan_only(options))


@app.command()
def head(
    processed: Processed = Path("processed"),
    rows: Annotated[int, typer.Option(help="How many rows.", min=1)] = 8,
) -> None:
    """Show the first rows of the metrics table."""
    from pipeline.console import print_head  # noqa: PLC0415

    print_head(processed, rows)


@app.command()
def show(metric_id: str, processed: Processed = Path("processed"), raw: Raw = Path("raw")) -> None:
    """Show a metric: its row, its sentence, and the raw text around it."""
    from pipeline.explain import print_metric  # noqa: PLC0415

    print_metric(metric_id, processed, raw)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="A text, or - for the standard input.")],
    published: Annotated[str | None, typer.Option(help="Day of publication: 2021-03-15.")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the article.")] = None,
    words: Words = None,
) -> None:
    """Show what is found in a text, and why the other numerals are refused."""
    from pipeline.explain import print_explanation  # noqa: PLC0415

    print_explanation(sys.stdin.read() if text == "-" else text, published, title, words)


@app.command()
def schema() -> None:
    """List the tables and their columns."""
    from pipeline.console import print_schema  # noqa: PLC0415

    print_schema()


app.callback()(begin)
for command in (words, status, publish, export, report, marks, score, doctor, config, completion):
    app.command()(command)


class _Stopped(BaseException):
    """The run was asked to stop by a signal."""


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise _Stopped(128 + number)


def main() -> None:
    """Run the command line and end the process with its exit code.  No error shows a traceback."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    sys.exit(run_command(sys.argv[1:]))


def build_command() -> TyperGroup:
    """The command line, with the examples of each command under its help, and completion for shells."""
    completion_init()
    group = typer.main.get_group(app)
    for name, command in group.commands.items():
        command.epilog = spell_examples(name)
    return group


def run_command(arguments: list[str]) -> int:
    """The exit code of the command line `arguments`; an error is one line on the standard error stream."""
    command = build_command()
    told: dict[str, Any] = {}
    try:
        code = command.main(arguments, prog_name="news-metrics", standalone_mode=False, obj=told)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit:  # how typer ends when the reader of our output has seen enough
        return 0
    except (Exception, _Stopped) as error:
        message, code = _told(error)
        lines = told.get(LINES, Lines())
        lines.say(f"news-metrics: {message}", "error", {"exit_code": code})
        return code


def _told(error: BaseException) -> tuple[str, int]:
    """What to say of an error, and the exit code."""
    if isinstance(error, PipelineError):
        return str(error), error.exit_code
    if isinstance(error, _Stopped):
        return "stopped; the tables are as they were; run again to go on", int(error.args[0])
    if isinstance(error, _USAGE_ERROR):
        return f"{error.format_message().rstrip('.')}; see --help", 2  # type: ignore[attr-defined]
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}; check the disk and its permissions, then run again", 74
    fault = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"this is a fault of the program ({fault}); please report it", 70
