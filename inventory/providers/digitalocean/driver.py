"""libcloud's driver, with replies that keep what an error was."""

from typing import Any, Self

from libcloud.common.digitalocean import DigitalOcean_v2_Connection
from libcloud.compute.drivers.digitalocean import DigitalOcean_v2_NodeDriver

from inventory.providers.digitalocean.refusals import REFUSALS
from inventory.providers.kind import Values
from inventory.providers.rest import ABSENT, JsonConnection, JsonReply

GONE = "not_found"


class DigitalOceanReply(JsonReply):
    """``{"id": "not_found", "message": …}``: "Errors" in the DigitalOcean API reference,
    docs.digitalocean.com/reference/api/intro.
    """

    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        """Fails for a 404 of another server: only the API has a word for each error."""
        word, message = super().complaint(body)
        if int(self.status) in ABSENT and word != GONE:
            raise ValueError("It is not an error of the API.")
        return word, message


class DigitalOceanConnection(JsonConnection, DigitalOcean_v2_Connection):
    responseCls = DigitalOceanReply  # noqa: N815 - libcloud's name


class DigitalOceanDriver(DigitalOcean_v2_NodeDriver):
    """Building one asks nothing."""

    connectionCls = DigitalOceanConnection  # noqa: N815 - libcloud's name

    def __new__(cls, *_: Any) -> Self:
        return object.__new__(cls)  # libcloud's chooses a class by its arguments

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        super().__init__(credentials["token"], timeout=timeout)
