"""Actions on containers: checked against what is known now, then submitted as durable jobs.

``idempotency_key``: as for machines, see ``inventory.services.machines``.
"""

from typing import Any

from inventory.models import Container, Provider
from inventory.operations.account import account_note
from inventory.operations.changes import CONTAINER_CHANGES, RESTARTS_FROM
from inventory.operations.deploy import container_order, region_of
from inventory.operations.target_context import source_in
from inventory.operations.target_types import CONTAINER
from inventory.providers import Capability
from inventory.services.actions import names_of, require, submit_on
from inventory.services.container_orders import DeployRequest, deploy_arguments
from inventory.services.dry_run_checks import (
    CLIENT_TOKEN,
    DryRun,
    Judgement,
    can_do,
    cloud_of,
    is_now,
    note_verdict,
    noting_failure,
    run_change,
    run_on_target,
)
from inventory.types import ContainerRecord
from jobs import api as jobs
from jobs.api import Job, OperationFailed


def container_change(
    *, name: str, container: Container, requested_by: Any, idempotency_key: str | None = None
) -> Job:
    """Submit a start, a stop or a removal: ``name`` is a key of CONTAINER_CHANGES."""
    change = CONTAINER_CHANGES[name]
    return submit_on(
        container,
        change.operation,
        change.capability,
        {},
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


def container_restart(
    *, container: Container, requested_by: Any, idempotency_key: str | None = None
) -> Job:
    return submit_on(
        container,
        "container.restart",
        Capability.RESTART_CONTAINER,
        {},
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


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


def dry_run_container_change(*, name: str, container: Container) -> DryRun:
    """``name`` is a key of CONTAINER_CHANGES."""
    return run_change(container, CONTAINER_CHANGES[name])


def dry_run_restart(*, container: Container) -> DryRun:
    def judge(record: ContainerRecord) -> Judgement:
        message = f"{is_now('container', record.state)} Only what runs can be restarted."
        return Judgement(record.state in RESTARTS_FROM, message, Capability.RESTART_CONTAINER)

    return run_on_target(container, Capability.RESTART_CONTAINER, judge)


def dry_run_deploy(*, provider: Provider, request: DeployRequest) -> DryRun:
    """Whether the name is free, as far as the engine lists it now; then the engine's own word."""
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
