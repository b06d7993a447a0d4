"""What other apps check before a job is tried again, before each of its steps, and before it is
canceled.

Jobs knows nothing of targets, nor of who may change them; whoever submits jobs does. ::

    @retry_check("virtual_machine.")
    def check_target(job: Job, user: User) -> None: ...   # raises an ExpectedError

    @step_check("virtual_machine.")
    def check_role(job: Job, user: User) -> None: ...     # raises an ExpectedError

    @cancel_check("virtual_machine.")
    def check_rights(scopes: set[str], user: User) -> None: ...

The rights that count are those that ``user`` has now.
"""

from collections.abc import Callable
from typing import Any

from jobs.models import Job
from jobs.models.states import UNFINISHED
from jobs.row.visibility import visible_children

Check = Callable[[Job, Any], None]

# Given the scopes of a job and its parts.
ScopeCheck = Callable[[set[str], Any], None]

_checks: list[tuple[str, Check]] = []
_step_checks: list[tuple[str, Check]] = []
_cancel_checks: list[tuple[str, ScopeCheck]] = []


def retry_check(prefix: str) -> Callable[[Check], Check]:
    """Have a function asked before any job whose operation begins with ``prefix`` is retried.

    It is given the job and the user who wants it. Of a parent it is asked for each part.
    """

    def register(check: Check) -> Check:
        _checks.append((prefix, check))
        return check

    return register


def check_retry(job: Job, user: Any) -> None:
    """Raises the ExpectedError of the first check that objects."""
    for prefix, check in _checks:
        if job.operation.startswith(prefix):
            check(job, user)


def step_check(prefix: str) -> Callable[[Check], Check]:
    """Have a function asked before each step of a job whose operation begins with ``prefix``.

    It is given the job and its requester, with the rights that the requester has at that moment.
    """

    def register(check: Check) -> Check:
        _step_checks.append((prefix, check))
        return check

    return register


def check_step(job: Job, user: Any) -> None:
    """Raises the ExpectedError of the first check that objects."""
    for prefix, check in _step_checks:
        if job.operation.startswith(prefix):
            check(job, user)


def cancel_check(prefix: str) -> Callable[[ScopeCheck], ScopeCheck]:
    """Have a function asked before a job whose operation begins with ``prefix`` is canceled.

    It is given the scopes of the job and of its unfinished children that the user sees, and the
    user.
    """

    def register(check: ScopeCheck) -> ScopeCheck:
        _cancel_checks.append((prefix, check))
        return check

    return register


def check_cancel(job: Job, user: Any) -> None:
    """Raises the ExpectedError of the first check that objects."""
    parts = visible_children(job, user=user).filter(state__in=UNFINISHED)
    scopes = {job.scope, *parts.values_list("scope", flat=True).distinct()}
    for prefix, check in _cancel_checks:
        if job.operation.startswith(prefix):
            check({scope for scope in scopes if scope is not None}, user)
