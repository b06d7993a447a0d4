"""A container as it was last seen."""

from django.db import models

from gateway.core.folded_field import FoldedField
from inventory.models.observed import Observed
from inventory.types import ContainerState


class Container(Observed):
    """One container of one source. Its columns of the engine's facts are those of ContainerRecord.

    ``ports`` are lists of container port, protocol, host port and host address, ``labels`` lists of
    key and value.
    """

    state = models.CharField(
        max_length=20, choices=[(state.value, state.value) for state in ContainerState]
    )
    exit_code = models.IntegerField(null=True)  # of what has ended
    image = models.CharField(max_length=500, null=True)  # as it was asked for
    image_folded = FoldedField(of="image")
    image_id = models.CharField(max_length=500, null=True)
    command = models.TextField(null=True)
    ips = models.JSONField(default=list)
    ports = models.JSONField(default=list)
    labels = models.JSONField(default=list)  # by key

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="container_per_source"),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="container_by_name"),
            models.Index(fields=["provider", "name", "id"], name="container_by_provider_name"),
            models.Index(fields=["state", "name", "id"], name="container_by_state_name"),
            models.Index(fields=["created_at", "id"], name="container_by_created_at"),
        ]
