"""Secrets among a job's arguments: encrypted in its row, and opened by the step that needs them.

Whoever submits wraps a text in ``Secret``. A request with an idempotency key is told from another
by the text itself, so asking again with the same secret is the same request.
"""

from collections.abc import Mapping
from typing import Any

from gateway.core.crypto import DecryptionError, decrypt_json, encrypt_json, rotate_token
from jobs.operations.outcomes import OperationFailed

SEALED = "sealed"


class Secret(str):
    """A text that no row, log or message may hold in clear."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


def seal(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """``arguments`` as a row may hold them."""
    return {
        name: {SEALED: encrypt_json(str(value))} if isinstance(value, Secret) else value
        for name, value in arguments.items()
    }


def reseal(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """``arguments`` under the first key; None: they are already. Raises DecryptionError."""
    rotated = {
        name: {SEALED: token}
        for name, value in arguments.items()
        if _is_sealed(value) and (token := rotate_token(value[SEALED])) is not None
    }
    return {**arguments, **rotated} if rotated else None


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {SEALED}


def reveal(value: Any) -> Any:
    """What was sealed, or ``value`` itself. Raises OperationFailed when no key opens it."""
    if not _is_sealed(value):
        return value
    try:
        return decrypt_json(value[SEALED])
    except DecryptionError as error:
        raise OperationFailed("INVALID_REQUEST", str(error)) from error
