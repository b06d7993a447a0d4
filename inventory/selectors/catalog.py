"""Stored sizes, images and locations, and what a page of machines needs of them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from gateway.core.folded_field import holding
from inventory.models import Image, Provider, Size, Source, VirtualMachine

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
        entries = entries.filter(holding("name_folded", search) | Q(external_id=search))
    return entries.select_related("provider").order_by("name", "pk")


class EntryOfMachine:
    """An entry that the catalogue lacks, as far as a machine's own row tells of it.

    It reads the row when it is asked, so that a page need not load what nobody selects.
    """

    problem = None

    def __init__(self, machine: VirtualMachine) -> None:
        self._machine = machine

    @property
    def provider(self) -> Provider:
        return self._machine.provider

    @property
    def region(self) -> str:
        return self._machine.region


class SizeOfMachine(EntryOfMachine):
    """A size by what its machine has of it."""

    @property
    def external_id(self) -> str | None:
        return self._machine.size_id

    @property
    def name(self) -> str | None:
        return self._machine.size_name or self._machine.size_id

    @property
    def memory(self) -> int | None:
        return self._machine.memory

    @property
    def vcpus(self) -> int | None:
        return self._machine.vcpus

    @property
    def disk(self) -> int | None:
        return self._machine.disk

    @property
    def price_per_hour(self) -> Decimal | None:
        return self._machine.price_per_hour


class ImageOfMachine(EntryOfMachine):
    """An image by what its machine says of it."""

    @property
    def external_id(self) -> str | None:
        return self._machine.image_id

    @property
    def name(self) -> str | None:
        return self._machine.image_name or self._machine.image_id


class CatalogLookup:
    """The catalogue entries that a page of machines names: one query a kind, when first asked."""

    def __init__(self, machines: Sequence[VirtualMachine]) -> None:
        self._machines = machines
        self._entries: dict[type[Model], dict[Key, Any]] = {}

    def size_of(self, machine: VirtualMachine) -> Size | SizeOfMachine | None:
        """The size as the catalogue has it, or as far as the machine's own row tells."""
        size_id = machine.size_id
        if size_id is None:
            return None
        found = self._of(Size, "size_id").get((machine.provider_id, machine.region, size_id))
        return found or SizeOfMachine(machine)

    def image_of(self, machine: VirtualMachine) -> Image | ImageOfMachine | None:
        """As ``size_of``."""
        image_id = machine.image_id
        if image_id is None:
            return None
        found = self._of(Image, "image_id").get((machine.provider_id, machine.region, image_id))
        return found or ImageOfMachine(machine)

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
