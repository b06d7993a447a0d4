"""libcloud's driver with the gateway's hooks, and what libcloud has no right method for."""

import base64
import json
import secrets
from collections.abc import Sequence
from typing import Any

from libcloud.common.linode import LinodeConnectionV4
from libcloud.compute.drivers.linode import LinodeNodeDriverV4

from inventory import types
from inventory.providers.addresses import addresses_of
from inventory.providers.capability import Capability
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import words_of
from inventory.providers.libcloud.labels import LabelledLists
from inventory.providers.libcloud.reader import Reader
from inventory.providers.libcloud.token_driver import TokenDriver
from inventory.providers.libcloud.whole_lists import MethodConnection
from inventory.providers.linode import REFUSALS, STATES
from inventory.providers.linode.images import IMAGE
from inventory.providers.linode.key_pairs import KEY, KEYS
from inventory.providers.linode.volumes import VOLUME
from inventory.providers.reading import Reading
from inventory.providers.refusals import blocked
from inventory.providers.rest import JsonReply, ask, part

MIB_PER_GIB = 1024
PAGE = "500"  # Linode's largest; libcloud asks for 25
REGIONS = "/v4/regions"
# https://techdocs.akamai.com/linode-api/reference/create-a-resource-lock-for-a-linode
AGAINST_DELETION = {"cannot_delete", "cannot_delete_with_subresources"}


def _more(linode: Reading) -> dict[str, Any]:
    """Its disk and addresses. "ipv6" is the SLAAC address with the length of its prefix."""
    ipv6 = (linode.text("ipv6") or "").partition("/")[0]
    public, private = addresses_of(unnamed=[*linode.texts("ipv4"), ipv6])
    return {**_disk(linode.part("specs")), "public_ips": public, "private_ips": private}


def _disk(found: Reading) -> dict[str, Any]:
    return {"disk": (found.number("disk") or 0) // MIB_PER_GIB or None}


LINODE = Reader(
    types.MachineRecord,
    "name=label! raw_state=status! size_id=type size_name=type memory=specs.memory "
    "vcpus=specs.vcpus image_id=image image_name=image location_id=region location_name=region "
    "tags created_at=created!",
    _more,
    STATES,
)
TYPE = Reader(types.SizeRecord, "name=label! memory! vcpus! price_per_hour=price.hourly", _disk)
REGION = Reader(types.LocationRecord, "name=label")


class LinodeReply(JsonReply):
    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        """Each error names the field of the request that it is about, where there is one."""
        errors = body["errors"]
        texts = [": ".join(filter(None, (one.get("field"), one["reason"]))) for one in errors]
        return "", "; ".join(texts)


class LinodeConnection(MethodConnection, LinodeConnectionV4):
    responseCls = LinodeReply  # noqa: N815 - libcloud's name

    def add_default_params(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"page_size": PAGE} | params if "page" in params else params


class LinodeDriver(LabelledLists, TokenDriver, LinodeNodeDriverV4):
    connectionCls = LinodeConnection  # noqa: N815 - libcloud's name
    machines, images = "/v4/linode/instances", ("/v4/images", "data")
    total, last_page = ("results",), ("pages",)
    published = "linode/"
    may_be_blocked = frozenset({Capability.TERMINATE})
    _to_node, _to_size, _to_image, _to_location = LINODE.read, TYPE.read, IMAGE.read, REGION.read
    _to_volume, _to_key_pair = VOLUME.read, KEY.read

    def is_offered(self, path: str, found: Reading) -> bool:
        """False for a region that does not sell Linodes.

        True for a region that does not say what it sells, and for entries of other lists.
        """
        sold = found.texts("capabilities") if path == REGIONS else []
        return "Linodes" in sold or not sold or found.problem is not None

    def is_current(self, image: Reading) -> bool:
        return not image.flag("deprecated")

    def create_ordered(self, order: types.NewMachine) -> types.MachineRecord:
        """Libcloud's refuses names that Linode takes: those that begin with a digit."""
        encoded = base64.b64encode((order.user_data or "").encode()).decode()
        linode = {
            "label": order.name,
            "type": order.size_id,
            "image": order.image_id,
            "region": order.location_id or self.list_locations()[0].external_id,
            "tags": words_of(order.tags),
            "root_pass": secrets.token_urlsafe(32),  # Linode asks for it; nobody needs to know it
            "authorized_keys": [self._public_key(order.key_pair)] if order.key_pair else None,
            "metadata": {"user_data": encoded} if encoded else None,
        }
        made = ask(self.connection, self.machines, method="POST", data=linode)
        return self.labelled([self._to_node(made)])[0]

    def _public_key(self, label: str) -> str:
        """The key that the token's user has stored under this label, or number."""
        for key in self.pages(KEYS, "data"):
            if label in {Reading(key).text("label"), Reading(key).identifier("id")}:
                return str(part(key, "ssh_key", str))
        message = f"Linode knows no SSH key {label!r} of yours."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)

    def change_tags(self, external_id: str, _before: Sequence[str], after: Sequence[str]) -> None:
        """Linode takes the whole list, so what somebody else changes in between is lost."""
        path = f"{self.machines}/{external_id}"
        ask(self.connection, path, method="PUT", data={"tags": list(after)})

    def reports(self, external_id: str) -> Any:
        """The machine's events. Without the scope ``events:read_only`` no failure is reported."""
        wanted = {"entity.id": int(external_id), "entity.type": "linode"}
        headers = {"X-Filter": json.dumps(wanted | {"+order_by": "created", "+order": "desc"})}
        body = self.connection.request("/v4/account/events", headers=headers).object
        return body.get("data") if isinstance(body, dict) else None

    def blocker(self, linode: Reading) -> types.Verdict | None:
        locks = sorted(AGAINST_DELETION.intersection(linode.texts("locks")))
        if locks:
            return blocked(f"The Linode has the resource lock {locks[0]}; remove it first.")
        return None
