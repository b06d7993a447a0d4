"""Text from outside, as every database can store it."""

import re

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
