"""Checks that a provider still leads to the account that a job was submitted for.

``updateProvider`` may name another account while a job waits. There the id of the job's target may
be another object, and an order would be paid by somebody else. A job notes a digest of the account
at submission. Each step reads the credentials once, compares them, and uses these alone. Jobs of a
release that noted none go on without.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from gateway.core import references
from gateway.core.crypto import DecryptionError
from inventory.live.api import read_credentials
from inventory.models import Credentials, Provider
from inventory.providers import ProviderError, ProviderKind, unreadable_digest
from jobs.api import OperationFailed, Step

ACCOUNT = "account"  # the key in a job's identity note
ACCOUNT_CHANGED = "ACCOUNT_CHANGED"
UNREADABLE = (DecryptionError, references.ReferenceRefused)


class AnotherAccount(OperationFailed):
    """The provider leads to another account than the one that the job was submitted for."""

    def __init__(self) -> None:
        super().__init__(
            ACCOUNT_CHANGED,
            "The provider has another account than when this was requested. Nothing was sent to "
            "that account. If you mean it, make a new request. If not, set the earlier account "
            "with updateProvider, and retry the job.",
        )


def account_note(provider: Provider) -> dict[str, str]:
    """A job's note of the provider's account; empty if the provider was disconnected meanwhile.

    Credentials that cannot be read now are noted as an account that no other one equals.
    """
    try:
        values = _values_now(provider)
    except UNREADABLE:
        return {ACCOUNT: unreadable_digest()}
    return {} if values is None else {ACCOUNT: provider.kind.account_digest(values)}


def account_notes(providers: Iterable[Provider]) -> dict[int, dict[str, str]]:
    """The notes by the providers' primary keys; each account is read once."""
    by_key = {provider.pk: provider for provider in providers}
    return {key: account_note(provider) for key, provider in by_key.items()}


def credentials_in(step: Step, provider: Provider) -> Mapping[str, Any]:
    """The provider's credentials, read and compared once in a step: all its calls use the same.

    Raises AnotherAccount, and ProviderError if they cannot be read or are gone.
    """
    key = f"credentials of {provider.pk}"
    if key not in step.held:
        values = read_credentials(provider)
        check_account(step, provider.kind, values)
        step.held[key] = values
    found: Mapping[str, Any] = step.held[key]
    return found


def check_account(step: Step, kind: ProviderKind, values: Mapping[str, Any]) -> None:
    """``values``: the credentials that are about to be used. Raises AnotherAccount."""
    noted = step.identity.get(ACCOUNT)
    if noted is not None and noted not in kind.account_digests(values):
        raise AnotherAccount


def check_account_now(step: Step, provider: Provider) -> None:
    """Before anything is looked up for the job. Raises AnotherAccount.

    Credentials that cannot be read, or are gone, are reported by the call that needs them.
    """
    with suppress(ProviderError):
        credentials_in(step, provider)


def noted_digests(providers: Iterable[Provider]) -> dict[int, frozenset[str]]:
    """By the providers' primary keys, each digest that may have been noted of the present account;
    empty if it was disconnected meanwhile.
    """
    by_key = {provider.pk: provider for provider in providers}
    return {key: _known_now(provider) or frozenset() for key, provider in by_key.items()}


def _known_now(provider: Provider) -> frozenset[str] | None:
    """None: the provider was disconnected."""
    try:
        values = _values_now(provider)
    except UNREADABLE:
        return frozenset({unreadable_digest()})
    return None if values is None else provider.kind.account_digests(values)


def _values_now(provider: Provider) -> Mapping[str, Any] | None:
    """None: the provider was disconnected. Raises one of UNREADABLE."""
    stored = Credentials.objects.filter(provider_id=provider.pk).values_list("values", flat=True)
    values = stored.first()
    return None if values is None else references.resolve(values)
