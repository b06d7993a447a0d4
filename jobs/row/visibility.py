"""Which jobs a user may see, and how much of a job with children.

::

    a job              seen where its scope is within the user's reach; else, if they asked for it,
                       unless its scope is out of their reach now
    with children      shown as if it had only those of its children that the user sees: see
                       ``jobs.row.partial_view``

A token that is limited to some scopes shows the jobs there. Of jobs without a scope it shows those
that were asked for with it, and those of which it shows a child. A superuser sees all.
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
    seen = seen_by_scope(user)
    if provider_limit(user) is None:
        return Job.objects.filter(seen)
    of_this_token = Q(credential=str(credential_of(user)))
    has_seen_child = Exists(Job.objects.filter(seen, parent=OuterRef("pk")))
    return Job.objects.filter(seen, Q(scope__isnull=False) | of_this_token | has_seen_child)


def visible_children(parent: Job, *, user: AbstractBaseUser | AnonymousUser) -> QuerySet[Job]:
    """Those of the children of ``parent`` that ``user`` may see."""
    return visible_jobs(user=user).filter(parent=parent)


def is_visible(job: Job, *, user: AbstractBaseUser | AnonymousUser) -> bool:
    return visible_jobs(user=user).filter(pk=job.pk).exists()


def seen_by_scope(user: AbstractBaseUser | AnonymousUser) -> Any:
    """Which jobs the user sees by their scopes and requesters, whatever their children are."""
    own = Q(requested_by=user.pk)
    if provider_limit(user) is not None:
        own &= Q(scope=None)
    access = get_delegate().scope_access(user)
    own &= ~Q(scope__in=access.beyond)
    return own | Q(scope__in=access.within)


def parent_of(job: Job, *, user: AbstractBaseUser | AnonymousUser) -> Job | None:
    """The parent of a job that ``user`` sees, if they may see it too; asks nothing.

    Where both have one scope both are seen alike. A parent without one is its requester's.
    """
    parent = job.parent
    if parent is None or sees_all(user) or parent.scope == job.scope:
        return parent
    return parent if parent.requested_by_id == user.pk else None


def sees_all(user: AbstractBaseUser | AnonymousUser) -> bool:
    is_superuser: Any = isinstance(user, PermissionsMixin) and user.is_superuser
    return is_superuser and provider_limit(user) is None
