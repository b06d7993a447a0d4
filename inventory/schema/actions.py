"""Shared by mutations that submit a job: each answers at once, with the job or a dry run."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import graphene

from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from gateway.core.graphql.mutation import Mutation
from inventory.operations.actions import Action, TargetType
from inventory.operations.actions.declared import Declared
from inventory.operations.actions.virtual_machines import MACHINE
from inventory.schema.dry_run import dry_run_field
from inventory.schema.named import target_named
from inventory.services.actions import action_submit
from inventory.services.dry_run import DryRun, action_dry_run
from jobs import api as jobs
from jobs.schema import Job, idempotency_key_argument


def dry_run_argument() -> LimitField:
    return LimitField(
        graphene.Boolean,
        default_value=False,
        description="true: check whether the action would succeed, and change nothing.",
    )


Request = dict[str, Any]


class ActionMutation(Mutation):
    """A mutation that submits a job, or asks what the job would meet."""

    class Meta:
        abstract = True

    # request(context, **the input's other fields): the arguments of both services.
    request: ClassVar[Callable[..., Request]]
    submit: ClassVar[Callable[..., Any]]  # the service that returns the job
    check: ClassVar[Callable[..., DryRun]]  # the service that returns the dry run
    takes_api_token = True
    job = graphene.Field(Job, description="The job that carries it out. Null if there is none.")
    dry_run = dry_run_field(MACHINE)

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        **given: Any,
    ) -> Any:
        if dry_run:
            return cls(dry_run=cls.meet(context, cls.request(context, **given)))
        user: Any = context.user
        digest = jobs.digest_of_input(cls.__name__, given)
        # The objects that a repeated request names may be deleted by now.
        earlier = jobs.find_repeated(requester=user, key=idempotency_key, digest=digest)
        if earlier is not None:
            return cls(job=earlier)
        request = cls.request(context, **given)
        with jobs.noting_input(digest):
            submitted = cls.submit(**request, requested_by=user, idempotency_key=idempotency_key)
        return cls.answer(submitted)

    @classmethod
    def meet(cls, _context: Context, request: Request) -> DryRun:
        """The dry run: the result that the job would have."""
        return cls.check(**request)

    @classmethod
    def answer(cls, submitted: Any) -> Any:
        """The payload for the result of ``submit``."""
        return cls(job=submitted)


def target_input(target_type: TargetType) -> Any:
    """The input fields that every action on an object of ``target_type`` has."""
    fields = {
        "id": graphene.ID(required=True, description=f"The {target_type.noun}."),
        "idempotency_key": idempotency_key_argument(),
        "dry_run": dry_run_argument(),
    }
    return type("TargetInput", (), fields)


def mutation_name(verb: str, type_name: str) -> str:
    """As ``AttachVolume``, and of ``add_rule`` ``AddSecurityGroupRule``."""
    first, *others = (word.title() for word in verb.split("_"))
    return "".join((first, type_name, *others))


def derived_mutation(base: type[ActionMutation], declared: Declared, input_fields: Any) -> Any:
    """The mutation of a declared action, as ``suspendVirtualMachine``; ``base`` performs it."""
    target_type = declared.target_type
    attributes = {
        "__doc__": declared.description,
        "Input": input_fields,
        "declared": declared,
        "dry_run": dry_run_field(target_type),
    }
    return type(mutation_name(declared.name, target_type.type_name), (base,), attributes)


class DeclaredMutation(ActionMutation):
    """A declared action: it takes nothing but its target's id."""

    class Meta:
        abstract = True

    declared: Action
    submit, check = staticmethod(action_submit), staticmethod(action_dry_run)

    @classmethod
    def request(cls, context: Context, *, id: str) -> Request:  # noqa: A002 - the contract's name
        return {"action": cls.declared, "row": target_named(context, cls.declared.target_type, id)}


def declared_mutation(action: Action) -> Any:
    return derived_mutation(DeclaredMutation, action, target_input(action.target_type))


class TagInput(graphene.InputObjectType):
    """A tag or label to set."""

    key = graphene.String(required=True, description="The tag's name.")
    value = graphene.String(required=True, description="The tag's value; may be empty.")


def pairs_of(tags: Sequence[Any] | None) -> list[tuple[str, str]]:
    """TagInputs as pairs of key and value."""
    return [(tag["key"], tag["value"]) for tag in tags or ()]
