"""The arguments of a mutation that may be recorded: those that are known to be no secret.

Numbers, booleans, times and enums are kept. A text is kept only if its argument is listed below.
A new argument is redacted until it is listed here, so no secret is recorded by mistake.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from graphene.utils.str_converters import to_camel_case

from gateway.core.ids import split_id

REDACTED = "[redacted]"
LONGEST = 200  # characters
MOST_ITEMS = 100
# Arguments with global ids. A value that is no global id is redacted.
IDS = frozenset(
    {
        "bucket",
        "id",
        "ids",
        "machine",
        "provider",
        "providers",
        "repository",
        "snapshot",
        "target",
        "team",
        "user",
        "volume",
    }
)
TEXTS = frozenset(
    {
        "cron",
        "full_name",
        "image",
        "key",
        "kind",
        "location",
        "login",
        "name",
        "operation",
        "ref",
        "regions",
        "region",
        "size",
        "timezone",
    }
)


def redacted(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """``arguments`` as JSON values, by GraphQL's spelling of their names."""
    return {to_camel_case(name): _value(name, value) for name, value in arguments.items()}


def named_ids(arguments: Mapping[str, Any], most: int = MOST_ITEMS) -> list[str]:
    """The global ids in ``arguments`` under one of the names in IDS, without duplicates."""
    found: dict[str, None] = {}
    for name, value in arguments.items():
        if isinstance(value, Mapping):
            found |= dict.fromkeys(named_ids(value, most))
        elif name in IDS:
            items = [value] if isinstance(value, str) else value
            if isinstance(items, Sequence):
                texts = (item for item in items[:most] if isinstance(item, str))
                found |= dict.fromkeys(text for text in texts if _is_id(text))
    return list(found)[:most]


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return redacted(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_value(name, item) for item in value[:MOST_ITEMS]]
    if isinstance(value, str) and not isinstance(value, Enum):
        return _text(name, value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float) else REDACTED


def _is_id(text: str) -> bool:
    """True for a global id that a database query can contain: PostgreSQL refuses NUL."""
    parts = split_id(text)
    return parts is not None and "\x00" not in parts[1]


def _text(name: str, value: str) -> str:
    if name in TEXTS or (name in IDS and split_id(value) is not None):
        return value[:LONGEST]
    return REDACTED
