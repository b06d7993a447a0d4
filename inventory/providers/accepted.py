"""Requests that a cloud accepts and carries out later: the id of its operation, and its outcome.

A reply may name the operation that the cloud has begun. Its outcome is that of this very request;
the latest operation on the object may be somebody else's.
"""

from dataclasses import dataclass
from typing import Any

from inventory.types import Failure

LONGEST_ID = 8192  # Azure's are addresses, for which it asks to allow 4 KB


class OperationId(str):
    """The id of a cloud's operation, in the form that the kind's ``outcome`` function reads."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """``is_under_way``: the cloud reports that it has not ended. ``failure``: how it failed."""

    is_under_way: bool
    failure: Failure | None = None


def operation_id(found: Any) -> OperationId | None:
    """``found`` as the id of an operation; None if it is no text or number that can be kept."""
    text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    return OperationId(text) if 0 < len(text) <= LONGEST_ID else None


def operation_named(reply: Any) -> OperationId | None:
    """The id of the operation, if the action returned one. libcloud's actions return booleans."""
    return reply if isinstance(reply, OperationId) else None
