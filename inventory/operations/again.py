"""Who may try a job again: whoever may see its machine, or where it was to be bought, now."""

from typing import Any

from gateway.core.errors import NotFound
from gateway.core.ids import split_id
from inventory.operations.target import machine_cloud_id
from inventory.selectors.machines import machine_get
from inventory.selectors.providers import provider_get
from jobs.models import Job
from jobs.registry import retry_check


@retry_check("virtual_machine.")
def check_reach(job: Job, user: Any) -> None:
    """Raises NotFound for what is gone, and for what is out of the user's reach by now."""
    if job.target is not None:
        cloud_id = machine_cloud_id(job.target)
        if cloud_id is None or machine_get(user=user, local_id=str(cloud_id)) is None:
            raise NotFound("Its machine is not there any more.", field="id")
        return
    parts = split_id(job.scope) if job.scope else None
    if parts is None or provider_get(user=user, public_id=parts[1]) is None:
        raise NotFound("Its provider is not there any more.", field="id")
