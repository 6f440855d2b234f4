"""``news-metrics score``: how good the rows are on articles that a person annotated."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.scoring import Score

Faults = Annotated[int, typer.Option(help="How many faults of each kind to show.", min=0)]


def score(
    gold: Annotated[Path, typer.Argument(help="Folder of annotated articles.")],
    words: Annotated[Path | None, typer.Option(help="A TOML file or folder of further words.")] = None,
    faults: Faults = 3,
    as_json: Annotated[bool, typer.Option("--json", help="All figures and all faults as JSON.")] = False,
) -> None:
    """Extract annotated articles anew and say how many rows and fields are right."""
    from pipeline.scoring import read_annotated  # noqa: PLC0415
    from pipeline.scoring import score as count  # noqa: PLC0415
    from pipeline.vocabulary import default_vocabulary, load_vocabulary  # noqa: PLC0415

    articles = read_annotated(gold) if gold.is_dir() else []
    if not articles:
        raise UsageError(f"{gold} holds no annotated article: see docs/scoring.md for how to write one")
    total = count(articles, load_vocabulary(words) if words else default_vocabulary())
    if as_json:
        print(json.dumps(figures_of(len(articles), total), ensure_ascii=False, indent=1))
    else:
        print("\n".join(spell_score(len(articles), total, faults)))


def figures_of(articles: int, total: Score) -> dict[str, Any]:
    """All that was counted, for programs."""
    from pipeline.scoring.compare import FIELDS  # noqa: PLC0415
    from pipeline.scoring.count import MEASURES  # noqa: PLC0415

    f1 = {name: total.f1(name) for name in MEASURES} | {name: total.field_f1(name) for name in FIELDS}
    keys = ("article", "field", "quote", "said")
    return {
        "articles": articles,
        "rows": {"annotated": total.annotated, "found": total.found},
        "right": {name: total.right[name] for name in MEASURES},
        "f1": {name: round(figure, 4) for name, figure in (f1 | {"sections": total.heading_f1()}).items()},
        "share": {name: round(total.share(name), 4) for name in FIELDS},
        "sure": {"rows": total.sure[1], "right": total.sure[0]},
        "faults": [dict(zip(keys, fault, strict=True)) for fault in total.faults],
    }


def spell_score(articles: int, total: Score, most: int) -> Iterator[str]:
    """The figures as lines to read, and up to `most` faults of each kind."""
    from pipeline.scoring.compare import FIELDS  # noqa: PLC0415
    from pipeline.scoring.count import MEASURES  # noqa: PLC0415

    yield f"{articles} articles, {total.annotated} annotated rows, {total.found} rows found"
    yield ""
    yield f"{'rows':<12}{'F1':>7}{'precision':>11}{'recall':>8}"
    for name in MEASURES:
        right = total.right[name]
        precision, recall = (right / count if count else 1.0 for count in (total.found, total.annotated))
        yield f"{name:<12}{total.f1(name):>7.3f}{precision:>11.3f}{recall:>8.3f}"
    yield f"{'sections':<12}{total.heading_f1():>7.3f}"
    yield ""
    yield f"{'fields':<12}{'F1':>7}{'of rows whose value is right':>30}"
    for name in FIELDS:
        good, judged = total.fields[name]
        yield f"{name:<12}{total.field_f1(name):>7.3f}{total.share(name):>14.3f}  ({good} of {judged})"
    yield from _spell_faults(total, most)


def _spell_faults(total: Score, most: int) -> Iterator[str]:
    kinds = Counter(fault[1] for fault in total.faults)
    yield ""
    yield f"{len(total.faults)} faults" + (":" if kinds else "")
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {kind}: {count}"
        of_kind = [fault for fault in total.faults if fault[1] == kind]
        for article, _, quote, said in of_kind[:most]:
            yield f"    {article}: {quote}{f': {said}' if said else ''}"
