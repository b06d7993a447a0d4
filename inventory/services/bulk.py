"""One declared change of many objects: a parent job with a child for each."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

from django.db import connections

from gateway.core import turns
from gateway.core.errors import NotSupported
from inventory.models import Observed
from inventory.operations.actions import Change
from inventory.operations.api import (
    ACCOUNT,
    AnotherAccount,
    account_notes,
    identity_of,
    noted_digests,
)
from inventory.selectors.ids import cloud_id_of
from inventory.services.actions import names_of, target_id, unsupported_on
from inventory.services.dry_run import DryRun, TargetDryRun, action_dry_run
from inventory.services.dry_run_costs import total
from inventory.services.selection import Selection, selected_rows, unread_lists
from jobs import api as jobs
from jobs.api import Job

UNNOTED: Mapping[str, str] = MappingProxyType({})
ASKED_AT_ONCE = 8  # clouds asked at a time by a dry run


def change_many(
    *,
    change: Change,
    selection: Selection,
    requested_by: Any,
    idempotency_key: str | None = None,
    accounts: Mapping[str, str] = UNNOTED,
    left_out: str = "",
    asked: Selection | None = None,
) -> Job:
    """A parent of one job for each object.

    A busy object's job has FAILED from the start, with the code CONFLICT, and that of an object
    whose cloud cannot do it with NOT_SUPPORTED; the first event counts these. Raises NotSupported
    if no object can be done, as for one object. The same selection
    under the same key is the same parent, whatever it would find by now. A filter that finds no
    object makes a parent that has SUCCEEDED, without children. ``accounts``: what was noted of the
    account when an object was named, by local id; of the others it is noted now. ``left_out``:
    sentences about objects that the selection does not name any more, for the first event.
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
    rows = selected_rows(user=requested_by, selection=selection)
    notes = account_notes(row.source.provider for row in rows)
    parts = [
        jobs.Part(
            target_id(row),
            {},
            row.provider.scope,
            names=names_of(row.provider, row.name),
            identity=identity_of(row, _account_of(row, accounts) or notes[row.provider_id]),
            refusal=unsupported_on(row, change.capability),
        )
        for row in rows
    ]
    refused = _note_of_refused(parts)
    note = "" if parts else _nothing_found(selection)
    note = " ".join(filter(None, [note, refused, left_out, unread_lists(requested_by, selection)]))
    return jobs.submit_many(
        operation=change.operation,
        children=parts,
        requested_by=requested_by,
        arguments=_arguments(selection),
        idempotency_key=idempotency_key,
        note=note,
        names=_common_names(rows),
        asked=_arguments(asked),
    )


def _note_of_refused(parts: Sequence[jobs.Part]) -> str:
    """A sentence on the objects whose cloud cannot do it. Raises NotSupported if none can."""
    reasons = [part.refusal for part in parts if part.refusal]
    if not reasons:
        return ""
    if len(reasons) == len(parts):
        raise NotSupported(" ".join(dict.fromkeys(reasons)))
    return f"Of these, {len(reasons)} fail at once. {' '.join(dict.fromkeys(reasons))}"


def find_change(
    *, change: Change, selection: Selection, requested_by: Any, idempotency_key: str | None
) -> Job | None:
    """The parent that ``change_many`` made earlier for this selection under this key.

    Raises KeyReused; InvalidInput for a text that cannot be a key.
    """
    return jobs.find_submitted_many(
        operation=change.operation,
        arguments=_arguments(selection),
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


def _arguments(selection: Selection) -> dict[str, Any]:
    return {"selection": selection.as_json()}


def _nothing_found(selection: Selection) -> str:
    return f"No stored {selection.noun} matches the filter."


def _account_of(row: Observed, accounts: Mapping[str, str]) -> dict[str, str]:
    """The note that was made when the object was named; empty if there is none."""
    noted = accounts.get(str(cloud_id_of(row)))
    return {} if noted is None else {ACCOUNT: noted}


def _common_names(rows: Sequence[Observed]) -> jobs.Names:
    """The provider's names, if all objects are of one provider."""
    providers = {row.provider.pk for row in rows}
    return names_of(rows[0].provider) if len(providers) == 1 else jobs.Names()


def dry_run_many(
    *, change: Change, selection: Selection, user: Any, accounts: Mapping[str, str] = UNNOTED
) -> DryRun:
    """One list of checks for each object, asked of several clouds at a time.

    ``accounts``: as in ``change_many``.
    """
    rows = selected_rows(user=user, selection=selection)
    unread = unread_lists(user, selection)
    if not rows:
        run = DryRun(targets=[])
        message = f"{_nothing_found(selection)} {unread}".strip()
        run.note("target", True, f"{message} Nothing would be done.")
        return run

    known = noted_digests(row.source.provider for row in rows)

    def ask(row: Observed) -> TargetDryRun:
        noted = accounts.get(str(cloud_id_of(row)))
        if noted is not None and noted not in known[row.provider_id]:
            run = DryRun()
            run.note("target", False, AnotherAccount().message)
            return TargetDryRun(row, run)
        try:
            return TargetDryRun(row, action_dry_run(action=change, row=row))
        finally:
            connections.close_all()  # this thread's own

    with turns.waiting(), ThreadPoolExecutor(ASKED_AT_ONCE, "dry-run") as pool:
        run = DryRun(targets=list(pool.map(ask, rows)))
    run.cost = total(target.cost for target in run.targets or ())
    if unread:
        several = selection.resource.nouns[1].capitalize()
        run.note("target", True, f"{unread} {several} there may match the filter too.")
    return run
