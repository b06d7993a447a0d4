"""The right to retry a job: it needs the role OPERATOR on the provider of its target or scope."""

from typing import Any

from gateway.core.errors import NotFound
from gateway.core.ids import split_id
from inventory.access import Role, require_role
from inventory.operations.target_context import parse_target
from inventory.selectors.ids import rows_with_cloud_id
from inventory.selectors.providers import provider_get
from jobs.api import Job


def check_target(job: Job, user: Any) -> None:
    """Raises NotFound if the target, or the provider, is gone or not visible to the user; Forbidden
    if the user is not OPERATOR.
    """
    if job.target is not None:
        require_role(user, Role.OPERATOR, _provider_of_target(job.target, user))
        return
    parts = split_id(job.scope) if job.scope else None
    provider = provider_get(user=user, public_id=parts[1]) if parts else None
    if provider is None:
        raise NotFound("Its provider is not there any more.", field="id")
    require_role(user, Role.OPERATOR, provider)


def _provider_of_target(target: str, user: Any) -> Any:
    parsed = parse_target(target)
    if parsed is not None:
        target_type, cloud_id = parsed
        rows = rows_with_cloud_id(target_type.visible(user), str(cloud_id))
        if (row := rows.select_related("provider").first()) is not None:
            return row.provider
    noun = parsed[0].noun if parsed else "target"
    raise NotFound(f"Its {noun} is not there any more.", field="id")
