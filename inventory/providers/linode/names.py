"""The names that Linode takes, and the arguments that it has no place for.

``label`` of "Create a volume", "Create an image" and "Add an SSH key" in
techdocs.akamai.com/linode-api/reference.
"""

import re

from inventory.providers.kind import NameRule

NAME_RULES = {
    "volumes": NameRule(
        re.compile(r"(?!.*(?:--|__))[a-zA-Z][a-zA-Z0-9_-]{0,31}"),
        "The name of a volume has up to 32 letters, digits, hyphens and underscores, not two of "
        "the latter after each other, and begins with a letter.",
    ),
    "images": NameRule(re.compile(r".{1,128}"), "The name of an image has up to 128 characters."),
    "key_pairs": NameRule(re.compile(r".{1,64}"), "The name of a key has up to 64 characters."),
}
NOT_TAKEN = {
    "volumes.device": "Linode chooses the device of a volume.",
    "volumes.snapshot": "Linode has no snapshots of volumes.",
    "volumes.type": "Linode has one type of volumes in a region.",
    "key_pairs.tags": "Linode keeps no tags of SSH keys.",
}
