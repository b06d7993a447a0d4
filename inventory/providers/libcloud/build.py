"""A driver of libcloud, built from a row and the credentials of an account."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.core.http.urls import split_url
from inventory.providers import transport
from inventory.providers.credential import DEFAULT_PORTS
from inventory.providers.libcloud.rows import Argument, Row
from inventory.providers.value_limits import FIRST_BYTES, check_xml

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowDriver:
    """What ``ProviderKind.driver`` is for a row."""

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
    driver: Any = _class_of(row)(**arguments_of(row, credentials, region))
    vars(sys.modules[type(driver).__module__]).update(row.module)
    driver.connection.timeout = timeout
    if details := getattr(driver, "region_details", None):
        # Outscale's constructor sets the host of all connections, also of other threads' drivers.
        driver.connection.host = details[region]["endpoint"]
        driver.connection.connect()
    transport.check_bodies(check_body)
    return driver


def arguments_of(row: Row, credentials: Values, region: str) -> dict[str, Any]:
    """What the constructor takes."""
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
