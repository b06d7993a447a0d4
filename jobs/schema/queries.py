"""``job`` and ``jobs``."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from gateway.core.errors import NotFound
from gateway.core.graphql.paging import Window, page_arguments
from gateway.core.ids import local_id, parse_id, row_key
from gateway.core.names import check_known
from gateway.core.ranges import check_range
from gateway.core.times import in_utc
from jobs.operations.registry import operation_names
from jobs.row.selectors import (
    JobFilters,
    job_get,
    job_list,
    operations_seen,
    unknown_scopes,
)
from jobs.schema.enums import JobState
from jobs.schema.pages import NEWEST_FIRST, JobPage
from jobs.schema.types import Job, JobConnection


class JobFilter(graphene.InputObjectType):
    """A filter of jobs. A job matches each field, or one of the values of a list."""

    state = graphene.List(graphene.NonNull(JobState), description="Their states.")
    operation = graphene.List(
        graphene.NonNull(graphene.String),
        description="The operation: virtual_machine.stop. An unknown one is an error.",
    )
    provider = graphene.List(
        graphene.NonNull(graphene.ID), description="The providers on which they run."
    )
    target = graphene.List(graphene.NonNull(graphene.ID), description="The target.")
    requested_by = graphene.List(
        graphene.NonNull(graphene.ID), description="The users who requested them."
    )
    created_after = graphene.DateTime(
        description="Requested at this time or later; UTC if it has no offset."
    )
    created_before = graphene.DateTime(
        description="Requested before this time; UTC if it has no offset."
    )


class JobQueries(graphene.ObjectType):
    job = graphene.Field(
        Job,
        id=graphene.ID(required=True, description="The job's id."),
        description="A job by its id. Null if it does not exist or you may not see it.",
    )
    jobs = graphene.Field(
        JobConnection,
        filter=graphene.Argument(JobFilter, description="The jobs to return; absent: all."),
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
        _check_operations(info, filters.operations or ())
        rows = job_list(user=info.context.user, filters=filters)
        return JobPage(rows, order=NEWEST_FIRST, window=Window(**window))


def _filters(given: Mapping[str, Any]) -> JobFilters:
    created_from = in_utc(given.get("created_after"), field="filter.createdAfter")
    created_until = in_utc(given.get("created_before"), field="filter.createdBefore")
    check_range(created_from, created_until, fields=("filter.createdAfter", "filter.createdBefore"))
    return JobFilters(
        states=given.get("state"),
        operations=given.get("operation"),
        scopes=_checked_ids(given.get("provider"), "filter.provider", of="Provider"),
        targets=_checked_ids(given.get("target"), "filter.target"),
        requester_ids=_requester_ids(given.get("requested_by")),
        created_from=created_from,
        created_until=created_until,
    )


def _check_operations(info: Any, names: Sequence[str]) -> None:
    """Raises InvalidInput. An operation of an earlier release is known by its jobs."""
    known = set(operation_names())
    if earlier := set(names) - known:
        known |= operations_seen(user=info.context.user, operations=earlier)
    check_known(names, known, noun="operation", field="filter.operation")


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
