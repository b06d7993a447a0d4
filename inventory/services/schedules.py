"""Changes of machines' power at planned times: off in the evening, on in the morning.

A schedule's arguments hold ``selection``, which is done; ``given``, which is shown: the ids or the
filter as its owner wrote them; and ``names``: those of the machines at that time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings

from gateway.core.errors import InvalidInput
from gateway.core.ids import global_id, shown
from inventory.live.api import Ask, SourcesChange, refresh
from inventory.operations.actions import Change
from inventory.operations.actions.virtual_machines import CHANGES
from inventory.operations.api import ACCOUNT, account_notes
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.ids import catalog_id, cloud_id_of, provider_in
from inventory.selectors.providers import unreachable_providers
from inventory.services.bulk import change_many, dry_run_many, find_change
from inventory.services.dry_run import DryRun
from inventory.services.list_notes import MOST_NAMED, note_of_receipt
from inventory.services.selection import (
    Selection,
    reachable,
    require_known_regions,
    selected_rows,
    selected_sources,
)
from jobs.api import Schedule, ScheduledJob, ScheduledRequest

PREFIX = "virtual_machine."
# Parts of a filter, and the type whose global ids each takes.
CATALOG_PARTS = {name: one.of for name, one in VIRTUAL_MACHINES.filters.items() if one.of}
StoredNames = Mapping[str, Mapping[str, str]]
UNNAMED: StoredNames = MappingProxyType({})


class NamedMachine(NamedTuple):
    """``name``, ``provider_name``: null if they were not known when the schedule was made."""

    id: str
    name: str | None
    provider_name: str | None


def change_named(operation: str) -> Change:
    """The change of ``virtual_machine.stop``, or of ``stop`` alone. Raises InvalidInput."""
    change = CHANGES.get(operation.strip().lower().removeprefix(PREFIX))
    if change is None:
        known = ", ".join(change.operation for change in CHANGES.values())
        message = f"{shown(operation)} cannot be planned. What can: {known}."
        raise InvalidInput(message, field="operation")
    return change


def schedule_arguments(
    selection: Selection, given: Mapping[str, Any], names: StoredNames | None = None
) -> dict[str, Any]:
    """``given``: JSON values, ``{"ids": [...]}`` or ``{"filter": {...}}`` as they are shown.

    ``names``: as ``check_selection`` returns them.
    """
    return {"selection": selection.as_json(), "given": dict(given), "names": dict(names or {})}


def check_selection(selection: Selection, *, owner: Any) -> StoredNames:
    """The names of the machines that the selection names, of their providers, and the account, by
    local id.

    They must be there, and the owner's to change: raises NotFound, Forbidden. A filter gives none:
    it may find other machines each time. Raises NotFound for a region of it that no provider has.
    """
    if selection.ids is None:
        require_known_regions(owner, selection)
        return {}
    machines = selected_rows(user=owner, selection=selection)
    notes = account_notes(machine.source.provider for machine in machines)
    return {
        str(cloud_id_of(machine)): {
            "name": machine.name,
            "provider": machine.provider.name,
            **notes[machine.provider_id],
        }
        for machine in machines
    }


def named_machines(schedule: Schedule, *, user: Any) -> list[NamedMachine] | None:
    """The machines that a schedule names, as they were called then. None: it has a filter.

    Those of a provider that is out of the user's reach now have no names.
    """
    given, selected = schedule.arguments["given"], schedule.arguments["selection"]
    if given.get("ids") is None:
        return None
    names = stored_names(schedule.arguments)
    ids = selected["ids"]
    hidden = unreachable_providers(user=user, public_ids={provider_in(one) for one in ids})
    known = ({} if provider_in(one) in hidden else names.get(one, {}) for one in ids)
    return [
        NamedMachine(public_id, one.get("name"), one.get("provider"))
        for public_id, one in zip(given["ids"], known, strict=False)
    ]


def stored_names(arguments: Mapping[str, Any]) -> StoredNames:
    """The result of ``check_selection`` when the arguments were made."""
    return arguments.get("names") or UNNAMED


def noted_accounts(names: StoredNames) -> dict[str, str]:
    """The account of each machine when it was named, by local id; without those of a release that
    noted none.
    """
    return {local_id: one[ACCOUNT] for local_id, one in names.items() if ACCOUNT in one}


def selection_of(schedule: Schedule) -> Selection:
    return selection_in(schedule.arguments)


def selection_in(arguments: Mapping[str, Any]) -> Selection:
    """The selection of a schedule with these arguments.

    If the filter names a Size or an Image by its global id, an earlier release stored only the
    cloud's own id, which other accounts and regions have too. So these ids are taken from the
    owner's input.
    """
    selection = Selection.from_json(arguments["selection"])
    written = arguments["given"].get("filter") or {}
    if selection.limits is None:
        return selection
    wanted: dict[str, Any] = {
        name: [catalog_id(value, of=type_name) for value in written[name]]
        for name, type_name in CATALOG_PARTS.items()
        if written.get(name) is not None
    }
    return replace(selection, limits={**selection.limits, **wanted})


def dry_run_schedule(
    *, operation: str, selection: Selection, owner: Any, names: StoredNames = UNNAMED
) -> DryRun:
    """The result that a run would have now, at each machine. Raises the errors of ``reachable``.

    ``names``: as ``check_selection`` returned them.
    """
    there, left_out = reachable(selection, user=owner)
    change, accounts = change_named(operation), noted_accounts(names)
    run = dry_run_many(change=change, selection=there, user=owner, accounts=accounts)
    if left_out:
        run.note("target", True, _without(left_out, names, owner))
    return run


def refresh_selection(request: ScheduledRequest) -> str:
    """Read the machines from their clouds; returns a sentence for each incomplete answer."""
    selection = selection_in(request.arguments)

    def asks() -> list[Ask]:
        sources = selected_sources(request.owner, selection)
        limits = selection.sources.regions if selection.sources else None
        regions = frozenset(limits or ())
        return [Ask(source, settings.LIVE_MAX_AGE, regions) for source in sources]

    receipts = refresh(asks(), follow=lambda _region_set: SourcesChange(asks()))
    incomplete = [receipt for receipt in receipts.values() if not receipt.complete]
    return " ".join(note_of_receipt(receipt) for receipt in incomplete)


def submit_selection(request: ScheduledRequest) -> ScheduledJob:
    """One job for each machine that is there and within the owner's reach now; the first event
    and the note name the others.

    The key stands for what the schedule names, and not for what of it is within reach: an earlier
    job is found when some of it, or all, is out of reach by now.
    """
    asked = selection_in(request.arguments)
    what: dict[str, Any] = {
        "change": change_named(request.operation),
        "requested_by": request.owner,
        "idempotency_key": request.idempotency_key,
    }
    if (earlier := find_change(selection=asked, **what)) is not None:
        return ScheduledJob(earlier)
    there, left_out = reachable(asked, user=request.owner)
    names = stored_names(request.arguments)
    note = _without(left_out, names, request.owner)
    job = change_many(
        selection=there, accounts=noted_accounts(names), left_out=note, asked=asked, **what
    )
    return ScheduledJob(job, note)


def _without(left_out: Sequence[str], names: StoredNames, owner: Any) -> str:
    """A sentence that names the machines left out, as far as the owner may see their names."""
    if not left_out:
        return ""
    hidden = unreachable_providers(user=owner, public_ids={provider_in(one) for one in left_out})
    shown_ones = []
    for local_id in left_out[:MOST_NAMED]:
        known = {} if provider_in(local_id) in hidden else names.get(local_id, {})
        name, provider = known.get("name"), known.get("provider")
        by_name = f"{name} of {provider}" if name and provider else None
        shown_ones.append(by_name or global_id("VirtualMachine", local_id))
    more = len(left_out) - len(shown_ones)
    listed = ", ".join(shown_ones) + (f" and {more} more" if more else "")
    return f"Left out, because they are gone or out of reach: {listed}."
