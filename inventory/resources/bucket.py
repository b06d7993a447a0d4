"""Buckets: containers of objects at a store. Their objects are read live and are no rows."""

from inventory.models.observed import Observed, state_column
from inventory.records.bucket import BucketRecord, BucketState
from inventory.resources.base import Filter, How, Observation
from inventory.resources.observed import boolean, observed_resource, tags, text

UNREAD = "Null if it was not read: a list reads it of 25 buckets of a region at most."


class Bucket(Observed):
    """A bucket of an object store, as it was last seen. Its objects are read when asked for."""

    state = state_column(BucketState)
    versioning = text(
        20,
        "Whether earlier versions of objects are kept: ENABLED, SUSPENDED (those that exist are) "
        f"or OFF. {UNREAD}",
    )
    public = boolean(
        "Whether everybody may read or list it, by its policy or its access control list; what the "
        f"account blocks for all buckets is not looked at. {UNREAD}"
    )
    encryption = text(
        100, f"The encryption of new objects, as AES256 or aws:kms, or NONE. {UNREAD}"
    )
    tags = tags("Its tags, ordered by key. Empty also where they were not read.")


BUCKETS = observed_resource(
    Bucket,
    BucketRecord,
    plural="buckets",
    observation=Observation(
        removed=BucketState.DELETED,
        unlisted_at_once=True,
        searched=("name", "tags"),
        reuses_ids=True,
    ),
    filters={
        "tags": Filter(
            How.PAIRS,
            "Tags that it has, all of them; at most 20. A bucket whose tags were not read is not "
            "found by them: its problem says so.",
        )
    },
    search="a name, or a tag as key=value",
    read_elsewhere=dict.fromkeys(("objects", "object"), ("external_id",)),
)
