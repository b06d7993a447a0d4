"""Amazon's regions and where their services answer, as boto3's release knows them.

libcloud's own list ends with 2020.
"""

from functools import cache
from typing import Any

from inventory.providers.kind import Values

DEFAULT_REGION = "us-east-1"
COMMERCIAL = (
    "aws"  # the partition that keys are of, unless they were made for China or a government
)
AMAZONS_SCHEME = "https"
AMAZONS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn")


@cache
def amazon_regions(partition: str | None = None) -> list[str]:
    """The regions of EC2 in all partitions, or in one; sorted."""
    session = _session()
    partitions = session.get_available_partitions() if partition is None else [partition]
    found = [session.get_available_regions("ec2", partition_name=one) for one in partitions]
    return sorted(region for regions in found for region in regions)


def amazon_host(region: str, service: str = "ec2") -> str:
    """Raises KeyError for a name that can be no region of Amazon's.

    Amazon lists regions that are newer than boto3's release. Their names have the form of a
    partition's regions, and their domains its suffix.
    """
    return f"{service}.{region}.{_suffixes()[_partition_of(region)]}"


def _partition_of(region: str) -> str:
    from botocore.exceptions import UnknownRegionError  # noqa: PLC0415 - see _session

    try:
        return str(_session().get_partition_for_region(region))
    except UnknownRegionError:
        raise KeyError(region) from None


@cache
def _suffixes() -> dict[str, str]:
    """Partition → the domain of its services."""
    from inventory.providers.boto.client import models  # noqa: PLC0415 - see _session

    partitions = models().load_data("partitions")["partitions"]
    return {one["id"]: one["outputs"]["dnsSuffix"] for one in partitions}


def _session() -> Any:
    # boto3 is imported when the first account is asked.
    from inventory.providers.boto.client import shared_session  # noqa: PLC0415

    return shared_session()


def known_regions(credentials: Values) -> list[str] | None:
    """Amazon's; at an endpoint of one's own, any name is right."""
    return None if credentials.get("endpoint_url") else amazon_regions()


def every_region(credentials: Values) -> list[str]:
    """The regions of ``all`` until the account is asked; an endpoint's own names are unknown."""
    return [DEFAULT_REGION] if credentials.get("endpoint_url") else amazon_regions(COMMERCIAL)
