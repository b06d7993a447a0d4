"""Create a bucket once. Its name is its id: a bucket of that name which the job did not create, as
its mark shows, is a conflict.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.operations.actions.buckets import BUCKET
from inventory.operations.create import create_and_follow
from inventory.operations.deploy import place_in
from inventory.operations.marker import marked
from inventory.operations.product import PlacedOrder, Product
from inventory.operations.target_context import TargetContext
from inventory.operations.unclear_orders import doubt_about
from inventory.providers import Capability, Cloud
from inventory.providers.order_marker import MARKER_TAG
from inventory.records.bucket import BucketRecord, NewBucket
from jobs.api import Done, Outcome, Step, Wait, operation

POLL_SECONDS = 1.0


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
    def look(_target: TargetContext, record: Any, result: dict[str, Any]) -> Outcome:
        if record is None:
            return Wait(POLL_SECONDS)
        return Done(f"The bucket {record.name} is created.", result=result)

    return create_and_follow(step, CREATION, look)
