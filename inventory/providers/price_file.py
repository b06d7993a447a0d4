"""The prices in libcloud's file: what is used of it, and what is not.

The file is of 2 March 2025 in release 3.9.1. A price of 0 stands for an unknown one.

- ``ec2_linux``: types by region. Its ``ec2_windows`` and ``ec2_suse`` mix prices with and without
  the licence (m5.large costs 0.188 in us-east-1 and 0.092 in us-west-2, where Amazon asks 0.188):
  they are not used.
- ``azure_linux`` and ``azure_windows``: sizes by location, named ``standardd2sv3``.
- ``gce_instances``: families by region, for a vCPU and for a GB of memory. Of ``f1`` and ``g1`` the
  price is that of the whole machine.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from libcloud.pricing import get_pricing, get_pricing_file_path

from inventory.providers.prices import LINUX, WINDOWS, PriceQuestion

COMPUTE = "compute"
MIB_PER_GIB = 1024
AZURE_TABLES = {LINUX: "azure_linux", WINDOWS: "azure_windows"}
GOOGLE_CUSTOM = re.compile(r"(?:(?P<family>[a-z0-9]+)-)?custom-[0-9]+-[0-9]+(?P<extended>-ext)?")
GOOGLE_WHOLE = {"f1-micro": "f1", "g1-small": "g1"}
# A part of a core, at the price of a part: E2 machines with shared cores. Vcpus are 2 of each.
GOOGLE_CORES = {"e2-micro": "0.25", "e2-small": "0.5", "e2-medium": "1"}
# Families whose names the file has; of others it knows nothing, though the first letters agree.
# ``n1-megamem-96`` is a machine of M1.
GOOGLE_FAMILIES = frozenset({"c2", "e2", "m1", "n1", "n2", "n2d"})
GOOGLE_OLD_M1 = re.compile(r"n1-(?:mega|ultra)mem-[0-9]+")


@cache
def file_as_of() -> date | None:
    """The day of the file, as old as libcloud's release or the user's own copy."""
    updated = json.loads(Path(get_pricing_file_path()).read_text(encoding="utf-8")).get("updated")
    return datetime.fromtimestamp(updated, UTC).date() if updated else None


def ec2_price(asked: PriceQuestion) -> Decimal | None:
    """The price per hour of an instance type with Linux."""
    if asked.operating_system not in {"", LINUX}:
        return None
    return _amount(_table("ec2_linux").get(asked.size_id), asked.region)


def azure_price(asked: PriceQuestion) -> Decimal | None:
    """The price per hour of a size, with the operating system's licence."""
    table = AZURE_TABLES.get(asked.operating_system or LINUX)
    if table is None:
        return None
    name = asked.size_id.lower().replace("_", "")
    return _amount(_table(table).get(name), asked.region)


def google_price(asked: PriceQuestion) -> Decimal | None:
    """The price per hour of a machine type with a free system, from its vCPUs and memory."""
    if asked.operating_system not in {"", LINUX} or not asked.size_id:
        return None
    families = _table("gce_instances")
    whole = GOOGLE_WHOLE.get(asked.size_id)
    if whole is not None:
        return _google_part(families, whole, "cpu", asked.region)
    family = _google_family(asked.size_id)
    if family not in families or not asked.vcpus or not asked.memory:
        return None
    cpu = _google_part(families, family, "cpu", asked.region)
    ram = _google_part(families, family, "ram", asked.region)
    if cpu is None or ram is None:
        return None
    cores = Decimal(GOOGLE_CORES.get(asked.size_id, asked.vcpus))
    return cores * cpu + Decimal(asked.memory) / MIB_PER_GIB * ram


def _google_family(size_id: str) -> str:
    """The file's name of the family; empty where it has none."""
    custom = GOOGLE_CUSTOM.fullmatch(size_id)
    if custom is None:
        if GOOGLE_OLD_M1.fullmatch(size_id):
            return "m1"
        family = size_id.partition("-")[0]
        return family if family in GOOGLE_FAMILIES and "-custom-" not in size_id else ""
    if custom["extended"]:
        return ""  # memory beyond the usual has a price of its own, beside that of the rest
    return f"{custom['family'] or 'n1'}_custom"


def _google_part(
    families: Mapping[str, Any], family: str, part: str, region: str
) -> Decimal | None:
    found = families[family].get(part, {}).get("on_demand", {}).get(region)
    return _amount(found, "price")


def _amount(prices: Mapping[str, Any] | None, name: str) -> Decimal | None:
    """None for a price of 0: it is unknown."""
    found = None if prices is None else prices.get(name)
    return Decimal(str(found)) if found else None


def _table(name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = get_pricing(COMPUTE, name) or {}
    return table
