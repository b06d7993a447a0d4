"""What a token may do, as Linode itself reports it: its scopes stand on every reply.

"X-OAuth-Scopes" and "OAuth scopes" in the API's reference, techdocs.akamai.com/linode-api. A user
who is restricted may do less than the token's scopes say; of them only what is lacking is reported.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.capability import Capability as Can
from inventory.providers.table import beside
from inventory.types import MachineRecord

READ, WRITE = "linodes:read_only", "linodes:read_write"
EVERYTHING = "*"
SCOPES = "x-oauth-scopes"
CHANGES = (Can.START, Can.STOP, Can.REBOOT, Can.RESIZE, Can.TAG, Can.TERMINATE, Can.PROVISION)
ACTIONS = {Can.LIST_MACHINES: (READ,)} | dict.fromkeys(CHANGES, (WRITE,))


@beside("missing_permissions")
def lacking_permissions(
    driver: Any,
    needs: Mapping[Can, Sequence[str]],
    _machine: Callable[[], MachineRecord | None],
) -> dict[Can, list[str]]:
    reply = driver.connection.request("/v4/profile")
    if SCOPES not in reply.headers or not isinstance(reply.object, dict):
        raise MalformedResponseError("Linode did not report the token's scopes.", driver=driver)
    scopes = set(reply.headers[SCOPES].replace(",", " ").split())
    lacking = {
        capability: [scope for scope in wanted if not _holds(scopes, scope)]
        for capability, wanted in needs.items()
    }
    if reply.object.get("restricted", True):
        return {capability: missing for capability, missing in lacking.items() if missing}
    return lacking


def _holds(scopes: set[str], wanted: str) -> bool:
    """Who may write may read."""
    return bool(scopes & {EVERYTHING, wanted, wanted.replace("_only", "_write")})
