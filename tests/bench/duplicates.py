"""What is found of copies made of articles, and how fast.

    python tests/bench/duplicates.py [RAW]

Of a part of the articles copies are made, so that there are about 10,000 in all, and of others the next
bulletin, with the same words and other numbers, which is no copy.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipeline.duplicates.group import Duplicate, Signed, find_duplicates
from pipeline.ingest import Failure, list_inputs, read_records
from pipeline.model import Article, Document
from pipeline.vocabulary import default_vocabulary
from tests.copies import COPIERS, change_numbers, clean, signed

SEED = 1
TOTAL = 10_000
BULLETIN = "bulletin"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def main() -> None:
    """Make the copies, find them, print what was found."""
    raw = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    originals = [clean(article) for article in read_articles(raw if raw.exists() else Path("raw"))]
    copies = make_copies(originals, random.Random(SEED))
    texts = {d.article.id: d.text.clean for d in chain(originals, (copy for copy, _, _ in copies))}
    before = time.process_time()
    known = [one for d in originals if (one := signed(d))]
    made = [one for d, _, _ in copies if (one := signed(d, days=1))]
    between = time.process_time()
    rows = find(known + made, texts)
    after = time.process_time()
    characters = sum(map(len, texts.values()))
    print(f"{len(originals)} articles and {len(copies)} made of them, {characters} characters")
    print(f"signatures {between - before:.1f} s, duplicates {after - between:.1f} s, on one processor")
    sources = {copy.article.id: (source, kind) for copy, source, kind in copies}
    print_found(rows, find(known, texts), sources)


def find(articles: Sequence[Signed], texts: Mapping[str, str]) -> tuple[Duplicate, ...]:
    """The duplicates among the articles."""
    return find_duplicates(articles, lambda ids: {name: texts[name] for name in ids})


def read_articles(raw: Path) -> list[Article]:
    """The articles of a raw folder."""
    items = list_inputs(raw)
    records = chain.from_iterable(read_records(raw, item.relative) for item in items)
    return [record for record in records if not isinstance(record, Failure)]


def make_copies(originals: Sequence[Document], chance: random.Random) -> list[tuple[Document, str, str]]:
    """Copies of each kind and bulletins, each with the id of its source and its kind."""
    number = min(len(originals), max(1, (TOTAL - len(originals)) // (len(COPIERS) + 1)))
    others = some_words(chance.sample(originals, min(300, len(originals))))
    with_numbers = [d for d in originals if len(re.findall(r"\d+", d.text.clean)) >= 4]
    copies = []
    for kind, copier in (*COPIERS.items(), (BULLETIN, change_numbers)):
        pool = with_numbers if kind == BULLETIN else originals
        for count, source in enumerate(chance.sample(pool, min(number, len(pool)))):
            text = source.text.clean if source.article.is_html else source.text.raw
            text = copier(text, chance, others)
            article = replace(source.article, id=f"{kind}-{count}", raw=text, is_html=False)
            copies.append((clean(article), source.article.id, kind))
    return copies


def some_words(documents: Sequence[Document]) -> list[str]:
    """Words of two characters and more, as often as they come."""
    cut = default_vocabulary().cut
    words = (word for d in documents for word, _, _ in cut(d.text.clean))
    return [word for word in words if re.fullmatch(r"[^\W\d_]{2,}", word)]


def print_found(
    rows: Sequence[Duplicate], among_originals: Sequence[Duplicate], sources: Mapping[str, tuple[str, str]]
) -> None:
    """Recall and precision by kind, false pairs, and the duplicates that were among the originals before.

    Those are for a reader to judge; copies of one are not counted as false when they are named after another.
    """
    families, found = Families(among_originals), Families(rows)
    made: Counter[str] = Counter(kind for _, kind in sources.values())
    led = Counter(kind for name, (source, kind) in sources.items() if found.of(name) == found.of(source))
    named: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for row in rows:
        pair = [sources.get(name, (name, "original")) for name in (row.article_id, row.duplicate_of)]
        kind = pair[0][1]
        named[kind] += 1
        is_bulletin = BULLETIN in (pair[0][1], pair[1][1])
        false[kind] += is_bulletin or families.of(pair[0][0]) != families.of(pair[1][0])
    print(f"{'kind':12}{'made':>8}{'recall':>10}{'rows':>8}{'precision':>11}")
    for kind in COPIERS:
        precision = 1 - false[kind] / max(1, named[kind])
        print(f"{kind:12}{made[kind]:8}{led[kind] / made[kind]:10.4f}{named[kind]:8}{precision:11.4f}")
    print(f"{BULLETIN:12}{made[BULLETIN]:8}, {named[BULLETIN]} of them named duplicates")
    print(f"false pairs: {sum(false.values())} of {sum(named.values())}")
    print(f"among the originals: {len(among_originals)}")


class Families:
    """Which articles belong together by the rows of a duplicates table."""

    def __init__(self, rows: Sequence[Duplicate]) -> None:
        self._earlier: dict[str, str] = {}
        for row in rows:
            self._earlier[self.of(row.article_id)] = self.of(row.duplicate_of)

    def of(self, name: str) -> str:
        """The article that stands for the family of this one."""
        while self._earlier.get(name, name) != name:
            name = self._earlier[name]
        return name


if __name__ == "__main__":
    main()
