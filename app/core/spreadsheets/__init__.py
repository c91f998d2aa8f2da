"""Tables in and out: XLSX and CSV, read with suspicion and written without formulas."""

from app.core.spreadsheets.reading import MAX_BYTES, Row, Table, read_table
from app.core.spreadsheets.writing import Column, Kind, Sheet, csv_chunks, write_xlsx, xlsx_bytes

__all__ = [
    "MAX_BYTES",
    "Column",
    "Kind",
    "Row",
    "Sheet",
    "Table",
    "csv_chunks",
    "read_table",
    "write_xlsx",
    "xlsx_bytes",
]
