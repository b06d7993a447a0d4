"""A page of a bucket's objects is deleted, of each object all generations.

A request of the JSON API deletes one object. Deleted objects can be restored at Google for the time
of the bucket's soft-delete policy; a bucket that has only these is empty.
"""

from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.storage.paths import OBJECTS, object_path, objects_path
from inventory.providers.paging import each_page
from inventory.providers.reading import UNEXPECTED_FORM, Reading
from inventory.providers.rest import optional_list, optional_text

MOST_DELETED = 100  # of one step
STAYS = "An object could not be deleted, so the bucket stays: {problem}"


def delete_page(store: Any, bucket: str) -> int:
    """The number of objects and generations on the page. Raises ProviderError for one that stays.

    Another page may follow an empty one: the bucket is empty when no page is left.
    """
    entries = _first_page(store, bucket)
    for key, generation in map(_identifier, entries):
        try:
            store.delete(object_path(bucket, key), generation=generation)
        except ProviderError as error:
            if error.code is not ProviderErrorCode.NOT_FOUND:
                error.message = STAYS.format(problem=error.message)
                raise
    return len(entries)


def _first_page(store: Any, bucket: str) -> list[Any]:
    """The first page that has objects; an empty list if no page has any."""
    asked: dict[str, Any] = {"versions": "true", "maxResults": MOST_DELETED}

    def read(token: str | None) -> dict[str, Any]:
        following = {"pageToken": token} if token else {}
        found: dict[str, Any] = store.read(OBJECTS, objects_path(bucket), **asked, **following)
        return found

    for page in each_page(read, lambda one: optional_text(one, "nextPageToken")):
        if entries := optional_list(page, "items"):
            return entries
    return []


def _identifier(entry: Any) -> tuple[str, str]:
    found = Reading(entry)
    key, generation = found.text("name", required=True), found.identifier("generation")
    if key is None or generation is None:
        raise MalformedResponseError(found.problem or UNEXPECTED_FORM)
    return key, generation
