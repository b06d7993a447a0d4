"""Checks before each step whether the requester still has the right to the job."""

from typing import Any

from gateway.core.accounts.acting import acting_user
from gateway.core.errors import ExpectedError
from jobs.delegate import get_delegate
from jobs.models import Job
from jobs.models.error_codes import PERMISSION_DENIED
from jobs.operations.outcomes import OperationFailed


def check_rights(job: Job) -> None:
    """Raises OperationFailed (PERMISSION_DENIED) if the requester may not request the job now.

    A job without a requester belongs to the gateway itself.
    """
    if job.requested_by_id is None and not job.requester_login:
        return
    try:
        get_delegate().check_step(job, _requester(job))
    except ExpectedError as error:
        message = f"Its requester may not do this any more. {error.message}"
        raise OperationFailed(PERMISSION_DENIED, message) from error


def _requester(job: Job) -> Any:
    return acting_user(
        user_id=job.requested_by_id, login=job.requester_login, credential=job.credential
    )
