"""One subscription at Azure's Resource Manager.

libcloud's driver signs in whenever it is built, asks for each machine's state, interfaces and
addresses one after the other, and waits inside a call until a machine is gone. Its connections are
used here, and its table of Azure's addresses.
"""

import time
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from libcloud.common.azure_arm import publicEnvironments
from libcloud.common.base import Connection
from libcloud.compute.base import NodeDriver

from gateway.core.http.urls import split_url
from inventory.providers.azure.blobs.store import RESOURCE as BLOBS
from inventory.providers.azure.blobs.store import AzureStore
from inventory.providers.azure.refusals import REFUSALS
from inventory.providers.exceptions import ProviderErrorCode
from inventory.providers.kind import Values
from inventory.providers.rest import JsonConnection, JsonReply, TokenConnection, ask, part, segment
from inventory.providers.token_cache import Grant, SignIn

Code = ProviderErrorCode
PUBLIC = publicEnvironments["default"]
MANAGEMENT = PUBLIC["activeDirectoryResourceId"]
FORM = "application/x-www-form-urlencoded"


class AzureReply(JsonReply):
    """``{"error": {"code": …, "message": …}}``."""

    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        return body["error"]["code"], body["error"]["message"]


class SignInReply(JsonReply):
    """RFC 6749, section 5.2. An unknown tenant is an ``invalid_request``."""

    codes: ClassVar = {
        "invalid_client": Code.INVALID_CREDENTIALS,
        "unauthorized_client": Code.INVALID_CREDENTIALS,
        "invalid_request": Code.INVALID_CREDENTIALS,
    }

    def complaint(self, body: Any) -> tuple[str, str]:
        return body["error"], body["error_description"]


class SignInConnection(JsonConnection, Connection):
    host = split_url(PUBLIC["activeDirectoryEndpointUrl"]).hostname
    responseCls = SignInReply  # noqa: N815 - libcloud's name

    def add_default_headers(self, headers: dict[str, str]) -> dict[str, str]:
        return headers | {"Content-Type": FORM}


class AzureConnection(TokenConnection, Connection):
    host = split_url(PUBLIC["resourceManagerEndpointUrl"]).hostname
    responseCls = AzureReply  # noqa: N815 - libcloud's name


class AzureDriver(NodeDriver):
    """Building one asks nothing; the first request signs in, unless a token is kept."""

    connectionCls = AzureConnection  # noqa: N815 - libcloud's name

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        self.account, self.timeout = credentials, timeout
        self.subscription = f"/subscriptions/{segment(credentials['subscription_id'])}"
        self.connection = AzureConnection(timeout=timeout)
        self.connection.driver = self
        self.connection.sign_in = _sign_in(credentials, MANAGEMENT, timeout)

    @cached_property
    def storage(self) -> AzureStore:
        """Blobs, with a token of their own: that of Resource Manager is not good for them."""
        return AzureStore(_sign_in(self.account, BLOBS, self.timeout), self.timeout)


def _sign_in(credentials: Values, resource: str, timeout: float) -> SignIn:
    names = ("tenant_id", "client_id", "client_secret")
    facts = (*(credentials[name] for name in names), resource)
    return SignIn(facts, lambda: _grant(credentials, resource, timeout), timeout)


def _grant(credentials: Values, resource: str, timeout: float) -> Grant:
    asked_at = time.time()
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials["client_id"],
        "client_secret": credentials["client_secret"],
        "resource": resource,
    }
    connection = SignInConnection(timeout=timeout)
    path = f"/{segment(credentials['tenant_id'])}/oauth2/token"
    given = ask(connection, path, method="POST", data=urlencode(form))
    ends_at = asked_at + int(part(given, "expires_in", str))
    return Grant(part(given, "access_token", str), ends_at)
