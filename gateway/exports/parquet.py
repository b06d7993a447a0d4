"""Parquet, written a row group at a time. The trailer is in the file's own metadata, as ``export``.

A reader finds nothing without the footer, which comes last, and only after the last row: no part
passes for the whole. pyarrow is an extra, imported when the first such export begins.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

from gateway.core.errors import NotSupported
from gateway.exports.columns import Column, Of
from gateway.exports.csv_format import decimal_text

MEDIA_TYPE = "application/vnd.apache.parquet"
MISSING = (
    "Parquet needs the package pyarrow, which is not installed at the gateway. docs/export.md says "
    "how to install it. CSV and JSON lines need no package."
)
TRAILER = b"export"
DIGITS, MICRO_DIGITS = 38, 6


class ParquetFormat:
    media_type = MEDIA_TYPE
    has_trailer = False  # most readers show nothing of the metadata
    marks_end = True

    def __init__(self, columns: Sequence[Column]) -> None:
        """Raises NotSupported without pyarrow."""
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra
            from pyarrow import parquet  # noqa: PLC0415 - an extra
        except ImportError:
            raise NotSupported(MISSING) from None
        self._arrow: Any = pa
        self._columns = columns
        self._sink = _Sink()
        fields = [(column.name, _type(pa, column.of)) for column in columns]
        self._schema = pa.schema(fields)
        self._writer = parquet.ParquetWriter(self._sink, self._schema, compression="snappy")

    def begin(self) -> bytes:
        return self._sink.take()

    def rows(self, rows: Iterable[dict[str, Any]]) -> bytes:
        found = list(rows)
        arrays = [
            self._arrow.array([_plain(column.of, column.value(row)) for row in found], field.type)
            for column, field in zip(self._columns, self._schema, strict=True)
        ]
        if found:
            self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        return self._sink.take()

    def end(self, trailer: dict[str, Any]) -> bytes:
        self._writer.add_key_value_metadata({TRAILER: orjson.dumps(trailer)})
        self._writer.close()
        return self._sink.take()


class _Sink:
    """A file that is only written to; what was written is taken away from time to time."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self._position += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._position

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data

    def flush(self) -> None:
        """Nothing waits here but for ``take``."""

    def close(self) -> None:
        self.closed = True


def _type(arrow: Any, of: Of) -> Any:
    return {
        Of.INTEGER: arrow.int64(),
        Of.NUMBER: arrow.float64(),
        Of.MONEY: arrow.decimal128(DIGITS, MICRO_DIGITS),
        Of.FLAG: arrow.bool_(),
        Of.TIME: arrow.timestamp("us", tz="UTC"),
        Of.DATE: arrow.date32(),
    }.get(of, arrow.string())


def _plain(of: Of, value: Any) -> Any:
    if value is None:
        return None
    if of is Of.JSON:
        return orjson.dumps(value).decode()
    if of is Of.MONEY:
        return round(Decimal(decimal_text(value)), MICRO_DIGITS)
    if of is Of.TIME:
        return datetime.fromisoformat(value).astimezone(UTC)
    return date.fromisoformat(value) if of is Of.DATE else value
