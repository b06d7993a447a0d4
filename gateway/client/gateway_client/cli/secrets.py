"""Keeps tokens: in the system's keyring, or in a file that only its owner may read.

``GATEWAY_KEYRING=0`` chooses the file, which is also used where there is no keyring.
"""

import contextlib
import json
import os
from pathlib import Path

from keyring import delete_password, get_keyring, get_password, set_password
from keyring.errors import KeyringError

SERVICE = "cloud-gateway"
FILE = "secrets.json"


def has_keyring() -> bool:
    if os.environ.get("GATEWAY_KEYRING") == "0":
        return False
    return bool(getattr(get_keyring(), "priority", 0) > 0)


def save(directory: Path, profile: str, secret: dict[str, str]) -> str:
    """Where it is now: ``the keyring``, or the path of the file."""
    if has_keyring():
        with contextlib.suppress(KeyringError):  # locked, or its service is gone: the file serves
            set_password(SERVICE, profile, json.dumps(secret))
            drop_from_file(directory, profile)
            return "the keyring"
    write_private(directory / FILE, {**read_file(directory), profile: secret})
    return str(directory / FILE)


def load(directory: Path, profile: str) -> dict[str, str] | None:
    """What ``save`` was given; None: nothing is there."""
    if profile in (kept := read_file(directory)):
        return kept[profile]
    if has_keyring():
        with contextlib.suppress(KeyringError):
            found = get_password(SERVICE, profile)
            return dict(json.loads(found)) if found else None
    return None


def forget(directory: Path, profile: str) -> None:
    drop_from_file(directory, profile)
    if has_keyring():
        with contextlib.suppress(KeyringError):
            delete_password(SERVICE, profile)


def drop_from_file(directory: Path, profile: str) -> None:
    kept = read_file(directory)
    if kept.pop(profile, None) is not None:
        write_private(directory / FILE, kept)


def read_file(directory: Path) -> dict[str, dict[str, str]]:
    try:
        return dict(json.loads((directory / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def write_private(path: Path, value: object) -> None:
    """Replaces the file at once. Only its owner may read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
    part.replace(path)
