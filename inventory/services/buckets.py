"""Creates and deletes buckets: checked against what is known now, then submitted as durable jobs.

``idempotency_key``: as in ``inventory.services.actions.action_submit``.
"""

from typing import Any

from gateway.core.errors import InvalidInput
from inventory.models import Provider
from inventory.operations.actions.buckets import BUCKET, DELETE_BUCKET
from inventory.operations.api import account_note, region_of, source_in
from inventory.providers import Capability
from inventory.providers.capability import LIST
from inventory.records.stored_object import ObjectQuery
from inventory.resources.bucket import Bucket
from inventory.services.actions import names_of, require, require_region, submit_on
from inventory.services.dry_run import (
    DryRun,
    action_dry_run,
    can_do,
    cloud_of,
    noting_failure,
)
from inventory.services.stores import refuse_not_taken, store_of
from jobs import api as jobs
from jobs.api import Job, OperationFailed

TAKEN = "There is a bucket {name!r} of this account already."
FREE = "This account has no bucket {name!r}. Only the store knows whether another account has it."
EMPTY, NOT_EMPTY = "It has no objects.", "It is not empty: give force to delete its objects too."
FORCED = "Its objects would be deleted with it."


def bucket_arguments(
    provider: Provider, *, name: str, region: str | None, public: bool, versioning: bool
) -> dict[str, Any]:
    """The arguments of the job. Raises InvalidInput, NotSupported, and NotFound for an unconnected
    region.
    """
    require(provider, Capability.CREATE_BUCKET)
    if problem := store_of(provider).problem_of_bucket(name):
        raise InvalidInput(problem, field="name")
    for argument, value in (("public", public), ("versioning", versioning)):
        refuse_not_taken(provider, f"buckets.{argument}", value)
    require_region(provider, region)
    return {"name": name, "region": region, "public": public, "versioning": versioning}


def bucket_create(
    *,
    provider: Provider,
    arguments: dict[str, Any],
    requested_by: Any,
    idempotency_key: str | None = None,
) -> Job:
    """``arguments``: of ``bucket_arguments``. Raises NotSupported."""
    require(provider, Capability.CREATE_BUCKET)
    return jobs.submit(
        operation="bucket.create",
        scope=provider.scope,
        names=names_of(provider, arguments["name"]),
        arguments=arguments,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        identity=account_note(provider),
    )


def dry_run_create(*, provider: Provider, arguments: dict[str, Any]) -> DryRun:
    """Checks that the account has no bucket of the name. Other accounts' buckets are not seen."""
    run, name = DryRun(), arguments["name"]
    if not can_do(run, provider, Capability.CREATE_BUCKET):
        return run
    try:
        source = source_in(provider, region_of(provider, arguments), BUCKET)
    except OperationFailed as failure:
        run.note("offer", False, failure.message)
        return run
    with noting_failure(run, "cloud"), cloud_of(source) as cloud:
        taken = cloud.find(BUCKET.resource, name) is not None
        run.note("name", not taken, (TAKEN if taken else FREE).format(name=name))
    return run


def bucket_delete(
    *, bucket: Bucket, force: bool, requested_by: Any, idempotency_key: str | None = None
) -> Job:
    """``force``: delete its objects first, all their versions too. Raises NotSupported."""
    return submit_on(
        bucket,
        DELETE_BUCKET.operation,
        DELETE_BUCKET.capability,
        {"force": force},
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


def dry_run_delete(*, bucket: Bucket, force: bool) -> DryRun:
    """Checks that it exists and, without ``force``, that it is empty."""
    run = action_dry_run(action=DELETE_BUCKET, row=bucket)
    if not run.allowed:
        return run
    with noting_failure(run, "cloud"), cloud_of(bucket.source) as cloud:
        page = cloud.call("objects", LIST, bucket.external_id, ObjectQuery(first=1))
        message = (FORCED if force else NOT_EMPTY) if page.objects else EMPTY
        run.note("cloud", force or not page.objects, message)
    return run
