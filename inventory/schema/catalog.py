"""Sizes, images and locations."""

from typing import Any

import graphene

from gateway.core.graphql import nodes
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id
from inventory import access, models
from inventory.selectors.ids import cloud_id_of, rows_with_cloud_id


class CatalogNode(graphene.ObjectType):
    """What every entry of a cloud's catalogue has."""

    class Meta:
        abstract = True

    external_id = graphene.String(required=True, description="The cloud's own id.")
    name = graphene.String(required=True, description="The cloud's name for it.")
    region = graphene.String(required=True, description="The region that offers it.")
    problem = graphene.String(
        description="Why a part of it is unknown; null when everything was read."
    )

    @classmethod
    @pure
    def resolve_id(cls, entry: Any) -> str:
        return global_id(cls.__name__, cloud_id_of(entry))


class Size(CatalogNode):
    """How large a machine is: a flavor, an instance type."""

    class Meta:
        interfaces = (Node,)

    memory = graphene.Int(description="Memory in MiB; null where the cloud does not say.")
    vcpus = graphene.Int(description="Virtual processors; null where the cloud does not say.")
    disk = graphene.Int(
        description="Disk in GiB that comes with it; null where the cloud does not say."
    )
    price_per_hour = graphene.Float(
        description="Price in US dollars an hour, where it is known. "
        "List prices as the libcloud release has them; your bill may differ."
    )
    price_as_of = graphene.Date(description="The day of the price list, where there is one.")

    @staticmethod
    @pure
    def resolve_price_as_of(size: Any) -> Any:
        return None if size.price_per_hour is None else size.provider.kind.prices_as_of()


class Image(CatalogNode):
    """What a machine is made from: an operating system image."""

    class Meta:
        interfaces = (Node,)


class Location(CatalogNode):
    """Where in a region a machine is: a zone."""

    class Meta:
        interfaces = (Node,)


def _loader(visible: Any) -> nodes.Loader:
    def load(user: Any, local_id: str) -> Any:
        rows = rows_with_cloud_id(visible(user), local_id)
        return rows.select_related("provider").first()

    return load


nodes.register(Size, model=models.Size, load=_loader(access.visible_sizes))
nodes.register(Image, model=models.Image, load=_loader(access.visible_images))
nodes.register(Location, model=models.Location, load=_loader(access.visible_locations))
