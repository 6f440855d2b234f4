"""Readings found in clean news and in made pages: `python tests/bench/pinyin.py NEWS.jsonl.gz`."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.text.aligned import AlignedText
from pipeline.text.fold import fold_width
from pipeline.text.pinyin import remove_pinyin
from tests.noise import annotate_traditional, annotate_words


def main() -> None:
    """Print false hits in the texts as they are, and the recall of both families on them annotated."""
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        texts = [fold_width(AlignedText.of(json.loads(line)["text"])).clean for line in lines]
    false = sum(map(count_removed, texts))
    print(f"{len(texts)} articles, {sum(map(len, texts))} characters: {false} false hits")
    for annotate in (annotate_traditional, annotate_words):
        rng = random.Random(1)
        pages = [annotate(text, rng) for text in texts]
        made = sum(number for _, _, number in pages)
        found = sum(count_removed(noisy) for noisy, _, _ in pages)
        print(f"{annotate.__name__}: {found} of {made} readings, {found / made:.4f}")


def count_removed(text: str) -> int:
    """How many readings are taken out of a text."""
    return remove_pinyin(AlignedText.of(text)).repairs.get("pinyin", 0)


if __name__ == "__main__":
    main()
