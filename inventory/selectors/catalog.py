"""Stored sizes, images and locations, and what a page of machines needs of them."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from inventory.models import Image, Size, Source, VirtualMachine

M = TypeVar("M", bound=Model)

Key = tuple[int, str, str]  # provider, region, external id


def catalog_list(
    *, model: type[M], sources: Iterable[Source], search: str | None = None
) -> QuerySet[M]:
    """Stored entries of ``sources`` by name; ``search``: an id, or contained in a name."""
    entries = model._default_manager.filter(  # noqa: SLF001 - Django's documented API
        source__in=[source.pk for source in sources]
    )
    if search:
        entries = entries.filter(Q(name__icontains=search) | Q(external_id=search))
    return entries.select_related("provider").order_by("name", "pk")


class CatalogLookup:
    """The catalogue entries that a page of machines names: one query a kind, when first asked."""

    def __init__(self, machines: Sequence[VirtualMachine]) -> None:
        self._machines = machines
        self._entries: dict[type[Model], dict[Key, Any]] = {}

    def size_of(self, machine: VirtualMachine) -> Size | None:
        """The size as the catalogue has it, or as far as the machine's own row tells."""
        if machine.size_id is None:
            return None
        found = self._of(Size, "size_id")
        return found.get((machine.provider_id, machine.region, machine.size_id)) or Size(
            **_place(machine),
            external_id=machine.size_id,
            name=machine.size_name or machine.size_id,
            memory=machine.memory,
            vcpus=machine.vcpus,
            disk=machine.disk,
            price_per_hour=machine.price_per_hour,
        )

    def image_of(self, machine: VirtualMachine) -> Image | None:
        """As ``size_of``."""
        if machine.image_id is None:
            return None
        found = self._of(Image, "image_id")
        return found.get((machine.provider_id, machine.region, machine.image_id)) or Image(
            **_place(machine),
            external_id=machine.image_id,
            name=machine.image_name or machine.image_id,
        )

    def _of(self, model: type[Any], column: str) -> dict[Key, Any]:
        """The entries that the machines name in ``column``; read when first asked for."""
        if model not in self._entries:
            external_ids = {getattr(machine, column) for machine in self._machines} - {None}
            providers = {machine.provider_id: machine.provider for machine in self._machines}
            entries = model.objects.filter(provider__in=providers, external_id__in=external_ids)
            self._entries[model] = {
                (entry.provider_id, entry.region, entry.external_id): entry for entry in entries
            }
            for entry in self._entries[model].values():
                entry.provider = providers[entry.provider_id]
        return self._entries[model]


def _place(machine: VirtualMachine) -> dict[str, Any]:
    return {"provider": machine.provider, "region": machine.region}
