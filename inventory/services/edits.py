"""Edits of objects: checked against what is known now, then submitted as durable jobs.

``idempotency_key``: as in ``inventory.services.actions.action_submit``. ``given``: the arguments as
the request has them, objects as their rows.
"""

from collections.abc import Mapping
from typing import Any

from inventory.models import Observed
from inventory.operations.actions import Edit
from inventory.operations.actions.texts import clean_texts
from inventory.services.actions import find_on, require_on, submit_on
from inventory.services.dry_run import DryRun, run_on_target
from inventory.services.early_refusals import (
    objects_in,
    refuse_early,
    refuse_gone,
    refuse_gone_of,
    require_beside,
)
from jobs.api import Job


def edit_submit(
    *,
    edit: Edit,
    row: Observed,
    given: Mapping[str, Any],
    requested_by: Any,
    idempotency_key: str | None = None,
) -> Job:
    """Raises NotSupported as ``submit_on``; InvalidInput and Conflict for an impossible edit."""
    require_on(row, edit.capability)
    asked = edit_arguments(edit, row, given)
    earlier = find_on(row, edit.operation, asked, requested_by, idempotency_key)
    if earlier is not None:
        return earlier
    arguments = edit.settle(row, given, asked)
    refuse_gone(row, field="id")
    refuse_gone_of(edit.takes, given)
    refuse_early(row, lambda record: _why_not(edit, record, arguments))
    return submit_on(
        row,
        edit.operation,
        edit.capability,
        arguments,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        asked=asked,
    )


def edit_dry_run(*, edit: Edit, row: Observed, given: Mapping[str, Any]) -> DryRun:
    """The result that the edit would have, by the declaration that the workers use."""
    arguments = edit.settle(row, given, edit_arguments(edit, row, given))
    return run_on_target(
        row,
        edit.capability,
        lambda record: edit.judge(record, arguments),
        arguments=edit.sent(arguments),
    )


def edit_arguments(edit: Edit, row: Observed, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the job. Raises like ``edit.clean``; InvalidInput for objects elsewhere."""
    for name, other in objects_in(edit.takes, given):
        require_beside(other, row.provider_id, row.region, field=name)
    return edit.clean(row, clean_texts(row.provider.kind, edit, given))


def _why_not(edit: Edit, record: Any, arguments: Mapping[str, Any]) -> str:
    if edit.is_done(record, arguments):
        return edit.refuses_done
    return edit.refusal(record, arguments)
