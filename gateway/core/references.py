"""Secrets by reference: ``env:NAME`` is an environment variable of the gateway's processes,
``file:/path`` a file that they can read. What is stored is the reference; the secret is read at the
moment of use, so it can be changed where it is kept.

It reads what is the gateway's own, so an operator lists what may be read: CREDENTIAL_REFERENCES has
patterns, as ``env:CLOUD_*`` and ``file:/run/secrets/*``. Nothing is listed unless they do, and the
gateway's own keys, database and data cannot be.
"""

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from django.conf import settings

SCHEMES = ("env:", "file:")
LARGEST_BYTES = 64 * 1024
OURS = frozenset({"SECRET_KEY", "CREDENTIAL_KEYS", "DATABASE_URL", "REDIS_URL", "ADMIN_PASSWORD"})


class ReferenceRefused(ValueError):
    """It is not listed, or cannot be read; the message says which, and never what it holds."""


def is_reference(value: object) -> bool:
    return isinstance(value, str) and value.strip().startswith(SCHEMES)


def check_reference(reference: str) -> None:
    """Raises ReferenceRefused unless an operator listed it."""
    scheme, _, name = reference.partition(":")
    # Of a path, what it leads to: no way out of a listed folder by dots or by links.
    path = Path(name).resolve() if scheme == "file" else None
    subject = reference if path is None else f"file:{path}"
    ours = name in OURS if path is None else path.is_relative_to(settings.DATA_DIR)
    listed = any(fnmatchcase(subject, pattern) for pattern in settings.CREDENTIAL_REFERENCES)
    if ours or not listed:
        message = "is a reference that CREDENTIAL_REFERENCES does not list; ask an operator."
        raise ReferenceRefused(message)


def read_reference(reference: str) -> str:
    """What it refers to, without the spaces and line breaks around it. Raises ReferenceRefused."""
    reference = reference.strip()
    check_reference(reference)
    scheme, _, name = reference.partition(":")
    text = os.environ.get(name) if scheme == "env" else _read_file(Path(name))
    if text is None or not text.strip():
        raise ReferenceRefused(f"refers to {reference}, where nothing is.")
    return text.strip()


def resolve(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every reference read. Raises ReferenceRefused naming the field."""
    resolved = dict(values)
    for name, value in values.items():
        if is_reference(value):
            try:
                resolved[name] = read_reference(value)
            except ReferenceRefused as refused:
                raise ReferenceRefused(f"{name} {refused}") from None
    return resolved


def _read_file(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LARGEST_BYTES)
    except (OSError, UnicodeDecodeError):
        return None
