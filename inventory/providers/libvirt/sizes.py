"""Sizes: libvirt has none, so they are what a machine has, processors × MiB of memory.

Any machine has one by that rule, ``2x4096``; those of the table can be ordered, as far as the host
has as much.
"""

from inventory.providers.libvirt.procedures import Host
from inventory.types import SizeRecord

OFFERED = (
    (1, 256),
    (1, 512),
    (1, 1024),
    (1, 2048),
    (2, 2048),
    (2, 4096),
    (4, 4096),
    (4, 8192),
    (8, 8192),
    (8, 16384),
    (16, 32768),
    (32, 65536),
)


def size_id(vcpus: int, memory: int) -> str:
    return f"{vcpus}x{memory}"


def size_name(vcpus: int, memory: int) -> str:
    return f"{vcpus} vCPU, {memory} MiB"


def sizes_on(host: Host) -> list[SizeRecord]:
    """The sizes that fit the host when it is empty; libvirt lets machines share the host."""
    return [
        SizeRecord(size_id(vcpus, memory), size_name(vcpus, memory), memory, vcpus)
        for vcpus, memory in OFFERED
        if vcpus <= host.cpus and memory <= host.memory
    ]
