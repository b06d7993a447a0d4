"""The documented policy allows exactly the calls that the gateway makes."""

import json
import re
from pathlib import Path

import pytest

from inventory.providers import Capability, ProviderError, connect, get_kind
from inventory.providers.capability import BY_KEY, CREATING, LIST, OF_STORAGE
from inventory.records.image import NewImage
from inventory.records.key_pair import NewKeyPair
from inventory.records.security_group import EGRESS, INGRESS, NewSecurityGroup, RuleRecord
from inventory.records.snapshot import NewSnapshot
from inventory.records.volume import NewVolume
from inventory.types import NewMachine
from tests.clouds.static_ec2 import reply, static_ec2
from tests.inventory.providers.conftest import KEYS

KIND = get_kind("aws")
ORDER = NewMachine(name="web", size_id="t3.micro", image_id="ami-1", client_token="token-1")
DOCUMENT = Path(__file__).parents[3] / "docs" / "aws.md"
STORAGE = DOCUMENT.with_name("object-storage.md")

# Every way to ask, for each capability.
CALLS = {
    Capability.LIST_MACHINES: [
        lambda cloud: cloud.read("virtual_machines"),
        lambda cloud: cloud.find("virtual_machines", "i-1"),
    ],
    Capability.START: [lambda cloud: cloud.do("virtual_machines", "start", "i-1")],
    Capability.STOP: [
        lambda cloud: cloud.do("virtual_machines", "stop", "i-1"),
        lambda cloud: cloud.find_blocker(Capability.STOP, "i-1"),
    ],
    Capability.REBOOT: [lambda cloud: cloud.do("virtual_machines", "reboot", "i-1")],
    Capability.RESIZE: [lambda cloud: cloud.do("virtual_machines", "resize", "i-1", "t3.large")],
    Capability.TAG: [lambda cloud: cloud.do("virtual_machines", "tag", "i-1", {"a": "1"}, ["b"])],
    Capability.TERMINATE: [
        lambda cloud: cloud.do("virtual_machines", "terminate", "i-1"),
        lambda cloud: cloud.find_blocker(Capability.TERMINATE, "i-1"),
    ],
    Capability.PROVISION: [lambda cloud: cloud.create("virtual_machines", "provision", ORDER)],
    Capability.LIST_SIZES: [
        lambda cloud: cloud.read("sizes"),
        lambda cloud: cloud.find_size("t9.large"),
    ],
    Capability.LIST_IMAGES: [
        lambda cloud: cloud.read("images"),
        lambda cloud: cloud.read("images", "ami-1"),
        lambda cloud: cloud.read("images", "debian"),
    ],
    Capability.LIST_LOCATIONS: [lambda cloud: cloud.read("locations")],
    Capability.LIST_REGIONS: [lambda cloud: cloud.read("regions")],
    BY_KEY["volumes", LIST]: [
        lambda cloud: cloud.read("volumes"),
        lambda cloud: cloud.find("volumes", "vol-1"),
    ],
    BY_KEY["snapshots", LIST]: [lambda cloud: cloud.read("snapshots")],
    BY_KEY["key_pairs", LIST]: [lambda cloud: cloud.read("key_pairs")],
    BY_KEY["security_groups", LIST]: [lambda cloud: cloud.read("security_groups")],
    Capability.ATTACH_VOLUME: [lambda cloud: cloud.do("volumes", "attach", "vol-1", "i-1", "")],
    Capability.DETACH_VOLUME: [lambda cloud: cloud.do("volumes", "detach", "vol-1", "i-1")],
    Capability.RESIZE_VOLUME: [lambda cloud: cloud.do("volumes", "resize", "vol-1", 9)],
    BY_KEY["volumes", "delete"]: [lambda cloud: cloud.do("volumes", "delete", "vol-1")],
    BY_KEY["snapshots", "delete"]: [lambda cloud: cloud.do("snapshots", "delete", "snap-1")],
    BY_KEY["key_pairs", "delete"]: [lambda cloud: cloud.do("key_pairs", "delete", "ada")],
    BY_KEY["security_groups", "delete"]: [
        lambda cloud: cloud.do("security_groups", "delete", "sg-1")
    ],
    Capability.ADD_SECURITY_GROUP_RULE: [
        lambda cloud, direction=direction: cloud.do(
            "security_groups", "add_rule", "sg-1", RuleRecord(direction, "tcp", cidr="::/0")
        )
        for direction in (INGRESS, EGRESS)
    ],
    Capability.REMOVE_SECURITY_GROUP_RULE: [
        lambda cloud, direction=direction: cloud.do(
            "security_groups", "remove_rule", "sg-1", RuleRecord(direction, "tcp", cidr="::/0")
        )
        for direction in (INGRESS, EGRESS)
    ],
    Capability.CREATE_VOLUME: [
        lambda cloud: cloud.create("volumes", "create", NewVolume("n", "token", size=1))
    ],
    BY_KEY["images", "delete"]: [lambda cloud: cloud.do("images", "delete", "ami-1")],
    Capability.CREATE_IMAGE: [
        lambda cloud: cloud.create("images", "create", NewImage("new", "i-1", "token"))
    ],
    Capability.CREATE_SNAPSHOT: [
        lambda cloud: cloud.create("snapshots", "create", NewSnapshot("n", "vol-1", "token"))
    ],
    Capability.IMPORT_KEY_PAIR: [
        lambda cloud: cloud.create("key_pairs", "import", NewKeyPair("n", "ssh-…", "token"))
    ],
    Capability.CREATE_SECURITY_GROUP: [
        lambda cloud: cloud.create("security_groups", "create", NewSecurityGroup("n", "d", "t"))
    ],
}


def policies(document=DOCUMENT):
    blocks = re.findall(r"```json\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    return [json.loads(block) for block in blocks]


def actions_of(policy):
    found = []
    for statement in policy["Statement"]:
        actions = statement["Action"]
        found += [actions] if isinstance(actions, str) else actions
    return found


EMPTY_LISTS = (
    "<reservationSet/><imagesSet/><availabilityZoneInfo/><instanceTypeSet/><regionInfo/>"
    "<volumeSet/><snapshotSet/><keySet/><securityGroupInfo/>"
)


def nothing_there(asked):
    name = f"{asked['Action']}Response"
    return reply(f"<{name}>{EMPTY_LISTS}</{name}>")


def actions_called():
    with static_ec2(nothing_there) as server:
        credentials = KIND.clean_credentials({**KEYS, "endpoint_url": server.url})
        with connect(KIND, credentials, "us-east-1", 10) as cloud:
            for capability, calls in CALLS.items():
                for call in calls:
                    if capability in CREATING:
                        with pytest.raises(
                            ProviderError, match=r"without an instance|its id could"
                        ):
                            call(cloud)
                    else:
                        call(cloud)
    return {f"ec2:{action}" for action in server.actions}


def test_every_capability_is_called_here():
    assert set(CALLS) == KIND.capabilities - OF_STORAGE


def test_the_policy_is_exactly_what_is_called():
    policy = policies()[0]
    allowed = actions_of(policy)

    # An order puts tags on what it makes: RunInstances needs CreateTags for that.
    assert sorted(allowed) == sorted(actions_called())
    assert {statement["Effect"] for statement in policy["Statement"]} == {"Allow"}


# Words that only look like actions.
NO_ACTIONS = {"AssumeRole", "AttachTime", "CreateTime", "DeleteOnTermination", "StartTime"}


def test_no_source_names_an_action_that_is_not_called_here():
    package = Path(__file__).parents[3] / "inventory" / "providers" / "ec2"
    verbs = (
        "Describe|Start|Stop|Reboot|Terminate|Modify|Create|Delete|Run|Assume|Get|Attach|Detach|"
        "Import|Authorize|Revoke|Deregister"
    )
    named = set()
    for path in package.glob("*.py"):
        text = path.read_text("utf-8")
        named |= set(re.findall(rf'"((?:{verbs})[A-Z][A-Za-z]+)"', text))
        methods = re.findall(rf'"((?:{verbs.lower()})_[a-z_]+)"', text)  # of boto3's client
        named |= {name.title().replace("_", "") for name in methods}

    assert {f"ec2:{name}" for name in named - NO_ACTIONS} == actions_called()


def test_a_role_needs_one_action_of_the_user_and_trusts_by_the_same():
    _least, trust, users = policies()

    assert actions_of(trust) == actions_of(users) == ["sts:AssumeRole"]


def test_every_credential_is_explained():
    text = DOCUMENT.read_text(encoding="utf-8")

    assert [one.name for one in KIND.credentials if f"`{one.name}`" not in text] == []


def test_a_check_names_what_the_policy_has():
    named = {action for actions in KIND.actions.values() for action in actions}

    of_storage = {action for action in named if action.startswith("s3:")}
    assert sorted(named - of_storage) == sorted(actions_of(policies()[0]))
    assert of_storage <= set(actions_of(policies(STORAGE)[0]))
