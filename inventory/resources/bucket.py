"""Buckets: containers of objects at a store. Their objects are read live and are no rows."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.bucket import BucketRecord, BucketState
from inventory.resources import facts, filters
from inventory.resources.base import Fact, Filter, How, Observation, Resource

UNREAD = "Null if it was not read: a list reads it of 25 buckets of a region at most."


class Bucket(Observed):
    """A bucket of an object store, as it was last seen. Its objects are read when asked for."""

    state = state_column(BucketState)
    versioning = models.CharField(max_length=20, null=True)
    public = models.BooleanField(null=True)
    encryption = models.CharField(max_length=100, null=True)
    tags = models.JSONField(default=list)  # [key, value] pairs, by key and value


BUCKETS = Resource(
    Bucket,
    BucketRecord,
    plural="buckets",
    nouns=("bucket", "buckets"),
    states=BucketState,
    observation=Observation(
        removed=BucketState.DELETED,
        unlisted_at_once=True,
        searched=("name", "tags"),
        reuses_ids=True,
    ),
    place=100,
    facts=facts.observed(
        {
            "versioning": Fact(
                "Whether earlier versions of objects are kept: ENABLED, SUSPENDED (those that "
                f"exist are) or OFF. {UNREAD}"
            ),
            "public": Fact(
                "Whether everybody may read or list it, by its policy or its access control list; "
                f"what the account blocks for all buckets is not looked at. {UNREAD}"
            ),
            "encryption": Fact(
                f"The encryption of new objects, as AES256 or aws:kms, or NONE. {UNREAD}"
            ),
            "tags": facts.tags("Its tags, ordered by key. Empty also where they were not read."),
        }
    ),
    filters=filters.observed(
        {
            "tags": Filter(
                How.PAIRS,
                "Tags that it has, all of them; at most 20. A bucket whose tags were not read is "
                "not found by them: its problem says so.",
            )
        },
        search="a name, or a tag as key=value",
    ),
    orders=filters.orders(),
    read_elsewhere=dict.fromkeys(("objects", "object"), ("external_id",)),
)
