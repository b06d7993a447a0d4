"""Checks that a target's id still names the object that the job is about.

At some clouds an id is a name: somebody may delete the object and make another one with the same
id while a job waits, or before the list is read again. A job notes the creation time at
submission, from the stored row, with a column that is declared to identify it, and the cloud's id
of the very object when it first reads it. It acts on no other object.

The note names the account too: see ``inventory.operations.account``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from inventory.models import Observed
from inventory.operations.actions import TargetType, target_type_of
from inventory.providers import Cloud
from jobs.api import IDENTITY, OperationFailed, Step

CREATED_AT, INSTANCE_ID, IDENTIFYING = "created_at", "instance_id", "identifying"


class Replaced(OperationFailed):
    """The object that the job is about is gone, and another one has its id."""

    def __init__(self, target_type: TargetType) -> None:
        super().__init__(
            "NOT_FOUND",
            f"The {target_type.noun} is gone, and another one has its name. "
            "The other one was left as it is.",
        )


def identity_of(row: Observed, account: Mapping[str, str]) -> dict[str, Any]:
    """A job's note about the object of a row. ``account``: the note of its provider's account."""
    observed = target_type_of(row.source.resource).declared.observation
    reuses_ids = row.source.provider.kind.reuses_ids or (observed and observed.reuses_ids)
    if not reuses_ids:
        return dict(account)
    noted = {
        CREATED_AT: row.created_at.isoformat() if row.created_at else None,
        IDENTIFYING: _identifying(target_type_of(row.source.resource), row),
    }
    return {**account, **{key: value for key, value in noted.items() if value is not None}}


def pin(step: Step, target_type: TargetType, cloud: Cloud, record: Any) -> None:
    """Have the cloud act on this very object alone, where it can. Raises as ``identify``."""
    instance_id = identify(step, target_type, record)
    if instance_id is not None:
        cloud.pin(instance_id)


def identify(step: Step, target_type: TargetType, record: Any) -> str | None:
    """The cloud's id of the very object that the step may act on; None where there is none.

    Notes what was not noted yet. Raises Replaced for another object.
    """
    known = step.identity
    if _is_another(known, record, _identifying(target_type, record)):
        raise Replaced(target_type)
    if INSTANCE_ID not in known and record.instance_id is not None:
        created_at = record.created_at.isoformat() if record.created_at else None
        step.identify(**{CREATED_AT: created_at, INSTANCE_ID: record.instance_id, **known})
    found: str | None = step.identity.get(INSTANCE_ID)
    return found


def note_made(step: Step, record: Any) -> None:
    """Note the created object as the one that the job is about.

    The note of an earlier job's object is replaced; that of the account stays. The creation time
    is not noted: the answer to an order may have another one than the object.
    """
    known = {INSTANCE_ID: record.instance_id} if record.instance_id is not None else {}
    of_object = {INSTANCE_ID, CREATED_AT, IDENTIFYING}
    others = {key: value for key, value in step.identity.items() if key not in of_object}
    if others | known != step.identity:
        step.remember(**{IDENTITY: others | known})


def _identifying(target_type: TargetType, found: Any) -> Any:
    """The value of the column that identifies a row or a record; None where there is none."""
    observation = target_type.declared.observation
    column = observation.identifying if observation else ""
    return getattr(found, column) if column else None


def _is_another(known: Mapping[str, Any], record: Any, identifying: Any) -> bool:
    """Compares only values that are known on both sides: an unknown one proves nothing."""
    noted, instance_id = known.get(INSTANCE_ID), record.instance_id
    if noted is not None and instance_id is not None:
        return bool(noted != instance_id)
    if identifying is not None and known.get(IDENTIFYING, identifying) != identifying:
        return True
    created_at = known.get(CREATED_AT)
    if created_at is None or record.created_at is None:
        return False
    return bool(datetime.fromisoformat(created_at) != record.created_at)
