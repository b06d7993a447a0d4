"""The interface between jobs and the app whose objects they change.

To jobs, a target and a scope are opaque ids. The app that submits jobs knows the objects behind the
ids, and their users. It implements ``JobDelegate`` once and registers it in ``AppConfig.ready``::

    class InventoryDelegate(JobDelegate): ...

    register_delegate(InventoryDelegate)

A second class, or one without all methods, raises ImproperlyConfigured there, so no process starts.
A missing class is an error of Django's system checks: see ``jobs.checks``.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured

from jobs.models import Job


@dataclass(frozen=True, slots=True)
class ScopeAccess:
    """The existing scopes, divided by whether a user has access to them.

    ``within``, ``beyond``: subqueries, of those with access and of all others. ``known``: takes
    scopes and returns those with access.
    """

    within: Any
    beyond: Any
    known: Callable[[Collection[str]], set[str]]


@dataclass(frozen=True, slots=True)
class ScheduledRequest:
    """The job that a schedule submits for its owner; ``idempotency_key`` as in ``submit``."""

    operation: str
    arguments: Mapping[str, Any]
    owner: User
    idempotency_key: str | None = None


class ScheduledJob(NamedTuple):
    """``note``: how the job differs from the request, in sentences; empty if it does not."""

    job: Job
    note: str = ""


class JobDelegate(ABC):
    """The methods are given jobs of every operation, also of those that other apps registered.

    Rights are those that the user has at the time of the call. A ``check_…`` method raises an
    ExpectedError that says why the user may not do it.
    """

    @abstractmethod
    def scope_access(self, user: Any) -> ScopeAccess:
        """Which scopes the user may see the jobs of.

        A user also sees the jobs that they requested, unless the scope is one of ``beyond``. A
        scope that no longer exists is in neither subquery.
        """

    @abstractmethod
    def check_step(self, job: Job, requester: Any) -> None:
        """Called before each step of ``job``: may its requester still request it?"""

    @abstractmethod
    def check_retry(self, job: Job, user: Any) -> None:
        """Called before ``job`` is retried; of a parent, for each child that is to be retried."""

    @abstractmethod
    def check_cancel(self, job: Job, scopes: Collection[str], user: Any) -> None:
        """Called before ``job`` is canceled.

        ``scopes``: those of the job and of its unfinished children that the user sees.
        """

    @abstractmethod
    def jobs_finished(self, jobs: Sequence[Job]) -> None:
        """Called once at the end of a transaction, with all jobs that reach a final state in it.

        Parents are among them. It may lock and write rows: see "The order of locks" in
        docs/architecture.md. An exception rolls the transition back, and the job ends as FAILED
        with the code INTERNAL.
        """

    @abstractmethod
    def prepare_scheduled(self, request: ScheduledRequest) -> str:
        """Called before a planned time is run, outside of any transaction; it may call a cloud.

        Returns sentences for the run's message; an empty string if there is nothing to report.
        """

    @abstractmethod
    def submit_scheduled(self, request: ScheduledRequest) -> ScheduledJob:
        """Submit what a schedule requests, in the caller's transaction; it calls no cloud.

        Raises an ExpectedError that says why nothing is submitted.
        """


_registered: list[type[JobDelegate]] = []


def register_delegate(implementation: type[JobDelegate]) -> type[JobDelegate]:
    """Raises ImproperlyConfigured for a second class, and for one without all methods."""
    name = f"{implementation.__module__}.{implementation.__qualname__}"
    if not issubclass(implementation, JobDelegate):
        raise ImproperlyConfigured(f"{name} is no subclass of jobs.api.JobDelegate.")
    if missing := sorted(implementation.__abstractmethods__):
        raise ImproperlyConfigured(
            f"{name} lacks methods of jobs.api.JobDelegate: {', '.join(missing)}."
        )
    if _registered:
        first = f"{_registered[0].__module__}.{_registered[0].__qualname__}"
        raise ImproperlyConfigured(
            f"{name} is registered for jobs, and so is {first}: there must be one JobDelegate."
        )
    _registered.append(implementation)
    return implementation


def is_registered() -> bool:
    return bool(_registered)


def get_delegate() -> JobDelegate:
    """Raises ImproperlyConfigured if none is registered."""
    if not _registered:
        raise ImproperlyConfigured(NOT_REGISTERED)
    return _registered[0]()


NOT_REGISTERED = (
    "No JobDelegate is registered for jobs. Call jobs.api.register_delegate in the ready method of "
    "the AppConfig whose objects the jobs change."
)
