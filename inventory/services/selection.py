"""The objects that an action on many is about: those that are named, or those that a filter finds.

A filter finds the rows that are stored now, as the latest reads saw them. Objects that are gone
(machines: TERMINATED or MISSING) are found only by a filter that names these states.
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
from inventory.models import Source
from inventory.resources import Resource, resource_named
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.ids import CloudId
from inventory.selectors.providers import providers_get
from inventory.selectors.rows import row_get, row_list
from inventory.selectors.sources import SourceFilter, excluded_by, source_list
from inventory.services.list_notes import MOST_NAMED, notes_of_stored
from inventory.services.stored_filters import filter_stored, filter_to_store
from inventory.types import MISSING

USUAL_MOST = 20
MOST_EVER = 1000
MACHINES = VIRTUAL_MACHINES.plural


@dataclass(frozen=True, slots=True)
class Selection:
    """Either ``ids`` (local ids of objects) or a filter; never more than ``most`` objects.

    ``limits``: values by the names of the filters of the resource, whose plural is ``of``. They say
    which sources are excluded; ``sources`` does not.
    """

    ids: Sequence[str] | None = None
    sources: SourceFilter | None = None
    limits: Mapping[str, Any] | None = None
    most: int = USUAL_MOST
    of: str = MACHINES

    def __post_init__(self) -> None:
        if (self.ids is None) == (self.limits is None):
            raise InvalidInput("Give either ids or a filter.", field="ids")
        if not 1 <= self.most <= MOST_EVER:
            raise InvalidInput(f"max must be between 1 and {MOST_EVER}.", field="max")
        if self.ids is not None and not self.ids:
            raise InvalidInput(f"ids names no {self.noun}.", field="ids")
        if self.limits is not None and not _limits_anything(self.sources, self.limits):
            message = f"An empty filter means every {self.noun}; give at least one condition."
            raise InvalidInput(message, field="filter")

    @property
    def resource(self) -> Resource:
        return resource_named(self.of)

    @property
    def noun(self) -> str:
        """The word for one of its objects in messages."""
        return self.resource.nouns[0]

    def with_most(self, most: int | None) -> "Selection":
        """The same with another ``most``; None: the same. Raises InvalidInput."""
        return self if most is None else replace(self, most=most)

    def as_json(self) -> dict[str, Any]:
        """JSON values that say the same: two selections alike are two alike texts."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))
        if found["sources"] is not None:
            del found["sources"]["excluded"]  # the limits say it
        if self.of == MACHINES:  # which could be selected before other objects could
            limits = found.pop("limits")
            found["machines"] = None if limits is None else filter_to_store(limits)
            del found["of"]
        return found

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Selection":
        """The selection of machines that ``as_json`` turned into ``values``."""
        sources, machines = values["sources"], values["machines"]
        return cls(
            ids=values["ids"],
            sources=None if sources is None else SourceFilter(**sources),
            limits=None if machines is None else filter_stored(machines),
            most=values["most"],
        )


class Reach(NamedTuple):
    """``selection``: what is within reach of one that was noted. ``left_out``: the local ids of
    the objects that it names and that are not.
    """

    selection: Selection
    left_out: Sequence[str]


def reachable(selection: Selection, *, user: Any) -> Reach:
    """The same without the named objects that are gone, or out of reach.

    Raises NotFound when none is left, and for a filter when no provider is within reach, or when
    one that it names is not, or when none has a region that it names.
    """
    if selection.ids is None:
        sources = selected_sources(user, selection)
        _require_providers(user, selection)
        _require_regions(sources, selection)
        if not sources:
            message = "You may see none of the providers that the filter allows."
            raise NotFound(message, field="filter")
        return Reach(selection, ())
    ids = list(dict.fromkeys(selection.ids))
    there = [local for local in ids if _row(user, selection, local) is not None]
    if not there:
        message = f"None of its {selection.resource.nouns[1]} is there any more."
        raise NotFound(message, field="ids")
    kept = set(there)
    return Reach(replace(selection, ids=there), [local for local in ids if local not in kept])


def selected_rows(*, user: Any, selection: Selection) -> list[Any]:
    """The objects, each once; the user is OPERATOR of all their providers. A filter may find none.

    Raises NotFound for what is not there, InvalidInput for too many, and Forbidden when one of
    them is not theirs to change: then the whole is refused.
    """
    find = _filtered_rows if selection.ids is None else _named_rows
    rows = find(user, selection)
    require_role(user, Role.OPERATOR, *(row.provider for row in rows))
    return rows


def _named_rows(user: Any, selection: Selection) -> list[Any]:
    ids = list(dict.fromkeys(selection.ids or ()))
    _refuse_too_many(len(ids), selection)
    return [_row_named(user, selection, local_id) for local_id in ids]


def selected_sources(user: Any, selection: Selection) -> list[Source]:
    """Where the objects are listed, as far as the user can reach it now."""
    if selection.ids is None:
        excluded = excluded_by(selection.resource, selection.limits or {})
        limits = replace(selection.sources or SourceFilter(), excluded=excluded)
        return source_list(user=user, resource=selection.of, limits=limits)
    named = [_row(user, selection, local) for local in selection.ids]
    return list({row.source_id: row.source for row in named if row}.values())


def _filtered_rows(user: Any, selection: Selection) -> list[Any]:
    sources = selected_sources(user, selection)
    _require_regions(sources, selection)
    resource, limits = selection.resource, selection.limits or {}
    found = row_list(resource, sources=sources, limits=limits)
    if "state" not in limits and resource.observation is not None:
        found = found.exclude(state__in=[MISSING, str(resource.observation.removed)])
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
    limits = selection.limits or {}
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

    A filter finds the objects that are stored. Objects of a list that was never read, that failed
    lately, that was read before an account changed, or that is old may be missing or others.
    """
    if selection.ids is not None:
        return ""
    regions = selection.sources.regions if selection.sources else None
    return notes_of_stored(selected_sources(user, selection), regions=regions)


def _row(user: Any, selection: Selection, local_id: str) -> Any:
    """The stored object with this local id; None if there is none that ``user`` may see."""
    return row_get(selection.resource, user=user, local_id=local_id)


def _row_named(user: Any, selection: Selection, local_id: str) -> Any:
    row = _row(user, selection, local_id)
    if row is None:
        message = f"There is no {selection.noun} with the id of {local_id!r}."
        raise NotFound(message, field="ids")
    return row


def _refuse_too_many(number: int, selection: Selection) -> None:
    if number > selection.most:
        message = (
            f"These are {number} {selection.resource.nouns[1]}, more than max: {selection.most}. "
            "Raise max if you mean all of them."
        )
        raise InvalidInput(message, field="max")


def _limits_anything(sources: SourceFilter | None, given: Mapping[str, Any]) -> bool:
    """True if it leaves any object out. An empty list of states leaves all out; of tags, none."""
    limits = dict(given) | ({} if sources is None else asdict(sources))
    for name in ("tags", "tag_keys"):
        limits[name] = limits.get(name) or None
    excluded = limits.get("not")
    limits["not"] = excluded if excluded and _limits_anything(None, excluded) else None
    limits["search"] = (limits.get("search") or "").strip()
    return any(limit is not None and limit != "" for limit in limits.values())
