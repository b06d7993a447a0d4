"""Connections to the services of one OpenStack account."""

import re
from typing import Any

from libcloud.common.base import Connection

from inventory.providers import certificates, tls
from inventory.providers.kind import Values

VERSION = re.compile(r"/v\d+(\.\d+)?/?$")
NOVAS_ROOT = re.compile(r"https?://[^/]+(/compute)?", re.IGNORECASE)


class AccountConnection(tls.CertifiedConnection):
    """A connection with the account's certificates, if it has some of its own."""

    def __init__(self, credentials: Values, *, url: str, timeout: float) -> None:
        Connection.__init__(self, url=url, timeout=timeout)
        self._credentials = credentials
        if self.secure and certificates.is_given(credentials):
            self.conn_class: Any = self._by(certificates.context_of(credentials))


def base_address(service: str, url: str) -> str:
    """The address that the paths of our requests follow.

    A catalogue may name an endpoint with its version or without: "Endpoint Discovery" of the
    OpenStack API guidelines. Nova's paths begin below the version, the others' with it. A path that
    names no version is used as it is, except for the root and DevStack's /compute.
    """
    url = url.rstrip("/")
    if service == "compute":
        return f"{url}/v2.1" if NOVAS_ROOT.fullmatch(url) else url
    return VERSION.sub("", url)
