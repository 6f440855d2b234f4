"""Tables as CSV for spreadsheets, and as JSON lines for programs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from pipeline.export.cells import csv_cell, json_cell
from pipeline.export.tables import ChosenTable


def write_csv(table: ChosenTable, path: Path) -> int:
    """Write a table with a byte-order mark, by which Excel knows UTF-8; gives the number of rows."""
    names, count = table.schema.names, 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(table.header())
        for row in table.rows():
            writer.writerow([csv_cell(row[name]) for name in names])
            count += 1
    return count


def write_jsonl(table: ChosenTable, path: Path) -> int:
    """Write a table with one JSON object a line, nothing changed in any text; gives the number of rows."""
    names, count = table.schema.names, 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in table.rows():
            values = {name: json_cell(row[name]) for name in names}
            out.write(json.dumps(values, ensure_ascii=False) + "\n")
            count += 1
    return count
