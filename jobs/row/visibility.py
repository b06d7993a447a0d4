"""Which jobs a user may see.

- A job whose scope the user has access to.
- A job that the user requested, unless its scope exists and they have no access to it now.
- All jobs, for a superuser.

A parent is shown as if it had only those children that the user sees: see ``partial_view``. With a
token that is limited to some scopes a user sees the jobs of these scopes; of the jobs without a
scope, those that were requested with this token and those of which they see a child.
"""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import Exists, OuterRef, Q, QuerySet

from gateway.core.accounts.credential import credential_of, provider_limit
from jobs.delegate import get_delegate
from jobs.models import Job


def visible_jobs(*, user: AbstractBaseUser | AnonymousUser) -> QuerySet[Job]:
    """The jobs that ``user`` may see."""
    if not user.is_authenticated:
        return Job.objects.none()
    if sees_all(user):
        return Job.objects.all()
    seen = visible_by_scope(user)
    if provider_limit(user) is None:
        return Job.objects.filter(seen)
    of_this_token = Q(credential=str(credential_of(user)))
    has_seen_child = Exists(Job.objects.filter(seen, parent=OuterRef("pk")))
    return Job.objects.filter(seen, Q(scope__isnull=False) | of_this_token | has_seen_child)


def visible_children(parent: Job, *, user: AbstractBaseUser | AnonymousUser) -> QuerySet[Job]:
    """The children of ``parent`` that ``user`` may see."""
    return visible_jobs(user=user).filter(parent=parent)


def is_visible(job: Job, *, user: AbstractBaseUser | AnonymousUser) -> bool:
    return visible_jobs(user=user).filter(pk=job.pk).exists()


def visible_by_scope(user: AbstractBaseUser | AnonymousUser) -> Any:
    """The condition by scope and requester, without that by children."""
    own = Q(requested_by=user.pk)
    if provider_limit(user) is not None:
        own &= Q(scope=None)
    access = get_delegate().scope_access(user)
    own &= ~Q(scope__in=access.beyond)
    return own | Q(scope__in=access.within)


def parent_of(job: Job, *, user: AbstractBaseUser | AnonymousUser) -> Job | None:
    """The parent of a job that ``user`` sees, if they may see the parent too; without a query.

    A parent with the same scope is visible like its child. A parent without a scope is visible to
    its requester.
    """
    parent = job.parent
    if parent is None or sees_all(user) or parent.scope == job.scope:
        return parent
    return parent if parent.requested_by_id == user.pk else None


def sees_all(user: AbstractBaseUser | AnonymousUser) -> bool:
    is_superuser: Any = isinstance(user, PermissionsMixin) and user.is_superuser
    return is_superuser and provider_limit(user) is None
