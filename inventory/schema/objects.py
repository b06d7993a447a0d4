"""Objects below a bucket: read live when they are asked for, and never stored.

They are the users' data, so they take the role OPERATOR. A read is one request to the store, made
while the answer is built, so an operation may make a few of them only, and queries alone make any.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import graphene

from gateway.core.errors import ExpectedError, InvalidInput, NotSupported
from gateway.core.graphql.extend import extend
from gateway.core.graphql.paging import checked_first
from gateway.core.graphql.pure import pure
from inventory.access import Role, require_role
from inventory.live.api import find_object, list_objects
from inventory.providers import Capability, ProviderError
from inventory.records.stored_object import ObjectPage as Page
from inventory.records.stored_object import ObjectQuery, ObjectRecord
from inventory.resources.bucket import BUCKETS
from inventory.schema.table.named_types import Tag
from inventory.schema.table.types import object_type
from inventory.services.actions import require
from inventory.services.stores import check_key

USUAL_FIRST = 100
MOST_READS = 10  # of one operation
QUERY = "query"

R = TypeVar("R")


class BucketObject(graphene.ObjectType):
    """An object in a bucket, as its store describes it now."""

    key = graphene.String(required=True, description="Its key: its name in the bucket.")
    size = graphene.Float(description="Its size in bytes.")
    last_modified = graphene.DateTime(description="When it was written.")
    etag = graphene.String(description="The store's identifier of this content.")
    storage_class = graphene.String(
        description="The store's name of the class, for example STANDARD."
    )
    content_type = graphene.String(
        description="Its media type. Null in a list, which does not report it."
    )
    metadata = graphene.List(
        graphene.NonNull(Tag),
        required=True,
        description="The metadata, by key. Empty in a list, which does not report it.",
    )

    @staticmethod
    @pure
    def resolve_metadata(found: ObjectRecord) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in found.metadata]


class ObjectPageInfo(graphene.ObjectType):
    """The position of a page of objects."""

    has_next_page = graphene.Boolean(required=True, description="True if there is another page.")
    end_cursor = graphene.String(
        description="The `after` of the next page: the store's own token. Null: there is none."
    )

    @staticmethod
    @pure
    def resolve_has_next_page(page: Page) -> bool:
        return page.next_token is not None

    @staticmethod
    @pure
    def resolve_end_cursor(page: Page) -> str | None:
        return page.next_token


class ObjectPage(graphene.ObjectType):
    """A page of a bucket's objects, as the store lists them now, in its order."""

    nodes = graphene.List(graphene.NonNull(BucketObject), required=True, description="The objects.")
    prefixes = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="With a delimiter, the groups: the common prefixes of keys on this page.",
    )
    page_info = graphene.Field(ObjectPageInfo, required=True, description="True if there are more.")

    @staticmethod
    @pure
    def resolve_nodes(page: Page) -> Any:
        return page.objects

    @staticmethod
    @pure
    def resolve_page_info(page: Page) -> Page:
        return page


class ObjectReads:
    """How many reads of objects one operation has made."""

    def __init__(self) -> None:
        self.count = 0


def _read(bucket: Any, info: Any, read: Callable[[], R]) -> R:
    """Raises ExpectedError: FORBIDDEN, too many reads, or the code of the store's refusal."""
    require_role(info.context.user, Role.OPERATOR, bucket.provider)
    require(bucket.provider, Capability.LIST_OBJECTS)
    if info.operation.operation.value != QUERY:
        raise NotSupported("Objects are read in queries alone.")
    reads = info.context.of(ObjectReads)
    reads.count += 1
    if reads.count > MOST_READS:
        message = f"One operation reads the objects of at most {MOST_READS} buckets."
        raise InvalidInput(message, field="objects")
    try:
        return read()
    except ProviderError as error:
        raise ExpectedError(error.message, code=str(error.code)) from error


def resolve_objects(
    bucket: Any,
    info: Any,
    *,
    prefix: str | None = None,
    delimiter: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Page:
    size = checked_first(first, default=USUAL_FIRST)
    if size == 0:
        return Page(())
    query = ObjectQuery(prefix or "", delimiter or "", size, after or None)
    return _read(bucket, info, lambda: list_objects(bucket.source, bucket.external_id, query))


def resolve_object(bucket: Any, info: Any, *, key: str) -> ObjectRecord | None:
    require(bucket.provider, Capability.LIST_OBJECTS)
    check_key(bucket.provider, key)
    return _read(bucket, info, lambda: find_object(bucket.source, bucket.external_id, key))


LIVE = (("Bucket", "objects"), ("Bucket", "object"))
extend(
    object_type(BUCKETS),
    objects=graphene.Field(
        ObjectPage,
        prefix=graphene.String(description="Only keys that begin with it, exactly."),
        delimiter=graphene.String(
            description="Group keys by what precedes this text after the prefix: / groups by "
            "folder."
        ),
        first=graphene.Int(
            default_value=USUAL_FIRST,
            description="The number of keys and groups together; at most 1,000.",
        ),
        after=graphene.String(description="The endCursor of the page before."),
        description="Its objects, read from its store for this answer. Requires the role OPERATOR. "
        f"One operation reads objects {MOST_READS} times at most.",
        resolver=resolve_objects,
    ),
    object=graphene.Field(
        BucketObject,
        key=graphene.String(required=True, description="Its key, exactly."),
        description="One object with its metadata, read from its store for this answer; null if "
        "there is none. Requires the role OPERATOR.",
        resolver=resolve_object,
    ),
)
