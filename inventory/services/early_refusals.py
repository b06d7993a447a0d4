"""Requests that the state of their object forbids: refused before there is a job.

The stored state may be old, so it alone refuses nothing: the cloud is asked once.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway.core.errors import Conflict, InvalidInput, NotFound
from inventory.live.api import asked, observe_one
from inventory.models import Observed
from inventory.operations.actions import target_type_of
from inventory.operations.actions.taken import Taken
from inventory.providers import ProviderError

log = logging.getLogger(__name__)


def refuse_early(row: Observed, why_not: Callable[[Any], str]) -> None:
    """Raises Conflict if the object as it is stored, and as its cloud has it now, forbids it.

    ``why_not(record)``: the reason, of a record or a row; an empty text where there is none. A
    cloud that cannot be asked now leaves the decision to the job.
    """
    if not why_not(row):
        return
    found = _asked(row)
    if found and found[0] is not None and (why := why_not(found[0])):
        raise Conflict(why, field="id")


def refuse_gone(row: Any, *, field: str) -> None:
    """Raises NotFound for an object that its row shows as gone, if its cloud confirms it now."""
    target_type = target_type_of(row.source.resource)
    gone = {"MISSING", str(target_type.removed)}
    if str(row.state) not in gone or (found := _asked(row)) is None:
        return
    if found[0] is None or str(found[0].state) in gone:
        raise NotFound(f"The cloud has no such {target_type.noun} any more.", field=field)


def refuse_gone_of(takes: Mapping[str, Taken], given: Mapping[str, Any]) -> None:
    """Like ``refuse_gone``, for each object among the given values."""
    for name, row in objects_in(takes, given):
        refuse_gone(row, field=name)


def objects_in(
    takes: Mapping[str, Taken], given: Mapping[str, Any]
) -> Iterator[tuple[str, Observed]]:
    """The objects among the given values, with the names of their arguments."""
    for name, taken in takes.items():
        if taken.is_object and given.get(name) is not None:
            yield name, given[name]


def require_beside(row: Observed, provider_pk: int, region: str, *, field: str) -> None:
    """Raises InvalidInput for an object that is at another provider, or in another region."""
    if (row.provider_id, row.region) != (provider_pk, region):
        message = "It must be at the same provider and in the same region."
        raise InvalidInput(message, field=field)


def _asked(row: Observed) -> tuple[Any] | None:
    """Its record as its cloud has it now, which may be None; None: it could not be read."""
    try:
        with asked(row.source, row.source.provider.deadline_seconds) as cloud:
            record, _row = observe_one(cloud, row.source, row.external_id)
    except ProviderError as error:
        log.info("The state of %s could not be read again: %s", row.external_id, error.code)
        return None
    return (record,)
