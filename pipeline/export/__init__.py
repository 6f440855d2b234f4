"""Tables of a snapshot in other forms: CSV, Excel, JSON lines, DuckDB."""
