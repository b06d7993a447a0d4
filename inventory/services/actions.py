"""Submits a durable job for an action on one object: any that is declared, and what others need."""

from collections.abc import Mapping
from typing import Any

from gateway.core.errors import NotFound, NotSupported
from gateway.core.ids import global_id
from inventory.models import Observed, Provider
from inventory.operations.actions import Action
from inventory.operations.api import account_note, identity_of
from inventory.providers import Capability
from inventory.selectors.ids import cloud_id_of
from inventory.services.early_refusals import refuse_early
from jobs import api as jobs
from jobs.api import Job


def target_id(row: Observed) -> str:
    """The global id of a machine or a container: a job's target. Models and types have one name."""
    return global_id(type(row).__name__, cloud_id_of(row))


def names_of(provider: Provider, target: str = "") -> jobs.Names:
    """The names that a job on something at ``provider`` keeps; ``target``: the thing's own."""
    return jobs.Names(target, provider.name, provider.kind_slug)


def require(provider: Provider, capability: Capability) -> None:
    """Raises NotSupported when the provider's kind cannot do it."""
    if why := _unsupported_by(provider, capability):
        raise NotSupported(why)


def require_on(row: Observed, capability: Capability) -> None:
    """Raises NotSupported when its kind cannot do it, or when this one cannot."""
    if why := unsupported_on(row, capability):
        raise NotSupported(why)


def unsupported_on(row: Observed, capability: Capability) -> str:
    """Why its kind, or this one, cannot do it; empty if it can. No cloud is asked."""
    provider = row.source.provider
    why = _unsupported_by(provider, capability)
    return why or provider.kind.unsupported(capability, row.external_id) or ""


def _unsupported_by(provider: Provider, capability: Capability) -> str:
    if capability in provider.kind.capabilities:
        return ""
    return f"{provider.kind.label} cannot do this through this gateway: {capability.meaning}"


def require_region(provider: Provider, region: str | None) -> None:
    """Raises NotFound for a region that the provider is not connected to; None: none is named."""
    if region is not None and region not in provider.regions:
        known = ", ".join(provider.regions)
        message = f"The provider is not connected to {region!r}; it has {known}."
        raise NotFound(message, field="region")


def action_submit(
    *, action: Action, row: Observed, requested_by: Any, idempotency_key: str | None = None
) -> Job:
    """The job of a declared action on the object of ``row``.

    The same request under the same key of its requester is one job; it is refused, as a Conflict of
    the field ``idempotencyKey``, under a key of another request. Raises as ``submit_on``, and
    Conflict for an action that is refused early.
    """
    if action.refused_early:
        require_on(row, action.capability)
        earlier = find_on(row, action.operation, {}, requested_by, idempotency_key)
        if earlier is not None:
            return earlier
        refuse_early(row, lambda record: _why_not(action, record))
    return submit_on(
        row,
        action.operation,
        action.capability,
        {},
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


def find_on(
    row: Observed,
    operation: str,
    asked: Mapping[str, Any],
    requested_by: Any,
    idempotency_key: str | None,
) -> Job | None:
    """The job of an earlier, equal request for ``operation`` on the object of ``row``."""
    return jobs.find_submitted(
        operation=operation,
        asked=asked,
        target=target_id(row),
        scope=row.source.provider.scope,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


def _why_not(action: Action, record: Any) -> str:
    judged = action.judge_object(record)
    return "" if judged.allowed else judged.message


def submit_on(
    row: Observed,
    operation: str,
    capability: Capability,
    arguments: Mapping[str, Any],
    *,
    requested_by: Any,
    idempotency_key: str | None,
    asked: Mapping[str, Any] | None = None,
) -> Job:
    """The job that does ``operation`` to a machine or a container; ``asked`` as in ``submit``.

    Raises NotSupported when its kind cannot do it, or when this one cannot.
    """
    provider = row.source.provider
    require_on(row, capability)
    return jobs.submit(
        operation=operation,
        target=target_id(row),
        scope=provider.scope,
        arguments=arguments,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        names=names_of(provider, row.name),
        asked=asked,
        identity=identity_of(row, account_note(provider)),
    )
