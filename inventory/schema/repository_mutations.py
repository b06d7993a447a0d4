"""The book's mutations: add a repository here, and comment on an issue at its host."""

from collections.abc import Mapping
from inspect import getdoc
from typing import Any

import graphene

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql.audited import AuditNotes
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation
from gateway.core.ids import global_id, split_id
from inventory import models
from inventory.access import Role, require_role
from inventory.models import Source
from inventory.providers import Capability
from inventory.records.code_hosting import NewComment
from inventory.schema.code_hosts import ask, host_named, only_host, row_of
from inventory.schema.code_types import CommunityName, IssueCommentEdge, RepositoryInput
from inventory.schema.repositories import Repository
from inventory.services.repositories import repository_create

LONGEST_BODY = 65_536  # characters; GitHub takes no longer one
AT_GITHUB = "https://github.com/"
FLAT = ("url", "name", "full_name", "description_")
OTHER_PROVIDER = "This Issue was read by another provider, which is the one that comments."


class AddComment(Mutation):
    """Comment on an issue or a pull request, at once. For OPERATORs of the provider.

    If the host's answer is unclear, the request is not sent again: the message then says that the
    comment may exist, and the error is not retryable.
    """

    takes_api_token = True
    comment_edge = graphene.Field(
        IssueCommentEdge, description="The comment; null if nothing was done."
    )

    class Input:
        subject_id = graphene.ID(
            required=True,
            description="The id of an Issue, which names its provider, or the host's own id of an "
            "issue or a pull request.",
        )
        body = graphene.String(required=True, description="Its text, in Markdown.")
        provider = graphene.ID(
            description="The provider that comments, for a host's own id. Absent: your oldest one, "
            "if all of yours are at one host."
        )

    @classmethod
    def perform(
        cls, context: Context, *, subject_id: str, body: str, provider: str | None = None
    ) -> Any:
        if not body.strip():
            raise InvalidInput("A comment needs a text.", field="body")
        if len(body) > LONGEST_BODY:
            message = f"A comment has {LONGEST_BODY} characters at most, not {len(body)}."
            raise InvalidInput(message, field="body")
        source, external_id = _subject(context, subject_id, provider)
        require_role(context.user, Role.OPERATOR, source.provider)
        notes = context.of(AuditNotes)
        notes.update(provider=source.provider.scope, subject=external_id)
        order = NewComment(external_id, body)
        found = ask(
            context, source, lambda cloud: cloud.create_once(*Capability.ADD_COMMENT.key, order)
        )
        notes["comment"] = found.url
        node = {
            "id": found.external_id,
            "url": found.url,
            "body": found.body,
            "author": found.author,
            "created_at": found.created_at,
            "repository": row_of(source, found.repository),
        }
        return cls(comment_edge={"node": node})


def _subject(context: Context, subject_id: str, provider: str | None) -> tuple[Source, str]:
    """The source to ask, and the host's own id. Raises NotFound and InvalidInput."""
    named = None if provider is None else host_named(context, provider)
    type_name, local = split_id(subject_id) or ("", "")
    public_id, _, external_id = local.partition(":")
    if type_name == "Issue" and external_id:
        source = host_named(context, global_id("Provider", public_id), field="subjectId")
        if named is not None and named.pk != source.pk:
            raise InvalidInput(OTHER_PROVIDER, field="provider")
        return _commenting(source, "subjectId"), external_id
    return _commenting(only_host(context) if named is None else named, "provider"), subject_id


def _commenting(source: Source, field: str) -> Source:
    if Capability.ADD_COMMENT not in source.provider.kind.capabilities:
        raise NotFound("This provider takes no comments.", field=field)
    return source


class RepositoryMutations(graphene.ObjectType):
    create_repository = graphene.Field(
        Repository,
        url=graphene.String(description="Where it is."),
        name=graphene.String(description="Its name without its owner."),
        full_name=graphene.String(description="Its name as <owner>/<name>. It must be unused."),
        description_=graphene.String(name="description", description="Its description."),
        community=CommunityName(description="Its owner, with repository in place of the others."),
        repository=graphene.Argument(RepositoryInput, description="The repository."),
        description="Add a repository that you alone see: by url, name and fullName, or by "
        "community and repository.",
    )
    add_comment = AddComment.Field(description=getdoc(AddComment))

    @staticmethod
    def resolve_create_repository(_root: None, info: Any, **given: Any) -> models.Repository:
        return repository_create(creator=info.context.user, **_order(given))


def _order(given: Mapping[str, Any]) -> dict[str, str]:
    """The repository's columns, from either form of the arguments. Raises InvalidInput."""
    community, repository = given.get("community"), given.get("repository")
    if community is None and repository is None:
        return {name.rstrip("_"): given.get(name) or "" for name in FLAT}
    if community is None or repository is None:
        raise InvalidInput("community and repository go together.", field="community")
    if any(given.get(name) is not None for name in FLAT):
        message = "Give community and repository, or url, name, fullName and description."
        raise InvalidInput(message, field="community")
    full_name = repository.get("full_name") or f"{community.strip()}/{repository['name'].strip()}"
    return {
        "name": repository["name"],
        "full_name": full_name,
        "url": repository.get("url") or f"{AT_GITHUB}{full_name}",
        "description": repository.get("description_") or "",
    }
