"""What a worker can do to machines and containers. Importing this registers every operation."""

from inventory.operations import (
    container_power,
    deploy,
    invalidate,
    power,
    provision,
    reboot,
    resize,
    retry_policy,
    tag,
    visibility,
)

__all__ = [
    "container_power",
    "deploy",
    "invalidate",
    "power",
    "provision",
    "reboot",
    "resize",
    "retry_policy",
    "tag",
    "visibility",
]
