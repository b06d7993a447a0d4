"""Buckets: containers of objects at a store. Their objects are read live and are no rows."""

from inventory.models.observed import Observed, state_column
from inventory.models.priced import Priced
from inventory.records.bucket import BucketRecord, BucketState
from inventory.resources import priced
from inventory.resources.base import Filter, How, Observation
from inventory.resources.observed import boolean, observed_resource, tags, text

UNREAD = "Null if it was not read: a list reads it for 25 buckets of a region at most."


class Bucket(Observed, Priced):
    """A bucket of an object store, as it was last seen. Its objects are read from the store for
    each answer.
    """

    state = state_column(BucketState)
    versioning = text(
        20,
        "The versioning of objects: ENABLED, SUSPENDED (existing versions are kept) or OFF. "
        f"{UNREAD}",
    )
    public = boolean(
        "True if everybody may read or list it, by its policy or its access control list. A "
        f"block of public access for the whole account is ignored. {UNREAD}"
    )
    encryption = text(100, f"The encryption of new objects: AES256, aws:kms, or NONE. {UNREAD}")
    tags = tags("Its tags, ordered by key. Empty also where they were not read.")


BUCKETS = observed_resource(
    Bucket,
    BucketRecord,
    plural="buckets",
    costs=priced.facts(
        "The price of a GiB in it for a month, in the store's usual class.",
        "The cost of a month: 0 when it is gone. The amount of data is unknown.",
    ),
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
