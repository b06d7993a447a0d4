"""A storage driver of libcloud, built from a row and the credentials of an account."""

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inventory.providers import transport
from inventory.providers.libcloud.build import arguments_of, check_body, speak_as_written, trust
from inventory.providers.libcloud.rows import Row
from inventory.providers.libcloud.stores.offered import PREFIX

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoreDriver:
    """The ``ProviderKind.driver`` of a row."""

    row: Row

    def __call__(self, credentials: Values, region: str, timeout: float) -> Any:
        return build(self.row, credentials, region, timeout)

    def prepare(self) -> None:
        _class_of(self.row)


def _class_of(row: Row) -> Any:
    # libcloud and the driver's module are imported when the first account is asked.
    from libcloud.storage.providers import get_driver  # noqa: PLC0415

    return get_driver(row.name.removeprefix(PREFIX))


def build(row: Row, credentials: Values, region: str, timeout: float) -> Any:
    """A driver of its own for one task. Building it sends nothing.

    OVH's and Scaleway's constructors note the host in a class that they share, also with other
    threads' drivers, unless they are given one.
    """
    from inventory.providers.libcloud.stores.replies import StoreReply  # noqa: PLC0415

    trust(credentials)
    made = _class_of(row)
    given = arguments_of(row, credentials, region)
    hosts = vars(sys.modules[made.__module__]).get("REGION_TO_HOST_MAP", {})
    if region in hosts:
        given["host"] = hosts[region]
    if "region" not in inspect.signature(made.__init__).parameters:
        given.pop("region", None)
    driver = made(**given)
    if row.regions:
        driver.region_name = region  # that requests are signed for
    connection = driver.connection
    speak_as_written(row, connection, credentials)
    connection.timeout = timeout
    connection.responseCls = StoreReply
    connection.morph_action_hook = _as_written
    if signer := getattr(connection, "signer", None):
        signer.get_request_params = _without_version
    transport.check_bodies(check_body)
    return driver


def _as_written(action: str) -> str:
    """Libcloud's own drops a slash of two, and takes ``..`` in a key for a folder."""
    return action


def _without_version(params: dict[str, Any], **_of: Any) -> dict[str, Any]:
    """Libcloud's own adds EC2's parameter Version to each GET, which SeaweedFS answers by 501."""
    return params
