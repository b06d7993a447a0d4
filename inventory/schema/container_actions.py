"""Mutations that change containers: each answers at once with a job that does it, or a dry run."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.graphql.context import Context
from inventory.access import Role
from inventory.operations.changes import CONTAINER_CHANGES, Change
from inventory.providers import Capability
from inventory.schema.actions import (
    ActionMutation,
    TagInput,
    TargetMutation,
    dry_run_argument,
    pairs_of,
)
from inventory.schema.derived_actions import action_mutations, change_mutation
from inventory.schema.dry_run import ContainerDryRun
from inventory.schema.named import container_named, provider_named
from inventory.services import containers as services
from inventory.services.container_orders import DeployRequest
from inventory.types import PortRecord
from jobs.schema import idempotency_key_argument


def container_dry_run() -> graphene.Field:
    return graphene.Field(
        ContainerDryRun, description="What it would meet, when only that was asked."
    )


class ContainerInput:
    """What every action on a container needs."""

    id = graphene.ID(required=True, description="The container.")
    idempotency_key = idempotency_key_argument()
    dry_run = dry_run_argument()


class ContainerTargetMutation(TargetMutation):
    """An action on one container."""

    class Meta:
        abstract = True

    named = staticmethod(container_named)
    dry_run = container_dry_run()


class ContainerChangeMutation(ContainerTargetMutation):
    """A change of what it does; ``change`` is one of CONTAINER_CHANGES."""

    class Meta:
        abstract = True

    change: Change

    @classmethod
    def dry_run_on(cls, row: Any) -> Any:
        return services.dry_run_container_change(name=cls.change.name, container=row)

    @classmethod
    def submit_on(cls, row: Any, **request: Any) -> Any:
        return services.container_change(name=cls.change.name, container=row, **request)


class RestartContainer(ContainerTargetMutation):
    """Restart a container, at most once. The job succeeds when that was accepted and it runs."""

    Input = ContainerInput

    @classmethod
    def dry_run_on(cls, row: Any) -> Any:
        return services.dry_run_restart(container=row)

    @classmethod
    def submit_on(cls, row: Any, **request: Any) -> Any:
        return services.container_restart(container=row, **request)


class EnvironmentInput(graphene.InputObjectType):
    """A variable of a container's environment. It is kept encrypted until the job has ended."""

    name = graphene.String(required=True, description="Its name.")
    value = graphene.String(required=True, description="Its value; may be empty.")


class PortInput(graphene.InputObjectType):
    """A port to open."""

    container_port = graphene.Int(required=True, description="The port inside of the container.")
    protocol = graphene.String(default_value="tcp", description="tcp, udp or sctp.")
    host_port = graphene.Int(
        description="The port of its host that leads there; absent: none is asked for."
    )
    host_ip = graphene.String(description="The host's address to open it at; absent: all.")


class DeployContainer(ActionMutation):
    """Make a container and start it. The job succeeds when it runs, or has ended with code 0."""

    dry_run = container_dry_run()

    class Input:
        provider = graphene.ID(required=True, description="Where.")
        name = graphene.String(required=True, description="Its name; no other there may have it.")
        image = graphene.String(required=True, description="Its image, as in nginx:1.27.")
        command = graphene.List(
            graphene.NonNull(graphene.String),
            description="What it runs, word by word; absent: what the image says.",
        )
        environment = graphene.List(
            graphene.NonNull(EnvironmentInput), description="Variables of its environment."
        )
        ports = graphene.List(graphene.NonNull(PortInput), description="Ports to open.")
        labels = graphene.List(graphene.NonNull(TagInput), description="Labels to set.")
        memory = graphene.Int(description="The most memory it may take, in MiB; absent: no limit.")
        region = graphene.String(
            description="Of a cluster, the namespace. Absent: the provider's first region."
        )
        idempotency_key = idempotency_key_argument()
        dry_run = dry_run_argument()

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        provider: str,
        command: Sequence[str] | None = None,
        environment: Sequence[Any] | None = None,
        ports: Sequence[Any] | None = None,
        labels: Sequence[Any] | None = None,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        **given: Any,
    ) -> Any:
        order: dict[str, Any] = {
            "provider": provider_named(context, provider, Role.OPERATOR, field="provider"),
            "request": DeployRequest(
                command=list(command or ()),
                environment=[(one["name"], one["value"]) for one in environment or ()],
                ports=[_port(one) for one in ports or ()],
                labels=pairs_of(labels),
                **given,
            ),
        }
        if dry_run:
            return cls(dry_run=services.dry_run_deploy(**order))
        job = services.container_deploy(
            **order, requested_by=context.user, idempotency_key=idempotency_key
        )
        return cls(job=job)


ContainerMutations = action_mutations(
    "ContainerMutations",
    "containers",
    changes=[
        change_mutation(ContainerChangeMutation, ContainerInput, change)
        for change in CONTAINER_CHANGES.values()
    ],
    others={
        Capability.RESTART_CONTAINER: RestartContainer,
        Capability.DEPLOY_CONTAINER: DeployContainer,
    },
)


def _port(given: Any) -> PortRecord:
    return PortRecord(
        given["container_port"],
        given.get("protocol") or "tcp",
        given.get("host_port"),
        given.get("host_ip"),
    )
