"""Checks all access of users: to any object, and to the actions on it.

::

    owner, superuser     ADMIN on the provider
    grant                the role that was granted to the user, or to one of their teams
    other users          nothing: the answer is the same as for an object that does not exist

An API token that is limited to some providers cuts all of it down to those, for superusers too:
``gateway.core.accounts.credential.provider_limit`` says what else it shows.

Everything that hands out rows starts from one of the ``visible_...`` querysets, and everything
that changes something asks ``require_role`` before. Both use the present rights.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from gateway.core.accounts.credential import provider_limit
from gateway.core.accounts.models import Membership
from gateway.core.errors import Forbidden
from inventory.models import (
    Change,
    Grant,
    PastProvider,
    Provider,
    Repository,
    Role,
    Source,
)
from inventory.models.statements import Sql, TableColumns, where

__all__ = [
    "Role",
    "is_public_id",
    "read_sources",
    "require_role",
    "role_on",
    "roles_on",
    "scopes",
    "visible_changes",
    "visible_grants",
    "visible_past_providers",
    "visible_providers",
    "visible_repositories",
    "visible_rows",
    "visible_sources",
]

# By hand, and fixed but for its parameters: every live list asks for it, and the ORM takes 0.8 ms
# to write it down again each time, as long as the whole question takes without it.
PROVIDERS, GRANTS, MEMBERSHIPS = (
    model._meta.db_table  # noqa: SLF001 - Django's documented API
    for model in (Provider, Grant, Membership)
)
OWN_OR_GRANTED = f"""p.owner_id = %s OR p.id IN (
    SELECT g.provider_id FROM {GRANTS} g
    WHERE g.user_id = %s OR g.team_id IN (
        SELECT m.team_id FROM {MEMBERSHIPS} m WHERE m.user_id = %s))"""  # noqa: S608 - names of our own tables
# By hand, too: every live list asks for its sources.
SOURCES, OF_SOURCES = TableColumns(Source, "s"), TableColumns(Provider, "p")
NOTHING = Q(pk__in=[])
EVERYTHING = Q(pk__isnull=False)  # an empty Q would vanish in "or", and take all rows with it


def visible_providers(user: Any) -> QuerySet[Provider]:
    return Provider.objects.filter(_within_reach(user, provider="pk"))


def visible_sources(user: Any) -> QuerySet[Source]:
    return Source.objects.filter(_within_reach(user))


def read_sources(user: Any, conditions: Iterable[Sql]) -> list[Source]:
    """The sources that the user can see and that meet all ``conditions`` on a source s and its
    provider p, oldest first. A provider is loaded once for all of its sources.
    """
    if not user.is_authenticated:
        return []
    condition, values = where([_reach(user), *conditions])
    statement = f"""SELECT {SOURCES.sql}, {OF_SOURCES.sql}
        FROM {SOURCES.table} JOIN {OF_SOURCES.table} ON p.id = s.provider_id
        WHERE {condition} ORDER BY s.provider_id, s.id"""  # noqa: S608 - text of our own modules
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        found = cursor.fetchall()
    width, key = len(SOURCES.names), SOURCES.names.index("provider_id")
    loaded = OF_SOURCES.load({row[key]: row[width:] for row in found}.values())
    providers = {provider.pk: provider for provider in loaded}
    sources = SOURCES.load(row[:width] for row in found)
    for source in sources:
        source.provider = providers[source.provider_id]
    return sources


def visible_rows(model: type[Model], user: Any) -> QuerySet[Any]:
    """The rows of ``model`` that the user can see. The model has a foreign key ``provider``."""
    return model._default_manager.filter(_within_reach(user))  # noqa: SLF001 - Django's documented API


def visible_changes(user: Any) -> QuerySet[Change]:
    return Change.objects.filter(_within_reach(user))


def visible_past_providers(user: Any) -> QuerySet[PastProvider]:
    """Disconnected ones: their owner and superusers see what they had. Grants went with them."""
    providers = PastProvider.objects.all()
    if not user.is_authenticated:
        return providers.none()
    limit = provider_limit(user)
    if limit is not None:
        providers = providers.filter(scope__in=limit)
    return providers if user.is_superuser else providers.filter(owner=user.pk)


def visible_grants(user: Any) -> QuerySet[Grant]:
    """Those on providers that the user is ADMIN of, with what they name."""
    grants = Grant.objects.select_related("provider", "user", "team", "granted_by")
    if not user.is_authenticated:
        return grants.none()
    limit = provider_limit(user)
    if limit is not None:
        grants = grants.filter(provider__scope__in=limit)
    if user.is_superuser:
        return grants
    administered = _grants(user).filter(role=Role.ADMIN).values("provider")
    return grants.filter(Q(provider__owner=user.pk) | Q(provider__in=administered))


def visible_repositories(user: Any) -> QuerySet[Repository]:
    """Imported repositories are everybody's, one that was added here is its creator's, and one that
    a host lists is within the reach of its provider.

    One that was added here belongs to no provider: a token that is limited to some shows it not.
    """
    imported = Q(creator=None, source=None)
    if not user.is_authenticated:
        return Repository.objects.filter(imported)
    listed = Q(source__isnull=False) & _within_reach(user)
    if provider_limit(user) is not None:
        return Repository.objects.filter(imported | listed)
    own = EVERYTHING if user.is_superuser else Q(creator=user.pk)
    return Repository.objects.filter(imported | listed | own)


def role_on(user: Any, provider: Provider) -> Role | None:
    """The role of ``user`` on ``provider`` now. Only another user's provider needs a query."""
    return roles_on(user, [provider])[provider.pk]


def roles_on(user: Any, providers: Iterable[Provider]) -> dict[int, Role | None]:
    """Like ``role_on``, by the providers' keys and in one query for all of them."""
    found: dict[int, Role | None] = {}
    others, limit = [], provider_limit(user)
    for provider in providers:
        if limit is not None and provider.scope not in limit:
            found[provider.pk] = None
            continue
        is_admin = user.is_authenticated and (user.is_superuser or provider.owner_id == user.pk)
        found[provider.pk] = Role.ADMIN if is_admin else None
        if not is_admin:
            others.append(provider.pk)
    if others and user.is_authenticated:
        for pk, role in _grants(user).filter(provider__in=others).values_list("provider", "role"):
            found[pk] = max(Role(role), found[pk] or Role.VIEWER, key=lambda each: each.rank)
    return found


def require_role(user: Any, role: Role, *providers: Provider) -> None:
    """Raises Forbidden unless ``user`` has ``role``, or one that includes it, on all of them.

    A provider that is out of the user's reach is not named.
    """
    by_key = {provider.pk: provider for provider in providers}
    for pk, found in roles_on(user, by_key.values()).items():
        if found is None:
            raise Forbidden(f"This requires the role {role} on a provider on which you have none.")
        if found.rank < role.rank:
            message = f"This requires the role {role} on the provider {by_key[pk].name!r}"
            raise Forbidden(f"{message}; yours is {found}. An admin of it can grant it.")


def is_public_id(value: str) -> bool:
    """True if ``value`` can be a provider's public id at all."""
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


def scopes(user: Any, *, within: bool) -> RawSQL:
    """The scopes, as jobs have them, of the providers that the user sees, or of all others."""
    condition, parameters = _reach(user)
    return _select("scope", condition if within else f"NOT ({condition})", parameters)


def _within_reach(user: Any, *, provider: str = "provider") -> Q:
    """Rows whose provider the user owns or has a role on.

    A superuser sees all rows, an anonymous user none.
    """
    if not user.is_authenticated:
        return NOTHING
    if user.is_superuser and provider_limit(user) is None:
        return EVERYTHING
    return Q(**{f"{provider}__in": _select("id", *_reach(user))})


def _reach(user: Any) -> tuple[str, list[Any]]:
    """A condition on a provider p, and its parameters."""
    condition, parameters = ("1 = 1", []) if user.is_superuser else (OWN_OR_GRANTED, [user.pk] * 3)
    limit = provider_limit(user)
    if limit is None:
        return condition, parameters
    places = ", ".join(["%s"] * len(limit))
    return f"({condition}) AND p.scope IN ({places})", [*parameters, *limit]


def _select(column: str, condition: str, parameters: list[Any]) -> RawSQL:
    sql = f"SELECT p.{column} FROM {PROVIDERS} p WHERE {condition}"  # noqa: S608 - text of this module
    return RawSQL(sql, parameters)  # noqa: S611 - see OWN_OR_GRANTED


def _grants(user: Any) -> QuerySet[Grant]:
    """To the user, and to the teams that they are a member of."""
    teams = Membership.objects.filter(user=user.pk).values("team")
    return Grant.objects.filter(Q(user=user.pk) | Q(team__in=teams))
