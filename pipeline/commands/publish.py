"""``news-metrics publish``: the current tables, brought to an object store."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import UsageError


def publish(
    to: Annotated[str, typer.Option(help="Where to: a URL that fsspec knows, such as s3://bucket/news.")],
    processed: Annotated[Path, typer.Option(help="Folder of the tables.")] = Path("processed"),
) -> None:
    """Bring the current tables to an object store; readers there see the old tables or the new ones."""
    from pipeline import publish as publishing  # noqa: PLC0415
    from pipeline.files import Files  # noqa: PLC0415
    from pipeline.locks import hold  # noqa: PLC0415
    from pipeline.readers import open_snapshot  # noqa: PLC0415
    from pipeline.snapshot import Output  # noqa: PLC0415

    if find_spec("fsspec") is None:
        what = "publishing is not installed: pip install 'news-metrics[cloud]'"
        raise UsageError(f"{what}, and what fsspec needs for your store")
    open_snapshot(processed)
    with hold(Output(processed.absolute(), Files())):
        published = publishing.publish(open_snapshot(processed), to)
    print(f"{published.sent} parts sent, {published.kept} were there already", file=sys.stderr)
    print(published.address)
