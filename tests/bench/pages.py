"""Pages a second on one core, beside those of trafilatura: `python tests/bench/pages.py [FOLDER]`.

The folder holds pages, `.html` or `.html.gz`; without one those beside the project are taken.  trafilatura is
no dependency: `pip install trafilatura` before, to compare.
"""

from __future__ import annotations

import gzip
import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.ingest.model import Form
from pipeline.ingest.records import Place, read_page_bytes
from pipeline.stages import open_article
from pipeline.vocabulary import default_vocabulary

PAGES = Path(__file__).parents[3] / "shared" / "html" / "pages"
ROUNDS = 5
GZIP = b"\x1f\x8b"


def main() -> None:
    """Print pages a second of both and their ratio."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    files = sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")])
    pages = [gzip.decompress(data) if data[:2] == GZIP else data for data in map(Path.read_bytes, files)]
    if not pages:
        sys.exit(f"no pages in {folder}: name a folder that holds some")
    readers = {"pipeline": make_own_reader()}
    if importlib.util.find_spec("trafilatura"):
        readers["trafilatura"] = make_trafilatura_reader()
    speeds = measure(readers, pages)
    print(f"{len(pages)} pages, {sum(map(len, pages)) // len(pages) // 1000} kB each on average")
    for name, speed in speeds.items():
        print(f"{name:12}{speed:8.1f} pages a second")
    if "trafilatura" in speeds:
        print(f"{speeds['pipeline'] / speeds['trafilatura']:.1f} times as many")
    else:
        print("trafilatura is not installed, so there is nothing to compare with: pip install trafilatura")


def make_own_reader() -> Callable[[bytes], object]:
    """From bytes to main text and metadata, as a run does it up to cleaning."""
    words, place = default_vocabulary(), Place("a.html", 0, "a.html")
    return lambda page: open_article(read_page_bytes(page, Form.HTML, place), words)


def make_trafilatura_reader() -> Callable[[bytes], object]:
    """The same with trafilatura as it comes: main text with title, date and author."""
    import trafilatura

    return lambda page: trafilatura.extract(page, with_metadata=True)


def measure(readers: dict[str, Callable[[bytes], object]], pages: list[bytes]) -> dict[str, float]:
    """Pages a second of each reader.

    They take turns page by page, and of each page the best of the rounds counts, so that what else the
    machine does is the same to both.
    """
    best = {name: [float("inf")] * len(pages) for name in readers}
    for _ in range(ROUNDS):
        for number, page in enumerate(pages):
            for name, reader in readers.items():
                before = time.process_time()
                reader(page)
                best[name][number] = min(best[name][number], time.process_time() - before)
    return {name: len(pages) / sum(seconds) for name, seconds in best.items()}


if __name__ == "__main__":
    main()
