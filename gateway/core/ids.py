"""Global ids: Relay's, base64 of ``<Type>:<local id>``. Opaque to callers; they never change."""

import base64
import uuid

from gateway.core.errors import InvalidInput

LONGEST_SHOWN = 80
LONGEST_KEY = 18  # digits that any database takes for an integer


def global_id(type_name: str, local_id: object) -> str:
    return base64.b64encode(f"{type_name}:{local_id}".encode()).decode()


def split_id(value: str) -> tuple[str, str] | None:
    """The type and the local id in ``value``; None when it is no global id.

    An object has one id. Base64 that ends in padding can be written in several ways, as the bits
    before the padding mean nothing: another than ``global_id`` writes is refused. The audit, for
    one, would not find what was done under another.
    """
    try:
        decoded = base64.b64decode(value.encode(), validate=True)
        text = decoded.decode()
    except ValueError:  # UnicodeDecodeError, UnicodeEncodeError and binascii.Error are ValueErrors
        return None
    if base64.b64encode(decoded).decode() != value:
        return None
    type_name, _, local_id = text.partition(":")
    return (type_name, local_id) if type_name.isidentifier() and local_id else None


def parse_id(value: str, *, field: str = "id") -> tuple[str, str]:
    """As ``split_id``; raises InvalidInput naming ``field``."""
    parts = split_id(value)
    if parts is None:
        raise InvalidInput(f"{shown(value)} is not an id of this gateway.", field=field)
    return parts


def local_id(value: str, *, of: str, field: str = "id") -> str:
    """The local id in ``value``, which must be the id of an ``of``. Raises InvalidInput."""
    type_name, local = parse_id(value, field=field)
    if type_name != of:
        message = f"{shown(value)} is the id of a {type_name}, not of a {of}."
        raise InvalidInput(message, field=field)
    return local


def row_key(local: str) -> int | None:
    """The primary key that a local id writes out; None when it is no such number."""
    written = local.isascii() and local.isdecimal() and len(local) <= LONGEST_KEY
    return int(local) if written and local == str(int(local)) else None


def uuid_key(local: str) -> uuid.UUID | None:
    """As ``row_key``, for a primary key that is a UUID."""
    try:
        key = uuid.UUID(local)
    except ValueError:
        return None
    return key if local == str(key) else None


def shown(value: str) -> str:
    """``value`` quoted for a message, cut when it is long."""
    return repr(value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…")
