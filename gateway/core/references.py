"""Secrets by reference: ``env:NAME`` is an environment variable of the gateway's processes,
``file:/path`` a file that they can read. The gateway stores the reference only, and reads the
secret when it is used. So the secret can be changed outside of the gateway.

An operator lists the allowed references: CREDENTIAL_REFERENCES has patterns, as ``env:CLOUD_*`` and
``file:/run/cloud-secrets/*``. Nothing is listed by default. The gateway's own keys, the addresses
of its database and its Redis, and its data are refused even if a pattern covers them. They are
recognized by the name of the variable or file, by the file that a variable of the gateway names,
and by the text that is read.
"""

import os
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from django.conf import settings

SCHEMES = ("env:", "file:")
LARGEST_BYTES = 64 * 1024
OURS = frozenset(
    {
        "ADMIN_PASSWORD",
        "CREDENTIAL_KEYS",
        "DATABASE_URL",
        "PGPASSWORD",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "REDIS_URL",
        "SECRET_KEY",
    }
)
# Where the system shows the environment and the memory of processes.
SYSTEM = (Path("/proc"), Path("/dev"), Path("/sys"))
SHORTEST_SECRET = 8  # characters: a shorter value of ours would be found in texts of others


class ReferenceRefused(ValueError):
    """It is not listed, or cannot be read. The message gives the reason, never the secret."""


def is_reference(value: object) -> bool:
    return isinstance(value, str) and value.strip().startswith(SCHEMES)


def check_reference(reference: str) -> None:
    """Raises ReferenceRefused unless an operator listed it."""
    scheme, _, name = reference.partition(":")
    # The path is resolved first, so dots and links cannot lead out of a listed folder.
    path = Path(name).resolve() if scheme == "file" else None
    subject = reference if path is None else f"file:{path}"
    is_ours = _is_our_variable(name) if path is None else _is_our_file(path, Path(name))
    listed = any(fnmatchcase(subject, pattern) for pattern in settings.CREDENTIAL_REFERENCES)
    if is_ours or not listed:
        message = "is a reference that CREDENTIAL_REFERENCES does not list; ask an operator."
        raise ReferenceRefused(message)


def read_reference(reference: str) -> str:
    """The secret, without the spaces and line breaks around it. Raises ReferenceRefused."""
    reference = reference.strip()
    check_reference(reference)
    scheme, _, name = reference.partition(":")
    text = os.environ.get(name) if scheme == "env" else _read_file(Path(name))
    if text is None or not text.strip():
        raise ReferenceRefused(f"refers to {reference}, which does not exist.")
    if any(secret in text for secret in _our_secrets()):
        raise ReferenceRefused(f"refers to {reference}, which holds a secret of the gateway's own.")
    return text.strip()


def _is_our_variable(name: str) -> bool:
    return name.upper().removesuffix("_FILE") in OURS


def _is_our_file(path: Path, given: Path) -> bool:
    """``given`` as it was written, ``path`` what it leads to."""
    named = {Path(value).resolve() for name in OURS if (value := os.environ.get(f"{name}_FILE"))}
    ours = (settings.DATA_DIR, *SYSTEM, *named)
    names = {one.name.partition(".")[0].upper().replace("-", "_") for one in (path, given)}
    return any(path.is_relative_to(one) for one in ours) or bool(names & OURS)


def _our_secrets() -> Iterator[str]:
    values: list[str | None] = [settings.SECRET_KEY, *settings.CREDENTIAL_KEYS]
    values += [database.get("PASSWORD") for database in settings.DATABASES.values()]
    values += [os.environ.get(name) for name in OURS]
    return (value for value in values if value and len(value) >= SHORTEST_SECRET)


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
