"""An export as a whole: tables in one form under one name, all of it or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.datapackage import FILE as PACKAGE
from pipeline.datapackage import data_package, spell_package
from pipeline.errors import UsageError
from pipeline.export.choose import Choice
from pipeline.export.duck import write_duckdb
from pipeline.export.excel import FOR_PROGRAMS, write_excel
from pipeline.export.tables import ChosenTable, choose_tables
from pipeline.export.text_files import write_csv, write_jsonl
from pipeline.files import TEMPORARY, Files
from pipeline.readers import open_snapshot
from pipeline.schema import TABLES

HEADERS = ("en", "zh")
FORMS = ("csv", "xlsx", "jsonl", "duckdb")
ONE_TABLE = {"csv": write_csv, "jsonl": write_jsonl}
ENDINGS = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".duckdb": "duckdb",
    ".db": "duckdb",
}


def choose_form(form: str | None, output: Path) -> str:
    """The form that is asked for, else the one that the name of the output tells.  Raises UsageError.

    >>> choose_form(None, Path("metrics.xlsx"))
    'xlsx'
    """
    if form is not None and form not in FORMS:
        raise UsageError(f"there is no format {form!r}: use one of {', '.join(FORMS)}")
    found = form or ENDINGS.get(output.suffix.lower())
    if found is None:
        raise UsageError(f"{output} does not tell its format: add --format with one of {', '.join(FORMS)}")
    return found


def export(tables: Sequence[ChosenTable], form: str, output: Path, files: Files | None = None) -> int:
    """Write the tables as `output`, a file, or for several tables in CSV or JSON lines a new folder.

    Gives the number of rows.  A file that is there is replaced when all is written.  Raises UsageError and
    OSError, and then leaves nothing behind.
    """
    files = files or Files()
    if form in ONE_TABLE and len(tables) == 1:
        return _publish(output, lambda path: ONE_TABLE[form](tables[0], path), files)
    if form == "xlsx":
        return _publish(output, lambda path: write_excel(tables, path), files)
    if form == "duckdb":
        return _publish(output, lambda path: write_duckdb(tables, path), files)
    if output.exists():
        raise UsageError(f"{output} is there already: {len(tables)} tables need a new folder")
    return _publish(output, lambda path: _write_folder(tables, form, path, files), files)


def export_tables(
    processed: Path,
    output: Path,
    form: str | None,
    names: Sequence[str],
    choice: Choice,
    columns: Sequence[str] = (),
    headers: str = "en",
) -> str:
    """Export tables of the current snapshot; gives what was done, in words.  `names` may hold "all".

    Raises UsageError, StorageError, OSError.
    """
    form = choose_form(form, output)
    if headers not in HEADERS:
        raise UsageError(f"there are no headers {headers!r}: use one of {', '.join(HEADERS)}")
    if output.absolute().is_relative_to(processed.absolute()):
        raise UsageError(f"{output} lies in {processed}: write it elsewhere")
    names = list(TABLES) if "all" in names else names
    columns = _fit_columns(names, form, columns)
    tables = choose_tables(open_snapshot(processed), names, choice, columns, headers)
    rows = export(tables, form, output)
    return f"{rows} rows of {', '.join(table.name for table in tables)}: {output}"


def _fit_columns(names: Sequence[str], form: str, columns: Sequence[str]) -> Sequence[str]:
    """The columns asked for; in Excel, without any, all but those that are for programs."""
    if columns or form != "xlsx":
        return columns
    held = dict.fromkeys(column for name in names if name in TABLES for column in TABLES[name].names)
    return [column for column in held if column not in FOR_PROGRAMS]


def _write_folder(tables: Sequence[ChosenTable], form: str, folder: Path, files: Files) -> int:
    """A file for each table; beside those of CSV the description of them all."""
    files.mkdir(folder)
    rows = 0
    for table in tables:
        rows += ONE_TABLE[form](table, folder / f"{table.name}.{form}")
    if form == "csv" and all(table.headers == "en" for table in tables):
        paths = {table.name: [f"{table.name}.csv"] for table in tables}
        columns = {table.name: table.schema.names for table in tables}
        files.write(folder / PACKAGE, spell_package(data_package(paths, "csv", columns)))
    return rows


def _publish(output: Path, write: Callable[[Path], int], files: Files) -> int:
    """Give what `write` makes the name `output`, when it is whole."""
    if output.is_dir():
        raise UsageError(f"{output} is a folder: name a file")
    if not output.parent.is_dir():
        raise UsageError(f"{output.parent} does not exist: make the folder first")
    temporary = output.with_name(f"{TEMPORARY}{os.getpid()}-{output.name}")
    try:
        rows = write(temporary)
        for file in sorted(temporary.iterdir()) if temporary.is_dir() else [temporary]:
            files.sync_file(file)
        files.replace(temporary, output)
    except BaseException:
        for left in output.parent.iterdir():
            if left.name.startswith(temporary.name):
                files.remove_tree(left)
                files.discard(left)
        raise
    files.sync_folder(output.parent)
    return rows
