"""JSON lines: one object a line, as the API answers it. The last line is the trailer.

No type of the schema that is exported has a field of the trailer's name.
"""

from collections.abc import Iterable
from typing import Any

import orjson

MEDIA_TYPE = "application/x-ndjson; charset=utf-8"
TRAILER = "export"


class JsonLinesFormat:
    media_type = MEDIA_TYPE

    def __init__(self, *, trailer: bool) -> None:
        self.has_trailer = self.marks_end = trailer

    def begin(self) -> bytes:
        return b""

    def rows(self, rows: Iterable[dict[str, Any]]) -> bytes:
        return b"".join(orjson.dumps(row) + b"\n" for row in rows)

    def end(self, trailer: dict[str, Any]) -> bytes:
        return orjson.dumps({TRAILER: trailer}) + b"\n" if self.has_trailer else b""
