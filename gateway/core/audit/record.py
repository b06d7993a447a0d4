"""Recording an event. It is written when the thing is done, so that it can say how it ended."""

import json
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DatabaseError, transaction

from gateway.core.accounts.credential import credential_of
from gateway.core.audit.models import AuditEvent, AuditObject, EventKind, objects_of
from gateway.core.audit.redaction import redacted
from gateway.core.http.forwarded import subscriber
from gateway.core.token_bucket import Empty, LeasedBuckets

log = logging.getLogger(__name__)

OK = "OK"
REQUEST = "request"
# Recorded refusals of one address: so many at once, then one every two seconds. A client that is
# refused a thousand times a second must not fill the disk.
REFUSALS_PER_SECOND = 0.5
REFUSALS_AT_ONCE = 60


def event_record(
    *,
    kind: EventKind,
    action: str,
    user: Any,
    address: str,
    outcome: str,
    arguments: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    names: Mapping[str, Any] | None = None,
    objects: Mapping[str, str] | None = None,
) -> None:
    """Record one event. ``user``: None if there is none, or none is known.

    ``arguments``: as a resolver gets them; this function leaves out the secrets. ``names``: a
    description of each object in arguments and result, by global id. ``objects``: names of
    the objects that the event is about, by global id; those of ``names`` are, too.

    If the database refuses the event, the event is logged instead. Nothing is raised, because the
    caller's action has already been done.
    """
    known = user is not None and user.is_authenticated
    event = AuditEvent(
        kind=kind,
        action=action[:100],
        user_key=user.pk if known else None,
        login=user.get_username() if known else "",
        credential=str(credential_of(user) or "") if known else "",
        address=address[:64],
        arguments=redacted(arguments or {}),
        outcome=outcome,
        result=dict(result or {}),
        names=dict(names or {}),
    )
    try:
        _save(event, objects_of(event, objects or {}))
    except DatabaseError:
        log.exception("Not in the audit's table: %s", json.dumps(event.as_json()))


def _save(event: AuditEvent, about: Sequence[AuditObject]) -> None:
    if not about:
        event.save(force_insert=True)
        return
    with transaction.atomic():
        event.save(force_insert=True)
        AuditObject.objects.bulk_create(about)


def refusal_record(*, user: Any, address: str, outcome: str, action: str = REQUEST) -> None:
    """Record that a request was refused, up to a rate for each address."""
    try:
        _buckets().take(subscriber(address), 1)
    except Empty:
        return
    event_record(kind=EventKind.REFUSAL, action=action, user=user, address=address, outcome=outcome)


def command_record(
    *, action: str, result: Mapping[str, Any], user: Any = None, outcome: str = OK
) -> None:
    """``user``: the user in whose name the command ran. The gateway cannot know who typed it."""
    event_record(
        kind=EventKind.COMMAND,
        action=action,
        user=user,
        address="",
        outcome=outcome,
        result=result,
    )


@cache
def _buckets() -> LeasedBuckets:
    return LeasedBuckets("audit-refusals", per_second=REFUSALS_PER_SECOND, burst=REFUSALS_AT_ONCE)
