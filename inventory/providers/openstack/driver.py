"""libcloud's driver of one region of one project, with a connection for each service that is asked.

libcloud's own constructor opens six connections, each of which signs in anew; what Keystone answers
to a wrong password, an unknown region or an outage becomes one and the same error. So it is not
called. The driver's methods, its connections and its reading of the service catalogue are used.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from libcloud.common.base import Connection
from libcloud.common.openstack_identity import OpenStackServiceCatalog
from libcloud.compute.drivers.openstack import OpenStack_2_NodeDriver

from inventory.providers.accepted import OperationId
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import Values
from inventory.providers.openstack.connections import AccountConnection, base_address
from inventory.providers.openstack.down_cells import SHOWN
from inventory.providers.openstack.flavors import EMBEDDED
from inventory.providers.openstack.keystone import SignedIn, sign_in
from inventory.providers.openstack.operations import operation_of
from inventory.providers.openstack.refusals import REFUSALS
from inventory.providers.rest import ABSENT, JsonReply, TokenConnection

CATALOGUE_VERSION = "3.x_password"  # what libcloud calls Keystone's v3
PUBLIC = "public"
KEYSTONES = "error"  # the key of Keystone's errors, and of a proxy's
WITH_LOCK = {"OpenStack-API-Version": "compute 2.9", "X-OpenStack-Nova-API-Version": "2.9"}
ENDPOINT_TYPES = {PUBLIC: "external"}  # libcloud's word


class OpenStackReply(JsonReply):
    """``{"itemNotFound": {"message": …}}``; Neutron's word is in "type"."""

    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        [(word, fault)] = body.items()
        if int(self.status) in ABSENT and word == KEYSTONES:
            raise ValueError("It is not an error of the service.")
        return str(fault.get("type") or word), fault["message"]


class ServiceConnection(TokenConnection, AccountConnection):
    responseCls = OpenStackReply  # noqa: N815 - libcloud's name

    def __init__(self, driver: Any, credentials: Values, url: str) -> None:
        super().__init__(credentials, url=url, timeout=driver.timeout)
        self.driver = driver
        self.sign_in = driver.sign_in
        self.version: dict[str, str] = {}  # headers that ask for a microversion
        self.latest: Mapping[str, str] = {}  # headers of the reply to the latest change

    def request(self, *args: Any, **options: Any) -> Any:
        reply = super().request(*args, **options)
        if options.get("method", "GET") != "GET":
            self.latest = reply.headers
        return reply

    def token_header(self, token: SignedIn) -> dict[str, str]:
        return self.version | {"X-Auth-Token": token.token}


class OpenStackDriver(OpenStack_2_NodeDriver):
    """Building one asks nothing; the first request signs in, unless a token is kept."""

    connectionCls = Connection  # noqa: N815 - libcloud's name

    def __new__(cls, *_: Any) -> Self:
        return object.__new__(cls)  # libcloud's chooses a class by its arguments

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        self.region_name, self.timeout = region, timeout
        self.network = credentials.get("network")
        self._credentials = credentials
        self.sign_in = sign_in(credentials, timeout)

    @cached_property
    def compute(self) -> Any:
        return self._service("compute")

    @property
    def connection(self) -> Any:
        """What libcloud's methods send their requests by."""
        return self.compute

    def ex_unshelve_node(self, node: Any) -> None:
        """Libcloud's driver has no such method."""
        self._post_simple_node_action(node, "unshelve")

    def operation_begun(self) -> OperationId | None:
        """The id of nova's record of the latest change."""
        return operation_of(self.compute.latest)

    @cached_property
    def compute_with_flavors(self) -> Any:
        """Nova at the microversion that shows the values of a server's flavor."""
        connection = self._service("compute")
        connection.version = EMBEDDED
        return connection

    @cached_property
    def compute_with_locks(self) -> Any:
        """Nova at the microversion that shows whether a server is locked."""
        connection = self._service("compute")
        connection.version = WITH_LOCK
        return connection

    @cached_property
    def compute_with_down_cells(self) -> Any:
        """Nova at the microversion that shows the servers of a cell that does not answer."""
        connection = self._service("compute")
        connection.version = SHOWN
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
        url = self._credentials.get(f"{kind}_endpoint") or self._endpoint(kind)
        return ServiceConnection(self, self._credentials, base_address(kind, url))

    def _endpoint(self, kind: str) -> str:
        """The address in the catalogue, of the account's interface."""
        interface = self._credentials.get("interface") or PUBLIC
        for endpoint in self._catalogue().get_endpoints(service_type=kind):
            words = (endpoint.region, endpoint.endpoint_type)
            if words == (self.region_name, ENDPOINT_TYPES.get(interface, interface)):
                return str(endpoint.url)
        known = ", ".join(self.list_region_names()) or "none"
        which = "" if interface == PUBLIC else f" with the interface {interface}"
        message = f"There is no {kind} service{which} in {self.region_name}. Regions: {known}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)

    def _catalogue(self) -> Any:
        catalogue = json.loads(self.sign_in.value().catalogue)
        return OpenStackServiceCatalog(catalogue, auth_version=CATALOGUE_VERSION)
