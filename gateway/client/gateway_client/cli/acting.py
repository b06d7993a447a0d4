"""The steps of every action: a dry run, a question, the submission, and the wait for the job."""

import sys
import uuid
from collections.abc import Callable, Sequence
from typing import Annotated, NoReturn, Protocol

import httpx
import typer

from gateway_client import Gateway
from gateway_client.generated.enums import JobState
from gateway_client.generated.fragments import DryRunParts, JobParts, Problem

from .exits import UNREACHABLE, USAGE, refuse
from .output import note, visible

FINAL = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED)
TRIES = 3

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and end.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the job has ended.")]
Key = Annotated[
    str | None,
    typer.Option(help="The same key never acts twice, for seven days. Made up if absent."),
]


class Payload(Protocol):
    """The payload of every action's mutation."""

    @property
    def errors(self) -> Sequence[Problem]: ...
    @property
    def job(self) -> JobParts | None: ...
    @property
    def dry_run(self) -> DryRunParts | None: ...


Submit = Callable[[str | None, bool], Payload | None]  # by an idempotency key, or as a dry run


class Options:
    """How an action is to be carried out."""

    def __init__(
        self, *, dry_run: bool, yes: bool, wait: bool, key: str | None, typed: str | None = None
    ) -> None:
        self.dry_run, self.yes, self.wait = dry_run, yes, wait
        self.key = key or f"cli-{uuid.uuid4()}"
        self.typed = typed  # a word to type before something is destroyed


def act(gateway: Gateway, deed: str, submit: Submit, options: Options) -> None:
    """Raises CommandError if it is refused, not confirmed, or its job fails."""
    show(answered(submit(None, True)).dry_run, deed, all_checks=options.dry_run)
    if options.dry_run:
        note("Nothing was done: this was a dry run.")
        return
    confirm(deed, options)
    job = submitted(submit, options.key)
    note(f"Job {job.id}: {job.label}")
    if options.wait:
        follow(gateway, job)


def answered(payload: Payload | None) -> Payload:
    """The payload; raises CommandError with its errors."""
    if payload is None or payload.errors:
        refuse_with(payload.errors if payload else [])
    return payload


class JobPayload(Protocol):
    """The payload of the mutations of a job."""

    @property
    def errors(self) -> Sequence[Problem]: ...
    @property
    def job(self) -> JobParts | None: ...


def answered_job(payload: JobPayload | None) -> JobParts:
    """The job of a payload; raises CommandError with its errors."""
    if payload is None or payload.job is None:
        refuse_with(payload.errors if payload else [])
    return payload.job


def refuse_with(errors: Sequence[Problem]) -> NoReturn:
    refuse(
        "\n".join(f"{one.message} ({one.code})" for one in errors) or "The gateway gave no answer."
    )


def show(dry_run: DryRunParts | None, deed: str, *, all_checks: bool) -> None:
    """Print the targets, and the checks that failed, or all of them.

    Raises CommandError if the dry run does not allow the action.
    """
    if dry_run is None:
        return
    for target in dry_run.targets or []:
        machine = target.virtual_machine
        typer.echo(
            visible(
                f"{machine.name}  {machine.state.value}  {machine.provider.name} {machine.region}"
            )
        )
        show_checks([(one.ok, one.message) for one in target.checks], all_checks)
    show_checks([(one.ok, one.message) for one in dry_run.checks], all_checks)
    if not dry_run.allowed:
        refuse(f"Not allowed: {deed}. The lines with 'no' say why.")


def show_checks(checks: Sequence[tuple[bool, str]], all_checks: bool) -> None:
    for passed, message in checks:
        if all_checks or not passed:
            typer.echo(visible(f"  {'ok' if passed else 'no'}  {message}"))


def confirm(deed: str, options: Options) -> None:
    if options.yes:
        return
    if not sys.stdin.isatty():
        refuse(f"There is no terminal to ask: {deed}? Repeat the command with --yes.", USAGE)
    if options.typed:
        if typer.prompt(f"{deed}? Type {options.typed} to go on") != options.typed:
            refuse("Nothing was done.")
    elif not typer.confirm(f"{deed}?"):
        refuse("Nothing was done.")


def submitted(submit: Submit, key: str) -> JobParts:
    """The job. A request whose answer is lost is sent again under its key, so it acts once."""
    for tries in range(1, TRIES + 1):
        try:
            job = answered(submit(key, False)).job
        except httpx.TransportError as error:
            if tries == TRIES:
                refuse(
                    f"The gateway did not answer ({error}). The action may have been accepted. "
                    f"Repeat the command with --key {key}: it does not act twice.",
                    UNREACHABLE,
                )
            continue
        if job is not None:
            return job
    refuse("The gateway accepted the action without a job.")


def follow(gateway: Gateway, job: JobParts) -> None:
    """Show the progress until the job has ended; raises CommandError if it has not succeeded."""
    with typer.progressbar(length=100, label=visible(job.label), file=sys.stderr) as bar:
        for seen in gateway.watch_job(job.id):
            job = seen
            bar.update(max(0, job.progress - bar.pos))
        if job.state is JobState.SUCCEEDED:
            bar.update(100 - bar.pos)
    report(job)


def report(job: JobParts) -> None:
    """Print how a job ended and what it created; raises CommandError unless it has succeeded."""
    if job.state not in FINAL:
        refuse(
            f"The stream ended while the job was {job.state.value}. "
            f"Follow it again: gateway watch {job.id}"
        )
    for made in job.created_objects:
        typer.echo(visible(f"{made.type_}  {made.name or ''}  {made.id or ''}".rstrip()))
    if job.state is not JobState.SUCCEEDED:
        refuse(
            f"{job.label}: {job.state.value}"
            + (f", {job.error.message} ({job.error.code})" if job.error else "")
        )
    note(f"{job.label}: {job.state.value}")
