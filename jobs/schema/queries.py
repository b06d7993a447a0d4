"""``job`` and ``jobs``."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from gateway.core.errors import NotFound
from gateway.core.graphql.paging import Window, page_arguments
from gateway.core.ids import local_id, parse_id, row_key
from gateway.core.times import in_utc
from jobs.row.selectors import JobFilters, job_get, job_list, unknown_scopes
from jobs.schema.enums import JobState
from jobs.schema.pages import NEWEST_FIRST, JobPage
from jobs.schema.types import Job, JobConnection


class JobFilter(graphene.InputObjectType):
    """Which jobs. Each field narrows the list to those that match it, or one of its values."""

    state = graphene.List(graphene.NonNull(JobState), description="Where they stand.")
    operation = graphene.List(
        graphene.NonNull(graphene.String), description="What they do: virtual_machine.stop."
    )
    provider = graphene.List(graphene.NonNull(graphene.ID), description="At which provider.")
    target = graphene.List(graphene.NonNull(graphene.ID), description="What they change.")
    requested_by = graphene.List(
        graphene.NonNull(graphene.ID), description="Users who asked for them."
    )
    created_after = graphene.DateTime(
        description="Asked for at this time or later; UTC where it names no offset."
    )
    created_before = graphene.DateTime(
        description="Asked for before this time; UTC where it names no offset."
    )


class JobQueries(graphene.ObjectType):
    job = graphene.Field(
        Job,
        id=graphene.ID(required=True, description="The job's id."),
        description="A job by its id. Null when there is none, or none that you may see.",
    )
    jobs = graphene.Field(
        JobConnection,
        filter=graphene.Argument(JobFilter, description="Which jobs; absent: all."),
        description="The jobs that you may see, newest first.",
        **page_arguments(),
    )

    @staticmethod
    def resolve_job(_root: None, info: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        return job_get(user=info.context.user, job_id=local_id(id, of="Job"))

    @staticmethod
    def resolve_jobs(
        _root: None,
        info: Any,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - the contract's name
        **window: Any,
    ) -> Any:
        filters = _filters(filter or {})
        if filters.scopes and unknown_scopes(user=info.context.user, scopes=filters.scopes):
            raise NotFound("There is no provider with this id.", field="filter.provider")
        rows = job_list(user=info.context.user, filters=filters)
        return JobPage(rows, order=NEWEST_FIRST, window=Window(**window))


def _filters(given: Mapping[str, Any]) -> JobFilters:
    return JobFilters(
        states=given.get("state"),
        operations=given.get("operation"),
        scopes=_checked_ids(given.get("provider"), "filter.provider", of="Provider"),
        targets=_checked_ids(given.get("target"), "filter.target"),
        requester_ids=_requester_ids(given.get("requested_by")),
        created_from=in_utc(given.get("created_after"), field="filter.createdAfter"),
        created_until=in_utc(given.get("created_before"), field="filter.createdBefore"),
    )


def _checked_ids(
    values: Sequence[str] | None, field: str, *, of: str | None = None
) -> Sequence[str] | None:
    """The ids as they are: jobs store them so. Raises InvalidInput for one not of this type."""
    for value in values or ():
        if of is None:
            parse_id(value, field=field)
        else:
            local_id(value, of=of, field=field)
    return values


def _requester_ids(values: Sequence[str] | None) -> Sequence[int] | None:
    if values is None:
        return None
    keys = [row_key(local_id(value, of="User", field="filter.requestedBy")) for value in values]
    return [key for key in keys if key is not None]  # no user has a key of another form
