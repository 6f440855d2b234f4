"""Tables as an Excel workbook: typed columns, a frozen header with filters, a sheet that explains columns.

Excel's limits are told of before or while writing, and never by leaving something out:
https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from pipeline.errors import UsageError
from pipeline.export.cells import plain_cell
from pipeline.export.tables import ChosenTable
from pipeline.files import TEMPORARY
from pipeline.model import closed_set
from pipeline.report import chinese
from pipeline.report.dictionary import MEANINGS, spell_type

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
FIRST_YEAR = 1900
FOR_PROGRAMS = frozenset({"alignment"})
"""Columns that no sheet holds unless they are asked for: they outgrow cells and tell a reader nothing."""
_WIDTHS = {
    "sentence": 60,
    "text": 60,
    "quote": 16,
    "indicator": 24,
    "subject": 24,
    "title": 40,
    "message": 60,
}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_HEAD = ("table", "column", "type", "value", "meaning")
_HEAD_ZH = ("表", "列", "原名", "类型", "取值", "含义")
_NO_TIME = datetime(2000, 1, 1)


def write_excel(tables: Sequence[ChosenTable], path: Path, most_rows: int = MOST_ROWS) -> int:
    """Write a sheet for each table and one for the dictionary; gives the number of rows.

    Raises UsageError for what Excel cannot hold, or where XlsxWriter is not installed.
    """
    for table in tables:
        count = table.count()
        if count >= most_rows:
            raise UsageError(
                f"{table.name} has {count} rows and an Excel sheet holds {most_rows - 1}: choose fewer rows, "
                "or export as csv or duckdb"
            )
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415
    except ModuleNotFoundError:
        raise UsageError("Excel files need XlsxWriter: pip install 'news-metrics[excel]'") from None
    with TemporaryDirectory(prefix=TEMPORARY, dir=path.parent) as folder:
        book = Workbook(str(path), _OPTIONS | {"tmpdir": folder})
        try:
            book.set_properties({"title": "news-metrics", "created": _NO_TIME})
            rows = sum(_write_sheet(book, table) for table in tables)
            _write_dictionary(book, tables)
        finally:
            _close(book)
    return rows


def _close(book: Any) -> None:
    """Put the workbook together.  Raises OSError."""
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None


def _write_sheet(book: Any, table: ChosenTable) -> int:
    sheet = book.add_worksheet(table.title())
    bold = book.add_format({"bold": True})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    names = table.schema.names
    for at, name in enumerate(names):
        sheet.set_column(at, at, _width(name, table.schema.field(name).type))
    sheet.freeze_panes(1, 0)
    for at, said in enumerate(table.header()):
        sheet.write_string(0, at, said, bold)
    number = 0
    for number, row in enumerate(table.rows(), 1):
        for at, name in enumerate(names):
            if row[name] is not None:
                _write_cell(sheet, (number, at), plain_cell(row[name]), formats, table)
    sheet.autofilter(0, 0, number, len(names) - 1)
    return number


def _write_cell(
    sheet: Any, at: tuple[int, int], value: Any, formats: dict[str, Any], table: ChosenTable
) -> None:
    """Write a value as what it is; a text is never read as a formula, a number or a link."""
    if isinstance(value, str):
        _check_length(value, at, table)
        sheet.write_string(*at, value)
    elif isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value)
    elif isinstance(value, date) and value.year >= FIRST_YEAR:
        sheet.write_datetime(*at, value, formats["time" if isinstance(value, datetime) else "date"])
    else:
        sheet.write_string(*at, value.isoformat())


def _check_length(text: str, at: tuple[int, int], table: ChosenTable) -> None:
    """Raise UsageError for a text that no cell holds; Excel counts a character beyond U+FFFF as two."""
    if 2 * len(text) <= MOST_CHARACTERS:
        return
    length = len(text.encode("utf-16-le")) // 2
    if length > MOST_CHARACTERS:
        place = f"{table.name}, row {at[0]}, column {table.schema.names[at[1]]}"
        raise UsageError(
            f"{place}: {length} characters, and an Excel cell holds {MOST_CHARACTERS}: leave the column "
            "out by --columns, or export as csv or duckdb"
        )


def _width(name: str, kind: pa.DataType) -> int:
    if name in _WIDTHS:
        return _WIDTHS[name]
    return 19 if pa.types.is_timestamp(kind) else 12


def _write_dictionary(book: Any, tables: Sequence[ChosenTable]) -> None:
    """The sheet that says what each column holds, in the language of the headers."""
    is_chinese = tables[0].headers == "zh"
    sheet = book.add_worksheet("数据字典" if is_chinese else "dictionary")
    bold = book.add_format({"bold": True})
    head = _HEAD_ZH if is_chinese else _HEAD
    for at, said in enumerate(head):
        sheet.set_column(at, at, 100 if at == len(head) - 1 else 18)
        sheet.write_string(0, at, said, bold)
    sheet.freeze_panes(1, 0)
    row = 0
    for row, cells in enumerate(_dictionary_rows(tables), 1):
        for at, text in enumerate(cells):
            sheet.write_string(row, at, text)
    sheet.autofilter(0, 0, row, len(head) - 1)


def _dictionary_rows(tables: Sequence[ChosenTable]) -> Iterator[list[str]]:
    """A row for each column, and below it one for each value that it takes."""
    for table in tables:
        for column, called in zip(table.schema, table.header(), strict=True):
            names = [table.title(), called, *([column.name] if table.headers == "zh" else [])]
            yield [*names, spell_type(column.type), "", _about(table, column)]
            values = closed_set(table.name, column.name)
            if values in MEANINGS:
                for value, meaning in MEANINGS[values].items():
                    is_chinese = table.headers == "zh"
                    said = chinese.value_about(column.name, value) if is_chinese else meaning
                    yield [*names, "", value, said]


def _about(table: ChosenTable, column: pa.Field) -> str:
    if table.headers == "zh":
        return chinese.column_about(table.name, column.name)
    return str(column.metadata[b"doc"].decode())
