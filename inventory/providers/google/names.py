"""The names of disks, snapshots and images at Compute Engine, and what it has no place for.

"Resource: Disk" in cloud.google.com/compute/docs/reference/rest/v1/disks: RFC 1035.
"""

import re

from inventory.providers.kind import NameRule

_NAME = NameRule(
    re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"),
    "A name has up to 63 lowercase letters, digits and hyphens, begins with a letter, and does not "
    "end with a hyphen.",
)
NAME_RULES = {"volumes": _NAME, "snapshots": _NAME, "images": _NAME}
NOT_TAKEN = {"volumes.encrypted": "Google encrypts all disks, and takes no word on it here."}
