"""Deletion of a user: everything that belongs to one, in the order of locks.

No mutation deletes users; an operator may, by Django's own ``user.delete()``. Django collects what
it deletes before its transaction begins. So a row that is added meanwhile would be left without
its user, and rows would be locked in Django's order. This runs at the beginning of that
transaction, see "The order of locks" in docs/architecture.md; Django finds nothing left then.
"""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import CASCADE, ManyToOneRel
from django.db.models.signals import pre_delete

from gateway.core.transactions import delete_locked
from inventory.live.api import delete_providers
from inventory.models import Provider
from jobs.api import Job, Schedule, lock_jobs


def connect() -> None:
    pre_delete.connect(_delete_dependants, sender=User, dispatch_uid="inventory.user_deletion")


def _delete_dependants(instance: User, **_signal: Any) -> None:
    user = User.objects.filter(pk=instance.pk)
    list(user.select_for_update(no_key=True))
    delete_locked(Schedule.objects.filter(owner=instance))
    jobs = lock_jobs(Job.objects.filter(requested_by=instance))
    Job.objects.filter(pk__in=jobs).update(requested_by=None)
    delete_providers(Provider.objects.filter(owner=instance))
    _delete_rest(instance)  # a transaction that holds one of these rows may still add others
    list(user.select_for_update())
    _delete_rest(instance)  # what was added before that lock; nothing can be added any more


def _delete_rest(user: User) -> None:
    fields = User._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django's documented API
    for relation in fields:
        if not isinstance(relation, ManyToOneRel):  # OneToOneRel is one
            continue
        model, name = relation.related_model, relation.field.name
        rows = model._base_manager.filter(**{name: user})  # noqa: SLF001 - as Django's deletion
        if relation.on_delete is CASCADE:
            delete_locked(rows)
        else:
            rows.update(**{name: None})
