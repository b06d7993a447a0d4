"""The base of every mutation that takes ``input:`` and answers ``errors { field code message }``.

A mutation is a docstring, an ``Input`` and a ``perform``::

    class CancelJob(Mutation):
        '''Cancel a job ...'''

        job = graphene.Field(JobNode, description="...")

        class Input:
            id = graphene.ID(required=True, description="...")

        @classmethod
        def perform(cls, context, *, id):
            return cls(job=services.cancel_job(...))

``CancelJob`` becomes ``cancelJob(input: CancelJobInput!): CancelJobPayload``. A null, or a variable
without a value, is refused for a field that limits what is done (``LimitField``).
``guard = superuser_required`` refuses others before ``perform`` looks anything up, so they learn
nothing else.
"""

from collections.abc import Callable
from inspect import getdoc
from typing import Any, ClassVar

import graphene
from graphene.utils.str_converters import to_camel_case, to_snake_case

from gateway.core.errors import ExpectedError
from gateway.core.graphql.limit_fields import check_limit_fields
from gateway.core.graphql.permissions import Guard, Resolver


class MutationError(graphene.ObjectType):
    """Why a mutation did nothing, in a form that a program can act on."""

    field = graphene.String(description="The input field that caused the error, if there is one.")
    code = graphene.String(required=True, description="The code of the error. Codes do not change.")
    message = graphene.String(required=True, description="The error in words, and how to fix it.")

    @classmethod
    def of(cls, error: ExpectedError) -> "MutationError":
        return cls(field=error.field, code=error.code, message=error.message)


def _unguarded(resolve: Resolver) -> Resolver:
    return resolve


class Mutation(graphene.Mutation):
    """See the module's docstring. ``perform`` may raise any ExpectedError."""

    class Meta:
        abstract = True

    # perform(context, **the input's fields) -> payload
    perform: ClassVar[Callable[..., Any]]
    # Whether an API token of the scope OPERATE can do it; else it takes a session.
    takes_api_token: ClassVar[bool] = False
    guard: ClassVar[Guard] = _unguarded  # or a decorator of gateway.core.graphql.permissions

    errors = graphene.List(
        graphene.NonNull(MutationError),
        required=True,
        description="The reasons why nothing was done; empty if the mutation succeeded.",
    )

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        input_type = type(
            f"{cls.__name__}Input",
            (cls.Input, graphene.InputObjectType),
            {"__doc__": f"The input of `{_field_name(cls.__name__)}`."},
        )
        argument = graphene.Argument(
            input_type, required=True, description="The action and its target."
        )
        options.setdefault("name", f"{cls.__name__}Payload")
        super().__init_subclass_with_meta__(arguments={"input": argument}, **options)

    @classmethod
    def mutate(cls, root: None, info: Any, input: dict[str, Any]) -> Any:  # noqa: A002 - the contract's name
        try:
            check_limit_fields(info, input)
            payload = cls.guard(cls._performed)(root, info, input=input)
        except ExpectedError as error:
            return cls(errors=[MutationError.of(error)])
        if payload.errors is None:
            payload.errors = []
        return payload

    @classmethod
    def _performed(cls, _root: None, info: Any, input: dict[str, Any]) -> Any:  # noqa: A002 - see mutate
        return cls.perform(info.context, **input)


def root_fields(name: str, *mutations: type[Mutation]) -> Any:
    """The class ``name`` with a field for each, described by the mutation's docstring."""
    fields = {to_snake_case(one.__name__): one.Field(description=getdoc(one)) for one in mutations}
    return type(name, (graphene.ObjectType,), fields)


def takes_api_token(root: type[graphene.ObjectType]) -> frozenset[str]:
    """The names of the mutations of ``root`` that an API token of the scope OPERATE can do."""
    return frozenset(
        to_camel_case(name)
        for name, field in root._meta.fields.items()  # noqa: SLF001 - graphene has no other way
        if getattr(getattr(field.resolver, "__self__", None), "takes_api_token", False)
    )


def _field_name(class_name: str) -> str:
    return class_name[0].lower() + class_name[1:]
