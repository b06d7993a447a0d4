"""The GraphQL types that a declaration may name, by their names.

Those of resources are derived; scalars, enums and the parts of a resource's lists stand here. Types
are looked up when the schema is built, so that two resources may name each other.
"""

from typing import Any

import graphene

from gateway.core.graphql.enums import described_enum
from inventory.records.security_group import Direction
from inventory.resources import all_resources
from inventory.schema.code_types import RepositoryOwner, RepositoryVisibility
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


SecurityGroupRuleDirection = described_enum(
    Direction,
    name="SecurityGroupRuleDirection",
    description=" ".join((Direction.__doc__ or "").split()),
    meanings={one: one.meaning for one in Direction},
)


class SecurityGroupRule(graphene.ObjectType):
    """What a security group lets through. One of cidr, group and prefixList says whence or where
    to.
    """

    direction = graphene.Field(
        SecurityGroupRuleDirection, required=True, description="Which connections it is about."
    )
    protocol = graphene.String(
        required=True, description="tcp, udp, icmp, icmpv6, all, or a protocol's number."
    )
    from_port = graphene.Int(
        description="The first port; of ICMP, the type. Null: all ports, or a protocol without."
    )
    to_port = graphene.Int(description="The last port; of ICMP, the code, and -1 all codes.")
    cidr = graphene.String(description="A network, as 203.0.113.0/24 or ::/0.")
    group = graphene.String(description="The cloud's own id of another security group.")
    prefix_list = graphene.String(description="The cloud's own id of a list of networks.")


# The items of a JSON column are lists of these types' fields, in their order.
PARTS: dict[str, Any] = {
    "Tag": Tag,
    "ContainerPort": ContainerPort,
    "SecurityGroupRule": SecurityGroupRule,
}
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
    "RepositoryOwner": RepositoryOwner,
    "RepositoryVisibility": RepositoryVisibility,
    "VMBackend": VMBackend,
}
INTERFACES: dict[str, Any] = {"ComputeService": ComputeService}


def known_types() -> frozenset[str]:
    """What the ``type`` of a Fact may be, beside the resource's own enum of states."""
    resources = (one.type_name for one in all_resources())
    return frozenset({*PARTS, *SCALARS, *OTHERS, *resources})
