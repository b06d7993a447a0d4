"""Key pairs: a public key at one provider or at several, and pairs that are generated here."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gateway.core.errors import Conflict, ExpectedError, InvalidInput
from inventory.models import Provider
from inventory.operations.actions import Creation
from inventory.operations.actions.key_pairs import IMPORT, KEY_PAIR
from inventory.operations.actions.public_keys import Pair, generated_pair
from inventory.operations.api import region_of, source_in
from inventory.providers import ProviderError
from inventory.services.creations import (
    creation_arguments,
    creation_dry_run,
    creation_submit,
    require_markable,
)
from inventory.services.dry_run import DryRun, cloud_of
from jobs.api import LONGEST_KEY, Job, OperationFailed, find_submitted

log = logging.getLogger(__name__)

GENERATED = ("ed25519", "rsa")
MOST_PROVIDERS = 50  # of one request


class Imported(NamedTuple):
    """The outcome of the request at one provider: its job, or why there is none."""

    provider: Provider
    job: Job | None = None
    error: ExpectedError | None = None


class Created(NamedTuple):
    """``private_key``: None if the request was made before, and was answered then."""

    job: Job
    private_key: str | None

    def __repr__(self) -> str:
        return f"Created({self.job!r}, …)"


def key_pair_import_many(
    *,
    providers: Sequence[Provider],
    given: Mapping[str, Any],
    requested_by: Any,
    idempotency_key: str | None = None,
) -> list[Imported]:
    """A job at each provider, or why there is none. Raises InvalidInput for too many providers.

    The key of a provider's job is the request's with the provider's id.
    """
    if not 1 <= len(providers) <= MOST_PROVIDERS:
        message = f"Name 1 to {MOST_PROVIDERS} providers."
        raise InvalidInput(message, field="providers")
    found = []
    for provider in providers:
        key = None if idempotency_key is None else _key_at(provider, idempotency_key)
        try:
            job = creation_submit(
                creation=IMPORT,
                provider=provider,
                given=given,
                requested_by=requested_by,
                idempotency_key=key,
            )
        except ExpectedError as error:
            found.append(Imported(provider, error=error))
        else:
            found.append(Imported(provider, job))
    return found


def _key_at(provider: Provider, key: str) -> str:
    """The key of one provider's job. The longest ones leave no place for the provider's id."""
    of_provider = f"{key} {provider.public_id}"
    if len(of_provider) <= LONGEST_KEY or len(key) > LONGEST_KEY or not key.isprintable():
        return of_provider
    return f"{hashlib.sha256(key.encode()).hexdigest()} {provider.public_id}"


def key_pair_create(
    *,
    creation: Creation,
    provider: Provider,
    given: Mapping[str, Any],
    kind: str,
    requested_by: Any,
    idempotency_key: str | None = None,
) -> Created:
    """Generate a pair and submit the import of its public part.

    The private key is in the return value, and nowhere else. A request that is made again under its
    idempotency key is the same job, without the private key.
    """
    require_markable(provider, creation.capability)
    pair = _generated(kind)
    given = {**given, "public_key": pair.public}
    arguments = creation_arguments(creation, provider, given)
    asked = {**arguments, "public_key": None, "type": kind}
    earlier = find_submitted(
        operation=creation.operation,
        scope=provider.scope,
        asked=asked,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )
    if earlier is not None:
        return Created(earlier, None)
    _refuse_taken(provider, arguments)
    job = creation_submit(
        creation=creation,
        provider=provider,
        given=given,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        asked=asked,
    )
    is_new = job.arguments["public_key"] == pair.public
    return Created(job, pair.private if is_new else None)


def key_pair_dry_run(
    *, creation: Creation, provider: Provider, given: Mapping[str, Any], kind: str
) -> DryRun:
    """The result that the import would have, with the public part of a pair that is not kept."""
    given = {**given, "public_key": _generated(kind).public}
    return creation_dry_run(creation=creation, provider=provider, given=given)


def _refuse_taken(provider: Provider, arguments: Mapping[str, Any]) -> None:
    """Raises Conflict for a name that a key pair of the region has: the private key would open
    nothing. A cloud that cannot be asked now leaves it to the job.
    """
    name = arguments["name"]
    try:
        source = source_in(provider, region_of(provider, arguments), KEY_PAIR)
        with cloud_of(source) as cloud:
            is_taken = cloud.find(KEY_PAIR.resource, name) is not None
    except (ProviderError, OperationFailed) as error:
        log.info("Whether the name %r is taken could not be read: %s", name, error.code)
        return
    if is_taken:
        raise Conflict(f"There is a key pair {name!r} already.", field="name")


def _generated(kind: str) -> Pair:
    if kind not in GENERATED:
        raise InvalidInput(f"type is one of {', '.join(GENERATED)}.", field="type")
    return generated_pair(kind)
