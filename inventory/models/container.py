"""Containers, as they were last seen: the columns of ContainerRecord, and those of Observed.

The docstring of the model is the description of the type in the API.
"""

from django.db import models

from gateway.core.folded_field import FoldedField
from inventory.models.observed import Observed, state_column
from inventory.types import ContainerState


class Container(Observed):
    """A container of an engine or a cluster, as it was last seen there."""

    state = state_column(ContainerState)
    memory = models.PositiveIntegerField(null=True)  # MiB: its limit
    exit_code = models.IntegerField(null=True)  # of what has ended
    image = models.CharField(max_length=500, null=True)  # as it was asked for
    image_folded = FoldedField(of="image")
    image_id = models.CharField(max_length=500, null=True)
    command = models.TextField(null=True)
    ips = models.JSONField(default=list)
    ports = models.JSONField(default=list)  # container port, protocol, host port, host address
    labels = models.JSONField(default=list)  # [key, value] pairs, by key
