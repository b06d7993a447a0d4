"""libcloud's nodes through a stock graphene schema: ten fields of each, as JSON."""

import json
from typing import Any

import graphene
from libcloud.compute.base import Node
from libcloud.compute.constants.ec2_instance_types import INSTANCE_TYPES

TEN_FIELDS = "id externalId name state rawState region memory publicIps privateIps createdAt"
QUERY = f"{{ machines {{ {TEN_FIELDS} }} }}"


class Machine(graphene.ObjectType):
    id = graphene.ID(required=True)
    external_id = graphene.String(required=True)
    name = graphene.String(required=True)
    state = graphene.String(required=True)
    raw_state = graphene.String(required=True)
    region = graphene.String(required=True)
    memory = graphene.Int()
    public_ips = graphene.List(graphene.NonNull(graphene.String), required=True)
    private_ips = graphene.List(graphene.NonNull(graphene.String), required=True)
    created_at = graphene.DateTime()

    @staticmethod
    def resolve_external_id(node: Node, _info: Any) -> str:
        return str(node.id)

    @staticmethod
    def resolve_state(node: Node, _info: Any) -> str:
        return str(node.state).upper()

    @staticmethod
    def resolve_raw_state(node: Node, _info: Any) -> str:
        return str(node.extra["status"])

    @staticmethod
    def resolve_region(node: Node, _info: Any) -> str:
        return str(node.driver.region_name)

    @staticmethod
    def resolve_memory(node: Node, _info: Any) -> int:
        memory: int = INSTANCE_TYPES[node.extra["instance_type"]]["ram"]
        return memory


class Query(graphene.ObjectType):
    machines = graphene.List(graphene.NonNull(Machine))

    @staticmethod
    def resolve_machines(nodes: list[Node], _info: Any) -> list[Node]:
        return nodes


_schema = graphene.Schema(query=Query)


def nodes_as_json(nodes: list[Node]) -> bytes:
    """Raises ValueError when a field failed."""
    result = _schema.execute(QUERY, root_value=nodes)
    if result.errors:
        raise ValueError(result.errors)
    return json.dumps({"data": result.data}).encode()
