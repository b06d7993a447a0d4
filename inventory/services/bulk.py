"""One change of power on many machines: a parent job with a child for each."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

from django.db import connections

from inventory.models import VirtualMachine
from inventory.operations.actions import Change
from inventory.operations.api import (
    ACCOUNT,
    AnotherAccount,
    account_notes,
    identity_of,
    noted_digests,
)
from inventory.selectors.ids import cloud_id_of
from inventory.services.actions import names_of
from inventory.services.dry_run import DryRun, TargetDryRun, action_dry_run
from inventory.services.machines import machine_id, provider_id
from inventory.services.selection import Selection, selected_machines, unread_lists
from jobs import api as jobs
from jobs.api import Job

NOTHING_FOUND = "No stored machine matches the filter."
UNNOTED: Mapping[str, str] = MappingProxyType({})
ASKED_AT_ONCE = 8  # clouds asked at a time by a dry run


def machines_change(
    *,
    change: Change,
    selection: Selection,
    requested_by: Any,
    idempotency_key: str | None = None,
    accounts: Mapping[str, str] = UNNOTED,
    left_out: str = "",
    asked: Selection | None = None,
) -> Job:
    """A parent of one job for each machine.

    A busy machine's job has FAILED from the start, with the code CONFLICT. The same selection
    under the same key is the same parent, whatever it would find by now. A filter that finds no
    machine makes a parent that has SUCCEEDED, without children. ``accounts``: what was noted of the
    account when a machine was named, by local id; of the others it is noted now. ``left_out``:
    sentences about machines that the selection does not name any more, for the first event.
    ``asked``: the selection that the key stands for, if it is another one.
    """
    asked = asked or selection
    earlier = find_change(
        change=change,
        selection=asked,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )
    if earlier is not None:
        return earlier
    machines = selected_machines(user=requested_by, selection=selection)
    notes = account_notes(machine.source.provider for machine in machines)
    parts = [
        jobs.Part(
            machine_id(machine),
            {},
            provider_id(machine.provider),
            names=names_of(machine.provider, machine.name),
            identity=identity_of(
                machine, _account_of(machine, accounts) or notes[machine.provider_id]
            ),
        )
        for machine in machines
    ]
    note = "" if parts else NOTHING_FOUND
    note = " ".join(filter(None, [note, left_out, unread_lists(requested_by, selection)]))
    return jobs.submit_many(
        operation=change.operation,
        children=parts,
        requested_by=requested_by,
        arguments=_arguments(selection),
        idempotency_key=idempotency_key,
        note=note,
        names=_common_names(machines),
        asked=_arguments(asked),
    )


def find_change(
    *, change: Change, selection: Selection, requested_by: Any, idempotency_key: str | None
) -> Job | None:
    """The parent that ``machines_change`` made earlier for this selection under this key.

    Raises KeyReused; InvalidInput for what cannot be a key.
    """
    return jobs.find_submitted_many(
        operation=change.operation,
        arguments=_arguments(selection),
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


def _arguments(selection: Selection) -> dict[str, Any]:
    return {"selection": selection.as_json()}


def _account_of(machine: VirtualMachine, accounts: Mapping[str, str]) -> dict[str, str]:
    """The note that was made when the machine was named; empty if there is none."""
    noted = accounts.get(str(cloud_id_of(machine)))
    return {} if noted is None else {ACCOUNT: noted}


def _common_names(machines: Sequence[VirtualMachine]) -> jobs.Names:
    """The provider's names, if all machines are of one provider."""
    providers = {machine.provider.pk for machine in machines}
    return names_of(machines[0].provider) if len(providers) == 1 else jobs.Names()


def dry_run_many(
    *, change: Change, selection: Selection, user: Any, accounts: Mapping[str, str] = UNNOTED
) -> DryRun:
    """One list of checks for each machine, asked of several clouds at a time.

    ``accounts``: as in ``machines_change``.
    """
    machines = selected_machines(user=user, selection=selection)
    unread = unread_lists(user, selection)
    if not machines:
        run = DryRun(targets=[])
        message = f"{NOTHING_FOUND} {unread}".strip()
        run.note("target", True, f"{message} Nothing would be done.")
        return run

    known = noted_digests(machine.source.provider for machine in machines)

    def ask(machine: VirtualMachine) -> TargetDryRun:
        noted = accounts.get(str(cloud_id_of(machine)))
        if noted is not None and noted not in known[machine.provider_id]:
            run = DryRun()
            run.note("target", False, AnotherAccount().message)
            return TargetDryRun(machine, run)
        try:
            return TargetDryRun(machine, action_dry_run(action=change, row=machine))
        finally:
            connections.close_all()  # this thread's own

    with ThreadPoolExecutor(ASKED_AT_ONCE, "dry-run") as pool:
        run = DryRun(targets=list(pool.map(ask, machines)))
    if unread:
        run.note("target", True, f"{unread} Machines there may match the filter too.")
    return run
