"""The one gate from a user to any object: owner or superuser.

What is out of reach is answered exactly as what does not exist. Everything that hands out rows
starts from one of these querysets.
"""

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from inventory.models import (
    Change,
    Image,
    Location,
    Provider,
    Repository,
    Size,
    Source,
    VirtualMachine,
)


def visible_providers(user: Any) -> QuerySet[Provider]:
    return Provider.objects.filter(_owned(user, "owner"))


def visible_sources(user: Any) -> QuerySet[Source]:
    return Source.objects.filter(_owned(user, "provider__owner"))


def visible_machines(user: Any) -> QuerySet[VirtualMachine]:
    return VirtualMachine.objects.filter(_owned(user, "provider__owner"))


def visible_changes(user: Any) -> QuerySet[Change]:
    return Change.objects.filter(_owned(user, "provider__owner"))


def visible_sizes(user: Any) -> QuerySet[Size]:
    return Size.objects.filter(_owned(user, "provider__owner"))


def visible_images(user: Any) -> QuerySet[Image]:
    return Image.objects.filter(_owned(user, "provider__owner"))


def visible_locations(user: Any) -> QuerySet[Location]:
    return Location.objects.filter(_owned(user, "provider__owner"))


def visible_repositories(user: Any) -> QuerySet[Repository]:
    """Imported repositories are everybody's; one that was created here is its creator's."""
    return Repository.objects.filter(_owned(user, "creator") | Q(creator=None))


def is_public_id(value: str) -> bool:
    """Whether ``value`` can be a provider's public id at all."""
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


def _owned(user: Any, owner: str) -> Q:
    """Rows whose ``owner`` is the user; for a superuser all rows, for nobody none."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_superuser:
        return Q(pk__isnull=False)  # an empty Q would vanish in "or", and take all rows with it
    return Q(**{owner: user.pk})
