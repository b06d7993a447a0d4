"""libcloud's driver with the gateway's hooks, and what libcloud has no right method for."""

from typing import Any

from libcloud.common.digitalocean import DigitalOcean_v2_Connection
from libcloud.compute.drivers.digitalocean import DigitalOcean_v2_NodeDriver

from inventory import types
from inventory.providers.addresses import addresses_of
from inventory.providers.digitalocean import ACTIONS, REFUSALS, STATES, TAGS
from inventory.providers.digitalocean.images import IMAGE, name_of
from inventory.providers.digitalocean.key_pairs import KEY
from inventory.providers.digitalocean.volumes import VOLUME
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import words_of
from inventory.providers.libcloud.reader import Reader
from inventory.providers.libcloud.token_driver import TokenDriver
from inventory.providers.libcloud.whole_lists import MethodConnection
from inventory.providers.reading import Reading, distinct
from inventory.providers.refusals import blocked
from inventory.providers.rest import JsonReply, act, ask, part, segment


def _more(droplet: Reading) -> dict[str, Any]:
    """Its addresses, of which libcloud's node has one of each kind, and the name of its image."""
    every = [*droplet.parts("networks", "v4"), *droplet.parts("networks", "v6")]
    known = [(one.text("type"), one.text("ip_address")) for one in every]
    public, private = addresses_of(
        public=[address for kind, address in known if kind == "public"],
        private=[address for kind, address in known if kind == "private"],
    )
    name = name_of(droplet.part("image"))
    return {"public_ips": public, "private_ips": private, "image_name": name}


DROPLET = Reader(
    types.MachineRecord,
    "name! raw_state=status! size_id=size_slug size_name=size_slug memory vcpus disk "
    "price_per_hour=size.price_hourly location_id=region.slug location_name=region.name "
    "image_id=image.slug|image.id tags created_at!",
    _more,
    STATES,
)
SIZE = Reader(
    types.SizeRecord, "external_id=slug! name=slug memory! vcpus! disk price_per_hour=price_hourly"
)
REGION = Reader(types.LocationRecord, "external_id=slug! name!")


class DigitalOceanReply(JsonReply):
    refusals, gone = REFUSALS, "not_found"


class DigitalOceanConnection(MethodConnection, DigitalOcean_v2_Connection):
    responseCls = DigitalOceanReply  # noqa: N815 - libcloud's name


class DigitalOceanDriver(TokenDriver, DigitalOcean_v2_NodeDriver):
    connectionCls = DigitalOceanConnection  # noqa: N815 - libcloud's name
    machines, machine, operation = "/v2/droplets", "droplet", ("action", "id")
    total, next_page = ("meta", "total"), ("links", "pages", "next")
    tag_rules, may_be_blocked = TAGS, frozenset(ACTIONS.words)
    images = "/v2/images", "images"
    # Libcloud's list has one-click applications and backups, too.
    image_choices = {"type": "distribution"}, {"private": "true"}
    _to_node, _to_size, _to_image, _to_location = DROPLET.read, SIZE.read, IMAGE.read, REGION.read
    _to_volume, _to_key_pair = VOLUME.read, KEY.read

    def is_offered(self, _path: str, found: Reading) -> bool:
        return found.flag("available") is not False

    def list_nodes(self) -> list[types.MachineRecord]:
        """GPUs too. "By default, only non-GPU Droplets are returned" to libcloud's request."""
        gpus = self.pages(self.machines, "droplets", {"type": "gpus"})
        return distinct([*super().list_nodes(), *map(self._to_node, gpus)])

    def list_locations(self) -> list[types.LocationRecord]:
        """Libcloud's own choice of available ones fails for a region that is no object."""
        found: list[types.LocationRecord] = super().list_locations(ex_available=False)
        return found

    def order_details(self, order: types.NewMachine) -> dict[str, Any]:
        keys = [order.key_pair] if order.key_pair else None
        attributes = {"tags": words_of(order.tags), "ssh_keys": keys}
        return {"ex_create_attr": attributes, "ex_user_data": order.user_data}

    def add_tag(self, external_id: str, word: str) -> None:
        """A tag that the team does not have in this spelling is created, or found in another."""
        try:
            self._change_tag(external_id, word)
        except ProviderError as error:
            if error.code is not ProviderErrorCode.NOT_FOUND:
                raise
            self._change_tag(external_id, self._known_spelling(word))

    def remove_tag(self, external_id: str, word: str) -> None:
        self._change_tag(external_id, word, "DELETE")

    def _change_tag(self, external_id: str, word: str, method: str = "POST") -> None:
        resources = [{"resource_id": external_id, "resource_type": "droplet"}]
        path = f"/v2/tags/{segment(word)}/resources"
        act(self.connection, path, method=method, data={"resources": resources})

    def _known_spelling(self, word: str) -> str:
        """The spelling that the team's tag has. A tag is addressed by this one only."""
        try:
            body = ask(self.connection, "/v2/tags", method="POST", data={"name": word})
            return str(part(part(body, "tag", dict), "name", str))
        except ProviderError as error:
            known = [str(tag["name"]) for tag in self.pages("/v2/tags", "tags")]
            same = [name for name in known if TAGS.key(name) == TAGS.key(word)]
            if not same:
                raise error from None
            return same[0]

    def blocker(self, droplet: Reading) -> types.Verdict | None:
        """None unless the Droplet is locked.

        The reference says: "attempts to create a Droplet action will fail with a status of 422".
        """
        if droplet.flag("locked"):
            return blocked("The Droplet is locked: an action is in progress.", temporary=True)
        return None
