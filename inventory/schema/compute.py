"""Shared by machines and containers."""

from typing import Any

import graphene

from gateway.core.graphql import nodes


class ComputeService(graphene.Interface):
    """Anything that computes for you: a virtual machine or a container."""

    id = graphene.ID(required=True, description="Its id in this gateway.")
    name = graphene.String(required=True, description="Its name at the cloud.")
    memory = graphene.Int(description="Memory in MiB; null if the cloud does not report it.")
    problem = graphene.String(
        description="Why some of its fields are unknown; null if all were read."
    )

    @classmethod
    def resolve_type(cls, instance: Any, _info: Any) -> type:
        return nodes.type_of(instance)
