"""libcloud's driver, with replies that keep what an error was."""

from typing import Any, Self

from libcloud.common.digitalocean import DigitalOcean_v2_Connection
from libcloud.compute.drivers.digitalocean import DigitalOcean_v2_NodeDriver

from inventory.providers.digitalocean.refusals import REFUSALS
from inventory.providers.kind import Values
from inventory.providers.rest import JsonConnection, JsonReply


class DigitalOceanReply(JsonReply):
    refusals = REFUSALS


class DigitalOceanConnection(JsonConnection, DigitalOcean_v2_Connection):
    responseCls = DigitalOceanReply  # noqa: N815 - libcloud's name


class DigitalOceanDriver(DigitalOcean_v2_NodeDriver):
    """Building one asks nothing."""

    connectionCls = DigitalOceanConnection  # noqa: N815 - libcloud's name

    def __new__(cls, *_: Any) -> Self:
        return object.__new__(cls)  # libcloud's chooses a class by its arguments

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        super().__init__(credentials["token"], timeout=timeout)
