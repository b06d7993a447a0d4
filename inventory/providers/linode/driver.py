"""libcloud's driver, with hooks that lose nothing, and replies that keep what an error was."""

import hashlib
from typing import Any

from libcloud.common.linode import LinodeConnectionV4
from libcloud.compute.drivers.linode import LinodeNodeDriverV4

from inventory.providers.kind import Values
from inventory.providers.libcloud.whole_lists import MethodConnection, WholeLists
from inventory.providers.linode.names import named
from inventory.providers.linode.parse import IMAGE, LINODE, REGION, TYPE
from inventory.providers.linode.refusals import REFUSALS
from inventory.providers.reading import Reading
from inventory.providers.rest import JsonReply
from inventory.types import MachineRecord

PAGE = "500"  # Linode's largest; libcloud asks for 25
REGIONS = "/v4/regions"


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


class LinodeDriver(WholeLists, LinodeNodeDriverV4):
    connectionCls = LinodeConnection  # noqa: N815 - libcloud's name
    machines, total = "/v4/linode/instances", ("results",)
    _to_node, _to_size, _to_image, _to_location = LINODE.read, TYPE.read, IMAGE.read, REGION.read

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        super().__init__(credentials, region, timeout)
        # Of whom names are remembered. The token itself would stay in memory for an hour.
        self.account = hashlib.sha256(credentials["token"].encode()).hexdigest()

    def following(self, page: Reading, number: int) -> str | None:
        last, number = page.number("pages", required=True), page.number("page") or number
        return str(number + 1) if last is not None and number < last else None

    def is_offered(self, path: str, found: Reading) -> bool:
        """Of regions those that sell Linodes; also one that does not say what it sells."""
        sold = found.texts("capabilities") if path == REGIONS else []
        return "Linodes" in sold or not sold or found.problem is not None

    def list_nodes(self) -> list[MachineRecord]:
        return named(self, super().list_nodes())

    def find_node(self, external_id: str) -> MachineRecord | None:
        found = super().find_node(external_id)
        return None if found is None else named(self, [found])[0]
