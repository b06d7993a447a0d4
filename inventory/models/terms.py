"""The values by which machines and containers are found: tags, addresses, labels, one per row.

The JSON columns of machines and containers have the values that are shown. PostgreSQL and SQLite
have no common kind of index for values in JSON. So the transaction that writes a row writes the
same values here, too (``inventory.live.search_index``).
"""

from django.db import models

from inventory.models.container import Container
from inventory.models.machine import VirtualMachine

LONGEST_TERM = 300  # characters; the end of what is longer is compared in the row's own column


class MachineTag(models.Model):
    machine = models.ForeignKey(VirtualMachine, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=LONGEST_TERM)
    value = models.CharField(max_length=LONGEST_TERM, blank=True)

    class Meta:
        indexes = [models.Index(fields=["key", "value", "machine"], name="machine_by_tag")]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class MachineAddress(models.Model):
    machine = models.ForeignKey(VirtualMachine, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=LONGEST_TERM)  # IPv4, IPv6 or a name, as the cloud says

    class Meta:
        indexes = [models.Index(fields=["address", "machine"], name="machine_by_address")]
        verbose_name_plural = "machine addresses"

    def __str__(self) -> str:
        return self.address


class ContainerLabel(models.Model):
    container = models.ForeignKey(Container, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=LONGEST_TERM)
    value = models.CharField(max_length=LONGEST_TERM, blank=True)

    class Meta:
        indexes = [models.Index(fields=["key", "value", "container"], name="container_by_label")]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"
