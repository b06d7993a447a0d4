"""Connections to the services of one OpenStack account."""

import re
from typing import Any

from libcloud.common.base import Connection

from inventory.providers import certificates, tls
from inventory.providers.kind import Values

VERSION = re.compile(r"/v\d+(\.\d+)?/?$")
VOLUME_SERVICES = ("block-storage", "volumev3")  # docs.openstack.org/keystone, "service types"
OBJECT_STORE = "object-store"
CINDERS_V3 = re.compile(r"/v3(/|$)")
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
    OpenStack API guidelines. Nova's and cinder's paths begin below the version, and cinder's below
    the project that the catalogue names; the others' begin with the version. A path that
    names no version is used as it is, except for the root and DevStack's /compute. Swift's is the
    account's own: https://store.example/v1/AUTH_a4040e04, or /swift/v1 of Ceph.
    """
    url = url.rstrip("/")
    if service == OBJECT_STORE:
        return url
    if service == "compute":
        return f"{url}/v2.1" if NOVAS_ROOT.fullmatch(url) else url
    if service in VOLUME_SERVICES:
        return url if CINDERS_V3.search(url) else f"{url}/v3"
    return VERSION.sub("", url)
