"""The GraphQL types that a declaration may name, by their names.

Those of resources are derived; scalars, enums and the parts of a resource's lists stand here. Types
are looked up when the schema is built, so that two resources may name each other.
"""

from typing import Any

import graphene

from gateway.core.graphql.enums import described_enum
from inventory.records.price import PriceSource as PriceSources
from inventory.records.price import PriceUnit as PriceUnits
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
    """A port that a container listens on. Without a host port it is open only inside its
    network.
    """

    container_port = graphene.Int(required=True, description="The port inside the container.")
    protocol = graphene.String(required=True, description="tcp, udp or sctp.")
    host_port = graphene.Int(description="The port of its host that is forwarded to it.")
    host_ip = graphene.String(
        description="The host's address on which it is open; null: not reported."
    )


SecurityGroupRuleDirection = described_enum(
    Direction,
    name="SecurityGroupRuleDirection",
    description=" ".join((Direction.__doc__ or "").split()),
)


class SecurityGroupRule(graphene.ObjectType):
    """The traffic that a security group lets through. One of cidr, group and prefixList is its
    other end: the origin, or for EGRESS the destination.
    """

    direction = graphene.Field(
        SecurityGroupRuleDirection, required=True, description="The direction of the connections."
    )
    protocol = graphene.String(
        required=True, description="tcp, udp, icmp, icmpv6, all, or a protocol's number."
    )
    from_port = graphene.Int(
        description="The first port; of ICMP, the type. Null: all ports, or a protocol without."
    )
    to_port = graphene.Int(description="The last port; of ICMP, the code, and -1 all codes.")
    cidr = graphene.String(description="A network, for example 203.0.113.0/24 or ::/0.")
    group = graphene.String(description="The cloud's own id of another security group.")
    prefix_list = graphene.String(description="The cloud's own id of a list of networks.")


PriceUnit = described_enum(
    PriceUnits,
    name="PriceUnit",
    description="The unit that a price is for.",
)
PriceSource = described_enum(
    PriceSources,
    name="PriceSource",
    description="Where a price comes from. The first of these sources that has a price is used.",
)


class Price(graphene.ObjectType):
    """A price, and where it comes from. A list price is not your bill: savings plans, taxes and
    traffic are not in it.
    """

    amount = graphene.Float(
        required=True, description="The amount in the currency, with six decimal places."
    )
    currency = graphene.String(
        required=True, description="The code of the currency, for example USD."
    )
    per = graphene.Field(PriceUnit, required=True, description="The unit that the price is for.")
    as_of = graphene.Date(description="The day on which it was valid.")
    source = graphene.Field(PriceSource, required=True, description="Where it comes from.")


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
    "Price": Price,
    "Provider": PROVIDER,
    "RepositoryOwner": RepositoryOwner,
    "RepositoryVisibility": RepositoryVisibility,
    "VMBackend": VMBackend,
}
INTERFACES: dict[str, Any] = {"ComputeService": ComputeService}


def known_types() -> frozenset[str]:
    """The values of ``type`` that a Fact may have, besides the resource's own enum of states."""
    resources = (one.type_name for one in all_resources())
    return frozenset({*PARTS, *SCALARS, *OTHERS, *resources})
