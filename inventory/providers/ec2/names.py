"""The names that EC2 takes for what is created.

"Constraints" of ``KeyName`` in ImportKeyPair and of ``GroupName`` in CreateSecurityGroup:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/. Volumes and snapshots are named by a tag.
"""

import re

from inventory.providers.kind import NameRule

NAME_RULES = {
    "key_pairs": NameRule(
        re.compile(r"[ -~]{1,255}"), "The name of a key pair has up to 255 characters of ASCII."
    ),
    "security_groups": NameRule(
        re.compile(r"(?!sg-)[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}", re.ASCII),
        "The name of a security group has up to 255 letters, digits, spaces and "
        "._-:/()#,@[]+=&;{}!$*, and does not begin with sg-.",
    ),
}
