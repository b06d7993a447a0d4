"""libcloud's driver, with hooks that lose nothing, and replies that keep what an error was."""

from typing import Any

from libcloud.common.digitalocean import DigitalOcean_v2_Connection
from libcloud.compute.drivers.digitalocean import DigitalOcean_v2_NodeDriver

from inventory.providers.digitalocean.parse import DROPLET, IMAGE, REGION, SIZE
from inventory.providers.digitalocean.refusals import REFUSALS
from inventory.providers.libcloud.whole_lists import MethodConnection, WholeLists
from inventory.providers.reading import Reading, distinct
from inventory.providers.rest import ABSENT, JsonReply
from inventory.types import LocationRecord, MachineRecord

GONE = "not_found"


class DigitalOceanReply(JsonReply):
    """``{"id": "not_found", "message": …}``: "Errors" in the API reference,
    docs.digitalocean.com/reference/api/intro.
    """

    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        """Fails for a 404 of another server: only the API has a word for each error."""
        word, message = super().complaint(body)
        if int(self.status) in ABSENT and word != GONE:
            raise ValueError("It is not an error of the API.")
        return word, message


class DigitalOceanConnection(MethodConnection, DigitalOcean_v2_Connection):
    responseCls = DigitalOceanReply  # noqa: N815 - libcloud's name


class DigitalOceanDriver(WholeLists, DigitalOcean_v2_NodeDriver):
    connectionCls = DigitalOceanConnection  # noqa: N815 - libcloud's name
    machines, machine, operation = "/v2/droplets", "droplet", ("action", "id")
    total = ("meta", "total")  # "Number of objects returned by the request"
    _to_node, _to_size, _to_image, _to_location = DROPLET.read, SIZE.read, IMAGE.read, REGION.read

    def following(self, page: Reading, _number: int) -> str | None:
        return page.text("links", "pages", "next")

    def is_offered(self, _path: str, found: Reading) -> bool:
        return found.flag("available") is not False

    def list_nodes(self) -> list[MachineRecord]:
        """GPUs too. "By default, only non-GPU Droplets are returned" to libcloud's request."""
        gpus = self.pages(self.machines, "droplets", {"type": "gpus"})
        return distinct([*super().list_nodes(), *map(self._to_node, gpus)])

    def list_locations(self) -> list[LocationRecord]:
        """Libcloud's own choice of available ones fails for a region that is no object."""
        found: list[LocationRecord] = super().list_locations(ex_available=False)
        return found
