"""The names and other texts that EC2 takes for what is created and changed.

"Constraints" of ``KeyName`` in ImportKeyPair, of ``GroupName`` in CreateSecurityGroup, and of
``Name`` in CreateImage:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/. Volumes and snapshots are named by a tag.

Other texts are from the same reference: ``Description`` and ``VpcId`` of CreateSecurityGroup,
``GroupId`` of UserIdGroupPair, ``PrefixListId`` of PrefixListId, ``VolumeType`` and
``AvailabilityZone`` of CreateVolume, ``Device`` of AttachVolume, ``Description`` of CreateSnapshot.
Ids have 8 or 17 hexadecimal digits at AWS; compatible clouds may have others.
"""

import re

from inventory.providers.kind import NameRule
from inventory.providers.tags import TagRules

NAME_RULES = {
    "key_pairs": NameRule(
        re.compile(r"[ -~]{1,255}"), "The name of a key pair has up to 255 characters of ASCII."
    ),
    "security_groups": NameRule(
        re.compile(r"(?!sg-)[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}", re.ASCII),
        "The name of a security group has up to 255 letters, digits, spaces and "
        "._-:/()#,@[]+=&;{}!$*, and does not begin with sg-.",
    ),
    "images": NameRule(
        re.compile(r"[a-zA-Z0-9()\[\] ./\-'@_]{3,128}", re.ASCII),
        "The name of an image has 3 to 128 letters, digits, spaces and ()[]./-'@_.",
    ),
}
ZONE = r"[a-z0-9][a-z0-9\-]{0,63}"


def _id(prefix: str, noun: str) -> NameRule:
    pattern = re.compile(rf"{prefix}-[a-zA-Z0-9]{{1,64}}", re.ASCII)
    return NameRule(pattern, f"The id of a {noun} is as {prefix}-0123456789abcdef0.")


TEXT_RULES = {
    "security_groups.description": NameRule(
        re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}", re.ASCII),
        "The description of a security group has up to 255 letters, digits, spaces and "
        "._-:/()#,@[]+=&;{}!$*.",
    ),
    "security_groups.network": _id("vpc", "network"),
    "security_groups.group": _id("sg", "security group"),
    "security_groups.prefix_list": _id("pl", "prefix list"),
    "volumes.type": NameRule(
        re.compile(r"[a-z][a-z0-9\-]{0,31}"), "The type of a volume is a word as gp3."
    ),
    "volumes.location": NameRule(re.compile(ZONE), "A zone is as us-east-1a."),
    "volumes.device": NameRule(
        re.compile(r"(/dev/)?[a-z][a-z0-9]{1,31}"), "A device name is as /dev/sdf or xvdf."
    ),
}
# "The aws: prefix is reserved for AWS use". The prefix is case-insensitive:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
TAG_RULES = TagRules(reserved="aws:")
