"""``jobs``, ``job``, ``cancel``, ``retry`` and ``watch``."""

import uuid
from typing import Annotated

import typer

from gateway_client.generated.enums import JobState
from gateway_client.generated.fragments import JobParts
from gateway_client.generated.input_types import CancelJobInput, JobFilter, RetryJobInput

from .acting import Key, answered_job, report
from .connection import connect
from .exits import refuse
from .output import Columns, Format, note, visible, write_json, write_rows

PAGE = 100
COLUMNS: Columns[JobParts] = {
    "created": lambda one: f"{one.created_at:%Y-%m-%d %H:%M:%S}",
    "state": lambda one: one.state,
    "job": lambda one: one.label,
    "target": lambda one: one.target_name,
    "provider": lambda one: one.provider_name,
    "user": lambda one: one.requester_login,
    "error": lambda one: one.error and one.error.code,
    "id": lambda one: one.id,
}
JobId = Annotated[str, typer.Argument(metavar="JOB", help="The job's id.")]


def jobs(
    context: typer.Context,
    state: Annotated[list[JobState] | None, typer.Option(case_sensitive=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest ones.")] = 20,
    output: Annotated[Format, typer.Option("--output", "-o")] = Format.table,
) -> None:
    """List jobs, the newest first.

    Example: gateway jobs --state failed
    """
    found: list[JobParts] = []
    total = 0
    after: str | None = None
    with connect(context) as gateway:
        while len(found) < limit:
            page = gateway.list_jobs(
                JobFilter(state=state) if state else None, min(PAGE, limit - len(found)), after
            )
            if page is None:
                refuse("The gateway gave no answer.")
            found += page.nodes
            total = page.total_count
            after = page.page_info.end_cursor
            if not page.page_info.has_next_page:
                break
    write_rows(found, COLUMNS, output)
    if len(found) < total:
        note(f"{len(found)} of {total} jobs are shown.")


def job(context: typer.Context, id: JobId) -> None:  # noqa: A002 - shown in the help
    """Print a job with its last 50 events, as JSON.

    Example: gateway job Sm9iOjE=
    """
    with connect(context) as gateway:
        found = gateway.get_job(id)
    if found is None:
        refuse(f"There is no job {id}.")
    write_json(found.model_dump(by_alias=True, mode="json"))


def cancel(context: typer.Context, id: JobId) -> None:  # noqa: A002 - shown in the help
    """Cancel a job. One that has reached its cloud already may still succeed.

    Example: gateway cancel Sm9iOjE=
    """
    with connect(context) as gateway:
        found = answered_job(gateway.cancel_job(CancelJobInput(id=id)))
    note(f"{found.label}: {found.state.value}")


def retry(context: typer.Context, id: JobId, key: Key = None) -> None:  # noqa: A002 - shown in the help
    """Submit a failed job again, as a new job.

    Example: gateway retry Sm9iOjE=
    """
    with connect(context) as gateway:
        found = answered_job(
            gateway.retry_job(RetryJobInput(id=id, idempotencyKey=key or f"cli-{uuid.uuid4()}"))
        )
    note(f"Job {found.id}: {found.label}")


def watch(
    context: typer.Context,
    id: Annotated[str | None, typer.Argument(metavar="JOB", help="Of all jobs if absent.")] = None,  # noqa: A002
    machines: Annotated[
        bool, typer.Option("--machines", help="Changes of machines in place of jobs.")
    ] = False,
) -> None:
    """Print a line for each change of a job, or of all jobs, until Ctrl-C.

    Example: gateway watch --machines
    """
    with connect(context) as gateway:
        if machines:
            for machine in gateway.watch_machines():
                typer.echo(
                    visible(
                        f"{machine.observed_at:%H:%M:%S}  {machine.state.value:12}  {machine.name}"
                    )
                )
            return
        last: JobParts | None = None
        for last in gateway.watch_job(id):
            typer.echo(visible(line_of(last)))
    if id and last:
        report(last)


def line_of(job: JobParts) -> str:
    return (
        f"{job.state.value:10} {job.progress:3} %  {job.label}  {job.target_name or ''}  {job.id}"
    )
