"""Amazon's regions and where their EC2 answers, as botocore's release knows them.

libcloud's own list ends with 2020.
"""

from functools import cache
from typing import Any

from botocore.loaders import Loader

from inventory.providers.kind import Values


@cache
def amazon_regions() -> dict[str, str]:
    """Region → host of its EC2."""
    partitions: list[dict[str, Any]] = Loader().load_data("endpoints")["partitions"]
    hosts = {
        region: f"ec2.{region}.{partition['dnsSuffix']}"
        for partition in partitions
        for region in partition["services"].get("ec2", {}).get("endpoints", {})
        if region in partition["regions"]  # not "fips-us-east-1", which is no region
    }
    return dict(sorted(hosts.items()))


def amazon_host(region: str) -> str:
    """Raises KeyError: only a region that ``known_regions`` admits is asked there."""
    return amazon_regions()[region]


def known_regions(credentials: Values) -> list[str] | None:
    """Amazon's; at an endpoint of one's own, any name is right."""
    return None if credentials.get("endpoint_url") else list(amazon_regions())
