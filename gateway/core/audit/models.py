"""One row for each thing that somebody did, or was not let do."""

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone


class AppendOnly(Exception):
    """Something tried to change or to remove what was recorded."""

    def __init__(self) -> None:
        super().__init__("What was recorded in the audit is neither changed nor removed.")


class EventKind(models.TextChoices):
    """What sort of thing happened."""

    MUTATION = "MUTATION"
    LOGIN = "LOGIN"
    REFUSAL = "REFUSAL"
    COMMAND = "COMMAND"


class AppendOnlyQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **_columns: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class AuditEvent(models.Model):
    """Nothing in it points to another row: what it names may be gone, and it stays as it was."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    action = models.CharField(max_length=100)  # the root field, "request", or the command
    user_key = models.BigIntegerField(null=True)  # null: nobody, or nobody known
    login = models.CharField(max_length=150, blank=True)  # the user's at that time
    credential = models.CharField(max_length=60, blank=True)  # session:<id>, api_token:<id>
    address = models.CharField(max_length=64, blank=True)
    arguments = models.JSONField(default=dict)  # without what may be secret
    # What the ids in arguments and result named then: the rows may be gone when it is read.
    names = models.JSONField(default=dict)
    outcome = models.CharField(max_length=50)  # OK, or an error's code
    result = models.JSONField(default=dict)  # ids and addresses of what came of it, by name

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["user_key", "-at", "-id"], name="audit_by_user"),
            models.Index(fields=["action", "-at", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.login or 'nobody'}: {self.outcome}"

    def save(self, *arguments: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*arguments, **options)

    def delete(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise AppendOnly

    def as_json(self) -> dict[str, Any]:
        """A line of the export."""
        return {
            "id": self.pk,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "action": self.action,
            "userKey": self.user_key,
            "login": self.login,
            "credential": self.credential,
            "address": self.address,
            "arguments": self.arguments,
            "names": self.names,
            "outcome": self.outcome,
            "result": self.result,
        }
