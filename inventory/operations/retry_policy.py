"""Who may try a job again: whoever is OPERATOR of its target, or of where it was to be made."""

from typing import Any

from gateway.core.errors import NotFound
from gateway.core.ids import split_id
from inventory.access import Role, require_role
from inventory.operations.actions import TARGET_TYPES
from inventory.operations.target_context import parse_target
from inventory.selectors.ids import rows_with_cloud_id
from inventory.selectors.providers import provider_get
from jobs.api import Job, retry_check


def check_reach(job: Job, user: Any) -> None:
    """Raises NotFound for what is gone or out of the user's reach by now; Forbidden for a role."""
    if job.target is not None:
        require_role(user, Role.OPERATOR, _provider_of_target(job.target, user))
        return
    parts = split_id(job.scope) if job.scope else None
    provider = provider_get(user=user, public_id=parts[1]) if parts else None
    if provider is None:
        raise NotFound("Its provider is not there any more.", field="id")
    require_role(user, Role.OPERATOR, provider)


for _target_type in TARGET_TYPES:
    retry_check(_target_type.prefix)(check_reach)


def _provider_of_target(target: str, user: Any) -> Any:
    parsed = parse_target(target)
    if parsed is not None:
        target_type, cloud_id = parsed
        rows = rows_with_cloud_id(target_type.visible(user), str(cloud_id))
        if (row := rows.select_related("provider").first()) is not None:
            return row.provider
    noun = parsed[0].noun if parsed else "target"
    raise NotFound(f"Its {noun} is not there any more.", field="id")
