"""One change of power on many machines: those that are named, or those that a filter finds.

What a filter finds is what is stored now, as the latest reads saw it. Machines that are TERMINATED
or MISSING are found only by a filter that names these states.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections

from gateway.core.errors import InvalidInput, NotFound
from inventory.access import Role, require_role
from inventory.models import VirtualMachine
from inventory.models.source import SourceResource
from inventory.operations.changes import CHANGES
from inventory.selectors.machines import MachineFilter, machine_get, machine_list
from inventory.selectors.sources import SourceFilter, source_list
from inventory.services.dry_run import DryRun, TargetDryRun, dry_run_change
from inventory.services.machines import machine_id, provider_id
from inventory.types import MachineState
from jobs import services as jobs
from jobs.models import Job

USUAL_MOST = 20
MOST_EVER = 1000
ASKED_AT_ONCE = 8  # clouds asked at a time by a dry run
GONE = frozenset({MachineState.TERMINATED, MachineState.MISSING})


@dataclass(frozen=True, slots=True)
class Selection:
    """Either ``ids`` (local ids of machines) or a filter; never more than ``most`` machines."""

    ids: Sequence[str] | None = None
    sources: SourceFilter | None = None
    machines: MachineFilter | None = None
    most: int = USUAL_MOST

    def __post_init__(self) -> None:
        if (self.ids is None) == (self.machines is None):
            raise InvalidInput("Give either ids or a filter.", field="ids")
        if not 1 <= self.most <= MOST_EVER:
            raise InvalidInput(f"max must be between 1 and {MOST_EVER}.", field="max")
        if self.ids is not None and not self.ids:
            raise InvalidInput("ids names no machine.", field="ids")
        if self.machines is not None and not _limits_anything(self.sources, self.machines):
            message = "An empty filter means every machine; give at least one condition."
            raise InvalidInput(message, field="filter")


def machines_change(
    *, name: str, selection: Selection, requested_by: Any, idempotency_key: str | None = None
) -> Job:
    """A parent of one job for each machine; ``name`` is a key of CHANGES.

    A busy machine's job has FAILED from the start, with the code CONFLICT. The same selection
    under the same key is the same parent, whatever it would find by now.
    """
    request: dict[str, Any] = {
        "operation": CHANGES[name].operation,
        "arguments": {"selection": _as_json(selection)},
        "requested_by": requested_by,
        "idempotency_key": idempotency_key,
    }
    if (earlier := jobs.find_submitted_many(**request)) is not None:
        return earlier
    parts = [
        jobs.Part(machine_id(machine), {}, provider_id(machine.provider))
        for machine in selected_machines(user=requested_by, selection=selection)
    ]
    return jobs.submit_many(children=parts, **request)


def dry_run_many(*, name: str, selection: Selection, user: Any) -> DryRun:
    """One list of checks for each machine, asked of several clouds at a time."""
    machines = selected_machines(user=user, selection=selection)

    def ask(machine: VirtualMachine) -> TargetDryRun:
        try:
            return TargetDryRun(machine, dry_run_change(name=name, machine=machine))
        finally:
            connections.close_all()  # this thread's own

    with ThreadPoolExecutor(ASKED_AT_ONCE, "dry-run") as pool:
        return DryRun(targets=list(pool.map(ask, machines)))


def selected_machines(*, user: Any, selection: Selection) -> list[VirtualMachine]:
    """The machines, each once; the user is OPERATOR of all their providers.

    Raises NotFound for what is not there, InvalidInput for too many, and Forbidden when one of
    them is not theirs to change: then the whole is refused.
    """
    machines = _named_machines(user, selection) or _filtered_machines(user, selection)
    require_role(user, Role.OPERATOR, *(machine.provider for machine in machines))
    return machines


def _named_machines(user: Any, selection: Selection) -> list[VirtualMachine]:
    ids = list(dict.fromkeys(selection.ids or ()))
    _refuse_too_many(len(ids), selection)
    return [_machine_named(user, local_id) for local_id in ids]


def _filtered_machines(user: Any, selection: Selection) -> list[VirtualMachine]:
    sources = source_list(
        user=user,
        resource=SourceResource.VIRTUAL_MACHINES,
        limits=selection.sources or SourceFilter(),
    )
    limits = selection.machines or MachineFilter()
    found = machine_list(sources=sources, limits=limits).select_related("source__provider")
    if limits.states is None:
        found = found.exclude(state__in=[state.value for state in GONE])
    number = found.count()
    _refuse_too_many(number, selection)
    if not number:
        raise NotFound("No stored machine is like that.", field="filter")
    return list(found.select_related("provider", "source__provider").order_by("name", "pk"))


def _as_json(selection: Selection) -> Any:
    return json.loads(json.dumps(asdict(selection), cls=DjangoJSONEncoder))


def _machine_named(user: Any, local_id: str) -> VirtualMachine:
    machine = machine_get(user=user, local_id=local_id)
    if machine is None:
        raise NotFound(f"There is no machine with the id of {local_id!r}.", field="ids")
    return machine


def _refuse_too_many(number: int, selection: Selection) -> None:
    if number > selection.most:
        message = (
            f"These are {number} machines, more than max: {selection.most}. Raise max if you "
            "mean all of them."
        )
        raise InvalidInput(message, field="max")


def _limits_anything(sources: SourceFilter | None, machines: MachineFilter) -> bool:
    """Whether it leaves any machine out. An empty list of states leaves all out; of tags, none."""
    limits = asdict(sources or SourceFilter()) | asdict(machines)
    limits["tags"] = machines.tags or None
    limits["search"] = (machines.search or "").strip()
    return any(limit is not None and limit != "" for limit in limits.values())
