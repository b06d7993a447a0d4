"""Code repositories: those of hosts, live, with those that were imported or added here.

The types are derived from ``inventory/resources/repository.py``. This module has the fields that
show rows without a provider: those at the root, which are older than the resource, and the node.
"""

from collections.abc import Collection, Mapping
from typing import Any

import graphene
from django.db.models import Q, QuerySet

from gateway.core.accounts.schema.types import User
from gateway.core.errors import InvalidInput
from gateway.core.graphql import nodes
from gateway.core.graphql.completeness import first_of
from gateway.core.graphql.extend import extend
from gateway.core.graphql.paging import MAX_FIRST, Window, checked_first
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, row_key, split_id
from inventory import models
from inventory.access import visible_repositories
from inventory.resources.repository import REPOSITORIES
from inventory.schema.live_answers import answered
from inventory.schema.live_plans import (
    PlanRequest,
    ReadPlan,
    chosen_max_age,
    live_field,
    plan_of_sources,
)
from inventory.schema.table.beside import register_beside
from inventory.schema.table.connections import (
    MAX_AGE_DESCRIPTION,
    connection_type,
    list_arguments,
    page,
    plan_list,
)
from inventory.schema.table.orders import key_of, order_input
from inventory.schema.table.pages import LivePage, join_rows
from inventory.schema.table.single_read import plan_single, single
from inventory.schema.table.types import object_type
from inventory.selectors.ids import cloud_id_of
from inventory.selectors.repositories import (
    community_name,
    repositories_of_viewer,
    repository_get,
    repository_list,
    sources_of,
    unlisted,
)
from inventory.selectors.rows import NOTHING, row_get, rows_get, with_order

OFFSET = f"Go on with repositories(offset:), or raise first, {MAX_FIRST} at most."
OF_SOURCES = ("provider", "kind", "region")  # filters that no row without a provider passes
Repository: Any = object_type(REPOSITORIES)


def repository_id(repository: models.Repository) -> str:
    if repository.provider_id is None:
        return global_id("Repository", repository.pk)
    return global_id("Repository", str(cloud_id_of(repository)))


def load_repository(user: Any, local_id: str) -> Any:
    key = row_key(local_id)
    if key is None:
        return row_get(REPOSITORIES, user=user, local_id=local_id)
    return _stored(user, key)


def load_repositories(user: Any, local_ids: Collection[str]) -> dict[str, Any]:
    keys = {key: local for local in local_ids if (key := row_key(local)) is not None}
    stored = visible_repositories(user).filter(pk__in=keys, source=None)
    found = {keys[row.pk]: row for row in stored}
    of_hosts = [local for local in local_ids if local not in keys.values()]
    return found | rows_get(REPOSITORIES, user=user, local_ids=of_hosts)


def _stored(user: Any, key: int) -> models.Repository | None:
    return visible_repositories(user).filter(pk=key, source=None).first()


Repository.resolve_id = staticmethod(pure(repository_id))
nodes.register(
    Repository, model=models.Repository, load=load_repository, load_many=load_repositories
)


class Community(graphene.ObjectType):
    """The repositories of one owner."""

    name = graphene.String(required=True, description="The owner's name.")
    repositories = graphene.List(
        graphene.NonNull(Repository), description="Its repositories by full name."
    )

    @staticmethod
    def resolve_repositories(community: dict[str, Any], info: Any) -> list[models.Repository]:
        found = repository_list(user=info.context.user, owner=community["name"])
        return _shown(info, found, community["sources"])


def plan_stored(request: PlanRequest) -> ReadPlan:
    """All sources of repositories, whose receipts go into ``extensions``."""
    max_age = chosen_max_age(request)
    return plan_of_sources(request, REPOSITORIES.plural, max_age=max_age, in_extensions=True)


def plan_repository(request: PlanRequest) -> ReadPlan:
    """One by its id is asked for alone, as of every resource; by its name, all are."""
    value = request.arguments.get("id")
    if value is None:
        return plan_stored(request)
    return ReadPlan() if _stored_key(value) is not None else plan_single(REPOSITORIES, request)


def plan_connection(request: PlanRequest) -> ReadPlan:
    return plan_list(REPOSITORIES, request)


def _stored_key(value: str) -> int | None:
    """The key in the id of a repository that no host lists; None: it is another id."""
    type_name, local = split_id(value) or ("", "")
    return row_key(local) if type_name == "Repository" else None


for _field, _planner in (
    (("Query", "repositories"), plan_stored),
    (("Query", "community"), plan_stored),
    (("Query", "repository"), plan_repository),
    (("Query", "repositoriesConnection"), plan_connection),
    (("User", "repositories"), plan_stored),
):
    live_field(*_field)(_planner)


def _sources(info: Any, arguments: dict[str, Any]) -> list[models.Source]:
    """Those that the field asked, as this answer knows them."""
    answers, plan = answered(info, arguments)
    return [receipt.source for receipt in answers.receipts_of(plan)]


def _shown(
    info: Any,
    found: QuerySet[models.Repository],
    sources: list[models.Source],
    *,
    first: int | None = None,
    offset: int | None = None,
) -> list[models.Repository]:
    count, start = checked_first(first, default=MAX_FIRST), offset or 0
    if start < 0:
        raise InvalidInput(f"offset must be 0 or more, not {start}.", field="offset")
    rows = list(found[start : start + count + 1])
    join_rows(rows, sources_of(rows, sources))
    return first_of(info, rows, count, total=lambda: found.count() - start, hint=OFFSET)


def _beside(user: Any, given: Mapping[str, Any]) -> Q:
    """No row without a provider passes a filter by one."""
    by_source = any(given.get(name) is not None for name in OF_SOURCES)
    return NOTHING if by_source else unlisted(user)


register_beside(REPOSITORIES, _beside)


class RepositoryQuery(graphene.ObjectType):
    repositories = graphene.List(
        graphene.NonNull(Repository),
        first=graphene.Int(
            description=f"How many; absent: up to {MAX_FIRST}. extensions.cuts says how many are "
            "left out."
        ),
        offset=graphene.Int(description="How many to skip at the beginning."),
        owner=graphene.String(description="Only repositories of this owner."),
        search=graphene.String(
            description="A text in the full name or the description; case-insensitive."
        ),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description="Repositories by full name: those of hosts, with those that were imported or "
        "added here. extensions.sources has the receipts. repositoriesConnection has filters and "
        "pages.",
    )
    repositories_connection = graphene.Field(
        connection_type(REPOSITORIES),
        **list_arguments(REPOSITORIES),
        description="Repositories of all your code hosts, read live from all of them at once, "
        "with those that were imported or added here unless a provider, a kind or a "
        "region is named. Those "
        "that are MISSING are included unless filtered out.",
    )
    repository = graphene.Field(
        Repository,
        name=graphene.String(description="Its name without its owner. Either this or id."),
        owner=graphene.String(description="Absent: the alphabetically first full name."),
        id=graphene.ID(description="Its id: it is read live from its host."),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description="One repository by name, or by its id.",
    )
    community = graphene.Field(
        Community,
        name=graphene.String(description="Absent: the owner with most repositories."),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description="One owner's repositories.",
    )

    @staticmethod
    def resolve_repositories(
        _root: None,
        info: Any,
        first: int | None = None,
        offset: int | None = None,
        max_age: int | None = None,
        **limits: Any,
    ) -> list[models.Repository]:
        sources = _sources(info, {"max_age": max_age})
        found = repository_list(user=info.context.user, **limits)
        return _shown(info, found, sources, first=first, offset=offset)

    @staticmethod
    def resolve_repositories_connection(_root: None, info: Any, **arguments: Any) -> Any:
        return page(REPOSITORIES, info, arguments)

    @staticmethod
    def resolve_repository(
        _root: None, info: Any, name: str | None = None, owner: str | None = None, **given: Any
    ) -> Any:
        value = given.get("id")
        if (name is None) == (value is None):
            raise InvalidInput("Give either name or id.", field="name")
        if name is None:
            key = _stored_key(value or "")
            return single(info, given) if key is None else _stored(info.context.user, key)
        sources = _sources(info, given)
        repository = repository_get(user=info.context.user, name=name, owner=owner)
        if repository is not None:
            join_rows([repository], sources_of([repository], sources))
        return repository

    @staticmethod
    def resolve_community(_root: None, info: Any, name: str | None = None, **given: Any) -> Any:
        sources = _sources(info, given)
        found = community_name(user=info.context.user, name=name)
        return None if found is None else {"name": found, "sources": sources}


def resolve_viewer_repositories(
    user: Any, info: Any, first: int | None = None, last: int | None = None
) -> LivePage[models.Repository] | None:
    """All that ``user`` may see, oldest first: the first ones, or the last ones in that order.

    None for another user: what they may see is not the asker's to know.
    """
    viewer = info.context.user  # it knows with which token it came; another row of it does not
    if user.pk != viewer.pk:
        return None
    if first is not None and last is not None:
        raise InvalidInput("Give first or last, not both.", field="last")
    answers, plan = answered(info, {})
    order = key_of(REPOSITORIES, "created_at")
    return LivePage(
        with_order(REPOSITORIES, repositories_of_viewer(user=viewer), order.name),
        receipts=answers.receipts_of(plan),
        order=order,
        window=Window(first=MAX_FIRST if first is None else first, last=last),
        without_service=list,
    )


extend(
    User,
    repositories=graphene.Field(
        connection_type(REPOSITORIES),
        first=graphene.Int(description=f"The oldest ones; at most {MAX_FIRST}."),
        last=graphene.Int(description=f"The newest ones; at most {MAX_FIRST}."),
        description="All repositories that you may see, oldest first; null for another user.",
        resolver=resolve_viewer_repositories,
    ),
)


def repository_order() -> Any:
    """The order input of repositories."""
    return order_input(REPOSITORIES)
