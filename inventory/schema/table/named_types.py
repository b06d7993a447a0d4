"""The GraphQL types that a declaration may name, by their names.

Those of resources are derived; scalars, enums and the parts of a resource's lists stand here. Types
are looked up when the schema is built, so that two resources may name each other.
"""

from typing import Any

import graphene

from inventory.resources import all_resources
from inventory.schema.compute import ComputeService
from inventory.schema.enums import ContainerType, VMBackend

# The schema's own module has them import this one.
PROVIDER = "inventory.schema.providers.Provider"


class Tag(graphene.ObjectType):
    """A tag or label that the cloud keeps with a machine."""

    key = graphene.String(required=True, description="The tag's name.")
    value = graphene.String(required=True, description="The tag's value; may be empty.")


class ContainerPort(graphene.ObjectType):
    """A port that a container listens at. Without a host port it is open inside of its network."""

    container_port = graphene.Int(required=True, description="The port inside of the container.")
    protocol = graphene.String(required=True, description="tcp, udp or sctp.")
    host_port = graphene.Int(description="The port of its host that leads there.")
    host_ip = graphene.String(description="The host's address that it is open at; null: not told.")


# The items of a JSON column are lists of these types' fields, in their order.
PARTS: dict[str, Any] = {"Tag": Tag, "ContainerPort": ContainerPort}
SCALARS: dict[str, Any] = {
    "Boolean": graphene.Boolean,
    "Date": graphene.Date,
    "DateTime": graphene.DateTime,
    "Float": graphene.Float,
    "Int": graphene.Int,
    "String": graphene.String,
}
OTHERS: dict[str, Any] = {
    "ContainerType": ContainerType,
    "Provider": PROVIDER,
    "VMBackend": VMBackend,
}
INTERFACES: dict[str, Any] = {"ComputeService": ComputeService}


def known_types() -> frozenset[str]:
    """What the ``type`` of a Fact may be, beside the resource's own enum of states."""
    resources = (one.type_name for one in all_resources())
    return frozenset({*PARTS, *SCALARS, *OTHERS, *resources})
