"""Secrets in a job's arguments: encrypted in its row, decrypted by the step that needs them.

The caller of ``submit`` wraps a text in ``Secret``. The digest of an idempotency key covers the
plain text, so a request with the same secret is the same request.
"""

from collections.abc import Mapping
from typing import Any

from gateway.core.crypto import DecryptionError, decrypt_json, encrypt_json, rotate_token
from jobs.operations.outcomes import OperationFailed

SEALED = "sealed"


class Secret(str):
    """A text that must not appear in plain text in a row, a log or a message."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


def seal(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """``arguments`` with every ``Secret`` encrypted."""
    return {
        name: {SEALED: encrypt_json(str(value))} if isinstance(value, Secret) else value
        for name, value in arguments.items()
    }


def reseal(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """``arguments`` encrypted with the first key; None if they are. Raises DecryptionError."""
    rotated = {
        name: {SEALED: token}
        for name, value in arguments.items()
        if _is_sealed(value) and (token := rotate_token(value[SEALED])) is not None
    }
    return {**arguments, **rotated} if rotated else None


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {SEALED}


def reveal(value: Any) -> Any:
    """The plain text of a sealed value, else ``value``. Raises OperationFailed if no key fits."""
    if not _is_sealed(value):
        return value
    try:
        return decrypt_json(value[SEALED])
    except DecryptionError as error:
        raise OperationFailed("INVALID_REQUEST", str(error)) from error
