"""The operations that a kind of provider can have: a verb on a resource, with a public name."""

import re
from collections.abc import Iterator
from typing import Self

from inventory.records import CHANGES, RECORDS, ObservedRecord
from inventory.types import MeaningfulEnum

LIST = "list"  # the verb that only reads
Key = tuple[str, str]  # a resource and a verb
WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def _of_records() -> Iterator[tuple[str, str, str, str]]:
    """The members for what is declared in ``inventory.records``."""
    for plural in RECORDS:
        yield f"LIST_{plural.upper()}", f"List its {plural.replace('_', ' ')}.", plural, LIST
    for plural, changes in CHANGES.items():
        for one in changes:
            name = _change_name(one.verb, RECORDS[plural])
            yield name, one.meaning or f"{one.label}.", plural, one.verb


def _change_name(verb: str, record: type[ObservedRecord]) -> str:
    """A name as ``DELETE_VOLUME``; for a verb ``take_offline``, ``TAKE_VOLUME_OFFLINE``."""
    noun = WORD_START.sub("_", record.__name__.removesuffix("Record"))
    first, *others = verb.split("_")
    return "_".join((first, noun, *others)).upper()


class Capability(MeaningfulEnum):
    """An operation that a kind of provider can have.

    Members: public name, meaning, resource, verb. Actions on a resource are offered in this order.
    ``LIST_<PLURAL>`` of what ``inventory.records`` registers is added, and ``<VERB>_<TYPE>`` of the
    changes of state that it declares.
    """

    resource: str
    verb: str
    _ignore_ = ["_member"]

    def __new__(cls, value: str, meaning: str, resource: str, verb: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.resource = resource
        member.verb = verb
        return member

    LIST_MACHINES = "LIST_MACHINES", "List its virtual machines.", "virtual_machines", LIST
    START = "START", "Start a machine.", "virtual_machines", "start"
    STOP = "STOP", "Stop a machine.", "virtual_machines", "stop"
    REBOOT = "REBOOT", "Restart a machine.", "virtual_machines", "reboot"
    SUSPEND = "SUSPEND", "Suspend a machine to disk.", "virtual_machines", "suspend"
    RESUME = "RESUME", "Resume a suspended machine.", "virtual_machines", "resume"
    RESIZE = "RESIZE", "Change a machine's size.", "virtual_machines", "resize"
    TAG = "TAG", "Change a machine's tags.", "virtual_machines", "tag"
    TERMINATE = "TERMINATE", "Delete a machine for good.", "virtual_machines", "terminate"
    PROVISION = "PROVISION", "Buy a new machine.", "virtual_machines", "provision"
    LIST_SIZES = "LIST_SIZES", "List the sizes that can be bought.", "sizes", LIST
    LIST_IMAGES = (
        "LIST_IMAGES",
        "List the images that machines or containers can be made from.",
        "images",
        LIST,
    )
    LIST_LOCATIONS = "LIST_LOCATIONS", "List the zones of a region.", "locations", LIST
    LIST_REGIONS = "LIST_REGIONS", "List the regions that the account may use.", "regions", LIST
    LIST_CONTAINERS = "LIST_CONTAINERS", "List its containers.", "containers", LIST
    START_CONTAINER = "START_CONTAINER", "Start a container.", "containers", "start"
    STOP_CONTAINER = "STOP_CONTAINER", "Stop a container.", "containers", "stop"
    RESTART_CONTAINER = "RESTART_CONTAINER", "Restart a container.", "containers", "restart"
    DEPLOY_CONTAINER = (
        "DEPLOY_CONTAINER",
        "Make a new container and start it.",
        "containers",
        "deploy",
    )
    REMOVE_CONTAINER = "REMOVE_CONTAINER", "Remove a container for good.", "containers", "remove"
    ATTACH_VOLUME = "ATTACH_VOLUME", "Attach a volume to a machine.", "volumes", "attach"
    DETACH_VOLUME = "DETACH_VOLUME", "Detach a volume from its machine.", "volumes", "detach"
    RESIZE_VOLUME = "RESIZE_VOLUME", "Make a volume larger.", "volumes", "resize"
    CREATE_VOLUME = "CREATE_VOLUME", "Create a volume.", "volumes", "create"
    CREATE_SNAPSHOT = "CREATE_SNAPSHOT", "Take a snapshot of a volume.", "snapshots", "create"
    IMPORT_KEY_PAIR = "IMPORT_KEY_PAIR", "Import a public key.", "key_pairs", "import"
    ADD_SECURITY_GROUP_RULE = (
        "ADD_SECURITY_GROUP_RULE",
        "Add a rule to a security group.",
        "security_groups",
        "add_rule",
    )
    REMOVE_SECURITY_GROUP_RULE = (
        "REMOVE_SECURITY_GROUP_RULE",
        "Remove a rule from a security group.",
        "security_groups",
        "remove_rule",
    )
    CREATE_SECURITY_GROUP = (
        "CREATE_SECURITY_GROUP",
        "Create a security group.",
        "security_groups",
        "create",
    )
    READ_ORGANIZATIONS = (
        "READ_ORGANIZATIONS",
        "Read an organization with its repositories and members.",
        "organizations",
        LIST,
    )
    LIST_CONTRIBUTORS = (
        "LIST_CONTRIBUTORS",
        "List who contributes to a repository.",
        "contributors",
        LIST,
    )
    LIST_COLLABORATORS = (
        "LIST_COLLABORATORS",
        "List who may work on a repository.",
        "collaborators",
        LIST,
    )
    LIST_ISSUES = "LIST_ISSUES", "List the issues of a repository.", "issues", LIST
    ADD_COMMENT = "ADD_COMMENT", "Comment on an issue.", "issues", "comment"
    CREATE_BUCKET = "CREATE_BUCKET", "Create a bucket.", "buckets", "create"
    DELETE_BUCKET = "DELETE_BUCKET", "Delete a bucket.", "buckets", "delete"
    LIST_OBJECTS = "LIST_OBJECTS", "List the objects of a bucket.", "objects", LIST
    PUT_OBJECT = "PUT_OBJECT", "Write a text as an object of a bucket.", "objects", "put"
    DELETE_OBJECT = "DELETE_OBJECT", "Delete an object of a bucket.", "objects", "delete"
    SIGN_UPLOAD = (
        "SIGN_UPLOAD",
        "Sign a request by which an object is uploaded.",
        "objects",
        "sign_upload",
    )
    SIGN_DOWNLOAD = (
        "SIGN_DOWNLOAD",
        "Sign a request by which an object is downloaded.",
        "objects",
        "sign_download",
    )
    CREATE_IMAGE = "CREATE_IMAGE", "Create an image of a machine.", "images", "create"
    for _member in _of_records():
        if _member[0] not in vars():
            vars()[_member[0]] = _member

    @property
    def key(self) -> Key:
        return self.resource, self.verb


BY_KEY = {capability.key: capability for capability in Capability}
# The capabilities of containers.
OF_CONTAINERS = frozenset(one for one in Capability if one.resource == "containers")
# The capabilities of repositories, at code hosts.
CODE = frozenset({"repositories", "organizations", "contributors", "collaborators", "issues"})
OF_CODE = frozenset(one for one in Capability if one.resource in CODE)
# The capabilities of object storage. Those in no set here are of machines and their objects.
OF_STORAGE = frozenset(one for one in Capability if one.resource in {"buckets", "objects"})
# The capabilities that only read a list. Objects of buckets are read for one answer, not stored.
LISTINGS = frozenset(
    one for one in Capability if one.verb == LIST and one is not Capability.LIST_OBJECTS
)
# The capabilities that create an object. Other actions are for an object that exists.
CREATING = frozenset(
    one for one in Capability if one.verb in {"create", "provision", "deploy", "import"}
)
# The capabilities that every cloud with machines has.
USUAL = frozenset(
    {
        Capability.LIST_MACHINES,
        Capability.START,
        Capability.STOP,
        Capability.REBOOT,
        Capability.TERMINATE,
        Capability.PROVISION,
        Capability.LIST_SIZES,
        Capability.LIST_IMAGES,
        Capability.LIST_LOCATIONS,
    }
)
