"""What a worker can do to machines and containers. Importing this registers every operation."""

from inventory.operations import (
    again,
    container_power,
    deploy,
    finish,
    power,
    provision,
    reach,
    reboot,
    resize,
    tag,
)

__all__ = [
    "again",
    "container_power",
    "deploy",
    "finish",
    "power",
    "provision",
    "reach",
    "reboot",
    "resize",
    "tag",
]
