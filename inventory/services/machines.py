"""Actions on machines: checked against what is known now, then submitted as durable jobs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gateway.core.errors import InvalidInput, NotFound, NotSupported
from gateway.core.ids import global_id, split_id
from inventory.models import Provider, VirtualMachine
from inventory.providers import Capability
from inventory.selectors.ids import cloud_id_of, parse_cloud_id
from jobs import services as jobs
from jobs.models import Job

MOST_AT_ONCE = 50
LONGEST_NAME = 255  # EC2's limit for a tag's value, which is where its names live


@dataclass(frozen=True, slots=True)
class ProvisionRequest:
    """A machine to be bought. ``size``, ``image``, ``location``: a Relay id or the cloud's own."""

    name: str
    size: str
    image: str
    location: str | None = None
    key_pair: str | None = None
    security_groups: Sequence[str] = ()
    tags: Sequence[tuple[str, str]] = ()
    user_data: str | None = None


def machine_start(*, machine: VirtualMachine, requested_by: Any) -> Job:
    return _submit("virtual_machine.start", Capability.START, machine, requested_by)


def machine_stop(*, machine: VirtualMachine, requested_by: Any) -> Job:
    return _submit("virtual_machine.stop", Capability.STOP, machine, requested_by)


def machine_provision(
    *, provider: Provider, request: ProvisionRequest, count: int = 1, requested_by: Any
) -> Job:
    """One job; for ``count`` > 1 a parent of one job each, named <name>-1 to <name>-<count>."""
    _require(provider, Capability.PROVISION)
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidInput(f"count must be between 1 and {MOST_AT_ONCE}.", field="count")
    arguments = _provision_arguments(provider, request)
    common = {
        "operation": "virtual_machine.provision",
        "scope": provider_id(provider),
        "requested_by": requested_by,
    }
    if count == 1:
        return jobs.submit(arguments=arguments, **common)
    children = [
        (None, {**arguments, "name": f"{arguments['name']}-{number}"})
        for number in range(1, count + 1)
    ]
    return jobs.submit_many(children=children, **common)


def machine_id(machine: VirtualMachine) -> str:
    """The machine's global id: a job's target."""
    return global_id("VirtualMachine", cloud_id_of(machine))


def provider_id(provider: Provider) -> str:
    """The provider's global id: a job's scope."""
    return global_id("Provider", provider.public_id)


def _submit(
    operation: str, capability: Capability, machine: VirtualMachine, requested_by: Any
) -> Job:
    provider = machine.source.provider
    _require(provider, capability)
    return jobs.submit(
        operation=operation,
        target=machine_id(machine),
        scope=provider_id(provider),
        arguments={},
        requested_by=requested_by,
    )


def _require(provider: Provider, capability: Capability) -> None:
    if capability not in provider.kind.capabilities:
        verb = capability.value.lower()
        raise NotSupported(f"{provider.kind.label} cannot {verb} machines through this gateway.")


def _provision_arguments(provider: Provider, request: ProvisionRequest) -> dict[str, Any]:
    """What the job needs; sizes, images and locations as the cloud's own ids, and their region."""
    arguments = asdict(request)
    arguments["name"] = request.name.strip()
    if not 1 <= len(arguments["name"]) <= LONGEST_NAME:
        raise InvalidInput(f"A name has 1 to {LONGEST_NAME} characters.", field="name")
    regions = set()
    for field, type_name in (("size", "Size"), ("image", "Image"), ("location", "Location")):
        region, arguments[field] = _own_id(provider, type_name, field, arguments[field])
        regions |= {region} - {None}
    if len(regions) > 1:
        names = " and ".join(sorted(str(region) for region in regions))
        raise InvalidInput(f"Size, image and location are in different regions: {names}.")
    arguments["region"] = regions.pop() if regions else None
    return arguments


def _own_id(
    provider: Provider, type_name: str, field: str, value: str | None
) -> tuple[str | None, str | None]:
    """The region that a Relay id names (None for a cloud's own id), and the cloud's own id."""
    parts = split_id(value) if value else None
    if parts is None or parts[0] not in {"Size", "Image", "Location"}:
        if value == "":
            raise InvalidInput(f"{field} is empty.", field=field)
        return None, value
    cloud_id = parse_cloud_id(parts[1]) if parts[0] == type_name else None
    if cloud_id is None or cloud_id.provider != str(provider.public_id):
        raise NotFound(f"This provider has no {field} with this id.", field=field)
    return cloud_id.region, cloud_id.external_id
