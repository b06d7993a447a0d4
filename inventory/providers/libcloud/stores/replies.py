"""The replies of a store with S3's interface.

libcloud's own class takes 400, 404 and 409 for successes, from which the driver's methods make
errors without the store's words, and finds nothing in a list with another namespace than S3's.
"""

from typing import Any

from libcloud.common.exceptions import BaseHTTPError
from libcloud.common.types import MalformedResponseError
from libcloud.storage.drivers.s3 import NAMESPACE, S3Response

from inventory.providers.exceptions import ProviderError, ProviderErrorCode, translate
from inventory.providers.markup import parsed
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.rest import ABSENT, OK

REQUEST_ID = "x-amz-request-id"  # in each reply of a store: "Common response headers" of S3
BUCKETS, OBJECTS = "ListAllMyBucketsResult", "ListBucketResult"
ANOTHER_LIST = (
    "The store answered with <{found}> in place of <{expected}>. Is the address that of the whole "
    "store, without the name of a bucket?"
)


class StoreReply(S3Response):
    def __init__(self, response: Any, connection: Any) -> None:
        response.encoding = "utf-8"  # requests takes text/xml for Latin-1
        super().__init__(response, connection)

    def success(self) -> bool:
        return int(self.status) in OK

    def parse_body(self) -> Any:
        """The document of a list, in S3's namespace, whichever the store has; other bodies as they
        are.

        An address of one bucket answers with its objects where the buckets are asked for: no
        bucket in it would pass for an account without buckets.
        """
        if self.connection.method != "GET":
            return self.body
        document = parsed(self.body)
        found = name_of(document)
        expected = OBJECTS if self.connection.action.strip("/") else BUCKETS
        if found not in {BUCKETS, OBJECTS}:
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: it is no list.")
        if found != expected:
            raise MalformedResponseError(ANOTHER_LIST.format(found=found, expected=expected))
        for element in document.iter():
            element.tag = f"{{{NAMESPACE}}}{name_of(element)}"
        if found == BUCKETS and not children(document, "Buckets"):
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: the list Buckets is missing.")
        return document

    def parse_error(self) -> Any:
        """Raises ProviderError by the store's own word.

        The reply to a HEAD has none. A 404 that is not the store's does not say that there is no
        such object.
        """
        word, message = self._complaint()
        if int(self.status) in ABSENT and not word and REQUEST_ID not in self.headers:
            message = f"The store did not answer, but a server before it: HTTP status {self.status}"
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message, status=int(self.status))
        text = ": ".join(filter(None, (word, message))) or f"HTTP status {self.status}"
        raise translate(BaseHTTPError(int(self.status), text, self.headers))

    def _complaint(self) -> tuple[str, str]:
        try:
            document = parsed(self.body)
        except (MalformedResponseError, ValueError):
            return "", self.body
        if name_of(document) != "Error":
            return "", self.body
        found = {name_of(one): one.text or "" for one in document}
        return found.get("Code", ""), found.get("Message", "")


def name_of(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_at(element: Any, name: str) -> str | None:
    """The text of a child of an element in a list; None if it is absent or empty."""
    found = element.findtext(f"{{{NAMESPACE}}}{name}")
    return str(found) if found else None


def children(element: Any, name: str) -> list[Any]:
    return [*element.iterfind(f"{{{NAMESPACE}}}{name}")]
