"""The events of webhooks that reads of clouds cause."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gateway.core.ids import global_id, split_id
from gateway.core.webhooks.kinds import EventKind, Item
from inventory.access import visible_changes, visible_sources
from inventory.live.api import CHANGED_EVENT, FAILING_EVENT
from inventory.models import Change, Source
from inventory.resources import all_resources
from inventory.selectors.changes import (
    check_change_fields,
    field_name,
    jobs_of,
    load_rows,
    resource_of,
)
from inventory.selectors.ids import cloud_id_of
from jobs.api import Job

Data = dict[str, Any] | None


class ObjectChanged(EventKind):
    """A key is the change's primary key."""

    name = CHANGED_EVENT
    description = "A read has found changes of objects, as `changes` lists them."

    def check_filter(self, wanted: Mapping[str, Sequence[str]]) -> None:
        """A target limits the fields to those of its type."""
        parts = [split_id(value) for value in wanted.get("target", ())]
        types = {type_name for type_name, _local in filter(None, parts)}
        named = [one for one in all_resources() if one.history and one.type_name in types]
        check_change_fields(wanted.get("field", ()), named or all_resources())

    def items(self, keys: Collection[str]) -> list[Item]:
        return [
            Item(
                str(change.pk),
                providers=[change.source.provider.scope],
                targets=[_target(change)],
                fields=[field_name(change)],
            )
            for change in _with_rows(Change.objects.filter(pk__in=list(keys)))
        ]

    def visible(self, user: Any, keys: Collection[str]) -> set[str]:
        rows = visible_changes(user).filter(pk__in=list(keys))
        return {str(key) for key in rows.values_list("pk", flat=True)}

    def data(self, user: Any, keys: Sequence[str], details: Mapping[str, Any]) -> Data:  # noqa: ARG002 - it has none
        rows = visible_changes(user).filter(pk__in=list(keys)).order_by("pk")
        changes = _with_rows(rows)
        jobs = jobs_of(changes, user=user)
        shown = [_shown(change, jobs) for change in changes]
        return {"changes": shown} if shown else None


def _with_rows(changes: QuerySet[Change]) -> list[Change]:
    """Those whose objects are not deleted here."""
    found = list(changes.select_related("source__provider"))
    load_rows(found)
    return [change for change in found if change.row is not None]


def _target(change: Change) -> str:
    return global_id(resource_of(change).type_name, cloud_id_of(change.row))


def _shown(change: Change, jobs: Mapping[UUID, Job]) -> dict[str, Any]:
    return {
        "at": change.at,
        "type": resource_of(change).type_name,
        "target": _target(change),
        "targetName": change.row.name,
        "provider": change.source.provider.scope,
        "providerName": change.source.provider.name,
        "field": field_name(change),
        "before": change.before,
        "after": change.after,
        "actor": None if change.job_id is None else _actor(jobs.get(change.job_id)),
    }


def _actor(job: Job | None) -> dict[str, Any]:
    """Null in it: the job is out of the user's reach."""
    if job is None:
        return {"job": None, "user": None}
    return {"job": job.public_id, "user": job.requester_login or None}


class SourceFailing(EventKind):
    """A key is the source's primary key; ``details``: the error at that time."""

    name = FAILING_EVENT
    description = (
        "A cloud's list failed: three times in a row, or once for a reason that does not pass by "
        "itself, as credentials that are refused."
    )

    def items(self, keys: Collection[str]) -> list[Item]:
        rows = Source.objects.filter(pk__in=list(keys)).select_related("provider")
        return [Item(str(source.pk), providers=[source.provider.scope]) for source in rows]

    def visible(self, user: Any, keys: Collection[str]) -> set[str]:
        rows = visible_sources(user).filter(pk__in=list(keys))
        return {str(key) for key in rows.values_list("pk", flat=True)}

    def data(self, user: Any, keys: Sequence[str], details: Mapping[str, Any]) -> Data:
        found = visible_sources(user).select_related("provider").filter(pk=int(keys[0]))
        if (source := found.first()) is None:
            return None
        return {
            "provider": source.provider.scope,
            "providerName": source.provider.name,
            "region": source.region,
            "resource": source.resource,
            **details,
        }


KINDS = (ObjectChanged(), SourceFailing())
