"""Local ids of what a cloud names itself: ``<provider's public id>:<region>:<external id>``.

They are made of what the cloud and we both know, so a machine has its id before it has a row.
"""

from typing import Any, NamedTuple

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
