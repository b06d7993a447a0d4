"""libcloud's driver of Azure Blobs, with a connection to each storage account."""

from collections.abc import Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import quote

from libcloud.common.base import Connection
from libcloud.common.types import MalformedResponseError
from libcloud.storage.drivers.azure_blobs import AzureBlobsStorageDriver

from inventory.providers.azure.blobs.refusals import REFUSALS
from inventory.providers.exceptions import ProviderErrorCode, error_of_status
from inventory.providers.markup import parsed
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.refusals import classify
from inventory.providers.rest import ABSENT, JsonReply, TokenConnection
from inventory.providers.token_cache import SignIn

RESOURCE = "https://storage.azure.com/"  # what the token is for
VERSION = "2022-11-02"
WORD = "x-ms-error-code"  # in each refusal of Blob Storage, and in no proxy's
XML = "xml"


class BlobReply(JsonReply):
    def parse_body(self) -> Any:
        """The root of a document in XML; whatever else a reply has in its body is text."""
        is_xml = XML in self.headers.get("content-type", "")
        return parsed(self.body) if is_xml and self.body else self.body

    def parse_error(self) -> Any:
        """The first line of the message; the others have the request's id and time."""
        status, word = int(self.status), self.headers.get(WORD, "")
        is_foreign = status in ABSENT and not word
        message = ""
        if word and self.body:
            try:
                message = (parsed(self.body).findtext("Message") or "").partition("\n")[0]
            except MalformedResponseError:
                message = ""
        code = ProviderErrorCode.PROVIDER_ERROR if is_foreign else None
        text = f"{word}: {message}" if word else self.body
        error = error_of_status(status, text, self.headers, code, word)
        classify(error, REFUSALS)
        raise error


class BlobConnection(TokenConnection, Connection):
    """``host``: of one storage account."""

    responseCls = BlobReply  # noqa: N815 - libcloud's name

    def __init__(self, driver: Any, host: str, sign_in: SignIn, timeout: float) -> None:
        self.host = host
        super().__init__(timeout=timeout)
        self.driver, self.sign_in = driver, sign_in

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        self._sent = self.sign_in.value()
        own = {"x-ms-version": VERSION, "x-ms-date": formatdate(usegmt=True)}
        return {**headers, **own, "Authorization": f"Bearer {self._sent}"}

    def encode_data(self, data: Any) -> Any:
        return data

    def morph_action_hook(self, action: str) -> str:
        """Libcloud's joins by ``urljoin``, which takes parts of a key for folders."""
        return action


class AzureStore(AzureBlobsStorageDriver):
    """Building one asks nothing. libcloud's own constructor takes the key of one storage account,
    or signs in anew for each driver.
    """

    def __init__(self, sign_in: SignIn, timeout: float) -> None:
        self._sign_in, self._timeout = sign_in, timeout
        self._connections: dict[str, BlobConnection] = {}

    def send(
        self,
        method: str,
        account: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> Any:
        """The reply. libcloud's methods that write send raw requests, and read no refusals."""
        if account not in self._connections:
            self._connections[account] = BlobConnection(
                self, host_of(account), self._sign_in, self._timeout
            )
        return self._connections[account].request(
            path, method=method, params=dict(query or {}), headers=dict(headers or {}), data=data
        )

    def document(
        self, root: str, account: str, path: str, query: Mapping[str, Any], data: Any = None
    ) -> Any:
        """The answer, a document whose root is ``root``. Raises MalformedResponseError."""
        method = "GET" if data is None else "POST"
        found = self.send(method, account, path, query=query, data=data).object
        if getattr(found, "tag", None) != root:
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: it is no document <{root}>.")
        return found

    def blobs_page(self, account: str, container: str, query: Mapping[str, Any]) -> Any:
        """A page of "List Blobs". Raises MalformedResponseError for one without a list: it would
        pass for an empty container, which is then deleted.
        """
        asked = {"restype": "container", "comp": "list", **query}
        page = self.document("EnumerationResults", account, f"/{container}", asked)
        if page.find("Blobs") is None:
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: the list Blobs is missing.")
        return page


def host_of(account: str) -> str:
    """Accounts with endpoints of a DNS zone of their own are not reached."""
    return f"{account}.blob.core.windows.net"


def container_path(container: str) -> str:
    return f"/{quote(container, safe='')}"


def blob_path(container: str, key: str) -> str:
    """Blob Storage takes an encoded slash for a slash, and requests for no part of a path."""
    return f"{container_path(container)}/{quote(key, safe='')}"
