"""The share of the threads that a request counts against, found without a database query.

An access token names its user. It is accepted after its signature was verified, so that a forged
one cannot use up the share of another user. Only the database knows the user of an API token:
until it was looked up once, the request counts as an unknown client of its address.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from gateway.core.accounts.access_tokens import access_token_claims
from gateway.core.accounts.api_tokens import PREFIX
from gateway.core.accounts.errors import BadToken
from gateway.core.fair_queue import Share
from gateway.core.http.forwarded import client_address, subscriber

MOST_KNOWN = 10_000


class ClientShares:
    """Shares by the Authorization header; a header that was seen is remembered by its hash."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: OrderedDict[bytes, str] = OrderedDict()

    def share_of(self, environ: Mapping[str, Any]) -> Share:
        """The share of the request with this WSGI environment."""
        header = environ.get("HTTP_AUTHORIZATION", "")
        if header and (user := self._known(header) or self._named(header)):
            return (f"user {user}",)
        address = subscriber(client_address(environ, proxies=settings.TRUSTED_PROXIES))
        of_address = f"address {address}"
        return (of_address, _hash(header)) if header else (of_address, "")

    def learn(self, header: str, user_key: Any) -> None:
        """``header`` was found to be of this user."""
        with self._lock:
            self._users[_hash(header)] = str(user_key)
            if len(self._users) > MOST_KNOWN:
                self._users.popitem(last=False)

    def _known(self, header: str) -> str | None:
        with self._lock:
            found = self._users.get(key := _hash(header))
            if found is not None:
                self._users.move_to_end(key)
            return found

    def _named(self, header: str) -> str | None:
        """The user that an access token names; None if the gateway did not issue the token."""
        token = header.partition(" ")[2].strip()
        if not token or token.startswith(PREFIX):
            return None
        try:
            user = str(access_token_claims(token=token)["sub"])
        except BadToken:
            return None
        self.learn(header, user)
        return user


def _hash(header: str) -> bytes:
    return hashlib.sha256(header.encode("latin-1", "replace")).digest()


client_shares = ClientShares()
