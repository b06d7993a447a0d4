"""What changed at a machine, as reads noticed it."""

from django.db import models

from inventory.models.machine import VirtualMachine
from inventory.models.provider import Provider


class Change(models.Model):
    """One field of one machine that a read found different from the row before it."""

    machine = models.ForeignKey(VirtualMachine, on_delete=models.CASCADE, related_name="changes")
    # The machine's own, repeated here so that the list of all changes needs no join.
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()  # when the read began that noticed it
    field = models.CharField(max_length=40)  # a column of the machine
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["machine", "-at", "-id"], name="change_of_machine"),
            models.Index(fields=["provider", "-at", "-id"], name="change_of_provider"),
            models.Index(fields=["at"], name="change_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of machine {self.machine_id}"
