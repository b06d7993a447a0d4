"""What EC2 sells: instance types from libcloud's tables, images worth offering."""

import json
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from libcloud.pricing import get_pricing_file_path, get_size_price

from inventory.providers.generic import price_of
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
    """Instance types by id, with list prices for Linux, as the libcloud release has them.

    A region that it has no table for - a new one, or that of a compatible cloud - is taken to
    offer every type, mostly at unknown prices; the cloud refuses what it has not.
    """
    # A module of a megabyte, imported when the first EC2 account is listed.
    from libcloud.compute.constants.ec2_instance_types import (  # noqa: PLC0415
        INSTANCE_TYPES,
    )
    from libcloud.compute.constants.ec2_region_details_complete import (  # noqa: PLC0415
        REGION_DETAILS,
    )

    offered = REGION_DETAILS.get(region, {}).get("instance_types") or INSTANCE_TYPES
    return {name: _size(region, INSTANCE_TYPES[name]) for name in offered}


def size_named(region: str, size_id: str) -> SizeRecord | None:
    return sizes_of(region).get(size_id)


@cache
def prices_as_of() -> date | None:
    """The day of libcloud's price list, as old as its release or the user's own copy."""
    updated = json.loads(Path(get_pricing_file_path()).read_text(encoding="utf-8")).get("updated")
    return datetime.fromtimestamp(updated, UTC).date() if updated else None


def _size(region: str, attributes: dict[str, Any]) -> SizeRecord:
    vcpus = str(attributes["extra"].get("vcpu", ""))
    return SizeRecord(
        external_id=attributes["id"],
        name=attributes["name"],
        memory=attributes["ram"],
        vcpus=int(vcpus) if vcpus.isdecimal() else None,
        disk=attributes["disk"] or None,
        price_per_hour=_price(region, attributes["id"]),
    )


def _price(region: str, size_id: str) -> Any:
    try:
        price = get_size_price("compute", "ec2_linux", size_id, region=region)
    except KeyError:
        return None
    return price_of(price) or None  # the table has 0.0 where Amazon's list had no price
