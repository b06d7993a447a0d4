"""The mutations that import and create key pairs."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.errors import InvalidInput
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import MutationError
from inventory.access import Role
from inventory.operations.actions.key_pairs import IMPORT, KEY_PAIR
from inventory.schema.actions import ActionMutation, Request, pairs_of
from inventory.schema.dry_run import dry_run_field
from inventory.schema.edits import CreationMutation, creation_input, placed
from inventory.schema.named import provider_named
from inventory.services.key_pairs import (
    Created,
    Imported,
    key_pair_create,
    key_pair_dry_run,
    key_pair_import_many,
)
from jobs.schema import Job

ImportInput: Any = creation_input(IMPORT, leaving_out=frozenset({"provider"}))
CreateInput: Any = creation_input(IMPORT, leaving_out=frozenset({"public_key"}))
USUAL_TYPE = "ed25519"


class KeyPairImport(graphene.ObjectType):
    """The result of the import of a public key at one provider."""

    provider = graphene.Field(
        "inventory.schema.providers.Provider", required=True, description="The provider."
    )
    job = graphene.Field(Job, description="The job that imports it there. Null if there is none.")
    errors = graphene.List(
        graphene.NonNull(MutationError),
        required=True,
        description="Why there is no job for this provider; empty if there is one.",
    )


class ImportKeyPair(CreationMutation):
    """Import a public key, at one provider or at several. Each job succeeds when its cloud has the
    key.
    """

    declared = IMPORT
    dry_run = dry_run_field(KEY_PAIR)
    results = graphene.List(
        graphene.NonNull(KeyPairImport),
        description="The results of a request that names `providers`, in their order.",
    )

    class Input(ImportInput):
        provider = graphene.ID(description="Where it is imported; or name several `providers`.")
        providers = graphene.List(
            graphene.NonNull(graphene.ID),
            description="In place of `provider`: where it is imported, a job for each.",
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        provider: str | None = None,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        providers: Sequence[str] | None = None,
        **given: Any,
    ) -> Any:
        if (provider is None) == (providers is None):
            raise InvalidInput("Give one of provider and providers.", field="provider")
        common: dict[str, Any] = {"idempotency_key": idempotency_key, "dry_run": dry_run}
        if providers is None:
            return super().perform(context, provider=provider, **common, **given)
        if dry_run:
            raise InvalidInput("A dry run is of one provider.", field="providers")
        rows = [
            provider_named(context, one, Role.OPERATOR, field="providers")
            for one in dict.fromkeys(providers)
        ]
        values = {**given, "tags": pairs_of(given.get("tags"))}
        found = key_pair_import_many(
            providers=rows,
            given=values,
            requested_by=context.user,
            idempotency_key=idempotency_key,
        )
        return cls(results=[_result(one) for one in found])


def _result(imported: Imported) -> KeyPairImport:
    errors = [] if imported.error is None else [MutationError.of(imported.error)]
    return KeyPairImport(provider=imported.provider, job=imported.job, errors=errors)


class CreateKeyPair(ActionMutation):
    """Generate a key pair, return its private key once, and import its public key at a provider.
    The private key is not stored: keep the answer. The job succeeds when the cloud has the key.
    """

    dry_run = dry_run_field(KEY_PAIR)
    private_key = graphene.String(
        description="The private key in OpenSSH's format, not encrypted. Null if the request was "
        "answered before under its idempotency key, and in a dry run."
    )

    class Input(CreateInput):
        type = graphene.String(default_value=USUAL_TYPE, description="ed25519 or rsa.")

    submit, check = staticmethod(key_pair_create), staticmethod(key_pair_dry_run)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        provider: str,
        type: str | None = None,  # noqa: A002 - the contract's name
        **given: Any,
    ) -> Request:
        return placed(context, IMPORT, provider, given) | {"kind": type or USUAL_TYPE}

    @classmethod
    def answer(cls, submitted: Created) -> Any:
        return cls(job=submitted.job, private_key=submitted.private_key)
