"""The first objects of a simulated cloud, except machines: a function of its seed."""

import base64
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from inventory.providers.simulator import world
from inventory.providers.simulator.object_store import Facts
from inventory.records.security_group import ANY_PROTOCOL, EGRESS, INGRESS, RuleRecord

GIB = (20, 50, 100, 500)
# US dollars for a GiB a month.
VOLUME_PRICES = {"sim.hdd": Decimal("0.04"), "sim.ssd": Decimal("0.10")}
SNAPSHOT_PRICE = Decimal("0.03")
EVERY = 6  # the distance of machines beside which a volume is spare
OWN_IMAGES = 6
KEY_NAMES = ("ada", world.KEY_PAIR, "backup")
FORMAT = b"ssh-ed25519"
ANY_IPV4, ANY_IPV6 = "0.0.0.0/0", "::/0"
OUT = RuleRecord(EGRESS, ANY_PROTOCOL, cidr=ANY_IPV4)
# The groups from the beginning by name, with a description and the rules.
GROUPS: Mapping[str, tuple[str, tuple[RuleRecord, ...]]] = {
    "default": ("The group of machines that are ordered without one.", (OUT,)),
    "web": (
        "HTTP and HTTPS from everywhere.",
        (
            *(
                RuleRecord(INGRESS, "tcp", port, port, cidr=cidr)
                for port in (80, 443)
                for cidr in (ANY_IPV4, ANY_IPV6)
            ),
            OUT,
        ),
    ),
    "office": (
        "SSH from the office.",
        (RuleRecord(INGRESS, "tcp", 22, 22, cidr="198.51.100.0/24"), OUT),
    ),
    "forgotten": (
        "SSH from everywhere, over IPv6 alone.",
        (RuleRecord(INGRESS, "tcp", 22, 22, cidr=ANY_IPV6), OUT),
    ),
}


def volume_price(_region: str, volume_type: str) -> Decimal | None:
    """US dollars for a GiB a month."""
    return VOLUME_PRICES.get(volume_type)


def volumes(driver: Any) -> dict[str, Facts]:
    """A volume for every second machine, and some spare volumes."""
    place, found = driver.place, {}
    for number, machine in enumerate(world.untouched_machines(place, driver.count).values()):
        if number % 2 and number % EVERY != 1:
            continue
        numbers = place.random("volume", number)
        found[place.machine_id(f"volume/{number}", prefix="vol-")] = {
            "name": f"{machine.name}-data",
            "size": numbers.choice(GIB),
            "type": numbers.choice(tuple(VOLUME_PRICES)),
            "encrypted": bool(numbers.randrange(2)),
            "machine": None if number % 2 else machine.external_id,
            "device": None if number % 2 else "/dev/vdb",
            "snapshot": None,
            "zone": machine.location_id,
            "tags": [list(pair) for pair in machine.tags],
            "created_at": machine.created_at.timestamp() if machine.created_at else None,
        }
    return found


def snapshots(driver: Any) -> dict[str, Facts]:
    """One of every third volume."""
    place, found = driver.place, {}
    for volume_id, volume in list(volumes(driver).items())[::3]:
        found[place.machine_id(f"snapshot/{volume_id}", prefix="snap-")] = {
            "name": f"{volume['name']}-backup",
            "size": volume["size"],
            "volume": volume_id,
            "encrypted": volume["encrypted"],
            "description": "Taken each night.",
            "tags": volume["tags"],
            "created_at": world.EPOCH.timestamp(),
        }
    return found


def images(driver: Any) -> dict[str, Facts]:
    """Some of the account's own, each created from one of its first machines."""
    place = driver.place
    machines = list(world.untouched_machines(place, driver.count).values())[:OWN_IMAGES]
    return {
        place.machine_id(f"image/{number}", prefix="img-"): {
            "name": f"base-{number}",
            "size": machine.disk,
            "machine": machine.external_id,
            "description": "Updated by hand.",
            "tags": [list(pair) for pair in machine.tags],
            "created_at": world.EPOCH.timestamp(),
        }
        for number, machine in enumerate(machines, start=1)
    }


def key_pairs(driver: Any) -> dict[str, Facts]:
    """A key's id is its name."""
    return {
        name: {
            "name": name,
            "public_key": public_key(f"{driver.place.seed}/{name}"),
            "tags": [],
            "created_at": world.EPOCH.timestamp(),
        }
        for name in KEY_NAMES
    }


def security_groups(driver: Any) -> dict[str, Facts]:
    return {
        driver.place.group_id(name): {
            "name": name,
            "description": description,
            "rules": [list(rule) for rule in rules],
            "tags": [],
            "created_at": world.EPOCH.timestamp(),
        }
        for name, (description, rules) in GROUPS.items()
    }


def public_key(seed: str) -> str:
    """A key in OpenSSH's form, whose private part does not exist (RFC 8709)."""
    point = hashlib.blake2b(seed.encode(), digest_size=32).digest()
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (FORMAT, point))
    return f"{FORMAT.decode()} {base64.b64encode(blob).decode()}"
