"""The refusals of a Docker engine that are temporary, and those that are final.

An error has a message and no code. An engine has no quotas.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

API = "https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container"

REFUSALS = (
    temporary(
        Code.CONFLICT,
        409,
        "removal of container 0123456789ab is already in progress",
        pattern="already in progress",
        source=API,
    ),
    final(
        Code.CONFLICT,
        409,
        'Conflict. The container name "/web" is already in use by container "0123456789ab".',
        pattern="name .* is already in use",
        source=API,
    ),
    final(
        Code.CONFLICT,
        409,
        "container 0123456789ab is marked for removal and cannot be started",
        pattern="is marked for removal",
        source=API,
    ),
    temporary(
        Code.CONFLICT,
        409,
        "container 0123456789ab is not running",
        pattern="is not running",
        source=API,
    ),
)
