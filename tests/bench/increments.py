"""What a run costs in which nothing, or one article, changed, beside a full run.

::

    python tests/bench/increments.py ../shared/corpus/news-real.jsonl.gz --times 8 --until clean

The articles are copied `--times` times with other ids and other figures.  Seconds are those of the
processors, start-up counted, so that a busy machine can measure them; those by the clock stand beside.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def write_copies(source: Path, target: Path, times: int, most: int | None) -> int:
    """Write the articles of a packed JSON-lines file several times, with other ids and figures."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        records = [json.loads(line) for line in file][:most]
    target.parent.mkdir(parents=True)
    with target.open("w", encoding="utf-8") as out:
        for copy in range(times):
            shifted = str.maketrans("123456789", "".join(str((n + copy) % 9 + 1) for n in range(9)))
            for record in records:
                text = record["text"].translate(shifted)
                changed = {**record, "id": f"{record['id']}-{copy}", "text": text}
                out.write(json.dumps(changed, ensure_ascii=False) + "\n")
    return len(records) * times


def edit_one(file: Path) -> None:
    """Change a figure in the middle of the file."""
    lines = file.read_text("utf-8").split("\n")
    record = json.loads(lines[len(lines) // 2])
    record["text"] += "\n全市新增企业123家。"
    lines[len(lines) // 2] = json.dumps(record, ensure_ascii=False)
    file.write_text("\n".join(lines), "utf-8")


def measure(raw: Path, processed: Path, *options: str) -> tuple[float, float]:
    """Seconds of the processors and by the clock that a run takes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--processed", str(processed)]
    # In one process: those of a pool are not counted, for it is not this one that they end with.
    subprocess.run([*command, "--engine", "inline", *options], check=True, stderr=subprocess.DEVNULL)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, ended - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--most", type=int, help="take so many articles at most")
    parser.add_argument("--until", default="metrics")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw, processed = Path(folder, "raw"), Path(folder, "processed")
        number = write_copies(asked.source, raw / "news.jsonl", asked.times, asked.most)
        time.sleep(3)  # until the file counts as settled
        print(f"{number} articles until {asked.until}, seconds of the processors (by the clock)")
        full = measure(raw, processed, "--until", asked.until)
        print(f"full run       {full[0]:8.2f} ({full[1]:.2f})", flush=True)
        for name in ("nothing changed", "one article", "one article"):
            if name == "one article":
                edit_one(raw / "news.jsonl")
            spent = measure(raw, processed, "--until", asked.until)
            print(f"{name:15}{spent[0]:8.2f} ({spent[1]:.2f})  {spent[0] / full[0]:.1%}", flush=True)


if __name__ == "__main__":
    main()
