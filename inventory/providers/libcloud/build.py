"""A driver of libcloud, built from a row and the credentials of an account."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any

from gateway.core.http.urls import split_url
from inventory.providers import certificates, transport
from inventory.providers.credential import DEFAULT_PORTS, CredentialProblem
from inventory.providers.libcloud.rows import WHOLE, Argument, Row
from inventory.providers.tls import ContextAdapter
from inventory.providers.value_limits import FIRST_BYTES, check_xml

Values = Mapping[str, Any]
# RFC 1918, as libcloud; RFC 4193 of IPv6.
PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


@dataclass(frozen=True, slots=True)
class RowDriver:
    """The ``ProviderKind.driver`` of a row."""

    row: Row

    def __call__(self, credentials: Values, region: str, timeout: float) -> Any:
        return build(self.row, credentials, region, timeout)

    def prepare(self) -> None:
        _class_of(self.row)


def _class_of(row: Row) -> Any:
    # libcloud and the driver's module are imported when the first account is asked.
    from libcloud.compute.providers import get_driver  # noqa: PLC0415

    return get_driver(row.name)


def build(row: Row, credentials: Values, region: str, timeout: float) -> Any:
    """A driver of its own for one task; its module is imported when the first is prepared or built.

    Most constructors take no timeout, so that it is set on the connection: it also ends the waits
    of ``PollingConnection``.
    """
    trust(credentials)
    driver: Any = _class_of(row)(**arguments_of(row, credentials, region))
    speak_as_written(row, driver.connection, credentials)
    vars(sys.modules[type(driver).__module__]).update(row.module)
    _take_any_address(type(driver))
    driver.connection.timeout = timeout
    if details := getattr(driver, "region_details", None):
        # Outscale's constructor sets the host of all connections, also of other threads' drivers.
        driver.connection.host = details[region]["endpoint"]
        driver.connection.connect()
    if row.nodes is not None:
        driver.list_nodes = partial(row.nodes, driver)
    transport.check_bodies(check_body)
    return driver


def trust(credentials: Values) -> None:
    """Have the task's requests trust the account's own authority, if it names one."""
    if credentials.get(certificates.CA):
        context = certificates.context_of(credentials)
        transport.send_https_by(lambda: ContextAdapter(context))


def speak_as_written(row: Row, connection: Any, credentials: Values) -> None:
    """Some drivers take any address for one of https."""
    if row.address is None:
        return
    address = split_url(credentials[row.address.name])
    is_secure = address.scheme == "https"
    if connection.host == address.hostname and bool(connection.secure) != is_secure:
        connection.secure = is_secure
        connection.connect()


def check_address(row: Row, credentials: Values) -> None:
    """Raises CredentialProblem for an address that the driver would take for another one, and for
    a certificate that cannot be read.

    libcloud speaks https to each port 443, and to port 443 in place of 80 by https.
    """
    argument = row.address
    if argument is None:
        return
    found = split_url(credentials[argument.name])
    other = {"http": 443, "https": 80}[found.scheme]
    if ":" in (found.hostname or ""):
        message = "libcloud takes no address of IPv6. Write the name of the server."
    elif found.port == other:
        message = f"libcloud does not speak {found.scheme} to port {other}."
    elif argument.https_only and found.scheme != "https":
        message = "must begin with https://: credentials go with each call."
    elif found.path.strip("/") and "path" not in argument.address and len(argument.address) > 1:
        message = "must have no path: the driver has its own."
    elif argument.address == WHOLE and not found.path.strip("/"):
        message = "must have the path of the API, for example /client/api."
    else:
        certificates.judge(credentials)
        return
    raise CredentialProblem(argument.name, message)


def _take_any_address(driver: type) -> None:
    """Have the modules of a driver judge addresses by ``is_private``: libcloud's own function
    raises OSError for one of IPv6, which would fail the whole list.
    """
    for one in driver.__mro__:
        names = vars(sys.modules[one.__module__])
        if "is_private_subnet" in names:
            names["is_private_subnet"] = is_private


def is_private(address: object) -> bool:
    """As ``libcloud.utils.networking.is_private_subnet``, for any text."""
    try:
        found = ip_address(str(address))
    except ValueError:
        return False
    return any(found in network for network in PRIVATE)


def arguments_of(row: Row, credentials: Values, region: str) -> dict[str, Any]:
    """The arguments of the driver's constructor."""
    given: dict[str, Any] = dict(row.fixed)
    for argument in row.arguments:
        value = credentials.get(argument.name)
        if value in {None, ""}:
            continue
        given |= _parts(argument, str(value)) if argument.address else {argument.name: value}
    if row.regions:
        given["ex_force_service_region" if row.name == "openstack" else "region"] = region
    return given


def _parts(argument: Argument, url: str) -> dict[str, Any]:
    """An address as the parameters of the constructor that it is split into."""
    if len(argument.address) == 1:
        return {argument.address[0]: url}
    found = split_url(url)
    parts = {
        "host": found.hostname,
        "port": found.port or DEFAULT_PORTS[found.scheme],
        "secure": found.scheme == "https",
        "path": found.path,
    }
    return {name: parts[name] for name in argument.address if parts[name] != ""}


def check_body(body: bytes) -> None:
    """Count the values of XML, which libcloud parses as it comes. Raises MalformedResponseError."""
    if body[:1] in FIRST_BYTES:
        check_xml(body)
