"""The public API: metrics of one text, and the tables as pandas frames.

>>> [(q.value, q.unit) for q in find_quantities("收案超42万件，审结率近七成")]
[(Decimal('420000'), '件'), (Decimal('70'), '%')]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import StorageError, UsageError
from pipeline.model import Article, Document, Metric, Quantity, closed_set

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.vocabulary import Vocabulary

Moment = datetime | date | str


def extract(
    text: str,
    published: Moment | None = None,
    title: str | None = None,
    words: Vocabulary | None = None,
) -> tuple[Metric, ...]:
    """The metrics of an article's text, in order; ``raw_start`` and ``raw_end`` count `text` itself.

    `published` (a date, or words for one) is what 今年 and 去年 are counted from.  Raises ValueError for a
    `published` that is no date, ArticleError for a text that cannot be read.
    """
    from pipeline.stages import extract_document  # noqa: PLC0415

    document = document_of(text, published, title, words)
    return extract_document(document, words or _default_words(), explained=True)


def find_quantities(text: str, words: Vocabulary | None = None) -> tuple[Quantity, ...]:
    """The quantities that `extract` gives rows for, core or not, in order; spans count `text` itself."""
    from pipeline.quantities.find import find_quantities as find_in_clean  # noqa: PLC0415
    from pipeline.stages import extract_document  # noqa: PLC0415

    words = words or _default_words()
    document = document_of(text, words=words)
    spans = {(metric.start, metric.end) for metric in extract_document(document, words)}
    found = find_in_clean(document.text.clean, words)
    return tuple(_in_raw(q, document) for q in found if (q.start, q.end) in spans)


def document_of(
    text: str,
    published: Moment | None = None,
    title: str | None = None,
    words: Vocabulary | None = None,
) -> Document:
    """The document of a text that comes from no file: cleaned, with its sections."""
    from pipeline.stages import read_document  # noqa: PLC0415

    article = Article("text", text, title=title, published=_moment(published))
    return read_document(article, words or _default_words())


def open_snapshot(processed: Path | str = "processed") -> Path:
    """The folder of the current snapshot: tables read from it are of one run, even when another one ends.

    A snapshot folder is its own snapshot.  Raises StorageError where there is none.
    """
    folder = Path(processed)
    if (folder / "current").is_dir():
        return (folder / "current").resolve()
    if (folder / "metrics").is_dir():
        return folder.resolve()
    raise StorageError(f"{folder} holds no tables: run `news-metrics run --processed {folder}` first")


def read_metrics(processed: Path | str = "processed", columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The metrics table; enums are categories, days and times datetime64."""
    return _read("metrics", processed, columns)


def read_sections(processed: Path | str = "processed", columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The sections table."""
    return _read("sections", processed, columns)


def read_articles(processed: Path | str = "processed", columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The articles table."""
    return _read("articles", processed, columns)


def read_duplicates(
    processed: Path | str = "processed", columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The duplicates table."""
    return _read("duplicates", processed, columns)


def read_failures(processed: Path | str = "processed", columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The failures table."""
    return _read("failures", processed, columns)


def _read(table: str, processed: Path | str, columns: Sequence[str] | None) -> pd.DataFrame:
    """A table of the current snapshot.  Raises UsageError for a column that it does not have."""
    import pandas as pd  # noqa: PLC0415

    from pipeline.parts import read_table  # noqa: PLC0415
    from pipeline.schema import TABLES  # noqa: PLC0415

    unknown = set(columns or ()) - set(TABLES[table].names)
    if unknown:
        raise UsageError(f"the table {table} has no column {', '.join(sorted(unknown))}")
    content = read_table(open_snapshot(processed) / table, columns)
    frame: pd.DataFrame = content.to_pandas(date_as_object=False)
    for name in frame.columns:
        values = closed_set(table, name)
        if values is not None:
            frame[name] = pd.Categorical(frame[name], categories=[value.value for value in values])
    return frame


def _in_raw(quantity: Quantity, document: Document) -> Quantity:
    start, end = document.text.to_raw(quantity.start, quantity.end)
    number_start, number_end = document.text.to_raw(quantity.number_start, quantity.number_end)
    return replace(quantity, start=start, end=end, number_start=number_start, number_end=number_end)


def _moment(published: Moment | None) -> datetime | None:
    from pipeline.text.html.published import parse_published  # noqa: PLC0415

    if published is None or isinstance(published, datetime):
        return published
    if isinstance(published, date):
        return datetime(published.year, published.month, published.day)
    found = parse_published(published)
    if found is None:
        raise ValueError(f"no date: {published!r}")
    return found


def _default_words() -> Vocabulary:
    from pipeline.vocabulary import default_vocabulary  # noqa: PLC0415

    return default_vocabulary()
