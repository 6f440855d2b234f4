"""Pages a second on one core, beside those of trafilatura: `python tests/bench/pages.py [FOLDER]`.

The folder holds pages, `.html` or `.html.gz`; without one those beside the project are taken.  trafilatura is
no dependency: `pip install trafilatura` before, to compare.
"""

from __future__ import annotations

import gc
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
    """Print pages a second of both, the best of some rounds in turn, and their ratio."""
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
    """The same with trafilatura: main text with title, date and author, without its other candidates."""
    import trafilatura

    return lambda page: trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)


def measure(readers: dict[str, Callable[[bytes], object]], pages: list[bytes]) -> dict[str, float]:
    """Pages a second of each reader, which take turns so that a busy machine is the same to both."""
    best = dict.fromkeys(readers, 0.0)
    for reader in readers.values():
        for page in pages:
            reader(page)
    for _ in range(ROUNDS):
        for name, reader in readers.items():
            gc.collect()
            before = time.process_time()
            for page in pages:
                reader(page)
            best[name] = max(best[name], len(pages) / (time.process_time() - before))
    return best


if __name__ == "__main__":
    main()
