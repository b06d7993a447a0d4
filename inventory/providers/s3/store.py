"""S3 of one account in one region, or a compatible store, asked by boto3."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from libcloud.common.types import MalformedResponseError

from inventory.providers.boto.keys import Keys
from inventory.providers.paging import each_page
from inventory.providers.reading import UNEXPECTED_FORM

BUCKETS_OF_PAGE = 1000  # docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
PATH, HOST = "path", "virtual"
# "ListObjectsV2" and "ListObjectVersions" beside it, "Response Elements".
OF_A_PAGE = frozenset({"IsTruncated", "KeyCount", "MaxKeys", "Name"})


class Storing(Protocol):
    """A driver whose account has a store."""

    @property
    def storage(self) -> "Store": ...


class Store:
    """Building one asks nothing.

    ``has_regions``: the store has buckets of several regions, and lists those of one when asked.
    ``is_amazons``: it is S3 itself. ``path_style``: the bucket is in the path of an address,
    not in its host.
    """

    def __init__(
        self,
        keys: Keys,
        url: str,
        region: str,
        *,
        is_amazons: bool = False,
        has_regions: bool = False,
        path_style: bool = True,
    ) -> None:
        self.is_amazons = is_amazons
        self.region = region
        self._keys, self._url = keys, url
        self.has_regions, self._path_style = has_regions, path_style
        self._clients: dict[str, Any] = {}

    def client(self, key: str = "") -> Any:
        """boto3's client. ``key``: of the object that it is asked about.

        requests makes one slash of several at the beginning of a path, so that a key that begins
        with a slash is addressed below its bucket.
        """
        # boto3 is imported when the first account is asked.
        from botocore.config import Config  # noqa: PLC0415

        from inventory.providers.boto.client import client_of  # noqa: PLC0415

        style = PATH if self._path_style or key.startswith("/") else HOST
        if style not in self._clients:
            # Compatible stores refuse the checksums that botocore adds unasked: boto3 issue 4392.
            settings = Config(
                signature_version="s3v4",
                s3={"addressing_style": style},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            )
            found = client_of("s3", self._keys, self._url, self.region, settings)
            found.meta.events.register("before-sign.s3.DeleteObjects", _add_digest)
            self._clients[style] = found
        return self._clients[style]

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """One call of boto3's client. Raises ProviderError, and what ``sending`` raises."""
        from inventory.providers.boto.errors import mapped  # noqa: PLC0415 - see client

        client = self.client(str(parameters.get("Key", "")))
        with mapped():
            found: dict[str, Any] = getattr(client, operation)(**parameters)
        return found

    def objects_page(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """A page of a bucket's list. An empty one has no list, and boto3 makes one of any document.

        Raises MalformedResponseError for an answer without the elements that each page has.
        """
        page = self.call(operation, **parameters)
        if page.keys().isdisjoint(OF_A_PAGE):
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: it is no list of a bucket.")
        return page

    def bucket_entries(self, prefix: str = "") -> Iterator[dict[str, Any]]:
        """The account's buckets in this region, of all pages. One that fails fails the listing.

        A compatible store may know neither regions nor prefixes nor pages, and lists all buckets.
        """
        asked: dict[str, Any] = {"MaxBuckets": BUCKETS_OF_PAGE} if self.has_regions else {}
        if self.has_regions:
            asked["BucketRegion"] = self.region
        if prefix:
            asked["Prefix"] = prefix

        def read(token: str | None) -> dict[str, Any]:
            following = {"ContinuationToken": token} if token else {}
            return self.call("list_buckets", **asked, **following)

        for page in each_page(read, next_token("ContinuationToken")):
            buckets = page.get("Buckets")
            if not isinstance(buckets, list):
                raise MalformedResponseError(f"{UNEXPECTED_FORM}: the list Buckets is missing.")
            yield from buckets


def next_token(name: str) -> Callable[[dict[str, Any]], str | None]:
    """The function that reads the token of the next page: None if it is absent or empty."""

    def read(page: dict[str, Any]) -> str | None:
        token = page.get(name, "")
        if not isinstance(token, str):
            raise MalformedResponseError("The token of the next page cannot be read.")
        return token or None

    return read


def _add_digest(request: Any, **_: Any) -> None:
    """Older stores know no checksum but this one, which S3 takes too."""
    digest = hashlib.md5(request.data, usedforsecurity=False).digest()
    request.headers["Content-MD5"] = base64.b64encode(digest).decode()
