"""Text from outside, as every database can store it."""

import re
from collections.abc import Mapping
from typing import Any

ELLIPSIS = "…"
REPLACEMENT = "\ufffd"
# PostgreSQL stores neither NUL nor a surrogate without its pair; SQLite stores both.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str, longest: int | None = None) -> str:
    """``text`` with unstorable characters replaced and at most ``longest`` characters.

    A text that was cut ends with an ellipsis. Returns ``text`` itself where nothing is to be done.
    """
    if not text.isascii() or "\x00" in text:
        text = UNSTORABLE.sub(REPLACEMENT, text)
    if longest is not None and len(text) > longest:
        return text[: longest - len(ELLIPSIS)] + ELLIPSIS
    return text


def printable(text: str) -> str:
    """``text`` on one line of a terminal, with control and format characters replaced."""
    return "".join(one if one.isprintable() else REPLACEMENT for one in text)


def storable_json(value: Any) -> Any:
    """A JSON value with unstorable characters replaced in every text, keys included."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable_json(key): storable_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(one) for one in value]
    return value
