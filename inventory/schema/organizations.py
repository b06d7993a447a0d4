"""Organizations of code hosts, and what is asked live about a repository."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import graphene

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql.collect import Operation, SelectedField
from gateway.core.graphql.completeness import note_cut
from gateway.core.graphql.context import Context
from gateway.core.graphql.extend import extend
from gateway.core.ids import global_id
from inventory.models import Repository as RepositoryRow
from inventory.models import Source
from inventory.providers import Cloud
from inventory.records.code_hosting import (
    HostOrder,
    IssueQuestion,
    IssueRecord,
    OrganizationQuestion,
)
from inventory.schema.code_hosts import (
    HostAnswer,
    answer_for_page,
    answered_value,
    ask,
    host_named,
    host_of_owner,
    rows_of,
)
from inventory.schema.code_types import Issue, IssueState, Person
from inventory.schema.repositories import Repository, repository_order
from inventory.schema.table.orders import Direction

MOST, USUAL_PAGE, USUAL_PEOPLE = 100, 50, 30  # of one request
FIRST_OF_LIST = f"How many; 1 to {MOST}. extensions.cuts says how many are left out."
RAISE_TO_MOST = f"Raise first, {MOST} at most."
ORDERS = {
    "NAME": HostOrder.NAME,
    "FULL_NAME": HostOrder.NAME,
    "CREATED_AT": HostOrder.CREATED_AT,
    "PUSHED_AT": HostOrder.PUSHED_AT,
    "STARS": HostOrder.STARGAZERS,
}
# They ask a host while the operation is executed.
ASKING = (
    ("Query", "organization"),
    ("Repository", "contributors"),
    ("Repository", "issues"),
    ("Repository", "issue"),
)


class OrganizationRepositories(graphene.ObjectType):
    """A page of an organization's repositories."""

    nodes = graphene.List(graphene.NonNull(Repository), required=True, description="The page.")
    total_count = graphene.Int(description="How many there are; null: the host does not say.")
    page_info = graphene.Field(
        graphene.relay.PageInfo, required=True, description="True if there are more."
    )


class Organization(graphene.ObjectType):
    """An organization as its host has it now. Nothing of it is stored."""

    login = graphene.String(required=True, description="Its login.")
    name = graphene.String(description="Its name; null if it gives none.")
    description = graphene.String(description="The description; null if there is none.")
    url = graphene.String(required=True, description="Its page.")
    repositories = graphene.Field(
        OrganizationRepositories,
        first=graphene.Int(default_value=USUAL_PAGE, description=f"How many; 1 to {MOST}."),
        after=graphene.String(description="The endCursor of the page before."),
        order_by=graphene.Argument(
            repository_order(),
            description="The order; absent: by name. Hosts do not order by STATE and FORKS.",
        ),
        description="Its repositories that the account may see; null with an error if only they "
        "are refused.",
    )
    members = graphene.List(
        graphene.NonNull(Person),
        first=graphene.Int(default_value=USUAL_PEOPLE, description=FIRST_OF_LIST),
        description="Its members that the account may see; null with an error if only they are "
        "refused, as for a token without read:org.",
    )

    @staticmethod
    def resolve_repositories(found: Any, info: Any, **arguments: Any) -> Any:
        page = answered_value(found["page"](info, _page_of(found["question"].login, arguments)))
        rows = rows_of(info.context, found["source"], page.repositories)
        more = page.next_cursor is not None
        cursors = {"has_next_page": more, "has_previous_page": bool(arguments.get("after"))}
        return {
            "nodes": rows,
            "total_count": page.total,
            "page_info": {**cursors, "start_cursor": None, "end_cursor": page.next_cursor},
        }

    @staticmethod
    def resolve_members(found: Any, info: Any, first: int) -> Any:
        members = answered_value(found["members"])
        return _first_of(info, members.people, members.total, _checked(first))


class OrganizationQuery(graphene.ObjectType):
    organization = graphene.Field(
        Organization,
        login=graphene.String(required=True, description="Its login; case-insensitive."),
        provider=graphene.ID(
            description="The provider to ask; absent: your oldest code host that is not limited "
            "to another owner."
        ),
        description="An organization of a code host, read now. Null when there is none, or "
        "none that the account may see. The receipt is in the answer's extensions.sources.",
    )

    @staticmethod
    def resolve_organization(
        _root: None, info: Any, login: str, provider: str | None = None
    ) -> Any:
        question = _question(info, login.strip())
        source = host_of_organization(info.context, question.login, provider)
        found = _read(info, source, question)
        if found is None:
            return None

        def page(later: Any, wanted: OrganizationQuestion) -> Any:
            """The page that came with the organization, if it is that one."""
            if wanted == replace(question, members=None):
                return found.repositories
            one = _read(later, source, wanted)
            if one is None:
                raise NotFound("This organization is gone, or not shown to this account any more.")
            return one.repositories

        return {
            "login": found.login,
            "name": found.name,
            "description": found.description,
            "url": found.url,
            "members": found.members,
            "question": question,
            "source": source,
            "page": page,
        }


def host_of_organization(context: Context, login: str, provider: str | None) -> Source:
    """Which source is asked. Raises InvalidInput and NotFound."""
    if provider is None:
        return host_of_owner(context, login.strip())
    return host_named(context, provider)


def _read(info: Any, source: Source, question: OrganizationQuestion) -> Any:
    about = f"{source.pk}:organization:{question}"
    return ask(info.context, source, partial(_of_organization, question), about=about)


def _of_organization(question: OrganizationQuestion, cloud: Cloud) -> Any:
    return cloud.ask("organizations", question)


def _question(info: Any, login: str) -> OrganizationQuestion:
    """One question for all fields selected below; of several pages of repositories, the first."""
    operation = Operation(info.schema, info.operation, info.fragments, info.variable_values)
    asked = SelectedField(operation, info.parent_type, info.field_nodes, ())
    question = OrganizationQuestion(login)
    for field in asked.children():
        name = field.coordinate[1]
        if name == "repositories" and question.repositories is None:
            question = replace(_page_of(login, field.arguments), members=question.members)
        elif name == "members":
            count = _checked(field.arguments.get("first", USUAL_PEOPLE))
            question = replace(question, members=max(count, question.members or 0))
    return question


def _page_of(login: str, arguments: dict[str, Any]) -> OrganizationQuestion:
    """Raises InvalidInput."""
    order = arguments.get("order_by") or {}
    name = order["field"].name if order else "NAME"
    if name not in ORDERS:
        raise InvalidInput(f"A host does not order by {name}.", field="orderBy")
    return OrganizationQuestion(
        login,
        repositories=_checked(arguments.get("first", USUAL_PAGE)),
        after=arguments.get("after"),
        order=ORDERS[name],
        descending=order.get("direction") == Direction.DESC,
    )


def _checked(first: int | None) -> int:
    """Raises InvalidInput."""
    if first is None or not 1 <= first <= MOST:
        raise InvalidInput(f"first must be between 1 and {MOST}, not {first}.", field="first")
    return first


def resolve_contributors(repository: RepositoryRow, info: Any, first: int) -> Any:
    count = _checked(first)
    found = answer_for_page(
        info.context,
        repository,
        f"contributors {count}",
        lambda keys: lambda cloud: cloud.ask("contributors", keys, count),
    )
    return _first_of(info, found.value.people, found.value.total, count)


def _first_of(info: Any, shown: Sequence[Any], total: int | None, count: int) -> Sequence[Any]:
    """The first ``count`` of ``shown``; what the host has beside them is noted as cut.

    ``total``: how many the host has; None: more than it answered.
    """
    if total is None:
        note_cut(info, None, hint=RAISE_TO_MOST)
    elif total > min(len(shown), count):
        note_cut(info, total - min(len(shown), count), hint=RAISE_TO_MOST)
    return shown[:count]


def resolve_issues(
    repository: RepositoryRow, info: Any, first: int, state: Any = None
) -> list[dict[str, Any]]:
    states = [] if state is None else [state]
    question = IssueQuestion((), first=_checked(first), states=states)
    found = _issues(repository, info, question)
    shown = _first_of(info, found.value.issues, found.value.total, question.first)
    return [_issue(found.source, one) for one in shown]


def resolve_issue(repository: RepositoryRow, info: Any, number: int) -> dict[str, Any] | None:
    found = _issues(repository, info, IssueQuestion((), number=number))
    return _issue(found.source, found.value.issues[0]) if found.value.issues else None


def _issues(repository: RepositoryRow, info: Any, question: IssueQuestion) -> HostAnswer:
    return answer_for_page(
        info.context,
        repository,
        f"issues {question}",
        lambda keys: lambda cloud: cloud.ask("issues", replace(question, repositories=keys)),
    )


def _issue(source: Source, one: IssueRecord) -> dict[str, Any]:
    shown = {name: getattr(one, name) for name in SHOWN}
    return {**shown, "id": issue_id(source, one.external_id)}


SHOWN = ("number", "title", "state", "author", "comments", "url", "body", "created_at")


def issue_id(source: Source, external_id: str) -> str:
    """It names the provider that answered, which is the one that comments."""
    return global_id("Issue", f"{source.provider.public_id_text}:{external_id}")


def _first(default: int) -> Any:
    return graphene.Int(default_value=default, description=FIRST_OF_LIST)


extend(
    Repository,
    contributors=graphene.List(
        graphene.NonNull(Person),
        first=_first(USUAL_PEOPLE),
        description="The people with the most commits, read now. This takes a request for each "
        "repository, for 30 repositories at most.",
        resolver=resolve_contributors,
    ),
    issues=graphene.List(
        graphene.NonNull(Issue),
        first=_first(10),
        state=graphene.Argument(IssueState, description="Absent: open and closed ones."),
        description="Its newest issues, without pull requests, read now: for a page of "
        "repositories, one request for each hundred.",
        resolver=resolve_issues,
    ),
    issue=graphene.Field(
        Issue,
        number=graphene.Int(required=True, description="Its number."),
        description="One of its issues, read now. Null when there is none.",
        resolver=resolve_issue,
    ),
)
