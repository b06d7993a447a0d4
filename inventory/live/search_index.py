"""What rows are found by, kept in step with what they show."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.core.folding import folded
from inventory.models import (
    Container,
    ContainerLabel,
    MachineAddress,
    MachineTag,
    Source,
    VirtualMachine,
)
from inventory.models.search_index import LONGEST_TERM
from inventory.providers.addresses import canonical_address
from inventory.types import ContainerRecord, MachineRecord

BATCH = 200


def address_term(address: str) -> str:
    """The text by which an address is found, whatever its spelling."""
    return canonical_address(address).lower()[:LONGEST_TERM]


def searchable_machine(record: MachineRecord) -> str:
    """The folded text that free text looks into: names, ids, addresses and tags."""
    return _joined(
        record.name,
        record.external_id,
        record.size_name,
        record.size_id,
        record.image_name,
        record.image_id,
        record.location_name,
        *record.public_ips,
        *record.private_ips,
        *(f"{key}={value}" for key, value in record.tags),
    )


def searchable_container(record: ContainerRecord) -> str:
    """As of machines: names, ids, image, command, addresses and labels."""
    return _joined(
        record.name,
        record.external_id,
        record.image,
        record.image_id,
        record.command,
        *record.ips,
        *(f"{key}={value}" for key, value in record.labels),
    )


def _joined(*words: str | None) -> str:
    return "\n".join(dict.fromkeys(folded(word) for word in words if word))


def keep_machine_terms(source: Source, records: Sequence[MachineRecord]) -> None:
    """Write the tags and addresses of ``records``, whose machines are stored, in place of theirs.

    Called in the transaction that stored the machines.
    """
    for batch in _batches(records):
        _keep(batch, source)


def keep_container_terms(source: Source, records: Sequence[ContainerRecord]) -> None:
    """As of machines: the containers' labels."""
    for batch in _batches(records):
        keys = _keys(Container, batch, source)
        ContainerLabel.objects.filter(container__in=keys.values()).delete()
        labels = [
            ContainerLabel(container_id=pk, key=key[:LONGEST_TERM], value=value[:LONGEST_TERM])
            for external_id, pk in keys.items()
            for key, value in batch[external_id].labels
        ]
        ContainerLabel.objects.bulk_create(labels, batch_size=BATCH)


def _batches(records: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(records), BATCH):
        yield {record.external_id: record for record in records[start : start + BATCH]}


def _keys(model: Any, records: Mapping[str, Any], source: Source) -> dict[str, int]:
    stored = model.objects.filter(source=source, external_id__in=records)
    return dict(stored.values_list("external_id", "pk"))


def _keep(records: dict[str, MachineRecord], source: Source) -> None:
    keys = _keys(VirtualMachine, records, source)
    MachineTag.objects.filter(machine__in=keys.values()).delete()
    MachineAddress.objects.filter(machine__in=keys.values()).delete()
    tags = [
        MachineTag(machine_id=pk, key=key[:LONGEST_TERM], value=value[:LONGEST_TERM])
        for external_id, pk in keys.items()
        for key, value in records[external_id].tags
    ]
    addresses = [
        MachineAddress(machine_id=pk, address=address_term(address))
        for external_id, pk in keys.items()
        for address in dict.fromkeys(
            (*records[external_id].public_ips, *records[external_id].private_ips)
        )
    ]
    MachineTag.objects.bulk_create(tags, batch_size=BATCH)
    MachineAddress.objects.bulk_create(addresses, batch_size=BATCH)
