"""The most points that an operation can cost, computed before it runs.

::

    a request                               1
    a mutation                             10
    an object that it can answer            1
    a live field, which may ask clouds    100; of a subscription once, and not for each event
    a list                                  its length × what one of its items costs
    an introspection                        the objects of the schema that it can answer

The length of a list is its ``first`` or ``last``, or the default of these arguments. A list without
them has the length from ``Weights.lengths``, else ``USUAL_LENGTH``. Scalars cost nothing. The cost
of an interface is the cost of its most expensive type. So the points are an upper limit of the
answer, not its actual size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLInt, get_named_type, get_nullable_type, is_leaf_type, is_list_type
from graphql.utilities import value_from_ast

from gateway.core.graphql.collect import Operation, SelectedField, root_fields
from gateway.core.graphql.introspection_cost import introspection_cost
from gateway.core.graphql.paging import MAX_FIRST, USUAL_FIRST

REQUEST_POINTS = 1
# The points of a field that may ask clouds: each source takes a thread, a driver and a comparison.
LIVE_POINTS = 100
MUTATION_POINTS = 10
USUAL_LENGTH = 10
MOST_OBJECTS = 110_000  # of introspections: a few more than an operation may cost
PAGE_ARGUMENTS = ("last", "first")  # in the order in which they count
# Fields of a connection or an aggregate: their lists are as long as its page.
ROWS = frozenset({"nodes", "edges", "groups"})

Coordinate = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of single fields, by type and name.

    ``points``: the cost of the field itself, without its objects. ``lengths``: the usual length of
    a list that takes no ``first``, or whose ``first`` is optional.
    """

    points: Mapping[Coordinate, int] = field(default_factory=dict)
    lengths: Mapping[Coordinate, int] = field(default_factory=dict)


def cost_of(operation: Operation, weights: Weights) -> int:
    """The points of ``operation`` with its variables.

    The objects of introspections are counted up to MOST_OBJECTS, which is more than any limit.
    """
    own = MUTATION_POINTS if operation.kind == "mutation" else 0
    fields = sum(own + _cost(root, weights, page=None) for root in root_fields(operation))
    return REQUEST_POINTS + fields + introspection_cost(operation, most=MOST_OBJECTS)


def _cost(asked: SelectedField, weights: Weights, *, page: int | None) -> int:
    """``page``: how many rows the connection has that the field is of; None: it is of none."""
    own = weights.points.get(asked.coordinate, 0)
    answered: Any = asked.definition.type
    if is_leaf_type(get_named_type(answered)):
        return own
    usual = weights.lengths.get(asked.coordinate)
    length = _page_length(asked, usual)
    rows = 1
    if is_list_type(get_nullable_type(answered)):
        if asked.coordinate[1] in ROWS:
            length = page
        rows = (usual or USUAL_LENGTH) if length is None else length
    below = max(
        (
            sum(_cost(child, weights, page=length) for child in children)
            for children in asked.children_by_type()
        ),
        default=0,
    )
    return own + rows * (1 + below)


def _page_length(asked: SelectedField, usual: int | None) -> int | None:
    """The number of rows from ``first`` or ``last``; None: the field takes neither."""
    if not asked.definition.args.keys() & set(PAGE_ARGUMENTS):
        return None
    for name in PAGE_ARGUMENTS:
        length = _argument(asked, name)
        if length is not None:
            return min(max(length, 0), MAX_FIRST)
    return usual or USUAL_FIRST


def _argument(asked: SelectedField, name: str) -> Any:
    """None: not given, null, or wrong, which execution reports."""
    definition = asked.definition.args.get(name)
    if definition is None:
        return None
    value: Any = definition.default_value
    for argument in asked.nodes[0].arguments:
        if argument.name.value == name:
            value = value_from_ast(argument.value, GraphQLInt, asked.operation.variables)
            if value.__class__ is not int:  # a variable without a value leaves the default
                value = definition.default_value if value is not None else None
    return value if value.__class__ is int else None
