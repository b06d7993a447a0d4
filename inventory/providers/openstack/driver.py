"""One region of one project, with a connection for each service that is asked.

libcloud's driver opens six connections and signs in anew for each of them; what Keystone answers to
a wrong password, an unknown region or an outage becomes one and the same error. Its connections and
its reading of the service catalogue are used here.
"""

import json
from functools import cached_property
from typing import Any

from libcloud.common.base import Connection
from libcloud.common.openstack_identity import OpenStackServiceCatalog
from libcloud.compute.base import NodeDriver

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import Values
from inventory.providers.openstack.flavors import EMBEDDED
from inventory.providers.openstack.keystone import SignedIn, sign_in
from inventory.providers.openstack.refusals import REFUSALS
from inventory.providers.rest import JsonReply, TokenConnection
from inventory.providers.signins import SignIn

CATALOGUE_VERSION = "3.x_password"  # what libcloud calls Keystone's v3


class OpenStackReply(JsonReply):
    """``{"itemNotFound": {"message": …}}``; Neutron's word is in "type"."""

    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        [(word, fault)] = body.items()
        return str(fault.get("type") or word), fault["message"]


class ServiceConnection(TokenConnection, Connection):
    responseCls = OpenStackReply  # noqa: N815 - libcloud's name

    def __init__(self, driver: Any, sign_in: SignIn, url: str, timeout: float) -> None:
        super().__init__(url=url, timeout=timeout)
        self.driver = driver
        self.sign_in = sign_in
        self.version: dict[str, str] = {}  # headers that ask for a microversion

    def token_header(self, token: SignedIn) -> dict[str, str]:
        return self.version | {"X-Auth-Token": token.token}


class OpenStackDriver(NodeDriver):
    """Building one asks nothing; the first request signs in, unless a token is kept."""

    connectionCls = Connection  # noqa: N815 - libcloud's name

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        self.region_name, self.timeout = region, timeout
        self.network = credentials.get("network")
        self.sign_in = sign_in(credentials, timeout)

    @cached_property
    def compute(self) -> Any:
        return self._service("compute")

    @cached_property
    def compute_with_flavors(self) -> Any:
        """Nova at the microversion that shows the values of a server's flavor."""
        connection = self._service("compute")
        connection.version = EMBEDDED
        return connection

    @cached_property
    def image(self) -> Any:
        return self._service("image")

    @cached_property
    def networking(self) -> Any:
        return self._service("network")

    @property
    def roles(self) -> tuple[str, ...]:
        """Of the user, in the project."""
        roles: tuple[str, ...] = self.sign_in.value().roles
        return roles

    def list_region_names(self) -> list[str]:
        return self._catalogue().get_regions("compute")

    def _service(self, kind: str) -> Any:
        """Raises NOT_FOUND when the region, or the service there, is none of this cloud's."""
        endpoints = [
            endpoint
            for endpoint in self._catalogue().get_endpoints(service_type=kind)
            if endpoint.region == self.region_name and endpoint.endpoint_type == "external"
        ]
        if not endpoints:
            known = ", ".join(self.list_region_names()) or "none"
            message = f"There is no {kind} service in {self.region_name}. Regions: {known}."
            raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
        return ServiceConnection(self, self.sign_in, endpoints[0].url, self.timeout)

    def _catalogue(self) -> Any:
        catalogue = json.loads(self.sign_in.value().catalogue)
        return OpenStackServiceCatalog(catalogue, auth_version=CATALOGUE_VERSION)
