"""The operations of jobs at clouds. Importing this registers every one of them."""

from inventory.operations import (
    attribution,
    bucket_creation,
    bucket_deletion,
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
    "attribution",
    "bucket_creation",
    "bucket_deletion",
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
