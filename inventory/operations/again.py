"""Who may try a job again: whoever is OPERATOR of its machine, or of where it was to be bought."""

from typing import Any

from gateway.core.errors import NotFound
from gateway.core.ids import split_id
from inventory.access import Role, require_role
from inventory.operations.target import machine_cloud_id
from inventory.selectors.machines import machine_get
from inventory.selectors.providers import provider_get
from jobs.models import Job
from jobs.registry import retry_check


@retry_check("virtual_machine.")
def check_reach(job: Job, user: Any) -> None:
    """Raises NotFound for what is gone or out of the user's reach by now; Forbidden for a role."""
    if job.target is not None:
        cloud_id = machine_cloud_id(job.target)
        machine = machine_get(user=user, local_id=str(cloud_id)) if cloud_id else None
        if machine is None:
            raise NotFound("Its machine is not there any more.", field="id")
        require_role(user, Role.OPERATOR, machine.provider)
        return
    parts = split_id(job.scope) if job.scope else None
    provider = provider_get(user=user, public_id=parts[1]) if parts else None
    if provider is None:
        raise NotFound("Its provider is not there any more.", field="id")
    require_role(user, Role.OPERATOR, provider)
