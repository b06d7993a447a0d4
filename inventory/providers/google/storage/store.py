"""libcloud's driver of Google Cloud Storage, with a connection of the account's."""

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from libcloud.common.base import Connection
from libcloud.common.types import MalformedResponseError
from libcloud.storage.drivers.google_storage import GoogleStorageDriver

from inventory.providers.google.account import ServiceAccount
from inventory.providers.google.pages import pages_at
from inventory.providers.google.replies import GoogleReply
from inventory.providers.google.storage.paths import BUCKETS, HOST, uploads_path
from inventory.providers.google.storage.refusals import REFUSALS
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.rest import TokenConnection, act, ask, optional_list, part
from inventory.providers.token_cache import SignIn

# To set who may read a bucket takes the whole control; what may be done is decided by IAM.
SCOPE = "https://www.googleapis.com/auth/devstorage.full_control"
KIND = "storage#buckets"
BUCKETS_OF_PAGE = "1000"


class StorageReply(GoogleReply):
    refusals = REFUSALS
    gone: ClassVar = "notFound"


class StorageConnection(TokenConnection, Connection):
    host = HOST
    responseCls = StorageReply  # noqa: N815 - libcloud's name

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        return super().add_default_headers({}) | headers

    def encode_data(self, data: Any) -> Any:
        return data if isinstance(data, bytes) else super().encode_data(data)


class GoogleStore(GoogleStorageDriver):
    """Building one asks nothing. libcloud's own constructor would sign in for each driver, and keep
    the token in a file of the home directory.
    """

    def __init__(self, account: ServiceAccount, sign_in: SignIn, timeout: float) -> None:
        self.account, self.project = account, account.project
        self.connection = StorageConnection(timeout=timeout)
        self.connection.driver = self
        self.connection.sign_in = sign_in
        self.json_connection = self.connection

    def bucket_entries(self, prefix: str = "") -> Iterator[Any]:
        """The project's buckets with their settings, of all pages.

        libcloud's ``iterate_containers`` asks the XML API, which lists names and times alone.
        """
        asked = {"project": self.project, "maxResults": BUCKETS_OF_PAGE}
        asked |= {"prefix": prefix} if prefix else {}
        for page in pages_at(self.connection, BUCKETS, KIND, asked):
            yield from optional_list(page, "items")

    def read(self, kind: str, path: str, **asked: Any) -> dict[str, Any]:
        """The answer to a read, whose ``kind`` shows what it is: an empty list has no ``items``,
        and an empty policy no ``bindings``. Raises MalformedResponseError for another one.
        """
        found = self.ask(path, **asked)
        if part(found, "kind", str) != kind:
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: it is no {kind}.")
        return found

    def ask(self, path: str, method: str = "GET", data: Any = None, **asked: Any) -> dict[str, Any]:
        """One call, whose answer is an object. Raises MalformedResponseError for any other."""
        return ask(self.connection, path, method=method, data=data, query=asked)

    def delete(self, path: str, **asked: Any) -> None:
        act(self.connection, path, method="DELETE", query=asked)

    def upload(self, bucket: str, resource: Mapping[str, Any], body: bytes) -> None:
        """Write an object in one request: "Multipart uploads". ``resource``: its metadata.

        libcloud's uploads are raw requests of the XML API, whose refusals the driver does not read.
        """
        boundary = secrets.token_hex(16)
        parts = (
            ("application/json; charset=UTF-8", json.dumps(resource).encode()),
            (resource["contentType"], body),
        )
        data = b"".join(
            f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n".encode() + part + b"\r\n"
            for kind, part in parts
        )
        self.connection.request(
            uploads_path(bucket),
            params={"uploadType": "multipart"},
            data=data + f"--{boundary}--\r\n".encode(),
            headers={"Content-Type": f"multipart/related; boundary={boundary}"},
            method="POST",
        )
