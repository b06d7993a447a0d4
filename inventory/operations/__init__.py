"""The operations of jobs at clouds. Importing this registers every one of them."""

from inventory.operations import (
    change,
    container_start,
    creation,
    deploy,
    edit,
    provision,
    resize,
    restart,
    tag,
)

__all__ = [
    "change",
    "container_start",
    "creation",
    "deploy",
    "edit",
    "provision",
    "resize",
    "restart",
    "tag",
]
