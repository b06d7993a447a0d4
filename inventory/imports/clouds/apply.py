"""Carrying out a plan."""

from django.db import transaction

from inventory.imports.clouds.plan import Plan, Step
from inventory.models import Provider
from inventory.services.providers import provider_connect, provider_update


def clouds_import(*, owner: object, plan: Plan, update: bool = False) -> None:
    """Connect what is new and, with ``update``, change what differs: all of it, or nothing.

    Raises:
        ExpectedError: the owner's providers were changed since the plan was made.
    """
    with transaction.atomic():
        for step in plan.new:
            _connect(owner, step)
        for step in plan.differing if update else ():
            if step.provider is not None:  # only what is there can differ
                _update(step.provider, step)


def _connect(owner: object, step: Step) -> None:
    found = step.cleaned.found
    provider_connect(
        owner=owner,
        kind=found.account.kind,
        name=found.name,
        credentials=found.account.credentials,
        regions=found.account.regions,
    )


def _update(provider: Provider, step: Step) -> None:
    """What the file does not set is set no longer: a session token of keys that were replaced."""
    account = step.cleaned.found.account
    provider_update(
        provider=provider,
        credentials={name: account.credentials.get(name, "") for name in step.cleaned.values},
        regions=account.regions,
    )
