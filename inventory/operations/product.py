"""An object that a job orders: where it is placed, the order, and how it is made."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.core.ids import global_id
from inventory.models import Provider, Source
from inventory.operations.actions import TargetType
from inventory.operations.marker import find_marked
from inventory.providers import Capability, Cloud
from inventory.selectors.ids import CloudId
from jobs.api import Step


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an order goes. ``changes``: arguments that mean something else there, as names do."""

    region: str
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """``arguments``: the job's, with the ids that names stand for in ``region``. ``mark``: the
    order's client token. ``is_repeated``: an earlier attempt may have made the product.
    """

    arguments: Mapping[str, Any]
    region: str
    mark: str
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class Product:
    """``place``: where it goes, by the job's arguments. ``make``: orders it. ``failed``: states in
    which nothing came of it. ``reported``: other states in which the cloud may report why.
    ``find``: what an order with this mark has made, by the arguments; None: the list is searched.
    """

    target_type: TargetType
    capability: Capability
    place: Callable[[Provider, dict[str, Any]], Placement]
    make: Callable[[Cloud, PlacedOrder], Any]
    failed: Collection[str]
    reported: Collection[str] = ()
    find: Callable[[Cloud, Mapping[str, Any], str], Sequence[Any]] | None = None

    def made_by(self, cloud: Cloud, arguments: Mapping[str, Any], mark: str) -> Sequence[Any]:
        """The objects that an order with this mark created. Raises ProviderError."""
        if self.find is not None:
            return self.find(cloud, arguments, mark)
        return find_marked(cloud, self.target_type, mark)


def result_of(step: Step, source: Source, product: Product) -> dict[str, Any]:
    """The created object in a job's result: its global id under its type's name."""
    external_id = step.memory["external_id"]
    name = product.target_type.type_name
    key = name[0].lower() + name[1:]
    result = {key: product_id(source, external_id, product), "externalId": external_id}
    others = step.memory.get("also_made", [])
    return result | ({"alsoMade": others} if others else {})


def product_id(source: Source, external_id: str, product: Product) -> str:
    """The global id of the created object."""
    local_id = CloudId(str(source.provider.public_id), source.region, external_id)
    return global_id(product.target_type.type_name, local_id)
