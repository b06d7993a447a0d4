"""Requests that the state of their object forbids: refused before there is a job.

What is stored may be old, so that it alone refuses nothing: the cloud is asked once.
"""

import logging
from collections.abc import Callable
from typing import Any

from gateway.core.errors import Conflict
from inventory.live.api import connected, observe_one
from inventory.models import Observed
from inventory.providers import ProviderError

log = logging.getLogger(__name__)


def refuse_early(row: Observed, why_not: Callable[[Any], str]) -> None:
    """Raises Conflict if the object as it is stored, and as its cloud has it now, forbids it.

    ``why_not(record)``: the reason, of a record or a row; an empty text where there is none. A
    cloud that cannot be asked now leaves the decision to the job.
    """
    if not why_not(row):
        return
    try:
        with connected(row.source, row.source.provider.deadline_seconds) as cloud:
            record, _row = observe_one(cloud, row.source, row.external_id)
    except ProviderError as error:
        log.info("The state of %s could not be read again: %s", row.external_id, error.code)
        return
    if record is not None and (why := why_not(record)):
        raise Conflict(why, field="id")
