"""libcloud's EC2 driver with what follows added; libcloud's signing and connection are kept.

- Signature version 4 everywhere: version 2 is refused by every region opened since 2014.
- Replies in another XML namespace. AWS echoes the version that was asked with a trailing slash;
  servers that are compatible with EC2 write others, and libcloud then finds nothing, silently.
- POST: libcloud puts everything into the address, user data too, where errors and logs show it.
- Regions that libcloud does not know, and endpoints of one's own.
- lxml: Python's own parser makes an object of each of a hundred elements that an instance has,
  lxml of those that are looked at. A thousand instances take half of the time.
"""

from typing import Any
from urllib.parse import urlencode

import requests
from libcloud.common.types import MalformedResponseError
from libcloud.compute.drivers.ec2 import (
    API_VERSION,
    NAMESPACE,
    EC2Connection,
    EC2NodeDriver,
    EC2Response,
)

from gateway.core.http.urls import split_url
from inventory.providers.boto.documents import texts_of_refusal
from inventory.providers.boto.keys import Keys
from inventory.providers.ec2.regions import DEFAULT_REGION
from inventory.providers.markup import parsed

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


class AnyNamespaceResponse(EC2Response):
    """A reply whose elements all carry the namespace that libcloud looks for."""

    def __init__(self, response: requests.Response, connection: Any) -> None:
        self._content = response.content
        response.encoding = "utf-8"  # EC2's XML is; without a charset requests takes latin-1
        super().__init__(response, connection)

    def parse_body(self) -> bytes:
        """The body itself: a reply that is known is not parsed."""
        return self._content

    def parse_error(self) -> str:
        """``Code: Message`` of each error; what the body says otherwise, a proxy's page maybe."""
        texts = [": ".join(filter(None, one)) for one in texts_of_refusal(self._content)]
        return "; ".join(texts) or self.body or f"HTTP status {self.status}"


def document_of(content: bytes) -> Any:
    """The root of a reply whose elements all carry the namespace that libcloud looks for."""
    root = parsed(content)
    if not root.tag.startswith(f"{{{NAMESPACE}}}"):
        for element in root.iter("*"):
            element.tag = f"{{{NAMESPACE}}}{element.tag.rpartition('}')[2]}"
    return root


class AnyNamespaceConnection(EC2Connection):
    responseCls = AnyNamespaceResponse  # noqa: N815 - libcloud's name


class QueryDriver(EC2NodeDriver):
    """One service of AWS in one region, at ``url``."""

    connectionCls = AnyNamespaceConnection  # noqa: N815 - libcloud's name

    def __init__(self, keys: Keys, url: str, region: str, timeout: float) -> None:
        endpoint = split_url(url)
        host = endpoint.hostname or ""
        self.path = endpoint.path or "/"
        self.secrets = keys.secrets
        super().__init__(
            keys.access_key_id,
            keys.secret_access_key,
            host=f"[{host}]" if ":" in host else host,
            port=endpoint.port or (443 if endpoint.scheme == "https" else 80),
            secure=endpoint.scheme == "https",
            region=DEFAULT_REGION,  # libcloud refuses those that it does not know
            token=keys.session_token,
            signature_version="4",
            timeout=timeout,
        )
        self.region_name = region  # what the signature names

    def ask(self, action: str, **params: str) -> Any:
        """One call; the root of its answer. Raises MalformedResponseError for anything else."""
        return self.answer_in(self.content(action, **params), action)

    def content(self, action: str, **params: str) -> bytes:
        """The body of the reply to one call."""
        body = urlencode({"Action": action, "Version": API_VERSION, **params})
        reply = self.connection.request(self.path, data=body, headers=FORM, method="POST")
        found: bytes = reply.object
        return found

    def answer_in(self, content: bytes, action: str) -> Any:
        """The root of a reply. Raises MalformedResponseError for what is not the action's."""
        root = document_of(content)
        if not root.tag.endswith(f"}}{action}Response"):
            found = root.tag.rpartition("}")[2]
            message = f"{action} was answered with <{found}>."
            raise MalformedResponseError(message, driver=self)
        return root


def next_token(page: Any) -> str | None:
    """None if the element is absent or empty. Raises MalformedResponseError if it has elements."""
    found = page.find(f"{{{NAMESPACE}}}nextToken")
    if found is None:
        return None
    if len(found):
        raise MalformedResponseError("The token of the next page cannot be read.")
    return (found.text or "").strip() or None
