"""Create a bucket once. Its name is its id: a bucket of that name which the job did not create, as
its mark shows, is a conflict.

Some stores set versioning and public access by further requests. The job succeeds when a read of
the bucket shows what was ordered, whichever of the answers were lost.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.operations.actions.buckets import BUCKET
from inventory.operations.create import create_and_follow
from inventory.operations.deploy import place_in
from inventory.operations.marker import marked
from inventory.operations.outcomes import has_accepted
from inventory.operations.product import PlacedOrder, Product
from inventory.operations.request import ask_cloud
from inventory.operations.target_context import TargetContext
from inventory.operations.unclear_orders import doubt_about, mark_of
from inventory.providers import Capability, Cloud, ProviderError
from inventory.providers.order_marker import MARKER_TAG
from inventory.records.bucket import BucketRecord, NewBucket, Versioning
from jobs.api import Done, Outcome, Step, Wait, operation

POLL_SECONDS = 1.0
CONFIGURE = "configure"  # the name of its notes


def bucket_order(arguments: Mapping[str, Any], job_id: str) -> NewBucket:
    return NewBucket(
        name=arguments["name"],
        public=arguments["public"],
        versioning=arguments["versioning"],
        tags=marked((), job_id),
    )


def _make(cloud: Cloud, placed: PlacedOrder) -> BucketRecord:
    order = bucket_order(placed.arguments, placed.mark)
    record: BucketRecord = cloud.create(*Capability.CREATE_BUCKET.key, order)
    return record


def _find(cloud: Cloud, arguments: Mapping[str, Any], mark: str) -> Sequence[Any]:
    """By its name: the tags of a long list are not read."""
    record = cloud.find(BUCKET.resource, arguments["name"])
    return [record] if record is not None and (MARKER_TAG, mark) in record.tags else []


CREATION = Product(
    BUCKET, Capability.CREATE_BUCKET, place_in, _make, failed=frozenset(), find=_find
)


@operation("bucket.create", label="Create a bucket", doubt=doubt_about)
def create_bucket(step: Step) -> Outcome:
    def look(target: TargetContext, record: Any, result: dict[str, Any]) -> Outcome:
        if record is None:
            return Wait(POLL_SECONDS)
        if target.cloud.configures_buckets and (wait := _configure(step, target, record)):
            return wait
        return Done(f"The bucket {record.name} is created.", result=result)

    return create_and_follow(step, CREATION, look)


def _configure(step: Step, target: TargetContext, record: BucketRecord) -> Wait | None:
    """The pause before the next look at a bucket that is not as it was ordered; None: it is."""
    order = bucket_order(step.arguments, mark_of(step.memory, step.job_id))
    unmet = _unmet(order, record, is_accepted=has_accepted(step, CONFIGURE))
    if not unmet:
        return None
    try:
        return ask_cloud(
            step,
            CONFIGURE,
            lambda: target.cloud.configure_bucket(order),
            report=f"Asked the store for {unmet}.",
            pending=f"The bucket is there, without {unmet} as yet.",
            target=target,
        )
    except ProviderError as error:
        error.message = f"The bucket {record.name} is created, without {unmet}. {error.message}"
        raise


def _unmet(order: NewBucket, record: BucketRecord, *, is_accepted: bool) -> str:
    """The settings that the bucket does not have yet, in words. ``is_accepted``: the store has
    accepted it.

    Then a setting that the account may not read counts as met.
    """
    found = {
        "versioning": (order.versioning, record.versioning, Versioning.ENABLED),
        "public access": (order.public, record.public, True),
    }
    return " and ".join(
        name
        for name, (is_wanted, now, wanted) in found.items()
        if is_wanted and now != wanted and not (is_accepted and now is None)
    )
