"""The machine that the gateway runs on."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.selectors.host import cpu_of_host


class Cpu(graphene.ObjectType):
    """The processor of a machine."""

    model = graphene.String(required=True, description="Its name, from its manufacturer.")
    cores = graphene.Int(
        required=True, description="The number of logical processors that the system uses."
    )
    architecture = graphene.String(
        required=True, description="Its architecture, for example x86_64."
    )


class Host(graphene.ObjectType):
    """The machine that the gateway runs on."""

    cpu = graphene.Field(Cpu, description="Its processor, read for this answer.")

    @staticmethod
    @pure
    def resolve_cpu(_host: Any) -> Any:
        return cpu_of_host()


class HostQuery(graphene.ObjectType):
    host = graphene.Field(Host, description="The machine that the gateway runs on.")

    @staticmethod
    def resolve_host(_root: None, _info: Any) -> dict[str, Any]:
        return {}
