"""Announces the rows that a read has written, when its transaction commits.

An id on a resource's channel is a row's primary key, or ``<source>@<time>`` for all rows of the
source that the read that began then has written: a listing of a thousand rows is one id.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction

from gateway.core.announcements import announce
from inventory.models import Source


def channel_of(resource: str) -> str:
    """``resource``: its plural."""
    return f"rows.{resource}"


def announce_written(source: Source, *, at: datetime, pks: Iterable[int] = ()) -> None:
    """``pks``: of the rows that became MISSING, which keep the time of the read before."""
    ids = [f"{source.pk}@{at.isoformat()}", *map(str, pks)]
    transaction.on_commit(partial(announce, channel_of(source.resource), ids))
