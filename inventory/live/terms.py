"""What rows are found by, kept in step with what they show."""

from collections.abc import Sequence

from inventory.models import MachineAddress, MachineTag, Source, VirtualMachine
from inventory.models.terms import LONGEST_TERM
from inventory.types import ContainerRecord, MachineRecord

BATCH = 200


def searchable_machine(record: MachineRecord) -> str:
    """All that free text looks into, in lower case: names, ids, addresses and tags."""
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
    return "\n".join(dict.fromkeys(word.lower() for word in words if word))


def keep_terms(source: Source, records: Sequence[MachineRecord]) -> None:
    """Write the tags and addresses of ``records``, whose machines are stored, in place of theirs.

    Called in the transaction that stored the machines.
    """
    for start in range(0, len(records), BATCH):
        _keep({record.external_id: record for record in records[start : start + BATCH]}, source)


def _keep(records: dict[str, MachineRecord], source: Source) -> None:
    stored = VirtualMachine.objects.filter(source=source, external_id__in=records)
    keys = dict(stored.values_list("external_id", "pk"))
    MachineTag.objects.filter(machine__in=keys.values()).delete()
    MachineAddress.objects.filter(machine__in=keys.values()).delete()
    tags = [
        MachineTag(machine_id=pk, key=key[:LONGEST_TERM], value=value[:LONGEST_TERM])
        for external_id, pk in keys.items()
        for key, value in records[external_id].tags
    ]
    addresses = [
        MachineAddress(machine_id=pk, address=address[:LONGEST_TERM].lower())
        for external_id, pk in keys.items()
        for address in dict.fromkeys(
            (*records[external_id].public_ips, *records[external_id].private_ips)
        )
    ]
    MachineTag.objects.bulk_create(tags, batch_size=BATCH)
    MachineAddress.objects.bulk_create(addresses, batch_size=BATCH)
