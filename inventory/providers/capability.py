"""What can be done with a kind of provider: a verb on a resource, and its public name."""

from typing import Self

from inventory.records import RECORDS
from inventory.types import MeaningfulEnum

LIST = "list"  # the verb that only reads
Key = tuple[str, str]  # a resource and a verb


class Capability(MeaningfulEnum):
    """What can be done with a kind of provider.

    Members: public name, meaning, resource, verb. Actions on a resource are offered in this order.
    ``LIST_<PLURAL>`` of what ``inventory.records`` registers is added.
    """

    resource: str
    verb: str
    _ignore_ = ["_plural"]

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
    DELETE_VOLUME = "DELETE_VOLUME", "Delete a volume for good.", "volumes", "delete"
    CREATE_VOLUME = "CREATE_VOLUME", "Create a volume.", "volumes", "create"
    DELETE_SNAPSHOT = "DELETE_SNAPSHOT", "Delete a snapshot for good.", "snapshots", "delete"
    CREATE_SNAPSHOT = "CREATE_SNAPSHOT", "Take a snapshot of a volume.", "snapshots", "create"
    DELETE_KEY_PAIR = "DELETE_KEY_PAIR", "Delete a key pair.", "key_pairs", "delete"
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
    DELETE_SECURITY_GROUP = (
        "DELETE_SECURITY_GROUP",
        "Delete a security group.",
        "security_groups",
        "delete",
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
    for _plural in RECORDS:
        vars()[f"LIST_{_plural.upper()}"] = (
            f"LIST_{_plural.upper()}",
            f"List its {_plural.replace('_', ' ')}.",
            _plural,
            LIST,
        )

    @property
    def key(self) -> Key:
        return self.resource, self.verb


BY_KEY = {capability.key: capability for capability in Capability}
# What is said of containers.
OF_CONTAINERS = frozenset(one for one in Capability if one.resource == "containers")
# What is said of repositories, at hosts of code.
CODE = frozenset({"repositories", "organizations", "contributors", "collaborators", "issues"})
OF_CODE = frozenset(one for one in Capability if one.resource in CODE)
# What is said of object storage; everything else is said of machines and what belongs to them.
OF_STORAGE = frozenset(one for one in Capability if one.resource in {"buckets", "objects"})
# What only looks. Objects are read for one answer, and are no source.
LISTINGS = frozenset(
    one for one in Capability if one.verb == LIST and one is not Capability.LIST_OBJECTS
)
# What makes an object; other actions are asked of one.
CREATING = frozenset(
    one for one in Capability if one.verb in {"create", "provision", "deploy", "import"}
)
# What every cloud that sells machines can do.
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
