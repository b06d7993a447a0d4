"""Resources of Resource Manager that are named by their paths: disks, snapshots, images and keys.

"If a resource does not exist, DELETE answers 204", so each is read before it is deleted.
"""

import re
from typing import Any

from inventory.providers.azure.requests import COMPUTE, version_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.identity import same_object
from inventory.providers.rest import act, found
from inventory.providers.tags import ignoring_case

DISKS, SNAPSHOTS, KEYS = f"{COMPUTE}/disks", f"{COMPUTE}/snapshots", f"{COMPUTE}/sshPublicKeys"
IMAGES = f"{COMPUTE}/images"


def list_path(driver: Any, kind: str) -> str:
    """The path of the list of these resources in the whole subscription."""
    return f"{driver.subscription}/providers/{kind}"


def is_own(driver: Any, kind: str, external_id: str) -> bool:
    """True if it is the id of such a resource in this subscription.

    Ids are paths, and a path can lead anywhere.
    """
    here = re.escape(driver.subscription)
    pattern = rf"{here}/resourcegroups/[^/?#]+/providers/{re.escape(kind)}/[^/?#]+"
    return (
        re.fullmatch(pattern, external_id, re.IGNORECASE) is not None and "/.." not in external_id
    )


def find(driver: Any, kind: str, external_id: str) -> dict[str, Any] | None:
    """None: there is none, or it is of another kind."""
    if not is_own(driver, kind, external_id):
        return None
    one = found(driver.connection, external_id, **version_of(external_id))
    same_object(one, external_id, "id", key=ignoring_case)
    return one


def known(driver: Any, kind: str, external_id: str) -> dict[str, Any]:
    """Raises ProviderError NOT_FOUND."""
    one = find(driver, kind, external_id)
    if one is None:
        message = f"This subscription has no resource {external_id!r}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    return one


def delete(driver: Any, kind: str, external_id: str) -> None:
    known(driver, kind, external_id)
    act(driver.connection, external_id, method="DELETE", **version_of(external_id))
