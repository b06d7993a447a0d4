"""From a job's opaque ids to the machine and its cloud, for the length of one step."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.core.ids import split_id
from inventory.live.connection import connected
from inventory.live.one import observe_one
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.selectors.ids import CloudId, parse_cloud_id
from inventory.types import MachineRecord
from jobs.registry import OperationFailed, Step

CALL_SECONDS = 30.0  # what one step may spend on its cloud


@dataclass(frozen=True, slots=True)
class Target:
    """A machine within reach of its cloud."""

    cloud: Cloud
    source: Source
    external_id: str

    def read(self) -> MachineRecord | None:
        """The machine as the cloud has it now; what was seen is stored. None: there is none."""
        record: MachineRecord | None
        record, _row = observe_one(self.cloud, self.source, self.external_id)
        return record


def machine_cloud_id(target: str | None) -> CloudId | None:
    """The parts of a job's target, when it is a machine."""
    parts = split_id(target) if target else None
    return parse_cloud_id(parts[1]) if parts and parts[0] == "VirtualMachine" else None


def scope_provider(scope: str | None) -> Provider:
    """The provider a job is about. Fails the job when it was disconnected meanwhile."""
    parts = split_id(scope) if scope else None
    found = Provider.objects.filter(public_id=parts[1]).first() if parts else None
    if found is None:
        raise OperationFailed("NOT_FOUND", "The provider was disconnected.")
    return found


def machine_source(provider: Provider, region: str) -> Source:
    """Where the machines of a region are listed. Fails the job when the region was dropped."""
    sources = provider.sources.filter(resource=SourceResource.VIRTUAL_MACHINES, region=region)
    found = sources.select_related("provider").first()
    if found is None:
        message = f"The provider is not connected to region {region} any more."
        raise OperationFailed("NOT_FOUND", message)
    return found


@contextmanager
def machine_of(step: Step) -> Iterator[Target]:
    """The machine that the step is about. A cloud's refusal fails the step with its code."""
    cloud_id = machine_cloud_id(step.target)
    if cloud_id is None:
        raise OperationFailed("INVALID", "The job names no machine.")
    source = machine_source(scope_provider(step.scope), cloud_id.region)
    with cloud_at(source) as cloud:
        yield Target(cloud, source, cloud_id.external_id)


@contextmanager
def cloud_at(source: Source) -> Iterator[Cloud]:
    """The cloud behind ``source``; its errors become the step's failure."""
    try:
        with connected(source, CALL_SECONDS) as cloud:
            yield cloud
    except ProviderError as error:
        raise failed_by(error) from error


def failed_by(error: ProviderError) -> OperationFailed:
    """A conflict is worth another look: the machine may be between two states."""
    return OperationFailed(
        str(error.code),
        error.message,
        retryable=error.retryable or error.code == ProviderErrorCode.CONFLICT,
        retry_after=error.retry_after,
    )
