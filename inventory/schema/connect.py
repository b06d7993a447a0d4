"""Mutations that connect clouds."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.errors import InvalidInput
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation, root_fields
from inventory import models
from inventory.access import Role
from inventory.schema.checks import ProviderCheck
from inventory.schema.named import provider_named
from inventory.schema.providers import Provider
from inventory.selectors.providers import provider_check_report, provider_get
from inventory.services import providers as services
from inventory.services.provider_checks import provider_check

REGIONS_DESCRIPTION = (
    "The regions to ask, preferred ones first. Absent: the kind's default. "
    '["all"]: every region that the account may use, where the kind has such a list.'
)
DEADLINE_DESCRIPTION = (
    "How long a region may take to answer, 100 to 120000 milliseconds. Absent: the gateway's own."
)
TRUST_DESCRIPTION = (
    "true: you vouch that its lists contain every object where no test shows it (UNPROVEN in "
    "receipts). Only the owner or a superuser may do so."
)


class CredentialInput(graphene.InputObjectType):
    """One credential, or setting, of a provider."""

    name = graphene.String(
        required=True, description="Its name, from providerKinds { credentialFields { name } }."
    )
    value = graphene.String(
        required=True, description="Its value; numbers and booleans are written as text."
    )


class ProviderMutation(Mutation):
    """Shared by the mutations of a provider."""

    class Meta:
        abstract = True

    provider = graphene.Field(
        Provider, description="The provider as it is now; null if nothing was done."
    )


class ConnectProvider(ProviderMutation):
    """Connect an account at a cloud. The provider's status says if the cloud does not answer."""

    class Input:
        kind = graphene.String(required=True, description="A slug of providerKinds.")
        name = graphene.String(
            required=True,
            description="Your name for it. Each of your providers has another name.",
        )
        credentials = graphene.List(
            graphene.NonNull(CredentialInput),
            required=True,
            description="The values of the kind's credentialFields.",
        )
        regions = graphene.List(graphene.NonNull(graphene.String), description=REGIONS_DESCRIPTION)
        deadline_ms = graphene.Int(description=DEADLINE_DESCRIPTION)
        trust_listing = graphene.Boolean(description=f"{TRUST_DESCRIPTION} Absent: false.")

    @classmethod
    def perform(cls, context: Context, *, credentials: Sequence[Any], **given: Any) -> Any:
        provider = services.provider_connect(
            owner=context.user, credentials=_by_name(credentials), **given
        )
        return cls(provider=_as_shown(context, provider))


class UpdateProvider(ProviderMutation):
    """Change a provider. Fields and credentials that are absent do not change.

    Jobs act only at the account that they were submitted for. If the cloud's address, or another
    credential that names the account, is changed, jobs that are not done end FAILED with
    ACCOUNT_CHANGED, and send nothing to the new account. New keys, tokens and passwords end no job:
    only the cloud knows which account they belong to. The provider reference lists what is
    compared.

    An account of the demo is yours when you have changed or shared it: it stays when the demo ends.
    """

    class Input:
        id = graphene.ID(required=True, description="The provider.")
        name = graphene.String(description="A new name.")
        credentials = graphene.List(
            graphene.NonNull(CredentialInput),
            description="The credentials that change; the others stay.",
        )
        regions = graphene.List(
            graphene.NonNull(graphene.String),
            description="The new list of regions; stored rows of other regions are deleted. "
            '["all"] deletes none, and adds the regions that the account may use.',
        )
        deadline_ms = graphene.Int(description=DEADLINE_DESCRIPTION)
        trust_listing = graphene.Boolean(description=TRUST_DESCRIPTION)

    @classmethod
    def perform(cls, context: Context, *, id: str, **given: Any) -> Any:  # noqa: A002 - the contract's name
        if given.get("credentials") is not None:
            given["credentials"] = _by_name(given["credentials"])
        provider = services.provider_update(
            by=context.user, provider=provider_named(context, id, Role.ADMIN), **given
        )
        return cls(provider=_as_shown(context, provider))


class CheckProvider(ProviderMutation):
    """Check every region of a provider now: its lists, the permissions of the account, latency and
    clock.
    """

    takes_api_token = True

    class Input:
        id = graphene.ID(required=True, description="The provider.")

    check = graphene.Field(ProviderCheck, description="The result; also in provider { check }.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        checked = provider_check(provider=provider_named(context, id, Role.OPERATOR))
        provider = _as_shown(context, checked)
        return cls(provider=provider, check=provider and provider_check_report(provider))


class DisconnectProvider(Mutation):
    """Disconnect an account. Its credentials are deleted, and its objects disappear from all lists.
    Its jobs stay. Nothing changes at the cloud.
    """

    id = graphene.ID(description="The id of the deleted object; null if nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The provider.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        services.provider_disconnect(provider=provider_named(context, id, Role.ADMIN))
        return cls(id=id)


ProviderMutations: Any = root_fields(
    "ProviderMutations", ConnectProvider, UpdateProvider, CheckProvider, DisconnectProvider
)


def _as_shown(context: Context, provider: models.Provider) -> models.Provider | None:
    return provider_get(user=context.user, public_id=str(provider.public_id))


def _by_name(credentials: Sequence[Any]) -> dict[str, str]:
    values: dict[str, str] = {}
    for credential in credentials:
        if credential["name"] in values:
            raise InvalidInput(f"{credential['name']} is given twice.", field="credentials")
        values[credential["name"]] = credential["value"]
    return values
