"""Values of a file under the names of a kind's credential fields."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.imports.clouds.found import Unusable

# The placeholders of templates and manuals: cloudmesh's TBD and rows of x, a word in angle
# brackets, and a reference to another value that was not found.
PLACEHOLDER = re.compile(r".*\bTBD\b.*|[xX.-]*[xX]{4}[xX.-]*|<[^<>]*>|\$?\{.*\}", re.DOTALL)
# A message shows a key only if it is made of words: text pasted in the wrong place may be a secret.
SHOWN = re.compile(r"[A-Za-z0-9]{1,20}(?:[_. -][A-Za-z0-9]{1,20}){0,6}")
NOTHING = {"", "None", "null", "~"}


def is_placeholder(text: str) -> bool:
    return PLACEHOLDER.fullmatch(text.strip()) is not None


def credentials_from(values: Mapping[str, Any], table: Mapping[str, str]) -> dict[str, str]:
    """The values of ``table``'s keys (key → the kind's field). The first key of a field counts.

    Raises Unusable, naming the keys that still have a placeholder.
    """
    present = {key: text for key in table if (text := text_of(values, key)) is not None}
    require_filled_in(key for key, text in present.items() if is_placeholder(text))
    found: dict[str, str] = {}
    for key, text in present.items():
        found.setdefault(table[key], text)
    return found


def require_filled_in(placeholders: Iterable[str]) -> None:
    if names := ", ".join(placeholders):
        raise Unusable(f"fill in {names}: a placeholder")


def text_of(values: Mapping[str, Any], key: str) -> str | None:
    """The value as text; None where there is none. Raises Unusable where it is no single value."""
    value = values.get(key)
    if isinstance(value, Mapping | list):
        raise Unusable(f"{key} is not a single value")
    text = "" if value is None else str(value).strip()
    return None if text in NOTHING else text


def shown(key: str) -> str:
    """The key as a message shows it."""
    return key if SHOWN.fullmatch(key) else "a key that is no plain name"


def word_of(values: Mapping[str, Any], key: str) -> str:
    """The value as a message shows it; empty if it is no plain name: it may be a secret."""
    value = values.get(key)
    return value if isinstance(value, str) and shown(value) == value else ""


def mapping_of(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The mapping under ``key``, empty where there is none. Raises Unusable for anything else."""
    value = values.get(key)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise Unusable(f"{key} is not a mapping")
    return value


def is_true(values: Mapping[str, Any], key: str, *, default: bool) -> bool:
    """A switch as YAML spells it: true, yes, on, 1, and their opposites, case-insensitively."""
    text = text_of(values, key)
    return default if text is None else text.lower() in {"true", "yes", "on", "1"}


def region_from(values: Mapping[str, Any], *keys: str) -> tuple[str, ...] | None:
    """The region under the first of ``keys`` that has one. Raises Unusable for a placeholder."""
    for key in keys:
        if (text := text_of(values, key)) is not None:
            require_filled_in([key] if is_placeholder(text) else [])
            return (text,)
    return None
