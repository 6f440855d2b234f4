"""What stands in a cell of a spreadsheet: numbers stay numbers, and no text begins a formula.

A cell of a CSV file that begins with ``= + - @`` or a tab or return is a formula to Excel, LibreOffice and
WPS, in full width too, and a formula can run programs and send data away.  See OWASP, "CSV Injection".
"""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime
from typing import Any

FORMULA_SIGNS = frozenset("=+-@−")
GUARD = "'"
SHORTEST_EXACT = 15


def guard_text(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula.

    Spaces and signs without width before it do not hide it.

    >>> guard_text("=1+1"), guard_text("＝1+1"), guard_text("收案"), guard_text(" @a")
    ("'=1+1", "'＝1+1", '收案', "' @a")
    """
    for char in text:
        if char in "\t\r\n":
            return GUARD + text
        if char.isspace() or unicodedata.category(char) in ("Cc", "Cf"):
            continue
        folded = unicodedata.normalize("NFKC", char)
        return GUARD + text if folded[0] in FORMULA_SIGNS else text
    return text


def plain_cell(value: Any) -> Any:
    """A value as a cell can hold it: lists and maps as JSON, whole numbers without a fraction.

    >>> plain_cell({"pinyin": 2}), plain_cell(-120.0), plain_cell(0.5)
    ('{"pinyin":2}', -120, 0.5)
    """
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**SHORTEST_EXACT:
        return int(value)
    return value


def csv_cell(value: Any) -> str:
    """A value as a field of CSV.

    >>> csv_cell(None), csv_cell(-5.0), csv_cell("-5"), csv_cell(True), csv_cell(date(2021, 3, 4))
    ('', '-5', "'-5", 'true', '2021-03-04')
    """
    if value is None:
        return ""
    value = plain_cell(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return guard_text(value) if isinstance(value, str) else str(value)


def json_cell(value: Any) -> Any:
    """A value as JSON can hold it; lists and maps stay as they are."""
    return value.isoformat() if isinstance(value, date) else value
