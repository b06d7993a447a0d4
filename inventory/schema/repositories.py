"""Code repositories, their communities, and a user's own."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphene_django import DjangoObjectType

from gateway.core.accounts.schema.types import User
from gateway.core.errors import InvalidInput
from gateway.core.graphql import nodes
from gateway.core.graphql.completeness import first_of
from gateway.core.graphql.extend import extend
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import MAX_FIRST, checked_first
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, row_key
from inventory import models
from inventory.access import visible_repositories
from inventory.selectors.repositories import (
    community_name,
    repositories_of_viewer,
    repository_get,
    repository_list,
)
from inventory.services.repositories import repository_create

OFFSET = "Go on with repositories(offset:), or raise first, 1000 at most."


class RepositoryOwner(graphene.ObjectType):
    """Who owns a repository: the part of its full name before the slash."""

    name = graphene.String(required=True, description="The owner's name.")


class Repository(DjangoObjectType):
    """A code repository."""

    class Meta:
        model = models.Repository
        interfaces = (Node,)
        fields = ()

    name = graphene.String(required=True, description="Its name without its owner.")
    full_name = graphene.String(required=True, description="Its name as <owner>/<name>.")
    url = graphene.String(required=True, description="Where it is.")
    description = graphene.String(required=True, description="What it is; may be empty.")
    owner = graphene.String(required=True, description="The part of fullName before the slash.")
    owner_info = graphene.Field(RepositoryOwner, required=True, description="Who owns it.")
    created_at = graphene.DateTime(required=True, description="When it came to this gateway.")

    @staticmethod
    @pure
    def resolve_id(repository: models.Repository) -> str:
        return global_id("Repository", repository.pk)

    @staticmethod
    @pure
    def resolve_owner(repository: models.Repository) -> str:
        return repository.owner_login

    @staticmethod
    @pure
    def resolve_owner_info(repository: models.Repository) -> dict[str, str]:
        return {"name": repository.owner_login}


def load_repository(user: Any, local_id: str) -> models.Repository | None:
    key = row_key(local_id)
    return None if key is None else visible_repositories(user).filter(pk=key).first()


nodes.register(Repository, model=models.Repository, load=load_repository)


class Community(graphene.ObjectType):
    """The repositories of one owner."""

    name = graphene.String(required=True, description="The owner's name.")
    repositories = graphene.List(
        graphene.NonNull(Repository), description="Its repositories by full name."
    )

    @staticmethod
    def resolve_repositories(community: dict[str, str], info: Any) -> list[models.Repository]:
        return _shown(info, repository_list(user=info.context.user, owner=community["name"]))


def _shown(
    info: Any,
    found: QuerySet[models.Repository],
    *,
    first: int | None = None,
    offset: int | None = None,
) -> list[models.Repository]:
    count, start = checked_first(first, default=MAX_FIRST), offset or 0
    if start < 0:
        raise InvalidInput(f"offset must be 0 or more, not {start}.", field="offset")
    rows = found[start : start + count + 1]
    return first_of(info, rows, count, total=lambda: found.count() - start, hint=OFFSET)


class RepositoryConnection(graphene.ObjectType):
    """Some repositories out of a longer list."""

    nodes = graphene.List(
        graphene.NonNull(Repository), required=True, description="The repositories asked for."
    )
    total_count = graphene.Int(required=True, description="How many there are in all.")


class RepositoryQuery(graphene.ObjectType):
    repositories = graphene.List(
        graphene.NonNull(Repository),
        first=graphene.Int(
            description="How many; absent: up to 1000. extensions.cuts says how many are left out."
        ),
        offset=graphene.Int(description="How many to leave out at the beginning."),
        owner=graphene.String(description="Only this owner's."),
        search=graphene.String(description="Contained in full name or description, in any case."),
        description="Repositories by full name.",
    )
    repository = graphene.Field(
        Repository,
        name=graphene.String(required=True, description="Its name without its owner."),
        owner=graphene.String(description="Absent: the alphabetically first full name."),
        description="One repository by name.",
    )
    community = graphene.Field(
        Community,
        name=graphene.String(description="Absent: the owner with most repositories."),
        description="One owner's repositories.",
    )

    @staticmethod
    def resolve_repositories(
        _root: None,
        info: Any,
        first: int | None = None,
        offset: int | None = None,
        **limits: Any,
    ) -> list[models.Repository]:
        found = repository_list(user=info.context.user, **limits)
        return _shown(info, found, first=first, offset=offset)

    @staticmethod
    def resolve_repository(
        _root: None, info: Any, name: str, owner: str | None = None
    ) -> models.Repository | None:
        return repository_get(user=info.context.user, name=name, owner=owner)

    @staticmethod
    def resolve_community(_root: None, info: Any, name: str | None = None) -> Any:
        found = community_name(user=info.context.user, name=name)
        return None if found is None else {"name": found}


class RepositoryMutations(graphene.ObjectType):
    create_repository = graphene.Field(
        Repository,
        url=graphene.String(required=True, description="Where it is."),
        name=graphene.String(required=True, description="Its name without its owner."),
        full_name=graphene.String(
            required=True, description="Its name as <owner>/<name>; nobody else's."
        ),
        description_=graphene.String(name="description", description="What it is."),
        description="Add a repository that you alone see.",
    )

    @staticmethod
    def resolve_create_repository(
        _root: None, info: Any, *, description_: str | None = None, **given: str
    ) -> models.Repository:
        return repository_create(creator=info.context.user, description=description_ or "", **given)


def resolve_viewer_repositories(
    user: Any, info: Any, first: int | None = None, last: int | None = None
) -> dict[str, Any] | None:
    """All that ``user`` may see, oldest first: the first ones, or the last ones in that order.

    None for another user: what they may see is not the asker's to know.
    """
    viewer = info.context.user  # it knows with which token it came; another row of it does not
    if user.pk != viewer.pk:
        return None
    if first is not None and last is not None:
        raise InvalidInput("Give first or last, not both.", field="last")
    rows = repositories_of_viewer(user=viewer)
    if last is not None:
        count = checked_first(last, name="last")
        return {"nodes": list(rows.reverse()[:count])[::-1], "total_count": rows.count()}
    count = checked_first(first, default=MAX_FIRST)
    return {"nodes": list(rows[:count]), "total_count": rows.count()}


extend(
    User,
    repositories=graphene.Field(
        RepositoryConnection,
        first=graphene.Int(description="The oldest ones; at most 1000."),
        last=graphene.Int(description="The newest ones; at most 1000."),
        description="All repositories that you may see, oldest first; null for another user.",
        resolver=resolve_viewer_repositories,
    ),
)
