"""The mutation that deploys a container."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.graphql.context import Context
from inventory.access import Role
from inventory.operations.actions.containers import CONTAINER
from inventory.schema.actions import ActionMutation, Request, TagInput, dry_run_argument, pairs_of
from inventory.schema.dry_run import dry_run_field
from inventory.schema.named import provider_named
from inventory.services import containers as services
from inventory.services.container_orders import DeployRequest
from inventory.types import PortRecord
from jobs.schema import idempotency_key_argument


class EnvironmentInput(graphene.InputObjectType):
    """A variable of a container's environment. It is kept encrypted until the job has ended."""

    name = graphene.String(required=True, description="Its name.")
    value = graphene.String(required=True, description="Its value; may be empty.")


class PortInput(graphene.InputObjectType):
    """A port to open."""

    container_port = graphene.Int(required=True, description="The port inside the container.")
    protocol = graphene.String(default_value="tcp", description="tcp, udp or sctp.")
    host_port = graphene.Int(
        description="The port of its host that leads there; absent: none is asked for."
    )
    host_ip = graphene.String(description="The host's address to open it at; absent: all.")


class DeployContainer(ActionMutation):
    """Make a container and start it. The job succeeds when it runs, or has ended with code 0."""

    dry_run = dry_run_field(CONTAINER)

    class Input:
        provider = graphene.ID(required=True, description="Where.")
        name = graphene.String(required=True, description="Its name; no other there may have it.")
        image = graphene.String(required=True, description="Its image, as in nginx:1.27.")
        command = graphene.List(
            graphene.NonNull(graphene.String),
            description="The command, word by word; absent: the image's own.",
        )
        environment = graphene.List(
            graphene.NonNull(EnvironmentInput), description="Variables of its environment."
        )
        ports = graphene.List(graphene.NonNull(PortInput), description="Ports to open.")
        labels = graphene.List(graphene.NonNull(TagInput), description="Labels to set.")
        memory = graphene.Int(description="The most memory it may take, in MiB; absent: no limit.")
        region = graphene.String(
            description="The namespace of a cluster. Absent: the provider's first region."
        )
        idempotency_key = idempotency_key_argument()
        dry_run = dry_run_argument()

    submit, check = staticmethod(services.container_deploy), staticmethod(services.dry_run_deploy)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        provider: str,
        command: Sequence[str] | None = None,
        environment: Sequence[Any] | None = None,
        ports: Sequence[Any] | None = None,
        labels: Sequence[Any] | None = None,
        **given: Any,
    ) -> Request:
        return {
            "provider": provider_named(context, provider, Role.OPERATOR, field="provider"),
            "request": DeployRequest(
                command=list(command or ()),
                environment=[(one["name"], one["value"]) for one in environment or ()],
                ports=[_port(one) for one in ports or ()],
                labels=pairs_of(labels),
                **given,
            ),
        }


def _port(given: Any) -> PortRecord:
    return PortRecord(
        given["container_port"],
        given.get("protocol") or "tcp",
        given.get("host_port"),
        given.get("host_ip"),
    )
