"""Resolvers that are a function of the object alone.

``@pure`` makes a resolver of a function of one argument, the object. The function is called with
neither ``info`` nor arguments. The compiled executor builds no ``info`` for it, and completes an
object that comes up often only once (``compiled/fields.py``)::

    class Team(graphene.ObjectType):
        @staticmethod
        @pure
        def resolve_id(team: models.Team) -> str:
            return global_id("Team", team.pk)

It must return the same value whenever it is called with the same object during one operation. A
resolver without the decorator is never taken for a pure one, however its parameters are named. The
exceptions are graphql-core's own resolvers for introspection, which are marked here: what a schema
says of a type, a field or an argument depends on nothing else.
"""

from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any

from graphql import GraphQLObjectType
from graphql.type.introspection import introspection_types

# The types that implement an interface are known to the schema alone, which is in the info.
NEEDS_SCHEMA = ("__Type", "possibleTypes")


class PureResolver:
    """A resolver for Graphene; ``function`` is called without the ``info``."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *source_and_info: Any) -> Any:
        """Under ``@classmethod``, the class is the first argument."""
        return self.function(*source_and_info[:-1])


def pure(function: Callable[..., Any]) -> PureResolver:
    """Make a resolver of a function of the object; write it below ``@staticmethod``."""
    return PureResolver(function)


def pure_function(resolver: Any) -> Callable[[Any], Any] | None:
    """The function of the object alone that ``resolver`` was made from; None for any other."""
    if isinstance(resolver, PureResolver):
        return resolver.function
    if isinstance(resolver, MethodType) and isinstance(resolver.__func__, PureResolver):
        return MethodType(resolver.__func__.function, resolver.__self__)
    return _INTROSPECTION.get(id(resolver))


def _without_info(resolve: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda source: resolve(source, None)


def _introspection() -> Iterator[tuple[int, Callable[[Any], Any]]]:
    """By the resolvers' ids: others may be unhashable, and these live as long as the process."""
    for type_name, described in introspection_types.items():
        if isinstance(described, GraphQLObjectType):
            for name, field in described.fields.items():
                if field.resolve and not field.args and (type_name, name) != NEEDS_SCHEMA:
                    yield id(field.resolve), _without_info(field.resolve)


_INTROSPECTION = dict(_introspection())
