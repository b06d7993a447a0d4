"""Nothing is public by accident: every root field asks for a login unless it is named public.

With an API token, what can be done goes by its scope::

    READ       queries
    PLAN       also the mutations of ``operate`` with ``dryRun: true``
    OPERATE    also the mutations of ``operate``
    session    every other mutation takes one: no API token manages anything
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, default_field_resolver

from gateway.core.accounts.credential import Scope, credential_of
from gateway.core.errors import Forbidden, Unauthenticated

# From a field's arguments to the scope that it takes; None: a session.
Needed = Callable[[dict[str, Any]], Scope | None]


def require_login(
    schema: GraphQLSchema, *, public: frozenset[str], operate: frozenset[str] = frozenset()
) -> None:
    """Guard each field of Query and Mutation whose name is not in ``public``, in place.

    ``operate``: the mutations that an API token can be good for.
    """
    if schema.query_type is not None:
        _guard_fields(schema.query_type, public, lambda _name: lambda _arguments: Scope.READ)
    if schema.mutation_type is not None:
        needed = {True: _to_operate, False: lambda _arguments: None}
        _guard_fields(schema.mutation_type, public, lambda name: needed[name in operate])


def _guard_fields(
    root: GraphQLObjectType, public: frozenset[str], needed: Callable[[str], Needed]
) -> None:
    for name, field in root.fields.items():
        if name not in public:
            field.resolve = _guarded(field.resolve or default_field_resolver, needed(name))


def _guarded(resolve: Callable[..., Any], needed: Needed) -> Callable[..., Any]:
    @wraps(resolve)
    def guarded(root: Any, info: Any, **arguments: Any) -> Any:
        user = info.context.user
        if not user.is_authenticated:
            raise Unauthenticated
        credential = credential_of(user)
        if credential is not None and credential.scope is not None:
            _check_scope(credential.scope, needed(arguments))
        return resolve(root, info, **arguments)

    return guarded


def _check_scope(scope: Scope, needed: Scope | None) -> None:
    if needed is None:
        raise Forbidden("No API token can do this: log in, and do it with the session's token.")
    if scope.rank < needed.rank:
        raise Forbidden(f"This takes an API token of the scope {needed}; this one's is {scope}.")


def _to_operate(arguments: dict[str, Any]) -> Scope:
    given = arguments.get("input") or {}
    return Scope.PLAN if given.get("dry_run") else Scope.OPERATE
