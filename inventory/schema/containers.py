"""Containers: the type alone, so that queries can name it. No kind of provider lists any yet."""

import graphene

from gateway.core.graphql.nodes import Node
from inventory.schema.compute import ComputeService
from inventory.schema.enums import ContainerType


class Container(graphene.ObjectType):
    """A container. No kind of provider lists containers yet."""

    class Meta:
        interfaces = (Node, ComputeService)

    system_type = graphene.Field(ContainerType, description="What runs it.")
