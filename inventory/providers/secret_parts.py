"""The parts of a secret document that are secrets by themselves.

A service account is a JSON object with a private key of many lines. A driver may quote a single
value, a single line, or the document with its line breaks escaped: each is removed.
"""

import json
from collections.abc import Iterator

SHORTEST_PART = 16  # "service_account", which says what kind of document it is, is shorter


def parts_of(secret: str) -> Iterator[str]:
    """The secret itself, the lines of a text, and the values of a JSON object without addresses."""
    yield secret
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= SHORTEST_PART)
    for value in _object(secret).values():
        if isinstance(value, str) and len(value) >= SHORTEST_PART and "://" not in value:
            yield from parts_of(value)


def _object(text: str) -> dict[str, object]:
    if not text.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
