"""Images of Azure: the account's own, and those of the marketplace, by their URN,
``publisher:offer:sku:version``.

No image of a machine is created here. The request that creates one changes one that has the name,
and a managed image is of a machine that was generalized, which Azure does not start again:
learn.microsoft.com/azure/virtual-machines/capture-image-resource. A snapshot is of one disk, and no
machine is ordered from it.

The marketplace is asked for publishers, their offers, their plans and their versions, a request
each; so a choice is offered, and any other is taken by its URN.
"""

import re
from typing import Any

from inventory.providers.azure.resources import IMAGES, delete
from inventory.providers.rest import act, segment
from inventory.providers.table import does

URN = re.compile(r"([^:/]+):([^:/]+):([^:/]+):([^:/]+)")
# From `az vm image list`, learn.microsoft.com/azure/virtual-machines/linux/cli-ps-findimage.
CHOICE = {
    "Canonical:ubuntu-24_04-lts:server:latest": "Ubuntu 24.04 LTS",
    "Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest": "Ubuntu 22.04 LTS",
    "Debian:debian-12:12-gen2:latest": "Debian 12",
    "Debian:debian-11:11-backports-gen2:latest": "Debian 11",
    "RedHat:RHEL:9-lvm-gen2:latest": "Red Hat Enterprise Linux 9",
    "SUSE:opensuse-leap-15-6:gen2:latest": "openSUSE Leap 15.6",
}
LATEST = "latest"


def exists(driver: Any, urn: str, api_version: str) -> bool:
    """True if the marketplace sells the image in the account's location."""
    publisher, offer, sku, version = map(segment, urn.split(":"))
    location = segment(driver.account["location"])
    path = (
        f"{driver.subscription}/providers/Microsoft.Compute/locations/{location}"
        f"/publishers/{publisher}/artifacttypes/vmimage/offers/{offer}/skus/{sku}/versions"
    )
    versions = act(driver.connection, path, method="GET", **{"api-version": api_version})
    names = [one["name"] for one in versions] if isinstance(versions, list) else []
    return bool(names) and version in {LATEST, *names}


@does("images", "delete", permissions=f"{IMAGES}/delete")
def delete_image(driver: Any, external_id: str) -> None:
    """Machines that were created from it stay as they are."""
    delete(driver, IMAGES, external_id)
