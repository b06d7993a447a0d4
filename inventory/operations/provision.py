"""Buy a machine: find a region that offers it, create it once, wait until it runs.

The job's id is the cloud's client token, so a create that is asked again after a crash answers
with the machine that the first one made, where the cloud honours tokens.
"""

import time
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.receipts import Receipt
from inventory.live.refresh import Ask, refresh
from inventory.live.resources import RESOURCES
from inventory.live.store import store_machine
from inventory.models import Image, Location, Provider, Size
from inventory.models.source import SourceResource
from inventory.operations.target import cloud_at, machine_source, scope_provider
from inventory.selectors.ids import CloudId
from inventory.types import MachineState, NewMachine
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

FIRST_LOOK_SECONDS = 0.5  # some clouds are done at once
POLL_SECONDS = 2.0
# A new machine may be unknown to its own cloud for a moment.
UNKNOWN_SECONDS = 60.0
FAILED_STATES = frozenset({MachineState.ERROR, MachineState.TERMINATED})


@operation("virtual_machine.provision", label="Provision a virtual machine")
def provision_virtual_machine(step: Step) -> Outcome:
    provider = scope_provider(step.scope)
    if "region" not in step.memory:
        step.remember(region=_choose_region(provider, step.arguments))
    if "external_id" not in step.memory:
        _create(step, provider)
        return Wait(FIRST_LOOK_SECONDS)
    return _await_running(step, provider)


def _create(step: Step, provider: Provider) -> None:
    source = machine_source(provider, step.memory["region"])
    step.report(f"Creating {step.arguments['name']} in {source.region}.")
    started_at = timezone.now()
    with cloud_at(source) as cloud:
        record = cloud.create_machine(_order(step))
    store_machine(source, record.external_id, record, started_at=started_at, provisioned=True)
    step.remember(external_id=record.external_id, created_at=time.time())
    step.report(f"The cloud made {record.external_id}.")


def _order(step: Step) -> NewMachine:
    arguments = step.arguments
    location = arguments["location"]
    return NewMachine(
        name=arguments["name"],
        size_id=arguments["size"],
        image_id=arguments["image"],
        location_id=None if location == step.memory["region"] else location,
        client_token=step.job_id,
        key_pair=arguments["key_pair"],
        security_groups=tuple(arguments["security_groups"]),
        tags=tuple((key, value) for key, value in arguments["tags"]),
        user_data=arguments["user_data"],
    )


def _await_running(step: Step, provider: Provider) -> Outcome:
    source = machine_source(provider, step.memory["region"])
    external_id = step.memory["external_id"]
    started_at = timezone.now()
    with cloud_at(source) as cloud:
        record = cloud.find_machine(external_id)
    if record is None:
        if time.time() - step.memory["created_at"] < UNKNOWN_SECONDS:
            return Wait(POLL_SECONDS)
        raise OperationFailed("NOT_FOUND", f"The cloud lost {external_id} after creating it.")
    store_machine(source, external_id, record, started_at=started_at)
    if record.state in FAILED_STATES:
        message = f"{external_id} ended as {record.state.value.lower()} instead of running."
        raise OperationFailed("PROVIDER_ERROR", message)
    if record.state != MachineState.RUNNING:
        return Wait(POLL_SECONDS)
    local_id = CloudId(str(provider.public_id), source.region, external_id)
    result = {"virtualMachine": global_id("VirtualMachine", local_id), "externalId": external_id}
    return Done(f"{step.arguments['name']} is running.", result=result)


def _choose_region(provider: Provider, arguments: dict[str, Any]) -> str:
    """The first of the provider's regions that offers size, image and location.

    Raises OperationFailed that names what no region offers.
    """
    regions: list[str] = [arguments["region"]] if arguments["region"] else list(provider.regions)
    lacking: list[str] = []
    for region in regions:
        missing = _missing_in(provider, region, arguments)
        if missing is None:
            return region
        lacking.append(missing)
    raise OperationFailed("NOT_FOUND", " ".join(dict.fromkeys(lacking)) or "No region is left.")


def _missing_in(provider: Provider, region: str, arguments: dict[str, Any]) -> str | None:
    """What ``region`` does not offer, in words; None when it offers everything."""
    wanted: list[tuple[Any, SourceResource, str]] = [
        (Size, SourceResource.SIZES, arguments["size"]),
        (Image, SourceResource.IMAGES, arguments["image"]),
    ]
    location = arguments["location"]
    if location is not None and location != region:
        wanted.append((Location, SourceResource.LOCATIONS, location))
    for model, resource, external_id in wanted:
        if not _offers(provider, region, model, resource, external_id):
            return f"{region} offers no {model.__name__.lower()} {external_id!r}."
    return None


def _offers(
    provider: Provider, region: str, model: Any, resource: SourceResource, external_id: str
) -> bool:
    """By the catalogue; an image that it does not list is looked for by its id."""
    entries = model.objects.filter(provider=provider, region=region, external_id=external_id)
    if entries.exists():
        return True
    source = provider.sources.select_related("provider").get(region=region, resource=resource)
    max_age = RESOURCES[resource].default_max_age
    _refuse_failed(refresh([Ask(source, max_age)]).values())
    if entries.exists():
        return True
    return resource is SourceResource.IMAGES and _finds_image(provider, region, external_id)


def _refuse_failed(receipts: Iterable[Receipt]) -> None:
    for receipt in receipts:
        if receipt.error is not None:
            raise OperationFailed(
                receipt.error.code, receipt.error.message, retryable=receipt.error.retryable
            )


def _finds_image(provider: Provider, region: str, external_id: str) -> bool:
    with cloud_at(machine_source(provider, region)) as cloud:
        return any(image.external_id == external_id for image in cloud.list_images(external_id))
