"""Nothing is public by accident: every root field asks for a login unless it is named public."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, default_field_resolver

from gateway.core.errors import Unauthenticated


def require_login(schema: GraphQLSchema, *, public: frozenset[str]) -> None:
    """Guard each field of Query and Mutation whose name is not in ``public``, in place."""
    for root in (schema.query_type, schema.mutation_type):
        if root is not None:
            _guard_fields(root, public)


def _guard_fields(root: GraphQLObjectType, public: frozenset[str]) -> None:
    for name, field in root.fields.items():
        if name not in public:
            field.resolve = _guarded(field.resolve or default_field_resolver)


def _guarded(resolve: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(resolve)
    def guarded(root: Any, info: Any, **arguments: Any) -> Any:
        if not info.context.user.is_authenticated:
            raise Unauthenticated
        return resolve(root, info, **arguments)

    return guarded
