"""Since when objects are known to be in the state that they are in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

BATCH = 200


def state_times(
    stored: QuerySet[Any], records: Sequence[Any], started_at: datetime
) -> Mapping[str, datetime]:
    """By external id: when a read first saw the record's state, as far as the row shows it.

    ``stored``: the rows of the records' source, before they are written.
    """
    times = {record.external_id: started_at for record in records}
    states = {record.external_id: record.state for record in records}
    names = list(states)
    for start in range(0, len(names), BATCH):
        rows = stored.filter(external_id__in=names[start : start + BATCH])
        # A row of an earlier release was in its state when it was written.
        since = Coalesce("state_changed_at", "read_started_at")
        known = rows.values_list("external_id", "state", since)
        times |= {name: time for name, state, time in known if state == states[name]}
    return times
