"""How fast cleaning is, beside one pass of the numeral lexer and beside OpenCC, over the same texts.

    python tests/bench/cleaning.py [NEWS.jsonl.gz]

Without a file the articles of `raw/` are read.  Every figure is the best of three, taken in one process.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import opencc

from pipeline.errors import ArticleError
from pipeline.ingest import Failure, list_inputs, read_records
from pipeline.quantities.grammar import lexer
from pipeline.text.aligned import AlignedText
from pipeline.text.clean import clean_text
from pipeline.text.script import to_simplified
from pipeline.vocabulary import Vocabulary, default_vocabulary

RAW = Path(__file__).parents[2] / "raw"


def main() -> None:
    """Print a table of characters a second, and how much faster each is than the lexer and OpenCC."""
    texts = read_texts(Path(sys.argv[1])) if len(sys.argv) > 1 else read_raw()
    words = default_vocabulary()
    pattern, converter = lexer(words), opencc.OpenCC("t2s")
    traditional = [opencc.OpenCC("s2t").convert(text) for text in texts[::10]]
    seconds = {
        "cleaning": best_of(lambda: each(texts, lambda text: try_clean(text, words))),
        "lexer": best_of(
            lambda: each(texts, lambda text: [match.lastgroup for match in pattern.finditer(text)])
        ),
        "script": best_of(lambda: each(texts, lambda text: to_simplified(AlignedText.of(text)))),
        "opencc": best_of(lambda: each(texts, converter.convert)),
        "script, Traditional": best_of(
            lambda: each(traditional, lambda text: to_simplified(AlignedText.of(text)))
        ),
        "opencc, Traditional": best_of(lambda: each(traditional, converter.convert)),
    }
    sizes = {name: sum(map(len, traditional if name.endswith("l") else texts)) for name in seconds}
    print(f"{len(texts)} articles, {sum(map(len, texts))} characters")
    for name, spent in seconds.items():
        print(f"{name:20}{sizes[name] / spent / 1e6:8.2f} million characters a second")
    print(f"cleaning is {seconds['lexer'] / seconds['cleaning']:.1f} × as fast as a pass of the lexer")
    for kind in ("", ", Traditional"):
        ratio = seconds["opencc" + kind] / seconds["script" + kind]
        print(f"script{kind} is {ratio:.0f} × as fast as OpenCC")


def read_texts(path: Path) -> list[str]:
    """The texts of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def read_raw() -> list[str]:
    """The texts of the sample corpus, pages of HTML left out."""
    records = (record for item in list_inputs(RAW) for record in read_records(RAW, item.relative))
    return [record.raw for record in records if not isinstance(record, Failure) and not record.is_html]


def try_clean(text: str, words: Vocabulary) -> None:
    """Clean a text; one that cannot be read costs what it costs to refuse it."""
    try:
        clean_text(AlignedText.of(text), words)
    except ArticleError:
        return


def each(texts: Iterable[str], step: Callable[[str], object]) -> None:
    """Put every text through a step."""
    for text in texts:
        step(text)


def best_of(run: Callable[[], None], times: int = 3) -> float:
    """The seconds of the fastest of several runs."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return min(spent)


if __name__ == "__main__":
    main()
