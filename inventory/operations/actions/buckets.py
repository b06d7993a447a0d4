"""The actions on a bucket."""

from inventory.operations.actions.action import Change
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability
from inventory.records.bucket import BucketState
from inventory.resources.bucket import BUCKETS

BUCKET = TargetType(BUCKETS)

DELETE_BUCKET = Change(
    target_type=BUCKET,
    capability=Capability.DELETE_BUCKET,
    label="Delete a bucket",
    description="Delete a bucket for good. One that is not empty is refused, unless its objects "
    "are deleted with it: force.",
    goal=BucketState.DELETED,
    done="deleted",
    ready=frozenset({BucketState.AVAILABLE, BucketState.UNKNOWN}),
    derived=False,  # it may take its objects with it: see ``operations.bucket_deletion``
)
ACTIONS = (DELETE_BUCKET,)
