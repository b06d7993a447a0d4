"""libcloud's driver of one region of one project, with a connection for each service that is asked.

libcloud's own constructor opens six connections, each of which signs in anew; what Keystone answers
to a wrong password, an unknown region or an outage becomes one and the same error. So it is not
called. The driver's methods, its connections and its reading of the service catalogue are used.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from libcloud.common.base import Connection
from libcloud.common.openstack_identity import OpenStackServiceCatalog
from libcloud.compute.drivers.openstack import OpenStack_2_NodeDriver

from inventory.providers.accepted import OperationId
from inventory.providers.exceptions import ProviderError, ProviderErrorCode, ServiceAbsent
from inventory.providers.kind import Values
from inventory.providers.openstack.connections import (
    OBJECT_STORE,
    VOLUME_SERVICES,
    AccountConnection,
    base_address,
)
from inventory.providers.openstack.down_cells import SHOWN
from inventory.providers.openstack.flavors import EMBEDDED
from inventory.providers.openstack.keystone import SignedIn, sign_in
from inventory.providers.openstack.operations import operation_of
from inventory.providers.openstack.refusals import REFUSALS
from inventory.providers.openstack.swift.store import SwiftStore
from inventory.providers.rest import ABSENT, JsonReply, TokenConnection

CATALOGUE_VERSION = "3.x_password"  # what libcloud calls Keystone's v3
PUBLIC = "public"
KEYSTONES = "error"  # the key of Keystone's errors, and of a proxy's
WITH_LOCK = {"OpenStack-API-Version": "compute 2.9", "X-OpenStack-Nova-API-Version": "2.9"}
IN_USE = {"OpenStack-API-Version": "volume 3.42"}
ENDPOINT_TYPES = {PUBLIC: "external"}  # libcloud's word


WEBOBS = {"message", "code", "title"}


class OpenStackReply(JsonReply):
    """``{"itemNotFound": {"message": …}}``; Neutron's word is in "type".

    Glance's errors are those of WebOb (``WSGIHTTPException.json_formatter`` in webob/exc.py):
    ``{"message": "…<br /><br />", "code": "404 Not Found", "title": "Not Found"}``.
    """

    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        if body.keys() == WEBOBS and body["code"].startswith(f"{self.status} "):
            return body["title"], body["message"].replace("<br />", " ").strip()
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
        """The connection of libcloud's methods."""
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

    @cached_property
    def block_storage(self) -> Any:
        """Raises ServiceAbsent if the region has no cinder, as in many small clouds."""
        kind, url = self._optional_endpoint(VOLUME_SERVICES, "block storage")
        return self._connection(kind, url)

    @cached_property
    def storage(self) -> SwiftStore:
        """Raises ServiceAbsent where the region has no store of objects."""
        kind, url = self._optional_endpoint((OBJECT_STORE,), "object storage")
        return SwiftStore(self._credentials, self.sign_in, base_address(kind, url), self.timeout)

    @cached_property
    def block_storage_in_use(self) -> Any:
        """Cinder at the microversion that extends attached volumes."""
        connection = copy.copy(self.block_storage)
        connection.version = IN_USE
        return connection

    def _get_volume_connection(self) -> Any:
        """The connection to cinder of libcloud's methods."""
        return self.block_storage

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the user in the project."""
        roles: tuple[str, ...] = self.sign_in.value().roles
        return roles

    @property
    def project_id(self) -> str:
        return str(self.sign_in.value().project_id)

    def list_region_names(self) -> list[str]:
        return self._catalogue().get_regions("compute")

    def _service(self, kind: str) -> Any:
        """Raises NOT_FOUND when the region, or the service there, is none of this cloud's."""
        url = self._credentials.get(f"{kind}_endpoint") or self._endpoint(kind)
        return self._connection(kind, url)

    def _connection(self, kind: str, url: str) -> Any:
        return ServiceConnection(self, self._credentials, base_address(kind, url))

    def _optional_endpoint(self, kinds: Sequence[str], noun: str) -> tuple[str, str]:
        """The first of these services that the region has, and its address.

        Raises ServiceAbsent where it has none of them, and NOT_FOUND for an unknown region.
        """
        for kind in kinds:
            try:
                return kind, self._endpoint(kind)
            except ProviderError as error:
                if error.code is not ProviderErrorCode.NOT_FOUND:
                    raise
                if self.region_name not in self.list_region_names():
                    raise
        raise ServiceAbsent(f"There is no {noun} service in {self.region_name}.")

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
