"""The permissions of a token, as Linode itself reports them: every reply has the token's scopes.

"X-OAuth-Scopes" and "OAuth scopes" in the API's reference, techdocs.akamai.com/linode-api. A
restricted user may do less than the token's scopes say: only missing scopes are reported then.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.capability import Capability
from inventory.providers.table import beside
from inventory.types import MachineRecord

EVERYTHING = "*"
SCOPES = "x-oauth-scopes"


@beside("missing_permissions")
def lacking_permissions(
    driver: Any,
    needs: Mapping[Capability, Sequence[str]],
    _machine: Callable[[], MachineRecord | None],
) -> dict[Capability, list[str]]:
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
    """A scope to write includes the scope to read."""
    return bool(scopes & {EVERYTHING, wanted, wanted.replace("_only", "_write")})
