"""libcloud's EC2 driver, subclassed for what it lacks; its signing and connection are kept.

- Signature version 4 everywhere: version 2 is refused by every region opened since 2014.
- Replies in another XML namespace. AWS echoes the version that was asked with a trailing slash;
  servers that are compatible with EC2 write others, and libcloud then finds nothing, silently.
- Paging: libcloud asks for the first page alone.
- Regions that libcloud does not know, at an endpoint of one's own.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import XML, Element, ParseError

from libcloud.compute.drivers.ec2 import (
    NAMESPACE,
    VALID_EC2_REGIONS,
    EC2Connection,
    EC2NodeDriver,
    EC2Response,
)

from inventory.providers.budget import Budget
from inventory.providers.kind import Values

DEFAULT_REGION = "us-east-1"
LONGEST_ERROR = 200


class AnyNamespaceResponse(EC2Response):
    """A reply whose elements all carry the namespace that libcloud looks for."""

    def parse_error(self) -> str:
        """``<Code>: <Message>`` wherever they stand; whatever the text, when it is no XML."""
        try:
            root = XML(self.body)
        except ParseError:
            return f"HTTP {self.status}: {self.body[:LONGEST_ERROR] or 'an empty answer'}"
        facts = {element.tag.rpartition("}")[2]: element.text or "" for element in root.iter()}
        if "Code" not in facts:
            return f"HTTP {self.status}: {' '.join(root.itertext()).strip()[:LONGEST_ERROR]}"
        return f"{facts['Code']}: {facts.get('Message', '')}"

    def parse_body(self) -> Any:
        root = super().parse_body()
        if isinstance(root, Element) and not root.tag.startswith(f"{{{NAMESPACE}}}"):
            for element in root.iter():
                element.tag = f"{{{NAMESPACE}}}{element.tag.rpartition('}')[2]}"
        return root


class AnyNamespaceConnection(EC2Connection):
    responseCls = AnyNamespaceResponse  # noqa: N815 - libcloud's name


class EC2Driver(EC2NodeDriver):
    """One region of one account, at AWS or at ``endpoint_url``."""

    connectionCls = AnyNamespaceConnection  # noqa: N815 - libcloud's name

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        self.budget = Budget(timeout)
        endpoint = urlsplit(credentials.get("endpoint_url") or "")
        options: dict[str, Any] = {}
        if endpoint.hostname:
            options = {
                "host": endpoint.hostname,
                "port": endpoint.port or (443 if endpoint.scheme == "https" else 80),
                "secure": endpoint.scheme == "https",
            }
            self.path = endpoint.path or "/"
        super().__init__(
            credentials["access_key_id"],
            credentials["secret_access_key"],
            region=region if region in VALID_EC2_REGIONS else DEFAULT_REGION,
            token=credentials.get("session_token"),
            signature_version="4",
            timeout=timeout,
            **options,
        )
        self.region_name = region  # the signature names it, known to libcloud or not

    def ask(self, action: str, **params: str) -> Element:
        """One call. The connection's timeout shrinks to what is left of the budget."""
        self.budget.check()
        self.connection.timeout = self.budget.left
        reply = self.connection.request(self.path, params={"Action": action, **params}).object
        if not isinstance(reply, Element):
            raise ValueError(f"{action} was answered with something that is not XML.")
        if not reply.tag.endswith(f"}}{action}Response"):
            raise ValueError(f"{action} was answered with <{reply.tag.rpartition('}')[2]}>.")
        return reply

    def pages(self, action: str, **params: str) -> Iterator[Element]:
        """Every page of a listing. One that fails fails the listing."""
        token: str | None = ""
        while token is not None:
            page = self.ask(action, **params, **({"NextToken": token} if token else {}))
            yield page
            token = page.findtext(f"{{{NAMESPACE}}}nextToken") or None


def known_regions(credentials: Values) -> list[str] | None:
    """AWS's, as libcloud knows them; at an endpoint of one's own, any name is right."""
    return None if credentials.get("endpoint_url") else list(VALID_EC2_REGIONS)
