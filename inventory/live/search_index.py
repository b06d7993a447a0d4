"""The texts by which rows are found, written with the rows that they are of."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from gateway.core.folding import folded
from inventory.models import ContainerLabel, MachineAddress, MachineTag
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


@dataclass(frozen=True, slots=True)
class TermTable:
    """A table of the texts by which rows are found. ``row``: its foreign key to the row.

    ``values``: of a record, the other columns of each text.
    """

    model: type[Model]
    row: str
    values: Callable[[Any], Iterable[Mapping[str, str]]]


def _pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[Mapping[str, str]]:
    for key, value in pairs:
        yield {"key": key[:LONGEST_TERM], "value": value[:LONGEST_TERM]}


def _addresses(record: MachineRecord) -> Iterator[Mapping[str, str]]:
    for address in dict.fromkeys((*record.public_ips, *record.private_ips)):
        yield {"address": address_term(address)}


MACHINE_TERMS = (
    TermTable(MachineTag, "machine", lambda record: _pairs(record.tags)),
    TermTable(MachineAddress, "machine", _addresses),
)
CONTAINER_TERMS = (TermTable(ContainerLabel, "container", lambda record: _pairs(record.labels)),)


def write_terms(tables: Sequence[TermTable], rows: QuerySet[Any], records: Sequence[Any]) -> None:
    """Write the terms of ``records`` in place of those that their rows have.

    ``rows``: those of the records' source. Called in the transaction that stored them.
    """
    for start in range(0, len(records) if tables else 0, BATCH):
        batch = {record.external_id: record for record in records[start : start + BATCH]}
        stored = rows.filter(external_id__in=batch).values_list("external_id", "pk")
        for table in tables:
            _write(table, {pk: batch[external_id] for external_id, pk in stored})


def _write(table: TermTable, records: Mapping[int, Any]) -> None:
    """``records`` by the primary keys of their rows."""
    terms = table.model._default_manager  # noqa: SLF001 - Django's documented API
    terms.filter(**{f"{table.row}__in": list(records)}).delete()
    terms.bulk_create(
        [
            table.model(**{f"{table.row}_id": pk}, **values)
            for pk, record in records.items()
            for values in table.values(record)
        ],
        batch_size=BATCH,
    )
