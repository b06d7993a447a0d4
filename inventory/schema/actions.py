"""Mutations that change machines: each answers at once with a job that does it, or a dry run."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from gateway.core.graphql.mutation import Mutation
from inventory.access import Role
from inventory.operations.changes import CHANGES, Change
from inventory.providers import Capability
from inventory.schema.derived_actions import action_mutations, change_mutation
from inventory.schema.dry_run import DryRun
from inventory.schema.named import machine_named, provider_named
from inventory.services import dry_run as dry_runs
from inventory.services import machines as services
from inventory.services.orders import ProvisionRequest
from inventory.services.tags import clean_tags
from jobs.schema import Job, idempotency_key_argument

SIZE = "A Size's id, the cloud's own, or a name that one size alone has."


def dry_run_argument() -> LimitField:
    return LimitField(
        graphene.Boolean,
        default_value=False,
        description="Only ask what the action would meet; no change.",
    )


class ActionMutation(Mutation):
    """What the mutations that submit a job have in common."""

    class Meta:
        abstract = True

    takes_api_token = True
    job = graphene.Field(
        Job, description="The job that does it; watch its state. Null when there is none."
    )
    dry_run = graphene.Field(DryRun, description="What it would meet, when only that was asked.")


class MachineInput:
    """What every action on a machine needs."""

    id = graphene.ID(required=True, description="The machine.")
    idempotency_key = idempotency_key_argument()
    dry_run = dry_run_argument()


class TargetMutation(ActionMutation):
    """An action on one thing that takes nothing but its id.

    ``named`` loads it: (context, id) → its row.
    """

    class Meta:
        abstract = True

    named: Any

    @classmethod
    def dry_run_on(cls, row: Any) -> Any:
        raise NotImplementedError

    @classmethod
    def submit_on(cls, row: Any, **request: Any) -> Any:
        raise NotImplementedError

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Any:
        row = cls.named(context, id)
        if dry_run:
            return cls(dry_run=cls.dry_run_on(row))
        job = cls.submit_on(row, requested_by=context.user, idempotency_key=idempotency_key)
        return cls(job=job)


class ChangeMutation(TargetMutation):
    """A change of power; ``change`` is one of CHANGES."""

    class Meta:
        abstract = True

    named = staticmethod(machine_named)
    change: Change

    @classmethod
    def dry_run_on(cls, row: Any) -> Any:
        return dry_runs.dry_run_change(name=cls.change.name, machine=row)

    @classmethod
    def submit_on(cls, row: Any, **request: Any) -> Any:
        return services.machine_change(name=cls.change.name, machine=row, **request)


class RebootVirtualMachine(TargetMutation):
    """Reboot a machine, at most once. The job succeeds when the cloud accepted it and it runs."""

    Input = MachineInput

    named = staticmethod(machine_named)

    @classmethod
    def dry_run_on(cls, row: Any) -> Any:
        return dry_runs.dry_run_reboot(machine=row)

    @classmethod
    def submit_on(cls, row: Any, **request: Any) -> Any:
        return services.machine_reboot(machine=row, **request)


class ResizeVirtualMachine(ActionMutation):
    """Change a machine's size. It must be stopped, or be allowed to be stopped first."""

    class Input(MachineInput):
        size = graphene.String(required=True, description=SIZE)
        stop_first = graphene.Boolean(
            default_value=False,
            description="Stop a running machine first, and start it again afterwards.",
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        size: str,
        stop_first: bool | None = False,
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Any:
        given: dict[str, Any] = {
            "machine": machine_named(context, id),
            "size": size,
            "stop_first": bool(stop_first),
        }
        if dry_run:
            return cls(dry_run=dry_runs.dry_run_resize(**given))
        job = services.machine_resize(
            **given, requested_by=context.user, idempotency_key=idempotency_key
        )
        return cls(job=job)


class TagInput(graphene.InputObjectType):
    """A tag or label to set."""

    key = graphene.String(required=True, description="The tag's name.")
    value = graphene.String(required=True, description="The tag's value; may be empty.")


class TagVirtualMachine(ActionMutation):
    """Set tags of a machine and remove others; those that are not named stay."""

    class Input(MachineInput):
        set = graphene.List(graphene.NonNull(TagInput), description="Tags to set.")
        remove = graphene.List(
            graphene.NonNull(graphene.String),
            description="Keys of tags to remove. Where tags are words (DigitalOcean, Linode), "
            "k8s:worker removes this word only.",
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        set: Sequence[Any] | None = None,  # noqa: A002 - the contract's name
        remove: Sequence[str] | None = None,
        idempotency_key: str | None = None,
        dry_run: bool = False,
    ) -> Any:
        given: dict[str, Any] = {
            "machine": machine_named(context, id),
            "wanted": clean_tags(pairs_of(set), field="set"),
            "unwanted": list(remove or ()),
        }
        if dry_run:
            return cls(dry_run=dry_runs.dry_run_tag(**given))
        job = services.machine_tag(
            **given, requested_by=context.user, idempotency_key=idempotency_key
        )
        return cls(job=job)


class ProvisionVirtualMachine(ActionMutation):
    """Buy one machine or several alike. The job succeeds when all are seen running."""

    class Input:
        provider = graphene.ID(required=True, description="Where to buy.")
        name = graphene.String(
            required=True, description="Its name; of several, <name>-1 to <name>-<count>."
        )
        size = graphene.String(required=True, description=SIZE)
        image = graphene.String(
            required=True,
            description="An Image's id, the cloud's own, or a name that one image alone has.",
        )
        location = graphene.String(
            description="A Location's id, the cloud's own, its name, or a region. "
            "Absent: the first of the provider's regions that offers size and image."
        )
        count = graphene.Int(
            default_value=1, description="How many, 1 to 50; for several, a child job each."
        )
        key_pair = graphene.String(description="The name of a key pair at the cloud.")
        security_groups = graphene.List(
            graphene.NonNull(graphene.String), description="Names of security groups at the cloud."
        )
        tags = graphene.List(graphene.NonNull(TagInput), description="Tags to set.")
        user_data = graphene.String(description="What the machine runs at its first boot.")
        idempotency_key = idempotency_key_argument()
        dry_run = dry_run_argument()

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        provider: str,
        count: int | None = None,
        tags: Sequence[Any] | None = None,
        security_groups: Sequence[str] | None = None,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        **given: Any,
    ) -> Any:
        order: dict[str, Any] = {
            "provider": provider_named(context, provider, Role.OPERATOR, field="provider"),
            "request": ProvisionRequest(
                tags=pairs_of(tags), security_groups=list(security_groups or ()), **given
            ),
            "count": 1 if count is None else count,
        }
        if dry_run:
            return cls(dry_run=dry_runs.dry_run_provision(**order))
        job = services.machine_provision(
            **order, requested_by=context.user, idempotency_key=idempotency_key
        )
        return cls(job=job)


MachineMutations = action_mutations(
    "MachineMutations",
    "virtual_machines",
    changes=[change_mutation(ChangeMutation, MachineInput, change) for change in CHANGES.values()],
    others={
        Capability.REBOOT: RebootVirtualMachine,
        Capability.RESIZE: ResizeVirtualMachine,
        Capability.TAG: TagVirtualMachine,
        Capability.PROVISION: ProvisionVirtualMachine,
    },
)


def pairs_of(tags: Sequence[Any] | None) -> list[tuple[str, str]]:
    """TagInputs as pairs of key and value."""
    return [(tag["key"], tag["value"]) for tag in tags or ()]
