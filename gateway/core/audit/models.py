"""One row for each action and each refusal."""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.db import models
from django.utils import timezone

from gateway.core.folding import folded


class AppendOnly(Exception):
    """An attempt to change or to remove a recorded event."""

    def __init__(self) -> None:
        super().__init__("What was recorded in the audit is neither changed nor removed.")


class EventKind(models.TextChoices):
    """The kind of an event."""

    MUTATION = "MUTATION"
    LOGIN = "LOGIN"
    REFUSAL = "REFUSAL"
    COMMAND = "COMMAND"


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **_columns: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class AppendOnlyRow(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *arguments: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*arguments, **options)

    def delete(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise AppendOnly


class AuditEvent(AppendOnlyRow):
    """It has no foreign keys: it stays unchanged when the objects that it names are deleted."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    action = models.CharField(max_length=100)  # the root field, "request", or the command
    user_key = models.BigIntegerField(null=True)  # null: no user, or an unknown one
    login = models.CharField(max_length=150, blank=True)  # the user's at that time
    credential = models.CharField(max_length=60, blank=True)  # session:<id>, api_token:<id>
    address = models.CharField(max_length=64, blank=True)
    arguments = models.JSONField(default=dict)  # without what may be secret
    # Descriptions of the objects whose ids are in arguments and result: they may be deleted later.
    names = models.JSONField(default=dict)
    outcome = models.CharField(max_length=50)  # OK, or an error's code
    result = models.JSONField(default=dict)  # ids and addresses of what came of it, by name

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["user_key", "-at", "-id"], name="audit_by_user"),
            models.Index(fields=["action", "-at", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.login or 'nobody'}: {self.outcome}"

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


LONGEST_ID, LONGEST_NAME = 1000, 300  # characters, as of a job's target


class AuditObject(AppendOnlyRow):
    """An object that an event is about, for a search by it: one row for each object of an event.

    The database does not check the key: the owner of the database may remove old events.
    """

    event = models.ForeignKey(
        AuditEvent,
        on_delete=models.DO_NOTHING,
        related_name="about",
        db_constraint=False,
        db_index=False,
    )
    object_id = models.CharField(max_length=LONGEST_ID)  # a global id
    name = models.CharField(max_length=LONGEST_NAME, blank=True)  # folded; empty: not known

    class Meta:
        indexes = [
            models.Index(fields=["object_id", "-event"], name="audit_by_object"),
            models.Index(fields=["name", "-event"], name="audit_by_object_name"),
        ]

    def __str__(self) -> str:
        return f"{self.object_id} in event {self.event_id}"


def objects_of(event: AuditEvent, others: Mapping[str, str]) -> list[AuditObject]:
    """The rows of an event that are to be created: of the objects that it names, and of others."""
    found = dict(others)
    found |= {value: str(about.get("name") or "") for value, about in event.names.items()}
    return [
        AuditObject(event=event, object_id=value[:LONGEST_ID], name=folded_name(name))
        for value, name in found.items()
    ]


def folded_name(name: str) -> str:
    """A name as ``AuditObject`` stores it."""
    return folded(name)[:LONGEST_NAME]
