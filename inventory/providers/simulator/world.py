"""The cloud before anybody touched it: a pure function of seed, region and number.

No other setting takes part, so changing the latency, or raising ``machines``, never changes a
machine that is there.
"""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from gateway.core.bounded import BoundedCache
from inventory.records.image import ImageRecord
from inventory.types import LocationRecord, MachineRecord, MachineState, SizeRecord

SIZES = {
    size.external_id: size
    for size in (
        SizeRecord("sim.nano", "sim.nano", 512, 1, 8, Decimal("0.004"), "x86_64"),
        SizeRecord("sim.micro", "sim.micro", 1024, 1, 10, Decimal("0.008"), "x86_64"),
        SizeRecord("sim.small", "sim.small", 2048, 1, 20, Decimal("0.016"), "x86_64"),
        SizeRecord("sim.medium", "sim.medium", 4096, 2, 40, Decimal("0.032"), "x86_64"),
        SizeRecord("sim.large", "sim.large", 8192, 2, 80, Decimal("0.064"), "x86_64"),
        SizeRecord("sim.xlarge", "sim.xlarge", 16384, 4, 160, Decimal("0.128"), "x86_64"),
        SizeRecord("sim.2xlarge", "sim.2xlarge", 32768, 8, 320, Decimal("0.256"), "x86_64"),
        SizeRecord("sim.4xlarge", "sim.4xlarge", 65536, 16, 640, Decimal("0.512"), "x86_64"),
    )
}


def _published(external_id: str, name: str, year: int) -> ImageRecord:
    """A public image of the cloud's own."""
    return ImageRecord(
        external_id,
        name,
        raw_state="available",
        created_at=datetime(year, 6, 1, tzinfo=UTC),
        size=8,
        architecture="x86_64",
        public=True,
        own=False,
    )


IMAGES = {
    image.external_id: image
    for image in (
        _published("img-alma-9", "AlmaLinux 9", 2022),
        _published("img-debian-12", "Debian 12", 2023),
        _published("img-debian-13", "Debian 13", 2025),
        _published("img-fedora-42", "Fedora 42", 2025),
        _published("img-ubuntu-22.04", "Ubuntu 22.04 LTS", 2022),
        _published("img-ubuntu-24.04", "Ubuntu 24.04 LTS", 2024),
    )
}
KEY_PAIR = "deploy"  # which the machines from the beginning were ordered with
GROUP_OF_ROLE, USUAL_GROUP = {"web": "web", "api": "web"}, "office"
ROLES = ("api", "batch", "cache", "db", "queue", "web")
TEAMS = ("blue", "green", "red")
# The states of a dozen machines, in an order that the seed shuffles.
DOZEN = (
    *(MachineState.RUNNING,) * 7,
    *(MachineState.STOPPED,) * 3,
    MachineState.PAUSED,
    MachineState.SUSPENDED,
)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MACHINE_BYTES = 850
MOST_KEPT = 40_000  # machines of all kept lists together: about 35 MB


@dataclass(frozen=True, slots=True)
class Place:
    """A region of a simulated cloud."""

    seed: str
    region: str

    def random(self, *key: object) -> random.Random:
        """The same numbers for the same key, in every process."""
        return random.Random("/".join([self.seed, self.region, *map(str, key)]))  # noqa: S311 - no secret

    def machine_id(self, key: object, *, prefix: str = "sim-") -> str:
        text = f"{self.seed}/{self.region}/{key}"
        return prefix + hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    def group_id(self, name: str) -> str:
        """The id of a security group that exists from the beginning."""
        return self.machine_id(f"group/{name}", prefix="sg-")

    def addresses_of(self, external_id: str) -> tuple[str, str]:
        """A public address, of a block kept for documentation, and a private one."""
        numbers = self.random("addresses", external_id)
        public = f"198.51.100.{1 + numbers.randrange(254)}"
        private = ".".join(["10", *(str(numbers.randrange(1, 255)) for _ in range(3))])
        return public, private

    @property
    def zones(self) -> tuple[LocationRecord, ...]:
        names = (f"{self.region}-a", f"{self.region}-b")
        return tuple(LocationRecord(name, name) for name in names)


KEPT: BoundedCache[tuple[Place, int], dict[str, MachineRecord]] = BoundedCache(MOST_KEPT)


def untouched_machines(place: Place, count: int) -> Mapping[str, MachineRecord]:
    """The first ``count`` machines by id, as they were made."""
    found = KEPT.get((place, count))
    if found is None:
        machines = (_untouched(place, number) for number in range(count))
        found = {machine.external_id: machine for machine in machines}
        KEPT.keep((place, count), found, weight=1 + count + len(place.seed) // MACHINE_BYTES)
    return found


def described(
    machine: MachineRecord, *, size: str, image: str, image_name: str, zone: LocationRecord
) -> MachineRecord:
    """``machine`` with everything that its size, image and zone say of it."""
    return replace(
        resized(machine, size),
        image_id=image,
        image_name=image_name,
        location_id=zone.external_id,
        location_name=zone.name,
    )


def resized(machine: MachineRecord, size: str) -> MachineRecord:
    """``machine`` with everything that its size says of it."""
    bought = SIZES[size]
    return replace(
        machine,
        size_id=size,
        size_name=bought.name,
        memory=bought.memory,
        vcpus=bought.vcpus,
        disk=bought.disk,
        price_per_hour=bought.price_per_hour,
    )


def _untouched(place: Place, number: int) -> MachineRecord:
    numbers = place.random(number)
    role = numbers.choice(ROLES)
    state = _states_of_dozen(place, number // len(DOZEN))[number % len(DOZEN)]
    external_id = place.machine_id(number)
    public, private = place.addresses_of(external_id)
    machine = MachineRecord(
        external_id=external_id,
        name=f"{role}-{number + 1:03}",
        state=state,
        raw_state=state.value.lower(),
        public_ips=(public,) if state is MachineState.RUNNING else (),
        private_ips=(private,),
        key_pair_id=KEY_PAIR,
        security_group_ids=(place.group_id(GROUP_OF_ROLE.get(role, USUAL_GROUP)),),
        tags=(("env", numbers.choice(("prod", "test"))), ("team", numbers.choice(TEAMS))),
        created_at=EPOCH - timedelta(minutes=numbers.randrange(1, 525_600)),
    )
    size, image = numbers.choice(list(SIZES)), numbers.choice(list(IMAGES))
    return described(
        machine,
        size=size,
        image=image,
        image_name=IMAGES[image].name,
        zone=numbers.choice(place.zones),
    )


@lru_cache(maxsize=16)  # a list asks for one dozen after the other
def _states_of_dozen(place: Place, dozen: int) -> list[MachineState]:
    return place.random("dozen", dozen).sample(DOZEN, len(DOZEN))
