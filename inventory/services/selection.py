"""Which machines an action on many is about: those that are named, or those that a filter finds.

What a filter finds is what is stored now, as the latest reads saw it. Machines that are TERMINATED
or MISSING are found only by a filter that names these states.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.ids import global_id
from inventory.access import Role, require_role
from inventory.live.api import known_regions_only, receipt_of
from inventory.models import Source, VirtualMachine
from inventory.models.source import SourceResource
from inventory.selectors.ids import CloudId
from inventory.selectors.machines import machine_get, machine_list
from inventory.selectors.providers import providers_get
from inventory.selectors.sources import SourceFilter, source_list
from inventory.services.list_notes import MOST_NAMED, notes_of_stored
from inventory.services.stored_filters import filter_stored, filter_to_store
from inventory.types import MachineState

USUAL_MOST = 20
MOST_EVER = 1000
GONE = frozenset({MachineState.TERMINATED, MachineState.MISSING})


@dataclass(frozen=True, slots=True)
class Selection:
    """Either ``ids`` (local ids of machines) or a filter; never more than ``most`` machines.

    ``machines``: values by the names of the filters of VIRTUAL_MACHINES.
    """

    ids: Sequence[str] | None = None
    sources: SourceFilter | None = None
    machines: Mapping[str, Any] | None = None
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

    def with_most(self, most: int | None) -> "Selection":
        """The same with another ``most``; None: the same. Raises InvalidInput."""
        return self if most is None else replace(self, most=most)

    def as_json(self) -> dict[str, Any]:
        """JSON values that say the same: two selections alike are two alike texts."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))
        if found["machines"] is not None:
            found["machines"] = filter_to_store(found["machines"])
        return found

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Selection":
        """What ``as_json`` made."""
        sources, machines = values["sources"], values["machines"]
        return cls(
            ids=values["ids"],
            sources=None if sources is None else SourceFilter(**sources),
            machines=None if machines is None else filter_stored(machines),
            most=values["most"],
        )


class Reach(NamedTuple):
    """``selection``: what is within reach of one that was noted. ``left_out``: the local ids of
    the machines that it names and that are not.
    """

    selection: Selection
    left_out: Sequence[str]


def reachable(selection: Selection, *, user: Any) -> Reach:
    """The same without the named machines that are gone, or out of reach.

    Raises NotFound when none is left, and for a filter when no provider is within reach, or when
    one that it names is not, or when none has a region that it names.
    """
    if selection.ids is None:
        sources = selected_sources(user, selection)
        _require_providers(user, selection)
        _require_regions(sources, selection)
        if not sources:
            message = "No provider that the filter allows is within reach."
            raise NotFound(message, field="filter")
        return Reach(selection, ())
    ids = list(dict.fromkeys(selection.ids))
    there = [local for local in ids if machine_get(user=user, local_id=local) is not None]
    if not there:
        raise NotFound("None of its machines is there any more.", field="ids")
    kept = set(there)
    return Reach(replace(selection, ids=there), [local for local in ids if local not in kept])


def selected_machines(*, user: Any, selection: Selection) -> list[VirtualMachine]:
    """The machines, each once; the user is OPERATOR of all their providers. A filter may find none.

    Raises NotFound for what is not there, InvalidInput for too many, and Forbidden when one of
    them is not theirs to change: then the whole is refused.
    """
    find = _filtered_machines if selection.ids is None else _named_machines
    machines = find(user, selection)
    require_role(user, Role.OPERATOR, *(machine.provider for machine in machines))
    return machines


def _named_machines(user: Any, selection: Selection) -> list[VirtualMachine]:
    ids = list(dict.fromkeys(selection.ids or ()))
    _refuse_too_many(len(ids), selection)
    return [_machine_named(user, local_id) for local_id in ids]


def selected_sources(user: Any, selection: Selection) -> list[Source]:
    """Where the machines are listed, as far as the user can reach it now."""
    if selection.ids is None:
        return source_list(
            user=user,
            resource=SourceResource.VIRTUAL_MACHINES,
            limits=selection.sources or SourceFilter(),
        )
    named = [machine_get(user=user, local_id=local) for local in selection.ids]
    return list({machine.source_id: machine.source for machine in named if machine}.values())


def _filtered_machines(user: Any, selection: Selection) -> list[VirtualMachine]:
    sources = selected_sources(user, selection)
    _require_regions(sources, selection)
    limits = selection.machines or {}
    found = machine_list(sources=sources, limits=limits).select_related("source__provider")
    if "state" not in limits:
        found = found.exclude(state__in=[state.value for state in GONE])
    _refuse_too_many(found.count(), selection)
    return list(found.select_related("provider", "source__provider").order_by("name", "pk"))


def require_known_regions(user: Any, selection: Selection) -> None:
    """Raise NotFound for a region that the filter names and no provider has now."""
    if selection.ids is None:
        _require_regions(selected_sources(user, selection), selection)


def _require_providers(user: Any, selection: Selection) -> None:
    """Raise NotFound for a provider that the filter names and that is not there for the user.

    The id of a Size or an Image names its provider too.
    """
    limits = selection.machines or {}
    catalog = [*limits.get("size", ()), *limits.get("image", ())]
    named = [
        *((selection.sources.providers if selection.sources else None) or ()),
        *(one.provider for one in catalog if isinstance(one, CloudId)),
    ]
    found = providers_get(user=user, public_ids=named)
    absent = [public_id for public_id in named if public_id not in found]
    if absent:
        ids = ", ".join(global_id("Provider", public_id) for public_id in absent[:MOST_NAMED])
        raise NotFound(f"There is no provider with this id: {ids}.", field="filter.provider")


def _require_regions(sources: Sequence[Source], selection: Selection) -> None:
    """Raise NotFound for a region that the filter names and no provider has, as a query does."""
    regions = (selection.sources.regions if selection.sources else None) or ()
    known_regions_only([receipt_of(source, asked=False) for source in sources], regions)


def unread_lists(user: Any, selection: Selection) -> str:
    """On which lists a filter cannot rely, in sentences; an empty text if there are none.

    A filter finds the machines that are stored. Machines of a list that was never read, that
    failed lately, that was read before an account changed, or that is old may be missing or others.
    """
    if selection.ids is not None:
        return ""
    regions = selection.sources.regions if selection.sources else None
    return notes_of_stored(selected_sources(user, selection), regions=regions)


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


def _limits_anything(sources: SourceFilter | None, machines: Mapping[str, Any]) -> bool:
    """Whether it leaves any machine out. An empty list of states leaves all out; of tags, none."""
    limits = dict(machines) | ({} if sources is None else asdict(sources))
    for name in ("tags", "tag_keys"):
        limits[name] = limits.get(name) or None
    excluded = limits.get("not")
    limits["not"] = excluded if excluded and _limits_anything(None, excluded) else None
    limits["search"] = (limits.get("search") or "").strip()
    return any(limit is not None and limit != "" for limit in limits.values())
