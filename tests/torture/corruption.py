"""Corrupt files: no traceback, every record accounted for, the sound file beside them unchanged."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from tests.shell_inputs import rows_of, run, sentence, write_lines
from tests.torture.damaged import Case, make_case
from tests.torture.inputs import find_bad_runs
from tests.torture.launch import launch
from tests.torture.outcome import Outcome

FILES = 100  # in one run
SOUND = "sound.jsonl"
MESSAGE = 500


def check_corruption(count: int, folder: Path, seed: int) -> Outcome:
    """`count` corrupt files, many in each run."""
    write_lines(folder / "alone" / SOUND, [{"id": f"s{n}", "text": sentence(n)} for n in range(5)])
    run(folder / "alone", folder / "expected")
    expected = [row for row in rows_of(folder / "expected", "metrics") if row["article_id"]]
    faults: list[str] = []
    ends: Counter[str] = Counter()
    for first in range(0, count, FILES):
        draw = Random(f"{seed}-{first}")
        cases = [make_case(number, draw) for number in range(first, min(count, first + FILES))]
        faults += _try(cases, folder / f"run-{first}", expected, ends)
    note = f"{ends['articles']:,} articles and {ends['failures']:,} failures; " + ", ".join(
        f"{name} {n}" for name, n in ends.most_common() if name not in ("articles", "failures")
    )
    return Outcome(8, "corrupt files", count, tuple(faults), note)


def _try(cases: list[Case], folder: Path, expected: list[dict[str, object]], ends: Counter[str]) -> list[str]:
    """What is wrong with a run over these files and a sound one."""
    raw, processed, said = folder / "raw", folder / "processed", folder / "said"
    write_lines(raw / SOUND, [{"id": f"s{n}", "text": sentence(n)} for n in range(5)])
    for case in cases:
        (raw / case.name).write_bytes(case.data)
    code = launch(raw, processed, said=said).wait(600)
    if code not in (0, 1):
        return [f"{cases[0].name} and so on: ended with {code}: {said.read_text('utf-8', 'replace')[-300:]}"]
    found = ["a traceback"] if "Traceback" in said.read_text("utf-8", "replace") else []
    found += find_bad_runs(processed)
    articles, failures = rows_of(processed, "articles"), rows_of(processed, "failures")
    ends["articles"] += len(articles)
    ends["failures"] += len(failures)
    ends.update(str(row["error"]) for row in failures)
    if [row for row in rows_of(processed, "metrics") if str(row["article_id"])[0] == "s"] != expected:
        found.append("the sound file has other rows")
    taken = Counter(str(row["source_path"]) for row in articles)
    refused = Counter(str(row["source_path"]) for row in failures)
    for case in cases:
        found += _judge(case, taken[case.name], refused[case.name])
    for row in failures:
        if not row["message"] or len(str(row["message"])) > MESSAGE or str(row["error"]).endswith("Error"):
            found.append(f"{row['source_path']}: {row['error']}: {str(row['message'])[:200]}")
    return found


def _judge(case: Case, taken: int, refused: int) -> list[str]:
    """What is wrong with the rows of a file."""
    found = []
    if case.rows is None and not taken + refused:
        found.append(f"{case.name}: no row")
    if case.rows is not None and taken + refused != case.rows:
        found.append(f"{case.name}: {taken} articles and {refused} failures of {case.rows} records")
    if case.is_sound and refused:
        found.append(f"{case.name}: {refused} failures of a sound file")
    return found
