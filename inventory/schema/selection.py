"""Which objects an action on many is about, as the input of a mutation gives it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.context import Context
from gateway.core.ids import local_id
from inventory.resources import Resource
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.acting_filter import check_acting_filter
from inventory.schema.live_plans import PlanRequest
from inventory.schema.table.filters import limits_of, source_limits
from inventory.services import schedules as services
from inventory.services.selection import USUAL_MOST, Selection
from jobs import api as jobs


def parse_selection(
    context: Context,
    ids: Sequence[str] | None,
    limits: Any,
    most: int | None,
    resource: Resource = VIRTUAL_MACHINES,
) -> Selection:
    """Raises InvalidInput for ids of other types, and for a filter that cannot be or of which a
    part is empty; NotFound for one that names an unknown provider.
    """
    most = USUAL_MOST if most is None else most
    if limits is None:
        of = resource.type_name
        named = None if ids is None else [local_id(one, of=of, field="ids") for one in ids]
        return Selection(ids=named, most=most, of=resource.plural)
    check_acting_filter(limits)
    request = PlanRequest(context.user, {"filter": limits})
    return Selection(
        ids=ids,
        sources=replace(source_limits(resource, request), excluded=None),
        limits=limits_of(resource, limits),
        most=most,
        of=resource.plural,
    )


def selection_of_input(context: Context, which: Mapping[str, Any]) -> Selection:
    return parse_selection(context, which.get("ids"), which.get("filter"), which.get("max"))


def changed_selection(
    context: Context, schedule: jobs.Schedule, which: Mapping[str, Any]
) -> tuple[Selection, Mapping[str, Any]]:
    """The machines after the change, and how they are shown. ``max`` alone changes just that."""
    before, most = services.selection_of(schedule), which.get("max")
    if which.get("ids") is None and which.get("filter") is None:
        return before.with_most(most), schedule.arguments["given"]
    most = before.most if most is None else most
    return selection_of_input(context, {**which, "max": most}), shown_selection(which)


def shown_selection(which: Mapping[str, Any]) -> dict[str, Any]:
    """The ids or the filter as they were written, in GraphQL's names."""
    if which.get("ids") is not None:
        return {"ids": list(which["ids"])}
    return {"filter": _as_written(which["filter"])}


def _as_written(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {to_camel_case(name): _as_written(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_written(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "value", value)
