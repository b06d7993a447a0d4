"""Submits one job, or a parent with children.

The row is written first. The message is sent when the transaction commits, and carries the job's id
alone. So no job is lost with the broker, and no worker receives an id without a row.

``idempotency_key``: see ``jobs.submit.idempotency``; it needs a requester.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from jobs.models import Job
from jobs.operations.identity import UNIDENTIFIED
from jobs.submit.idempotency import name_request
from jobs.submit.rows import NAMELESS, Names, Part, insert_family, insert_once, insert_one, new_job


def submit(
    *,
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    target: str | None = None,
    scope: str | None = None,
    deadline_seconds: float | None = None,
    idempotency_key: str | None = None,
    names: Names = NAMELESS,
    asked: Mapping[str, Any] | None = None,
    identity: Mapping[str, Any] = UNIDENTIFIED,
) -> Job:
    """Submit one job; it is QUEUED when this returns, even if the broker does not answer.

    ``arguments`` are JSON values; a secret text among them is a ``Secret``. ``asked``: the
    requester's own input, if the arguments were derived from it; an idempotency key stands for
    that input. ``identity``: JSON values that the steps find in ``step.identity``. Raises
    TargetBusy; KeyReused; InvalidInput for an invalid key; UnknownOperation for a name that is not
    registered here.
    """
    about = _request_of_one(operation, target, scope, arguments if asked is None else asked)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    job = new_job(
        operation=operation,
        arguments=arguments,
        requested_by=requested_by,
        scope=scope,
        deadline_seconds=deadline_seconds,
        names=names,
        identity=identity,
        target=target,
    )
    return insert_once(request, partial(insert_one, job, request))


def find_submitted(
    *,
    operation: str,
    asked: Mapping[str, Any],
    requested_by: User | None,
    target: str | None = None,
    scope: str | None = None,
    idempotency_key: str | None = None,
) -> Job | None:
    """The job of an earlier, equal call of ``submit``; call it before the arguments are derived.

    Raises KeyReused; InvalidInput for an invalid key.
    """
    about = _request_of_one(operation, target, scope, asked)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    return request.find_job() if request else None


def _request_of_one(
    operation: str, target: str | None, scope: str | None, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that an idempotency key of ``submit`` covers."""
    return {"operation": operation, "target": target, "scope": scope, "arguments": asked}


def submit_many(
    *,
    operation: str,
    children: Sequence[Part],
    requested_by: User | None,
    arguments: Mapping[str, Any] | None = None,
    scope: str | None = None,
    deadline_seconds: float | None = None,
    idempotency_key: str | None = None,
    note: str = "",
    names: Names = NAMELESS,
    asked: Mapping[str, Any] | None = None,
) -> Job:
    """Submit a job for each of ``children``; returns their parent.

    All are inserted or none. A parent without children is SUCCEEDED at once; ``note`` is added to
    its first event. A child whose target is busy is FAILED from the start, with the code
    CONFLICT, and one with a ``refusal`` with NOT_SUPPORTED; the others run. ``arguments`` are the
    parent's. It performs no step, but an idempotency key covers them, ``operation`` and ``scope``,
    not the children: an equal request may mean other children at another time. ``asked``: as in
    ``submit``.
    """
    wanted = arguments if asked is None else asked
    about = _many_request(operation=operation, scope=scope, arguments=wanted)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    parent = new_job(
        operation=operation,
        arguments=arguments or {},
        requested_by=requested_by,
        scope=scope,
        deadline_seconds=deadline_seconds,
        names=names,
    )
    insert_all = partial(insert_family, parent, children, request, deadline_seconds, note=note)
    return insert_once(request, insert_all)


def find_submitted_many(
    *,
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    scope: str | None = None,
    idempotency_key: str | None = None,
) -> Job | None:
    """The parent of an earlier, equal call of ``submit_many``; call it before reading the targets.

    Raises KeyReused; InvalidInput for an invalid key.
    """
    about = _many_request(operation=operation, scope=scope, arguments=arguments)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    return request.find_job() if request else None


def _many_request(
    *, operation: str, scope: str | None, arguments: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The values that an idempotency key of ``submit_many`` covers."""
    return {"operations": operation, "scope": scope, "arguments": arguments or {}}
