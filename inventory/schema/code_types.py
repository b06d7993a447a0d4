"""The answers of code hosts about repositories, in the schema: people, issues, comments."""

from typing import Any

import graphene

from gateway.core.graphql.enums import described_enum
from inventory.records import code_hosting
from inventory.records.repository import RepositoryVisibility as RepositoryVisibilityValue


def _enum(values: Any) -> Any:
    return described_enum(
        values,
        name=values.__name__,
        description=" ".join((values.__doc__ or "").split()),
    )


RepositoryVisibility = _enum(RepositoryVisibilityValue)
IssueState = _enum(code_hosting.IssueState)


class CommunityName(graphene.String):
    """The name of a community: the owner of its repositories."""


class RepositoryInput(graphene.InputObjectType):
    """A repository to add to a community."""

    name = graphene.String(required=True, description="Its name without its owner.")
    url = graphene.String(description="Where it is; absent: at github.com.")
    full_name = graphene.String(description="Absent: <community>/<name>.")
    description_ = graphene.String(name="description", description="Its description.")


class RepositoryOwner(graphene.ObjectType):
    """The owner of a repository: the part of its full name before the slash."""

    name = graphene.String(required=True, description="The owner's name.")


class Person(graphene.ObjectType):
    """A user of a code host."""

    login = graphene.String(required=True, description="Their login; for some, only a name.")
    name = graphene.String(description="Their name, where the host shows it.")
    url = graphene.String(required=True, description="Their page; may be empty.")
    contributions = graphene.Int(description="The number of commits, for a contributor.")


class Issue(graphene.ObjectType):
    """An issue of a repository, as its host has it now. Nothing of it is stored."""

    id = graphene.ID(required=True, description="Its id: addComment takes it as subjectId.")
    number = graphene.Int(required=True, description="Its number in the repository.")
    title = graphene.String(required=True, description="Its title.")
    state = graphene.Field(IssueState, required=True, description="The state.")
    author = graphene.String(description="Its owner; null if they are gone.")
    comments = graphene.Int(required=True, description="How many comments it has.")
    url = graphene.String(required=True, description="Where it is.")
    body = graphene.String(required=True, description="Its text, in Markdown.")
    created_at = graphene.DateTime(description="When it was written.")


class IssueComment(graphene.ObjectType):
    """A comment on an issue or a pull request."""

    id = graphene.ID(required=True, description="Its id at its host.")
    url = graphene.String(required=True, description="Where it is.")
    body = graphene.String(required=True, description="Its text, in Markdown.")
    author = graphene.String(description="The login of its author.")
    created_at = graphene.DateTime(description="When it was written.")
    repository = graphene.Field(
        "inventory.schema.repositories.Repository",
        required=True,
        description="The repository that it is in.",
    )


class IssueCommentEdge(graphene.ObjectType):
    """A comment as a part of its issue."""

    node = graphene.Field(IssueComment, description="The comment.")
