"""Stored containers: filtered, in an order, with what they are shown with."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from gateway.core.folded_field import holding
from inventory.access import visible_containers
from inventory.models import Container, ContainerLabel, Source
from inventory.selectors.ids import rows_by_cloud_id, rows_with_cloud_id
from inventory.selectors.machines import containing_words
from inventory.selectors.pairs import having_pairs


@dataclass(frozen=True, slots=True)
class ContainerFilter:
    """What limits containers; None: no limit. All limits hold together.

    ``name``, ``image``: contained in it, in any case. ``labels``: (key, value) pairs, each of which
    the container has; with None for the value, it has the key. ``search``: each of its words is
    found in a name, an id, the image, the command, an address or a label.
    """

    states: Collection[str] | None = None
    name: str | None = None
    image: str | None = None
    labels: Sequence[tuple[str, str | None]] | None = None
    search: str | None = None


def container_list(
    *, sources: Iterable[Source], limits: ContainerFilter = ContainerFilter()
) -> QuerySet[Container]:
    """The stored containers of ``sources`` that are within ``limits``."""
    containers = Container.objects.filter(source__in=[source.pk for source in sources])
    return containers.filter(*_conditions(limits))


def _conditions(limits: ContainerFilter) -> Iterator[Q]:
    if limits.states is not None:
        yield Q(state__in=list(limits.states))
    if limits.name:
        yield holding("name_folded", limits.name)
    if limits.image:
        yield holding("image_folded", limits.image)
    yield from containing_words(limits.search)
    yield from having_pairs(limits.labels, terms=ContainerLabel, row="container", column="labels")


def container_get(*, user: Any, local_id: str) -> Container | None:
    """The stored container with this local id, if ``user`` may see it."""
    containers = rows_with_cloud_id(visible_containers(user), local_id)
    found: Container | None = containers.select_related("source__provider", "provider").first()
    return found


def containers_get(*, user: Any, local_ids: Collection[str]) -> dict[str, Container]:
    """As ``container_get`` for many, by their local ids and in one query."""
    containers = visible_containers(user).select_related("source__provider", "provider")
    return rows_by_cloud_id(containers, local_ids)
