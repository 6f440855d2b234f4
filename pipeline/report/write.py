"""The commands of the report: articles to one HTML file, and the marks set in it to annotated articles."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.files import Files
from pipeline.report.choose import Choice, check_choice
from pipeline.report.content import read_content
from pipeline.report.marks import read_marks, write_annotated
from pipeline.report.page import build_page

MANY = 5000


def write_report(processed: Path, raw: Path, output: Path, choice: Choice) -> None:
    """Write the report and say what it holds.

    Raises UsageError for a wrong choice, StorageError where there are no tables, OSError where it cannot be
    written.
    """
    check_choice(choice)
    content = read_content(processed, raw, choice)
    page = build_page(content)
    Files().publish(output, page)
    _say(f"{output}: {content.articles} articles, {content.rows} rows, {len(page) / 1e6:.1f} MB")
    if content.without_raw:
        _say(f"{content.without_raw} articles without their raw text: not in {raw} as it was read")
    if content.articles > MANY:
        _say(f"more than {MANY} articles open slowly: choose by --source, --contains or --sample")


def write_marks(file: Path, into: Path, raw: Path, replace: bool) -> bool:
    """Write the finished articles of a file of marks and say which; whether all of them could be written.

    Raises UsageError for a file or rows that cannot be used, OSError.
    """
    written = write_annotated(read_marks(file), raw, into, replace=replace)
    for path in written.files:
        print(path)
    for articles, fault in (
        (written.unfinished, "review not finished, passed over"),
        (written.there_already, "annotated already, left as it is: --replace writes over it"),
        (written.changed, f"not in {raw} as it was reviewed"),
    ):
        for article in articles:
            _say(f"{article}: {fault}")
    return not written.there_already and not written.changed


def _say(line: str) -> None:
    print(line, file=sys.stderr)
