"""What others ask of jobs: submit one or many, cancel one, try one again.

The row is written first; the message goes out when the transaction commits and carries the job's
id alone. So no job is lost with the broker, and no worker hears of one that is not there.

``idempotency_key``, wherever it is taken, makes a request that is made twice one request: see
``jobs.submit.idempotency``. The requester must be known then.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from jobs.models import Job
from jobs.operations.identity import UNIDENTIFIED
from jobs.submit.idempotency import name_request, once
from jobs.submit.rows import NAMELESS, Names, Part, insert_family, insert_one, new_job


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
    """Promise one job; it is QUEUED when this returns, whatever becomes of the broker.

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
    return once(request, partial(insert_one, job, request))


def find_submitted(
    *,
    operation: str,
    asked: Mapping[str, Any],
    requested_by: User | None,
    target: str | None = None,
    scope: str | None = None,
    idempotency_key: str | None = None,
) -> Job | None:
    """The job that the same call of ``submit`` made: to ask before the arguments are derived.

    Raises KeyReused; InvalidInput for what cannot be a key.
    """
    about = _request_of_one(operation, target, scope, asked)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    return request.find_job() if request else None


def _request_of_one(
    operation: str, target: str | None, scope: str | None, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """What a key of ``submit`` stands for."""
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
    """Promise a job for each of ``children``; returns their parent.

    All are inserted or none. A parent without children is SUCCEEDED at once; ``note`` is added to
    its first event. A child whose target is busy is FAILED from the start, with the code
    CONFLICT; the others run. ``arguments`` are the parent's: it runs nothing itself, but with
    ``operation`` and ``scope`` they are what an idempotency key stands for, since the children
    that the same request means may be others at another time. ``asked``: as in ``submit``.
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
    return once(request, insert_all)


def find_submitted_many(
    *,
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    scope: str | None = None,
    idempotency_key: str | None = None,
) -> Job | None:
    """The parent that the same call of ``submit_many`` made: to ask before finding its children.

    Raises KeyReused; InvalidInput for what cannot be a key.
    """
    about = _many_request(operation=operation, scope=scope, arguments=arguments)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    return request.find_job() if request else None


def _many_request(
    *, operation: str, scope: str | None, arguments: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What a key of ``submit_many`` stands for."""
    return {"operations": operation, "scope": scope, "arguments": arguments or {}}
