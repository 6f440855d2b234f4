"""The gate: scores the annotated articles against floors, and shows which rows of the sample changed.

    python tests/gate.py [--accept]

Prints every figure of every set of annotated articles that is there, beside its floor (`golden/floors.toml`),
and the rows of the raw sample gained, lost or changed since the output accepted last (`golden/rows.jsonl`).
Exit code 1 when a figure is below its floor, or when a floor is lower than it was in an earlier commit.
`--accept` takes the rows as the accepted output and raises the floors to what was reached, less a margin.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
if not __package__:  # started as a file
    sys.path.insert(0, str(ROOT))

from pipeline.ingest import Failure, list_inputs, read_records  # noqa: E402
from pipeline.model import Article, Metric  # noqa: E402
from pipeline.scoring import Annotated, read_annotated, score  # noqa: E402
from pipeline.stages import extract_document, read_document  # noqa: E402
from pipeline.vocabulary import Vocabulary, default_vocabulary  # noqa: E402

CORPUS = "corpus/news-real.jsonl.gz"
FLOORS = "tests/golden/floors.toml"
ROWS = "tests/golden/rows.jsonl"
OWN = "tests/gold"
COUNT = "articles"
MARGIN = 0.01
SURE_RIGHT = 0.95
SURE_ENOUGH = 0.2
# Sets that are scored no longer: their articles are now fitted to.
RETIRED = frozenset({"unseen", "held_out", "blind"})
FIELDS = (
    *("value", "value_high", "bound", "unit", "kind", "category", "indicator", "indicator_id"),
    *("direction", "basis", "subject", "period_text", "period_start", "period_end", "target", "core"),
    *("of", "repeats"),
)
_USUAL: Mapping[str, object] = {"bound": "exact", "target": False, "core": True}
_HEAD = "# What each set of annotated articles must reach; raised by gate.py --accept, never lowered.\n"

Floors = dict[str, dict[str, float]]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the rows of the sample: gained, lost, and (old, new) of the changed ones."""

    gained: tuple[Row, ...]
    lost: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]


# --- figures and floors


def read_sets(root: Path = ROOT) -> dict[str, list[Annotated]]:
    """The sets of annotated articles that are there, by name; the project's own is always among them.

    The others lie in a folder `shared` beside the project; `fresh` takes its texts from the corpus there.
    No weight is fitted to `fresh`: it shows what the other figures are worth.
    """
    shared = root.parent / "shared"
    sets = {OWN: read_annotated(root / OWN)}
    for name in ("gold/seeds", "gold/dev"):
        if (shared / name).is_dir():
            sets[name] = read_annotated(shared / name)
    fresh = root / "tests" / "fresh"
    if fresh.is_dir() and (shared / CORPUS).exists():
        ids = {file.stem for file in fresh.glob("*.json")}
        sets["fresh"] = read_annotated(fresh, read_texts(shared / CORPUS, ids))
    return sets


def read_texts(corpus: Path, ids: set[str]) -> dict[str, str]:
    """The texts of some articles of the corpus, by id."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        return {row["id"]: row["text"] for row in map(json.loads, lines) if row["id"] in ids}


def measure(articles: Sequence[Annotated], words: Vocabulary) -> dict[str, float]:
    """All figures of a set, and how many articles it has."""
    return {COUNT: len(articles), **score(articles, words).report()}


def read_floors(text: str) -> Floors:
    """The floors by set and figure.

    >>> read_floors('["gold/dev"]\\nrow = 0.86')
    {'gold/dev': {'row': 0.86}}
    """
    return {
        name: {key: float(floor) for key, floor in table.items()}
        for name, table in tomllib.loads(text).items()
    }


def spell_floors(floors: Floors) -> str:
    """The floors as TOML."""
    tables = (
        f'["{name}"]\n' + "".join(f"{key} = {floor:g}\n" for key, floor in table.items())
        for name, table in floors.items()
    )
    return _HEAD + "".join(f"\n{table}" for table in tables)


def find_failing(figures: Mapping[str, Mapping[str, float]], floors: Floors) -> list[str]:
    """What is below its floor, of the sets that were scored; a figure without a floor fails too.

    >>> find_failing({"gold/dev": {"row": 0.85}}, {"gold/dev": {"row": 0.86}})
    ['gold/dev: row 0.8500 is below its floor 0.8600']
    """
    faults = []
    for name, found in figures.items():
        wanted = floors.get(name, {})
        faults += [f"{name}: {key} has no floor" for key in found if key not in wanted]
        faults += [f"{name}: {key} has a floor but was not measured" for key in wanted if key not in found]
        faults += [
            f"{name}: {key} {found[key]:.4f} is below its floor {floor:.4f}"
            for key, floor in wanted.items()
            if key in found and found[key] < floor
        ]
    return faults


def find_lowered(floors: Floors, earlier: Iterable[tuple[str, Floors]]) -> list[str]:
    """The floors that are lower than they were, or gone; one fault each, naming the commit with the highest.

    >>> find_lowered({"gold/dev": {"row": 0.85}}, [("4f2a", {"gold/dev": {"row": 0.86}})])
    ['gold/dev: the floor of row is 0.8500, it was 0.8600 in 4f2a']
    """
    faults = []
    for (name, key), (highest, commit) in sorted(_highest(earlier).items()):
        now = floors.get(name, {}).get(key)
        if now is None or now < highest:
            said = "gone" if now is None else f"{now:.4f}"
            faults.append(f"{name}: the floor of {key} is {said}, it was {highest:.4f} in {commit}")
    return faults


def _highest(earlier: Iterable[tuple[str, Floors]]) -> dict[tuple[str, str], tuple[float, str]]:
    highest: dict[tuple[str, str], tuple[float, str]] = {}
    for commit, floors in earlier:
        for name, table in floors.items():
            for key, floor in table.items():
                if name in RETIRED or (key == "sure_share" and floor < SURE_ENOUGH):
                    continue
                if floor > highest.get((name, key), (-1.0, ""))[0]:
                    highest[name, key] = (floor, commit)
    return highest


def raise_floors(
    floors: Floors, figures: Mapping[str, Mapping[str, float]], margin: float = MARGIN
) -> Floors:
    """The floors, each raised to its figure less the margin; none is lowered, sets not scored stay.

    The share of sure rows that are right falls as more rows become sure: its floor rises to 0.95 at most.
    Both it and their share rise only where a fifth of the rows are sure: fewer are a matter of luck.

    >>> raise_floors({"gold/dev": {"row": 0.86}}, {"gold/dev": {"articles": 9, "row": 0.9}})
    {'gold/dev': {'row': 0.89, 'articles': 9}}
    """
    raised = {name: dict(table) for name, table in floors.items()}
    for name, found in figures.items():
        old = raised.get(name, {})
        reached = {
            key: value if key == COUNT else round(max(0.0, value - margin), 4) for key, value in found.items()
        }
        if "sure_right" in reached:
            enough = found["sure_share"] >= SURE_ENOUGH
            reached["sure_right"] = min(reached["sure_right"], SURE_RIGHT) if enough else 0.0
            reached["sure_share"] = reached["sure_share"] if enough else 0.0
        raised[name] = old | {key: max(value, old.get(key, 0)) for key, value in reached.items()}
    return raised


def read_history(root: Path = ROOT) -> tuple[list[tuple[str, Floors]], str | None]:
    """The floors of every commit that touched them, newest first; and a message where there is none."""
    if _git(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return [], "floors not compared with earlier ones: no git history here"
    commits = (_git(root, "log", "--format=%h", "--full-history", "HEAD", "--", FLOORS) or "").split()
    earlier = []
    for commit in commits:
        held = _git(root, "show", f"{commit}:./{FLOORS}")
        if held:
            earlier.append((commit, read_floors(held)))
    if (_git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true":
        return earlier, "floors compared only with the commits of a shallow clone"
    return earlier, None


def _git(root: Path, *arguments: str) -> str | None:
    """What git says in this folder; None where it fails or is not there."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        done = subprocess.run(["git", *arguments], cwd=root, env=clean, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


# --- rows of the sample


def read_sample(raw: Path, words: Vocabulary) -> Iterator[Row]:
    """The rows of all articles below the raw folder, compact, in order of file, record and place.

    Raises ValueError for a record that cannot be read.
    """
    for item in list_inputs(raw):
        for record in read_records(raw, item.relative):
            if isinstance(record, Failure):
                raise ValueError(f"{record.source_path}: {record.message}")
            yield from rows_of(record, words)


def rows_of(article: Article, words: Vocabulary) -> Iterator[Row]:
    """The compact rows of an article: where they stand, and the fields that are not as usual."""
    place = {"source": article.source_path, "record": article.source_record}
    metrics = extract_document(read_document(article, words), words)
    for metric in metrics:
        fields = {key: _value_of(metric, key, metrics) for key in FIELDS}
        kept = {key: value for key, value in fields.items() if value is not None and value != _USUAL.get(key)}
        yield {**place, "quote": metric.quote, "raw": [metric.raw_start, metric.raw_end], **kept}


def _value_of(metric: Metric, key: str, metrics: Sequence[Metric]) -> object:
    """A field as JSON has it; links to other rows by the quote linked to."""
    if key in ("of", "repeats"):
        linked = metric.of_metric if key == "of" else metric.repeats
        return None if linked is None else metrics[linked].quote
    value = getattr(metric, key)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, bool) else str(value)


def read_accepted(file: Path) -> list[Row]:
    """The rows accepted last; none where nothing has been accepted."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def spell_rows(rows: Iterable[Row]) -> str:
    """The rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def compare_rows(old: Sequence[Row], new: Sequence[Row]) -> Difference:
    """What was gained, lost and changed; rows are the same whose spans share a third of the longer one."""
    waiting: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in old:
        waiting[row["source"], row["record"]].append(row)
    gained, changed = [], []
    for row in new:
        there = waiting[row["source"], row["record"]]
        hit = max(there, key=lambda before: _shared(before, row), default=None)
        if hit is None or not 3 * _shared(hit, row) >= max(_size(hit), _size(row), 1):
            gained.append(row)
            continue
        there.remove(hit)
        if changes_of(hit, row):
            changed.append((hit, row))
    lost = [row for rows in waiting.values() for row in rows]
    return Difference(tuple(gained), tuple(lost), tuple(changed))


def _shared(a: Row, b: Row) -> int:
    return int(min(a["raw"][1], b["raw"][1]) - max(a["raw"][0], b["raw"][0]))


def _size(row: Row) -> int:
    return int(row["raw"][1] - row["raw"][0])


def changes_of(old: Row, new: Row) -> dict[str, tuple[object, object]]:
    """The fields that differ, each with its old and new value."""
    pairs = {
        key: (old.get(key, _USUAL.get(key)), new.get(key, _USUAL.get(key))) for key in ("quote", *FIELDS)
    }
    return {key: (before, after) for key, (before, after) in pairs.items() if before != after}


# --- what is printed


def spell_figures(figures: Mapping[str, Mapping[str, float]], floors: Floors) -> str:
    """A table of the figures, each beside its floor; `!` marks one that is below it.

    >>> print(spell_figures({"seeds": {"row": 0.9}, "dev": {"row": 0.8}}, {"dev": {"row": 0.86}}))
    figure           seeds   floor         dev   floor
    row            0.9000        -     0.8000!  0.8600
    """
    keys = dict.fromkeys(key for found in figures.values() for key in found)
    lines = [f"{'figure':10}" + "".join(f"{name:>12}{'floor':>8}" for name in figures)]
    for key in keys:
        cells = [f"{key:10}"]
        for name, found in figures.items():
            value, floor = found.get(key), floors.get(name, {}).get(key)
            mark = "!" if value is not None and floor is not None and value < floor else " "
            cells.append(f"{_spell(value, key):>11}{mark}{_spell(floor, key):>8}")
        lines.append("".join(cells).rstrip())
    return "\n".join(lines)


def _spell(value: float | None, key: str) -> str:
    return "-" if value is None else f"{value:.0f}" if key == COUNT else f"{value:.4f}"


def spell_difference(difference: Difference) -> str:
    """The difference, one row a line; changed fields as old → new."""
    lines = [f"+ {_place(row)} {_said(row)}" for row in difference.gained]
    lines += [f"- {_place(row)} {_said(row)}" for row in difference.lost]
    for old, new in difference.changed:
        fields = ", ".join(
            f"{key}: {before} → {after}" for key, (before, after) in changes_of(old, new).items()
        )
        lines.append(f"~ {_place(new)} {fields}")
    counts = (
        f"{len(difference.gained)} gained, {len(difference.lost)} lost, {len(difference.changed)} changed"
    )
    return "\n".join([*lines, f"rows of the sample against the accepted ones: {counts}"])


def _place(row: Row) -> str:
    return f"{row['source']}#{row['record']} {row['quote']!r}"


def _said(row: Row) -> str:
    return " · ".join(
        str(row[key]) for key in ("kind", "indicator", "subject", "period_text") if row.get(key)
    )


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Prints figures and differences of the project at `root`; gives the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accept", action="store_true", help="accept the rows and raise the floors")
    parser.add_argument(
        "--margin",
        type=float,
        default=MARGIN,
        help=f"how far below its figure --accept sets a floor ({MARGIN})",
    )
    options = parser.parse_args(arguments)
    words = default_vocabulary()
    floors = read_floors((root / FLOORS).read_text("utf-8")) if (root / FLOORS).exists() else {}
    figures = {name: measure(articles, words) for name, articles in read_sets(root).items()}
    rows = list(read_sample(root / "raw", words))
    earlier, message = read_history(root)
    print(spell_difference(compare_rows(read_accepted(root / ROWS), rows)), end="\n\n")
    raised = raise_floors(floors, figures, options.margin) if options.accept else floors
    faults = find_lowered(raised, earlier) + find_failing(figures, raised)
    print(spell_figures(figures, raised), end="\n\n")
    print(message or f"floors compared with those of {len(earlier)} commits")
    for fault in faults:
        print(f"gate: {fault}")
    if options.accept:
        print("nothing accepted" if faults else "accepted")
    if options.accept and not faults:
        (root / FLOORS).write_text(spell_floors(raised), "utf-8")
        (root / ROWS).write_text(spell_rows(rows), "utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
