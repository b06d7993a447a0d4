"""Virtual machines, as they were last seen: the columns of MachineRecord, and those of Observed.

The docstring of the model is the description of the type in the API.
"""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.models.priced import Priced
from inventory.types import MachineState


class VirtualMachine(Observed, Priced):
    """A machine at a cloud, as it was last seen there."""

    state = state_column(MachineState)
    memory = models.PositiveIntegerField(null=True)  # MiB
    size_id = models.CharField(max_length=300, null=True)
    size_name = models.CharField(max_length=300, null=True)
    vcpus = models.PositiveIntegerField(null=True)
    disk = models.PositiveIntegerField(null=True)  # GiB
    # As its cloud's record has it, in US dollars; what holds is in the columns of Priced.
    price_per_hour = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    # An hour of its size with a free Linux, in micro-dollars, as Size.usd_per_hour.
    size_usd_per_hour = models.BigIntegerField(null=True)
    operating_system = models.CharField(max_length=100, null=True)  # that its cloud charges for
    off_list = models.BooleanField(null=True)  # no list has its price
    instance_lifecycle = models.CharField(max_length=100, null=True)  # None: on demand
    image_id = models.CharField(max_length=500, null=True)
    image_name = models.CharField(max_length=300, null=True)
    location_id = models.CharField(max_length=300, null=True)
    location_name = models.CharField(max_length=300, null=True)
    key_pair_id = models.CharField(max_length=400, null=True, db_index=True)
    security_group_ids = models.JSONField(default=list)
    public_ips = models.JSONField(default=list)
    private_ips = models.JSONField(default=list)
    public_dns_names = models.JSONField(default=list)
    tags = models.JSONField(default=list)  # [key, value] pairs, by key and value
    launched_at = models.DateTimeField(null=True)  # the latest start, as the cloud reports it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="machine_per_source"),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="machine_by_name"),
            models.Index(fields=["provider", "name", "id"], name="machine_by_provider_name"),
            models.Index(fields=["state", "name", "id"], name="machine_by_state_name"),
            models.Index(fields=["created_at", "id"], name="machine_by_created_at"),
            # The rows that a filter leaves of a source are counted and found by the index alone.
            models.Index(fields=["source", "state"], name="machine_by_source_state"),
            models.Index(fields=["size_id", "id"], name="machine_by_size"),
            models.Index(fields=["image_id", "id"], name="machine_by_image"),
        ]
