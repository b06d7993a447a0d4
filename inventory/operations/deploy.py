"""Deploy a container: make it once, start it, wait until it runs or has done its work."""

from collections.abc import Mapping
from typing import Any

from inventory.models import Provider
from inventory.operations.actions.containers import CONTAINER
from inventory.operations.container_end import ended
from inventory.operations.container_start import start_once
from inventory.operations.create import create_and_follow
from inventory.operations.marker import marked
from inventory.operations.product import PlacedOrder, Placement, Product
from inventory.operations.sealed_arguments import variables_of
from inventory.operations.target_context import TargetContext
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
    _make,
    FAILED_STATES,
    reported=REPORTED_STATES,
)


@operation("container.deploy", label="Deploy a container", doubt=doubt_about)
def deploy_container(step: Step) -> Outcome:
    def look(container: TargetContext, record: Any, result: dict[str, Any]) -> Outcome:
        if record is not None and record.state == ContainerState.CREATED:
            return start_once(step, container, record)
        return _outcome(step, record, result)

    return create_and_follow(step, DEPLOYMENT, look)


def _outcome(step: Step, record: ContainerRecord | None, result: dict[str, Any]) -> Outcome:
    """Some containers serve for long, and some have done their work by the first look."""
    if record is None:
        return Wait(POLL_SECONDS)
    name = step.arguments["name"]
    if record.state == ContainerState.RUNNING:
        return Done(f"{name} is running.", result=result)
    finished = ended(record)
    return Wait(POLL_SECONDS) if finished is None else Done(finished.message, result=result)
