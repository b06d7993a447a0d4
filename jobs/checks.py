"""What other apps have to say before a job is tried again.

Jobs knows nothing of targets, nor of who may change them; whoever submits jobs does. ::

    @retry_check("virtual_machine.")
    def check_target(job: Job, user: User) -> None: ...   # raises an ExpectedError

The rights that count are those that ``user`` has now.
"""

from collections.abc import Callable
from typing import Any

from jobs.models import Job

Check = Callable[[Job, Any], None]

_checks: list[tuple[str, Check]] = []


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
