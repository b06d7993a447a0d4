"""A read of one machine."""

from django.utils import timezone

from gateway.core.db import release_connection
from inventory.live import store
from inventory.models import Credentials, Source, VirtualMachine
from inventory.providers import Cloud, connect
from inventory.types import MachineRecord


def read_machine(
    source: Source, external_id: str, *, seconds: float
) -> tuple[MachineRecord | None, VirtualMachine | None]:
    """Ask ``source``'s cloud for one machine and store what it says.

    Returns the record as the cloud gave it (None: there is none) and the row as it is then.
    Raises ProviderError.
    """
    credentials = Credentials.objects.get(provider=source.provider).values
    release_connection()
    with connect(source.provider.kind, credentials, source.region, seconds) as cloud:
        return observe_machine(cloud, source, external_id)


def observe_machine(
    cloud: Cloud, source: Source, external_id: str
) -> tuple[MachineRecord | None, VirtualMachine | None]:
    """As ``read_machine``, over a connection that is there already."""
    started_at = timezone.now()
    record = cloud.find_machine(external_id)
    return record, store.store_machine(source, external_id, record, started_at=started_at)
