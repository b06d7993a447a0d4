"""Deploy a container: make it once, start it, wait until it runs or has done its work."""

from collections.abc import Mapping
from typing import Any

from inventory.models import Provider
from inventory.operations.actions.containers import CONTAINER
from inventory.operations.container_end import ended
from inventory.operations.container_start import start_once
from inventory.operations.create import Placement, Product, create_once, look_at, made, result_of
from inventory.operations.marker import find_marked_container, marked
from inventory.operations.outcomes import fail_with_reason
from inventory.operations.placed_order import PlacedOrder
from inventory.operations.sealed_arguments import variables_of
from inventory.operations.target_context import TargetContext, cloud_at, scope_provider
from inventory.operations.unclear_orders import doubt_about
from inventory.providers import Capability, Cloud
from inventory.types import ContainerRecord, ContainerState, NewContainer, PortRecord
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation

POLL_SECONDS = 2.0
FAILED_STATES = frozenset({ContainerState.ERROR, ContainerState.REMOVED})
# States in which a cluster or an engine may report why it does not run.
REPORTED_STATES = FAILED_STATES | {ContainerState.PENDING, ContainerState.CREATED}


def container_order(arguments: Mapping[str, Any], job_id: str) -> NewContainer:
    """The order that a job's arguments stand for; the job's id marks the container."""
    labels = tuple((key, value) for key, value in arguments["labels"])
    return NewContainer(
        name=arguments["name"],
        image=arguments["image"],
        client_token=job_id,
        command=tuple(arguments["command"]),
        environment=tuple(variables_of(arguments)),
        ports=tuple(PortRecord(*port) for port in arguments["ports"]),
        labels=marked(labels, job_id),
        memory=arguments["memory"],
    )


def place_in(provider: Provider, arguments: Mapping[str, Any]) -> Placement:
    return Placement(region_of(provider, arguments))


def region_of(provider: Provider, arguments: Mapping[str, Any]) -> str:
    """The region that was named, else the provider's first."""
    regions = list(provider.regions)
    region: str = arguments["region"] or regions[0]
    if region not in regions:
        raise OperationFailed("NOT_FOUND", f"The provider is not connected to region {region}.")
    return region


def _make(cloud: Cloud, placed: PlacedOrder) -> ContainerRecord:
    order = container_order(placed.arguments, placed.mark)
    record: ContainerRecord = cloud.create("containers", "deploy", order)
    return record


DEPLOYMENT = Product(
    CONTAINER,
    Capability.DEPLOY_CONTAINER,
    place_in,
    find_marked_container,
    _make,
    FAILED_STATES,
)


@operation("container.deploy", label="Deploy a container", doubt=doubt_about)
def deploy_container(step: Step) -> Outcome:
    provider = scope_provider(step)
    if (wait := create_once(step, provider, DEPLOYMENT)) is not None:
        return wait
    source = made(step, provider, DEPLOYMENT)
    with cloud_at(source, step) as cloud:
        record: ContainerRecord | None = look_at(step, source, DEPLOYMENT, cloud)
        if record is not None and record.state in REPORTED_STATES:
            fail_with_reason(cloud, Capability.DEPLOY_CONTAINER, record.external_id)
        if record is not None and record.state == ContainerState.CREATED:
            made_now = TargetContext(CONTAINER, cloud, source, record.external_id, step)
            return start_once(step, made_now, record)
    return _outcome(step, record, result_of(step, source, DEPLOYMENT))


def _outcome(step: Step, record: ContainerRecord | None, result: dict[str, Any]) -> Outcome:
    """Some containers serve for long, and some have done their work by the first look."""
    if record is None:
        return Wait(POLL_SECONDS)
    name = step.arguments["name"]
    if record.state == ContainerState.RUNNING:
        return Done(f"{name} is running.", result=result)
    finished = ended(record)
    return Wait(POLL_SECONDS) if finished is None else Done(finished.message, result=result)
