"""The catalogue of EC2: instance types from libcloud's tables, and images worth offering."""

from functools import lru_cache
from typing import Any

from inventory.types import SizeRecord

# The images that people start from, by the publisher's account and the name. All public images
# are a hundred thousand; a search finds others. Accounts: "Find a Linux AMI" in the Amazon EC2
# user guide (Amazon), ubuntu.com/server/docs (Canonical), wiki.debian.org/Cloud/AmazonEC2Image.
PUBLISHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("137112412989", ("al2023-ami-2023.*-x86_64", "amzn2-ami-hvm-2.0.*-x86_64-gp2")),
    (
        "099720109477",
        (
            "ubuntu/images/hvm-ssd*/ubuntu-*-22.04-amd64-server-*",
            "ubuntu/images/hvm-ssd*/ubuntu-*-24.04-amd64-server-*",
        ),
    ),
    ("136693071363", ("debian-12-amd64-*", "debian-13-amd64-*")),
)

# Users name the regions of compatible clouds; a table takes about 0.4 MB.
MOST_REGIONS = 64


@lru_cache(MOST_REGIONS)
def sizes_of(region: str) -> dict[str, SizeRecord]:
    """Instance types by id, as the libcloud release has them.

    A region that it has no table for - a new one, or that of a compatible cloud - is taken to
    offer every type; the cloud refuses what it has not.
    """
    # A module of a megabyte, imported when the first EC2 account is listed.
    from libcloud.compute.constants.ec2_instance_types import (  # noqa: PLC0415
        INSTANCE_TYPES,
    )
    from libcloud.compute.constants.ec2_region_details_complete import (  # noqa: PLC0415
        REGION_DETAILS,
    )

    offered = REGION_DETAILS.get(region, {}).get("instance_types") or INSTANCE_TYPES
    return {name: _size(INSTANCE_TYPES[name]) for name in offered}


def size_named(region: str, size_id: str) -> SizeRecord | None:
    return sizes_of(region).get(size_id)


def _size(attributes: dict[str, Any]) -> SizeRecord:
    vcpus = str(attributes["extra"].get("vcpu", ""))
    return SizeRecord(
        external_id=attributes["id"],
        name=attributes["name"],
        memory=attributes["ram"],
        vcpus=int(vcpus) if vcpus.isdecimal() else None,
        disk=attributes["disk"] or None,
        architecture=_architecture(str(attributes["extra"].get("physicalProcessor", ""))),
    )


def _architecture(processor: str) -> str | None:
    """Graviton is Amazon's name for its arm64 processors. None: the price list names no maker."""
    if "Graviton" in processor:
        return "arm64"
    return "x86_64" if "Intel" in processor or "AMD" in processor else None
