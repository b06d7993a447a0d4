"""Deploys a container: checked against what is known now, then submitted as a durable job.

``idempotency_key``: as in ``inventory.services.actions.action_submit``.
"""

from typing import Any

from inventory.models import Provider
from inventory.operations.actions.containers import CONTAINER
from inventory.operations.api import account_note, container_order, region_of, source_in
from inventory.providers import Capability
from inventory.services.actions import names_of, require
from inventory.services.container_orders import DeployRequest, deploy_arguments
from inventory.services.dry_run import (
    CLIENT_TOKEN,
    DryRun,
    can_do,
    cloud_of,
    note_verdict,
    noting_failure,
)
from jobs import api as jobs
from jobs.api import Job, OperationFailed


def container_deploy(
    *,
    provider: Provider,
    request: DeployRequest,
    requested_by: Any,
    idempotency_key: str | None = None,
) -> Job:
    require(provider, Capability.DEPLOY_CONTAINER)
    return jobs.submit(
        operation="container.deploy",
        scope=provider.scope,
        names=names_of(provider, request.name.strip()),
        arguments=deploy_arguments(provider, request),
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        identity=account_note(provider),
    )


def dry_run_deploy(*, provider: Provider, request: DeployRequest) -> DryRun:
    """Checks that the name is free, as far as the engine lists it now; then asks the engine."""
    run = DryRun()
    arguments = deploy_arguments(provider, request)
    if not can_do(run, provider, Capability.DEPLOY_CONTAINER):
        return run
    try:
        source = source_in(provider, region_of(provider, arguments), CONTAINER)
    except OperationFailed as failure:
        run.note("offer", False, failure.message)
        return run
    with noting_failure(run, "cloud"), cloud_of(source) as cloud:
        name = arguments["name"]
        taken = any(found.name == name for found in cloud.read("containers"))
        message = f"There is a container {name!r} already." if taken else f"{name!r} is free."
        if run.note("name", not taken, message):
            order = container_order(arguments, CLIENT_TOKEN)
            note_verdict(run, cloud.check(Capability.DEPLOY_CONTAINER, order=order))
    return run
