"""Changes of machines' power at planned times: off in the evening, on in the morning.

What a schedule's arguments hold: ``selection``, which is done, and ``given``, which is shown: the
ids or the filter as its owner wrote them.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from gateway.core.errors import InvalidInput
from gateway.core.ids import shown
from inventory.live.receipts import Receipt
from inventory.live.refresh import Ask, SourcesChange, refresh
from inventory.operations.changes import CHANGES, Change
from inventory.services.bulk import dry_run_many, machines_change
from inventory.services.dry_run_checks import DryRun
from inventory.services.selection import (
    Selection,
    reachable,
    selected_machines,
    selected_sources,
)
from jobs.models import Job, Schedule
from jobs.planners import Order, planner

PREFIX = "virtual_machine."


def change_named(operation: str) -> Change:
    """The change of ``virtual_machine.stop``, or of ``stop`` alone. Raises InvalidInput."""
    change = CHANGES.get(operation.strip().lower().removeprefix(PREFIX))
    if change is None:
        known = ", ".join(change.operation for change in CHANGES.values())
        message = f"{shown(operation)} cannot be planned. What can: {known}."
        raise InvalidInput(message, field="operation")
    return change


def schedule_arguments(selection: Selection, given: Mapping[str, Any]) -> dict[str, Any]:
    """``given``: JSON values, ``{"ids": [...]}`` or ``{"filter": {...}}`` as they are shown."""
    return {"selection": selection.as_json(), "given": dict(given)}


def check_named(selection: Selection, *, owner: Any) -> None:
    """Machines that are named must be there, and the owner's to change. Raises NotFound, Forbidden.

    What a filter finds may be another machine each time.
    """
    if selection.ids is not None:
        selected_machines(user=owner, selection=selection)


def selection_of(schedule: Schedule) -> Selection:
    return Selection.from_json(schedule.arguments["selection"])


def dry_run_schedule(*, operation: str, selection: Selection, owner: Any) -> DryRun:
    """What a run would meet now, at each machine. Raises what ``reachable`` raises."""
    there = reachable(selection, user=owner)
    return dry_run_many(name=change_named(operation).name, selection=there, user=owner)


def look(order: Order) -> str:
    """Ask the clouds what machines there are now; says of which ones an older answer is taken."""
    selection = Selection.from_json(order.arguments["selection"])

    def asks() -> list[Ask]:
        sources = selected_sources(order.owner, selection)
        limits = selection.sources.regions if selection.sources else None
        regions = frozenset(limits or ())
        return [Ask(source, settings.LIVE_MAX_AGE, regions) for source in sources]

    receipts = refresh(asks(), follow=lambda _region_set: SourcesChange(asks()))
    silent = [receipt for receipt in receipts.values() if not receipt.complete]
    return " ".join(_told(receipt) for receipt in silent)


@planner(PREFIX, look=look)
def plan(order: Order) -> Job:
    """One job for each machine that is there and within the owner's reach now."""
    selection = Selection.from_json(order.arguments["selection"])
    return machines_change(
        name=change_named(order.operation).name,
        selection=reachable(selection, user=order.owner),
        requested_by=order.owner,
        idempotency_key=order.idempotency_key,
    )


def _told(receipt: Receipt) -> str:
    source = receipt.source
    if source.is_region_set:
        return f"The regions of {source.provider.name} could not be listed; new ones are not known."
    where = f"{source.provider.name} in {source.region}"
    if receipt.fetched_at is None:
        return f"{where} did not answer; none of its machines is known."
    seen_at = f"{receipt.fetched_at:%Y-%m-%d %H:%M} UTC"
    return f"{where} did not answer; its machines are as they were seen at {seen_at}."
