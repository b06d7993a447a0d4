"""Carrying out a plan."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from inventory.imports.clouds.found import Finding
from inventory.imports.clouds.plan import Plan, Step, plan_import
from inventory.live.api import lock_providers
from inventory.models import Provider
from inventory.services.providers import provider_connect, provider_update


def clouds_import(
    *,
    owner: Any,
    findings: Iterable[Finding],
    same_account: Collection[str] = (),
    update: bool = False,
) -> Plan:
    """Connect what is new and, with ``update``, change what differs: all of it, or nothing.

    The owner's providers are locked before the plan is made: so no other change of theirs comes
    between the plan, which decides that the account is the same, and the update.

    Raises:
        ExpectedError: an account is refused, or another command has connected it meanwhile.
    """
    found = list(findings)  # files are read before the transaction
    with transaction.atomic():
        lock_providers(Provider.objects.filter(owner=owner).values_list("pk", flat=True))
        plan = plan_import(owner=owner, findings=found, same_account=same_account)
        for step in plan.new:
            _connect(owner, step)
        for step in plan.differing:
            if update and step.provider:  # only what is there can differ
                _update(owner, step.provider, step)
    return plan


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
