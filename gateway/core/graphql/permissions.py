"""Every root field requires a login, unless it is listed as public.

The scope of an API token limits its operations::

    READ       queries
    PLAN       also the mutations of ``operate`` with ``dryRun: true``
    OPERATE    also the mutations of ``operate``
    session    required by every other mutation: no API token manages anything
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, default_field_resolver
from graphql_jwt.decorators import user_passes_test

from gateway.core.accounts.credential import Scope, credential_of
from gateway.core.accounts.errors import SessionRequired, SuperuserRequired
from gateway.core.errors import Forbidden, Unauthenticated

Resolver = Callable[..., Any]
Guard = Callable[[Resolver], Resolver]


def _scope_of(user: Any) -> Scope | None:
    """None: a session, or a user outside of a request; both have all rights of the user."""
    credential = credential_of(user)
    return None if credential is None else credential.scope


# Guards of resolvers. Each wants a GraphQLResolveInfo among the positional arguments.
login_required: Guard = user_passes_test(lambda user: user.is_authenticated, exc=Unauthenticated)
session_required: Guard = user_passes_test(
    lambda user: _scope_of(user) is None, exc=SessionRequired
)
superuser_required: Guard = user_passes_test(lambda user: user.is_superuser, exc=SuperuserRequired)


def operate_required(resolve: Resolver) -> Resolver:
    """A session or the scope OPERATE; PLAN for a dry run. By hand: it depends on the arguments."""

    @wraps(resolve)
    def guarded(root: Any, info: Any, **arguments: Any) -> Any:
        scope = _scope_of(info.context.user)
        given = arguments.get("input") or {}
        needed = Scope.PLAN if given.get("dry_run") else Scope.OPERATE
        if scope is not None and scope.rank < needed.rank:
            raise Forbidden(
                f"This requires an API token of the scope {needed}; this one's is {scope}."
            )
        return resolve(root, info, **arguments)

    return guarded


def require_login(
    schema: GraphQLSchema, *, public: frozenset[str], operate: frozenset[str] = frozenset()
) -> None:
    """Guard each root field whose name is not in ``public``, in place.

    ``operate``: the mutations that an API token can be allowed to do.
    """
    for root in (schema.query_type, schema.subscription_type):
        _guard_fields(root, public, lambda _name: login_required)
    _guard_fields(
        schema.mutation_type,
        public,
        lambda name: (
            lambda resolve: login_required(
                (operate_required if name in operate else session_required)(resolve)
            )
        ),
    )


def _guard_fields(
    root: GraphQLObjectType | None, public: frozenset[str], guard_of: Callable[[str], Guard]
) -> None:
    for name, field in root.fields.items() if root is not None else ():
        if name not in public:
            field.resolve = guard_of(name)(field.resolve or default_field_resolver)
