"""The formats of exports, by the ending of the address."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from gateway.exports.columns import Column
from gateway.exports.csv_format import CsvFormat
from gateway.exports.json_lines import JsonLinesFormat
from gateway.exports.parquet import ParquetFormat

FORMATS = ("csv", "jsonl", "parquet")


class Format(Protocol):
    """Writes an export piece by piece. ``has_trailer``: its readers see the trailer at its end.
    ``marks_end``: its readers see if its end is missing, however the file was transferred.
    """

    media_type: str
    has_trailer: bool
    marks_end: bool

    def begin(self) -> bytes: ...

    def rows(self, rows: Iterable[dict[str, Any]]) -> bytes: ...

    def end(self, trailer: dict[str, Any]) -> bytes: ...


def format_of(
    name: str, columns: Sequence[Column], *, trailer: bool | None, formulas: bool
) -> Format:
    """``trailer``: None: as is usual for the format. Raises NotSupported without pyarrow."""
    if name == "parquet":
        return ParquetFormat(columns)
    if name == "jsonl":
        return JsonLinesFormat(trailer=trailer is not False)
    return CsvFormat(columns, formulas=formulas, trailer=bool(trailer))
