"""What a worker can do to machines and containers. Importing this registers every operation."""

from inventory.operations import (
    again,
    deploy,
    finish,
    power,
    provision,
    reach,
    reboot,
    resize,
    start_container,
    tag,
)

__all__ = [
    "again",
    "deploy",
    "finish",
    "power",
    "provision",
    "reach",
    "reboot",
    "resize",
    "start_container",
    "tag",
]
