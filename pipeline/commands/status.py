"""``news-metrics status``: what the tables hold, how the last runs went, why records failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

RUNS_SHOWN = 5


def status(
    processed: Annotated[Path, typer.Option(help="Folder of the tables.")] = Path("processed"),
    runs: Annotated[int, typer.Option(help="How many of the last runs to show.", min=1)] = RUNS_SHOWN,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what the tables hold, how the last runs went, and why records failed."""
    facts = read_status(processed)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=1, default=str))
    else:
        print("\n".join(spell_status(facts, runs)))


def read_status(processed: Path) -> dict[str, Any]:
    """What there is to say of the current snapshot.  Raises StorageError where there is none."""
    import pyarrow.compute as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from pipeline.readers import open_snapshot  # noqa: PLC0415

    snapshot = open_snapshot(processed)
    runs = pq.read_table(snapshot / "runs").to_pylist(maps_as_pydicts="strict")
    articles = pq.read_table(snapshot / "articles", columns=["published_at", "source_path"])
    metrics = pq.read_table(snapshot / "metrics", columns=["category", "core", "target"])
    failures = pq.read_table(snapshot / "failures")
    days = pc.min_max(articles["published_at"]).as_py()
    return {
        "snapshot": str(snapshot),
        "runs": sorted(runs, key=lambda run: run["started_at"]),
        "rows": runs[-1]["rows"],
        "articles": {
            "files": pc.count_distinct(articles["source_path"]).as_py(),
            "undated": articles["published_at"].null_count,
            "first": days["min"],
            "last": days["max"],
        },
        "metrics": {
            "core": pc.sum(metrics["core"]).as_py() or 0,
            "targets": pc.sum(metrics["target"]).as_py() or 0,
            "categories": dict(_count(metrics["category"])),
        },
        "failures": _failures_by_kind(failures.select(["error", "source_path", "message"]).to_pylist()),
    }


def _count(column: Any) -> list[tuple[str, int]]:
    """How often each value comes, the most frequent first."""
    counts = [(pair["values"], pair["counts"]) for pair in column.value_counts().to_pylist()]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


def _failures_by_kind(failures: list[dict[str, str]]) -> list[dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = {}
    for failure in failures:
        first = {
            "error": failure["error"],
            "count": 0,
            "file": failure["source_path"],
            "message": failure["message"],
        }
        kinds.setdefault(failure["error"], first)["count"] += 1
    return sorted(kinds.values(), key=lambda kind: (-kind["count"], kind["error"]))


def spell_status(facts: Mapping[str, Any], most_runs: int) -> Iterator[str]:
    """The facts in lines."""
    last = facts["runs"][-1]
    yield f"snapshot: {facts['snapshot']}"
    yield f"run: {last['run_id']}, {last['status']}, finished {last['finished_at']:%Y-%m-%d %H:%M:%S} UTC"
    yield ""
    for table, rows in facts["rows"].items():
        yield f"{table}: {rows}{_more_of(table, facts)}"
    if facts["failures"]:
        yield ""
        yield "why records failed, and one of each:"
    for kind in facts["failures"]:
        yield f"  {kind['error']}: {kind['count']}  ({kind['file']}: {kind['message']})"
    yield ""
    yield f"{'last runs, UTC':<20}{'status':<18}  records  articles  failures  metrics  seconds"
    for run in facts["runs"][-most_runs:][::-1]:
        rows = run["rows"]
        seconds = (run["finished_at"] - run["started_at"]).total_seconds()
        counts = f"{run['records_read']:>9}{rows['articles']:>10}{rows['failures']:>10}{rows['metrics']:>9}"
        yield f"{run['started_at']:%Y-%m-%d %H:%M:%S} {run['status']:<18}{counts}{seconds:>9.1f}"


def _more_of(table: str, facts: Mapping[str, Any]) -> str:
    if table == "articles":
        held = facts["articles"]
        dated = f"published {held['first']:%Y-%m-%d} to {held['last']:%Y-%m-%d}, " if held["first"] else ""
        return f"  ({dated}{held['undated']} undated; {held['files']} files)"
    if table == "metrics":
        held = facts["metrics"]
        most = ", ".join(f"{count} {category}" for category, count in held["categories"].items())
        return f"  ({held['core']} core, {held['targets']} targets; {most})" if most else ""
    return ""
