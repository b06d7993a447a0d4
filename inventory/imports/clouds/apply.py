"""Carrying out a plan."""

from django.db import transaction

from inventory.imports.clouds.plan import Plan, Step
from inventory.live.api import lock_providers
from inventory.models import Provider
from inventory.services.providers import provider_connect, provider_update


def clouds_import(*, owner: object, plan: Plan, update: bool = False) -> None:
    """Connect what is new and, with ``update``, change what differs: all of it, or nothing.

    Raises:
        ExpectedError: the owner's providers were changed since the plan was made.
    """
    # Only what is there can differ.
    differing = [(step.provider, step) for step in plan.differing if update and step.provider]
    with transaction.atomic():
        lock_providers([provider.pk for provider, _step in differing])
        for step in plan.new:
            _connect(owner, step)
        for provider, step in differing:
            _update(owner, provider, step)


def _connect(owner: object, step: Step) -> None:
    found = step.cleaned.found
    provider_connect(
        owner=owner,
        kind=found.account.kind,
        name=found.name,
        credentials=found.account.credentials,
        regions=found.account.regions,
    )


def _update(owner: object, provider: Provider, step: Step) -> None:
    """Also clears credentials that the file does not set, such as the session token of old keys."""
    account = step.cleaned.found.account
    provider_update(
        provider=provider,
        credentials={name: account.credentials.get(name, "") for name in step.cleaned.values},
        regions=account.regions,
        by=owner,
    )
