"""The sources that a query asks while it is executed: code hosts, depending on earlier reads.

Their fields have no plan; ``explain`` uses this module for them.
"""

from dataclasses import dataclass, field
from typing import Any

from gateway.core.errors import ExpectedError
from gateway.core.graphql.collect import Operation, Place, SelectedField, walk
from gateway.core.graphql.context import Context
from inventory.models import Source
from inventory.schema.live_plans import ReadPlan
from inventory.schema.organizations import ASKING, host_of_organization
from inventory.selectors.code_hosts import REPOSITORIES


@dataclass(slots=True)
class LaterQuestion:
    """The question of the field ``name`` to a source, for all places that select the field."""

    source: Source
    name: str
    places: list[Place] = field(default_factory=list)


def later_questions(
    operation: Operation, context: Context, plans: dict[Place, ReadPlan]
) -> list[LaterQuestion]:
    """One for each source and field, with the sources that the field's rows may be of."""
    visitor = _Visitor(context, plans)
    walk(operation, visitor)
    return list(visitor.found.values())


class _Visitor:
    """Hands down the sources of the repositories that a field is below."""

    def __init__(self, context: Context, plans: dict[Place, ReadPlan]) -> None:
        self.found: dict[tuple[int, str], LaterQuestion] = {}
        self._context = context
        self._plans = plans

    def visit(self, field: SelectedField, inherited: Any) -> list[Source]:
        sources: list[Source] = inherited or []
        name = field.coordinate[1]
        if field.coordinate == ("Query", "organization"):
            sources = self._organization(field)
        elif (plan := self._plans.get(field.place)) is not None:
            sources = plan.sources if plan.one is None else [plan.one.source]
            sources = [one for one in sources if one.resource == REPOSITORIES]
        if field.coordinate in ASKING:
            for source in sources:
                known = self.found.setdefault((source.pk, name), LaterQuestion(source, name))
                known.places.append(field.place)
        return sources

    def _organization(self, field: SelectedField) -> list[Source]:
        given = field.arguments
        if "login" not in given:
            return []
        try:
            return [host_of_organization(self._context, given["login"], given.get("provider"))]
        except ExpectedError:
            return []  # its resolver says so
