"""Reading the audit."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from gateway.core.audit.models import LONGEST_ID, AuditEvent, AuditObject, folded_name

DRY_RUN = Q(arguments__dryRun=True)
NO_DRY_RUN = Q(arguments__dryRun__isnull=True) | ~DRY_RUN  # SQL compares no absent key


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """Each narrows the list to the named ones; None narrows nothing, an empty list leaves none.

    ``since`` is the first moment that counts, ``until`` the first that does not.
    """

    kinds: Sequence[str] | None = None
    actions: Sequence[str] | None = None
    outcomes: Sequence[str] | None = None
    user_keys: Sequence[int] | None = None
    credentials: Sequence[str] | None = None
    addresses: Sequence[str] | None = None
    objects: Sequence[str] | None = None
    object_names: Sequence[str] | None = None
    dry_run: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


def event_list(filters: AuditFilters = AuditFilters()) -> QuerySet[AuditEvent]:
    """The events that match ``filters``, unordered, without a check of rights."""
    wanted: dict[str, Any] = {
        "kind__in": filters.kinds,
        "action__in": filters.actions,
        "outcome__in": filters.outcomes,
        "user_key__in": filters.user_keys,
        "credential__in": filters.credentials,
        "address__in": filters.addresses,
        "at__gte": filters.since,
        "at__lt": filters.until,
    }
    conditions = {name: values for name, values in wanted.items() if values is not None}
    events = AuditEvent.objects.filter(**conditions)
    if filters.dry_run is not None:
        events = events.filter(DRY_RUN if filters.dry_run else NO_DRY_RUN)
    for about in _about(filters):
        events = events.filter(pk__in=about.values("event"))
    return events


def _about(filters: AuditFilters) -> Iterator[QuerySet[AuditObject]]:
    if filters.objects is not None:
        ids = [value[:LONGEST_ID] for value in filters.objects]
        yield AuditObject.objects.filter(object_id__in=ids)
    if filters.object_names is not None:
        names = [folded_name(name) for name in filters.object_names]
        yield AuditObject.objects.filter(name__in=names)


def actions_recorded(names: Collection[str]) -> set[str]:
    """Those of the actions that have an event."""
    found = AuditEvent.objects.filter(action__in=names).order_by()
    return set(found.values_list("action", flat=True).distinct())
