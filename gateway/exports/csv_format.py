"""CSV by RFC 4180: commas, CRLF, UTF-8 without a byte order mark, a header line.

::

    null                 nothing between the commas; an empty text is ""
    true, false          words
    numbers, money       decimal digits, never an exponent
    lists and objects    JSON, as the API answers it

A spreadsheet takes a cell that begins with ``=`` and the like for a formula, and anybody at a cloud
may write names and tags. So a text that matches ``FORMULA`` gets an apostrophe in front of it. Of a
text that begins with apostrophes already it is one more: to get the texts back, take one away from
each that matches. (OWASP, https://owasp.org/www-community/attacks/CSV_Injection.) In a file with a
trailer the same is done to a text that begins as the trailer does: a file that was cut off behind
it would look complete.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import orjson

from gateway.exports.columns import Column, Of

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
# The wide forms are taken for the plain ones where East Asian input is usual.
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
QUOTED = re.compile('[",\r\n]|^[ \t]|[ \t]$')
TRAILER = "#export "
LIKE_TRAILER = re.compile(f"'*{TRAILER}")


class CsvFormat:
    """``formulas``: texts that look like formulas are left alone. ``trailer``: a last line with
    TRAILER and JSON in its first cell.
    """

    media_type = MEDIA_TYPE

    def __init__(self, columns: Sequence[Column], *, formulas: bool, trailer: bool) -> None:
        self._columns = columns
        self._formulas = formulas
        self.has_trailer = self.marks_end = trailer

    def begin(self) -> bytes:
        return _line(_quoted(self._safe(column.name)) for column in self._columns)

    def rows(self, rows: Iterable[dict[str, Any]]) -> bytes:
        return b"".join(
            _line(self._cell(column, column.value(row)) for column in self._columns) for row in rows
        )

    def end(self, trailer: dict[str, Any]) -> bytes:
        if not self.has_trailer:
            return b""
        first = _quoted(TRAILER + orjson.dumps(trailer).decode())
        return _line([first, *[""] * (len(self._columns) - 1)])

    def _cell(self, column: Column, value: Any) -> str:
        if value is None:
            return ""
        if column.of is Of.JSON:
            return _quoted(orjson.dumps(value).decode())
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return decimal_text(value)
        return _quoted(self._safe(str(value)))

    def _safe(self, text: str) -> str:
        is_formula = not self._formulas and FORMULA.match(text)
        is_trailer = self.has_trailer and LIKE_TRAILER.match(text)
        return f"'{text}" if is_formula or is_trailer else text


def decimal_text(value: float) -> str:
    """The shortest decimal that stands for ``value``: of money it has the exact micro-dollars."""
    return str(value) if isinstance(value, int) else format(Decimal(repr(value)), "f")


def _quoted(text: str) -> str:
    if text and not QUOTED.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _line(cells: Iterable[str]) -> bytes:
    """A line with nothing in it would be skipped by most readers."""
    return ((",".join(cells) or '""') + "\r\n").encode()
