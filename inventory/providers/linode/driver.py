"""libcloud's driver, with replies that keep what an error was."""

import hashlib
from typing import Any, Self

from libcloud.common.linode import LinodeConnectionV4
from libcloud.compute.drivers.linode import LinodeNodeDriverV4

from inventory.providers.kind import Values
from inventory.providers.linode.refusals import REFUSALS
from inventory.providers.rest import JsonConnection, JsonReply

PAGE = "500"  # Linode's largest


class LinodeReply(JsonReply):
    refusals = REFUSALS

    def complaint(self, body: Any) -> tuple[str, str]:
        """Each error names the field of the request that it is about, where there is one."""
        errors = body["errors"]
        texts = [": ".join(filter(None, (one.get("field"), one["reason"]))) for one in errors]
        return "", "; ".join(texts)


class LinodeConnection(JsonConnection, LinodeConnectionV4):
    responseCls = LinodeReply  # noqa: N815 - libcloud's name

    def add_default_params(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"page_size": PAGE} | params if "page" in params else params


class LinodeDriver(LinodeNodeDriverV4):
    """Building one asks nothing."""

    connectionCls = LinodeConnection  # noqa: N815 - libcloud's name

    def __new__(cls, *_: Any) -> Self:
        return object.__new__(cls)  # libcloud's chooses a class by its arguments

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        super().__init__(credentials["token"], timeout=timeout)
        # Of whom names are remembered. The token itself would stay in memory for an hour.
        self.account = hashlib.sha256(credentials["token"].encode()).hexdigest()
