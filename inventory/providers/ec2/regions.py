"""Amazon's regions and where their EC2 answers, as botocore's release knows them.

libcloud's own list ends with 2020.
"""

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader

from inventory.providers.kind import Values

DEFAULT_REGION = "us-east-1"
COMMERCIAL = (
    "aws"  # the partition that keys are of, unless they were made for China or a government
)
AMAZONS_SCHEME = "https"
AMAZONS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn")


@cache
def amazon_regions(partition: str | None = None) -> dict[str, str]:
    """Region → domain of its services; of all partitions, or of one."""
    partitions: list[dict[str, Any]] = Loader().load_data("endpoints")["partitions"]
    domains = {
        region: f"{region}.{found['dnsSuffix']}"
        for found in partitions
        if partition in (None, found["partition"])
        for region in found["services"].get("ec2", {}).get("endpoints", {})
        if region in found["regions"]  # not "fips-us-east-1", which is no region
    }
    return dict(sorted(domains.items()))


def amazon_host(region: str, service: str = "ec2") -> str:
    """Raises KeyError for a name that can be no region of Amazon's.

    Amazon lists regions that are newer than botocore's release. Their names have the form of a
    partition's regions, and their domains its suffix.
    """
    domain = amazon_regions().get(region) or f"{region}.{_suffix(region)}"
    return f"{service}.{domain}"


def _suffix(region: str) -> str:
    for partition in Loader().load_data("endpoints")["partitions"]:
        if re.fullmatch(partition["regionRegex"], region):
            return str(partition["dnsSuffix"])
    raise KeyError(region)


def known_regions(credentials: Values) -> list[str] | None:
    """Amazon's; at an endpoint of one's own, any name is right."""
    return None if credentials.get("endpoint_url") else list(amazon_regions())


def every_region(credentials: Values) -> list[str]:
    """What ``all`` stands for until the account was asked; an endpoint's own names are unknown."""
    return [DEFAULT_REGION] if credentials.get("endpoint_url") else list(amazon_regions(COMMERCIAL))
