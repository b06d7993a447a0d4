"""The operations of jobs at clouds. Importing this registers every one of them."""

from inventory.operations import (
    change,
    container_start,
    deploy,
    invalidate,
    provision,
    resize,
    restart,
    retry_policy,
    tag,
    visibility,
)

__all__ = [
    "change",
    "container_start",
    "deploy",
    "invalidate",
    "provision",
    "resize",
    "restart",
    "retry_policy",
    "tag",
    "visibility",
]
