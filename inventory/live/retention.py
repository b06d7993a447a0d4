"""What is forgotten after a while: an engine makes and removes containers all day."""

from datetime import datetime

from django.db.models import Q

from inventory.models import Container
from inventory.types import MISSING, ContainerState


def containers_prune(*, older_than: datetime) -> int:
    """Forget the containers that are gone since before ``older_than``; returns how many.

    A machine that is gone stays: it was bought, and people look for what became of it.
    """
    gone = Q(state=MISSING, missing_since__lt=older_than)
    removed = Q(state=ContainerState.REMOVED, read_started_at__lt=older_than)
    containers = Container.objects.filter(gone | removed)
    number = containers.count()
    containers.delete()
    return number
