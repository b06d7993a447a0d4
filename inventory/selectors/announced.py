"""The rows that announcements are about: see ``inventory.live.announcements``."""

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from inventory.resources import Resource
from inventory.types import MISSING

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAGE = 10_000  # rows


def rows_announced(resource: Resource, ids: frozenset[str]) -> frozenset[str]:
    """The primary keys, as texts."""
    found = {one for one in ids if "@" not in one}
    for one in ids - found:
        source, _, at = one.partition("@")
        rows = resource.model.objects.filter(
            source=int(source), read_started_at=datetime.fromisoformat(at)
        )
        found.update(map(str, rows.values_list("pk", flat=True)))
    return frozenset(found)


def moment_now() -> int:
    """Microseconds since 1970: the mark from which ``rows_written_since`` reads."""
    return (timezone.now() - EPOCH) // timedelta(microseconds=1)


def rows_written_since(
    resource: Resource, mark: int, last: int
) -> tuple[Mapping[Hashable, str], int | None]:
    """A page of the rows that were written since the mark, with keys above ``last``: their keys by
    the row and the write, and the key with which the next page begins; None: there is none.
    """
    moment = EPOCH + timedelta(microseconds=mark)
    written = Q(observed_at__gte=moment) | Q(read_started_at__gte=moment)
    gone = Q(state=MISSING, source__fetched_at__gte=moment)
    rows = resource.model.objects.filter(written | gone, pk__gt=last).order_by("pk")
    columns = rows.values_list("pk", "read_started_at", "state")[:PAGE]
    found = list(columns)
    ids: dict[Hashable, str] = {(pk, *write): str(pk) for pk, *write in found}
    return ids, found[-1][0] if len(found) == PAGE else None
