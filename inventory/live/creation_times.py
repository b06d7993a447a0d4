"""When a machine was created, where its cloud reports the time of its latest start only.

A record whose creation time is its launch time is such a one. A machine is not younger than it was
at an earlier read, so the earlier time stays.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from inventory.types import MachineRecord

BATCH = 200


def earlier_creation_times(stored: QuerySet[Any], records: Iterable[Any]) -> Mapping[str, datetime]:
    """The creation times to keep, by external id. ``stored``: the rows of the records' source."""
    uncertain = {
        record.external_id: record.created_at
        for record in records
        if isinstance(record, MachineRecord)
        and record.created_at is not None
        and record.created_at == record.launched_at
    }
    names = list(uncertain)
    known: dict[str, datetime] = {}
    for start in range(0, len(names), BATCH):
        rows = stored.filter(external_id__in=names[start : start + BATCH], created_at__isnull=False)
        known |= dict(rows.values_list("external_id", "created_at"))
    return {name: time for name, time in known.items() if time < uncertain[name]}
