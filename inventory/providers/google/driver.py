"""One project of Compute Engine.

libcloud's driver writes its token into a file in the home directory, asks the metadata server of
the machine that it runs on, and waits inside a call until an operation has ended. Its signing of
the assertion that Google gives a token for is used here.
"""

import time
from functools import cached_property
from typing import Any, ClassVar

from libcloud.common.base import Connection
from libcloud.common.google import GoogleAuthError, GoogleServiceAcctAuthConnection
from libcloud.compute.base import NodeDriver

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.account import ServiceAccount, account_of
from inventory.providers.google.refusals import REFUSALS
from inventory.providers.google.replies import GoogleReply
from inventory.providers.google.storage.store import SCOPE as STORAGE
from inventory.providers.google.storage.store import GoogleStore
from inventory.providers.kind import Values
from inventory.providers.rest import JsonReply, TokenConnection, part, segment
from inventory.providers.token_cache import Grant, SignIn

Code = ProviderErrorCode
COMPUTE = "https://www.googleapis.com/auth/compute"


class SignInReply(JsonReply):
    """RFC 6749, section 5.2: an unknown account or key is ``invalid_grant``, with status 400."""

    codes: ClassVar = {
        "invalid_grant": Code.INVALID_CREDENTIALS,
        "invalid_client": Code.INVALID_CREDENTIALS,
        "unauthorized_client": Code.INVALID_CREDENTIALS,
    }

    def complaint(self, body: Any) -> tuple[str, str]:
        return body["error"], body.get("error_description") or body["error"]


class SignInConnection(GoogleServiceAcctAuthConnection):
    responseCls = SignInReply  # noqa: N815 - libcloud's name


class ComputeReply(GoogleReply):
    refusals = REFUSALS


class GoogleConnection(TokenConnection, Connection):
    host = "compute.googleapis.com"
    responseCls = ComputeReply  # noqa: N815 - libcloud's name


class GoogleDriver(NodeDriver):
    """Building one asks nothing; the first request signs in, unless a token is kept."""

    connectionCls = GoogleConnection  # noqa: N815 - libcloud's name

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        self.account, self.timeout = account_of(credentials), timeout
        self.project = f"/compute/v1/projects/{segment(self.account.project)}"
        self.zone, self.network = credentials["zone"], credentials["network"]
        self.secrets = [self.account.private_key]
        self.connection = GoogleConnection(timeout=timeout)
        self.connection.driver = self
        self.connection.sign_in = _sign_in(self.account, COMPUTE, timeout)

    @cached_property
    def storage(self) -> GoogleStore:
        """Cloud Storage, with a token of its own: that of Compute Engine is not good for it."""
        sign_in = _sign_in(self.account, STORAGE, self.timeout)
        return GoogleStore(self.account, sign_in, self.timeout)


def _sign_in(account: ServiceAccount, scope: str, timeout: float) -> SignIn:
    facts = (account.email, account.private_key, scope)
    return SignIn(facts, lambda: _grant(account, scope, timeout), timeout)


def _grant(account: ServiceAccount, scope: str, timeout: float) -> Grant:
    asked_at = time.time()
    try:
        # A dictionary: a text might be the name of a file on this machine.
        key = {"private_key": account.private_key}
        connection = SignInConnection(account.email, key, [scope], timeout=timeout)
    except GoogleAuthError:
        message = "The private key of the service account cannot be read."
        raise ProviderError(Code.INVALID_CREDENTIALS, message) from None
    given = connection.get_new_token()
    if not isinstance(given, dict):
        raise ProviderError(Code.PROVIDER_ERROR, "Google's answer to the sign-in is no object.")
    return Grant(part(given, "access_token", str), asked_at + part(given, "expires_in", int))
