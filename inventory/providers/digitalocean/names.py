"""The names that DigitalOcean takes, and the arguments that it has no place for.

"Create a New Block Storage Volume" in docs.digitalocean.com/reference/api.
"""

import re

from inventory.providers.kind import NameRule

NAME_RULES = {
    "volumes": NameRule(
        re.compile(r"[a-z][a-z0-9-]{0,63}"),
        "The name of a volume has up to 64 lowercase letters, digits and hyphens, and begins with "
        "a letter.",
    ),
}
NOT_TAKEN = {
    "volumes.device": "DigitalOcean chooses the device of a volume.",
    "volumes.encrypted": "DigitalOcean encrypts all volumes, and takes no word on it.",
    "volumes.type": "DigitalOcean has one type of volumes.",
    "snapshots.description": "Snapshots of DigitalOcean have no description.",
    "key_pairs.tags": "DigitalOcean keeps no tags of SSH keys.",
}
