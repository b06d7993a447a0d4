"""Local ids of objects that a cloud names: ``<provider's public id>:<region>:<external id>``.

They are made of values that the cloud and we both know, so a machine has its id before its row.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from gateway.core.ids import split_id
from inventory import access


class CloudId(NamedTuple):
    """The parts of a local id. Only the last one may hold colons."""

    provider: str
    region: str
    external_id: str

    def __str__(self) -> str:
        return ":".join(self)


def cloud_id_of(row: Any) -> CloudId:
    """The id of a row that has a provider, a region and an external id."""
    return CloudId(str(row.provider.public_id), row.region, row.external_id)


def parse_cloud_id(value: str) -> CloudId | None:
    """The parts of a local id; None when it cannot be one."""
    parts = value.split(":", 2)
    well_formed = len(parts) == len(CloudId._fields) and all(parts)
    return CloudId(*parts) if well_formed and access.is_public_id(parts[0]) else None


def catalog_id(value: str, *, of: str) -> CloudId | str:
    """The parts of an ``of``'s global id, as of a Size; any other text is the cloud's own id.

    The same own id may stand for an entry of several regions and accounts; a global id is one's.
    """
    parts = split_id(value)
    cloud_id = parse_cloud_id(parts[1]) if parts and parts[0] == of else None
    return cloud_id or value


def provider_in(value: str) -> str:
    """The public id of the provider in a local id."""
    return value.partition(":")[0]


def rows_with_cloud_id(rows: Any, value: str) -> Any:
    """``rows`` cut down to the one with this local id; none when it cannot be one."""
    cloud_id = parse_cloud_id(value)
    if cloud_id is None:
        return rows.none()
    return rows.filter(
        provider__public_id=cloud_id.provider,
        region=cloud_id.region,
        external_id=cloud_id.external_id,
    )


def rows_by_cloud_id(rows: Any, values: Collection[str]) -> dict[str, Any]:
    """Those of ``rows`` that have one of these local ids, by it, in one query.

    The rows' providers are loaded.
    """
    wanted = {str(cloud_id): value for value in values if (cloud_id := parse_cloud_id(value))}
    parts = [parse_cloud_id(value) for value in wanted]
    found = rows.filter(
        provider__public_id__in={part.provider for part in parts if part},
        external_id__in={part.external_id for part in parts if part},
    )
    by_id = {str(cloud_id_of(row)): row for row in found}
    return {value: by_id[own] for own, value in wanted.items() if own in by_id}
