"""The connection to Swift, which refuses with a page of HTML, and a HEAD without a body."""

import re
from typing import Any

from inventory.providers.exceptions import ProviderErrorCode, error_of_status
from inventory.providers.kind import Values
from inventory.providers.openstack.connections import AccountConnection
from inventory.providers.openstack.swift.refusals import REFUSALS
from inventory.providers.refusals import classify
from inventory.providers.rest import ABSENT, JsonReply, TokenConnection
from inventory.providers.token_cache import SignIn

TRANSACTION = "x-trans-id"  # in each of Swift's replies, and in no proxy's
JSON = "application/json"
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


class SwiftReply(JsonReply):
    def parse_body(self) -> Any:
        """Lists are JSON; whatever else a reply has in its body is text."""
        is_json = self.headers.get("content-type", "").startswith(JSON)
        return super().parse_body() if is_json else self.body

    def parse_error(self) -> Any:
        """A 404 that is not Swift's does not say that there is no such object."""
        status = int(self.status)
        is_foreign = status in ABSENT and TRANSACTION not in self.headers
        code = ProviderErrorCode.PROVIDER_ERROR if is_foreign else None
        found = PARAGRAPH.search(self.body or "")
        error = error_of_status(status, found[1] if found else self.body, self.headers, code)
        classify(error, REFUSALS)
        raise error


class SwiftConnection(TokenConnection, AccountConnection):
    """``driver``: of libcloud, which names itself in requests."""

    responseCls = SwiftReply  # noqa: N815 - libcloud's name

    def __init__(
        self, driver: Any, credentials: Values, sign_in: SignIn, url: str, timeout: float
    ) -> None:
        super().__init__(credentials, url=url, timeout=timeout)
        self.driver = driver
        self.sign_in = sign_in

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        self._sent = self.sign_in.value()
        return {"Accept": JSON} | headers | {"X-Auth-Token": self._sent.token}

    def encode_data(self, data: Any) -> Any:
        return data

    def morph_action_hook(self, action: str) -> str:
        """Libcloud's joins by ``urljoin``, which makes one slash of two in a key, and takes ``..``
        for a folder: the request would be about another object.
        """
        return f"{self.request_path}{action}"
