"""The changes of objects, as reads noticed them."""

from typing import Any

from django.db import models

from inventory.models.provider import Provider
from inventory.models.source import Source


class Change(models.Model):
    """One field of one object that a read found different from the row before it.

    An object is the row ``row_id`` of the model that its source's resource is stored in. Its
    changes are deleted with the row.
    """

    # That of the row, and its provider: the list of all changes needs no join.
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    row_id = models.BigIntegerField()
    at = models.DateTimeField()  # when the read began that noticed it
    field = models.CharField(max_length=40)  # a column of the row
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # The job that made it. Null: somebody outside of the gateway, or it is not known. No foreign
    # key: who writes changes locks no jobs.
    job_id = models.UUIDField(null=True)

    # The object's own, where a reader has loaded it; None: it is deleted by now.
    row: Any = None
    actors: Any = None  # where a reader looks up its job: ``selectors.changes.ActorsLookup``

    class Meta:
        indexes = [
            models.Index(fields=["source", "row_id", "-at", "-id"], name="change_of_row"),
            models.Index(fields=["provider", "-at", "-id"], name="change_of_provider"),
            models.Index(fields=["at"], name="change_by_age"),
            models.Index(
                fields=["job_id"], condition=models.Q(job_id__isnull=False), name="change_of_job"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of row {self.row_id} of source {self.source_id}"
