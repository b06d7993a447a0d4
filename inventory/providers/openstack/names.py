"""The names that OpenStack takes for what is created, and the arguments that it has no place for.

"Import (or create) Keypair" in the Compute API reference: below microversion 2.92 a name has
letters, digits, spaces, underscores and hyphens (``keypair_name_special_chars`` in nova).
"Create security group" in the Networking API reference: names and descriptions have up to 255
characters, and a group "default" is the project's own. A description has room for a mark.
"""

import re

from inventory.providers.kind import NameRule
from inventory.providers.text_marks import ROOM

LONGEST = 255

NAME_RULES = {
    "key_pairs": NameRule(
        re.compile(r"[A-Za-z0-9_ -]{1,255}"),
        "The name of a key pair has up to 255 letters, digits, spaces, underscores and hyphens.",
    ),
    "security_groups": NameRule(
        re.compile(rf"(?!default$).{{1,{LONGEST}}}"),
        f"The name of a security group has up to {LONGEST} characters, and is not default.",
    ),
}
TEXT_RULES = {
    "security_groups.description": NameRule(
        re.compile(rf".{{1,{LONGEST - ROOM}}}"),
        f"The description of a security group has up to {LONGEST - ROOM} characters.",
    ),
}
NOT_TAKEN = {
    "key_pairs.tags": "OpenStack keeps no tags of key pairs.",
    "security_groups.tags": "OpenStack takes no tags of a security group with its creation.",
    "volumes.encrypted": "A volume of OpenStack is encrypted by its type: name one that is.",
    "security_groups.network": "Security groups of OpenStack belong to no network.",
}
