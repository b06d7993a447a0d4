"""Each mutation, the personas that may use it, and its input.

``§kind§`` is replaced by the id of such an object. ``who`` may do it to the owner's object. Others
who see the object get FORBIDDEN. Those who do not see it get the answer for an absent object.
"""

from dataclasses import dataclass

from inventory.operations.actions.state_changes import state_changes
from tests.inventory.many import MANY, field_of
from tests.matrix.people import ADMINS, EVERYBODY, OPERATORS, SUPERUSERS, VIEWERS, Who


@dataclass(frozen=True)
class Rule:
    """``kind``: of the object that decides; None: the mutation is about none.

    ``before``: whether rights are looked at before the object, so that even an absent one is
    FORBIDDEN.
    """

    who: frozenset[Who]
    given: str
    kind: str | None = None
    before: bool = False


def machine(extra: str = "") -> Rule:
    return Rule(OPERATORS, f'id: "§VirtualMachine§"{extra}', "VirtualMachine")


def container() -> Rule:
    return Rule(OPERATORS, 'id: "§Container§"', "Container")


def stored_object(extra: str = "") -> Rule:
    return Rule(OPERATORS, f'bucket: "§Bucket§", key: "k"{extra}', "Bucket")


def volume(extra: str = "", name: str = "Volume") -> Rule:
    return Rule(OPERATORS, f'id: "§{name}§"{extra}', "Volume")


def created(given: str) -> Rule:
    return Rule(OPERATORS, f'provider: "§Provider§", name: "new"{given}', "Provider")


RULE = ', fromPort: 5432, cidr: "203.0.113.0/24"'
WEB_RULE = ', fromPort: 443, cidr: "::/0"'  # which the simulator's group "web" has
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIDeZTRHgkr4xUUnjBIHuMcAUN8hzMSXJhCnXRLJNLJk ada@example"
# A schedule is its owner's own, like a name: roles on a provider do not show it.
SCHEDULERS = frozenset({Who.OWNER, Who.SUPERUSER})
OWNERS = frozenset({Who.OWNER})
ONE_RULES = {
    field_of(one): Rule(
        OPERATORS, f'id: "§{one.target_type.type_name}§"', one.target_type.type_name
    )
    for one in state_changes()
}
MANY_RULES = {one.field: Rule(OPERATORS, f'ids: ["§{one.of}§"]', one.of) for one in MANY}


def superuser(given: str, kind: str | None = None) -> Rule:
    return Rule(SUPERUSERS, given, kind, before=True)


MUTATIONS = {
    "startVirtualMachine": machine(),
    "stopVirtualMachine": machine(),
    "rebootVirtualMachine": machine(),
    "suspendVirtualMachine": machine(),
    "resumeVirtualMachine": machine(),
    "terminateVirtualMachine": machine(),
    "resizeVirtualMachine": machine(', size: "sim.nano"'),
    "tagVirtualMachine": machine(', set: [{key: "a", value: "b"}]'),
    **MANY_RULES,
    **ONE_RULES,
    "provisionVirtualMachine": Rule(
        OPERATORS,
        'provider: "§Provider§", name: "n", size: "sim.nano", image: "img-debian-12"',
        "Provider",
    ),
    "startContainer": container(),
    "stopContainer": container(),
    "restartContainer": container(),
    "removeContainer": container(),
    "deployContainer": Rule(
        OPERATORS, 'provider: "§Engine§", name: "n", image: "busybox"', "Container"
    ),
    "createVolume": created(", size: 1"),
    "attachVolume": volume(', machine: "§NearMachine§"'),
    "detachVolume": volume(name="UsedVolume"),
    "resizeVolume": volume(", size: 1000"),
    "createSnapshot": Rule(OPERATORS, 'volume: "§Volume§", name: "new"', "Volume"),
    "createImage": Rule(OPERATORS, 'machine: "§VirtualMachine§", name: "new"', "VirtualMachine"),
    "createSecurityGroup": created(""),
    "addSecurityGroupRule": Rule(OPERATORS, f'id: "§SecurityGroup§"{RULE}', "SecurityGroup"),
    "removeSecurityGroupRule": Rule(OPERATORS, f'id: "§SecurityGroup§"{WEB_RULE}', "SecurityGroup"),
    "importKeyPair": created(f', publicKey: "{KEY}"'),
    "createKeyPair": created(""),
    "addComment": Rule(OPERATORS, 'subjectId: "I_1", provider: "§Host§", body: "x"', "Provider"),
    "createBucket": Rule(OPERATORS, 'provider: "§Provider§", name: "a-new-bucket"', "Provider"),
    "deleteBucket": Rule(OPERATORS, 'id: "§Bucket§", force: true', "Bucket"),
    "putObject": stored_object(', text: "t"'),
    "deleteObject": stored_object(),
    "createUploadUrl": stored_object(),
    "createDownloadUrl": stored_object(),
    "cancelJob": Rule(OPERATORS, 'id: "§Job§"', "Job"),
    "retryJob": Rule(OPERATORS, 'id: "§FailedJob§"', "Job"),
    "createSchedule": Rule(
        OPERATORS,
        'name: "n", operation: "stop", cron: "0 7 * * *", ids: ["§VirtualMachine§"]',
        "VirtualMachine",
    ),
    "updateSchedule": Rule(SCHEDULERS, 'id: "§Schedule§", name: "other"', "Schedule"),
    "runSchedule": Rule(SCHEDULERS, 'id: "§Schedule§"', "Schedule"),
    "deleteSchedule": Rule(SCHEDULERS, 'id: "§Schedule§"', "Schedule"),
    "checkProvider": Rule(OPERATORS, 'id: "§Provider§"', "Provider"),
    "updateProvider": Rule(ADMINS, 'id: "§Provider§", name: "other"', "Provider"),
    "setPriceBook": Rule(ADMINS, 'provider: "§Provider§", text: "discount: 10 %"', "Provider"),
    "disconnectProvider": Rule(ADMINS, 'id: "§Provider§"', "Provider"),
    # The team is visible to everybody who may grant.
    "grantProviderAccess": Rule(
        ADMINS, 'provider: "§Provider§", role: VIEWER, team: "§OpenTeam§"', "Provider"
    ),
    "revokeProviderAccess": Rule(ADMINS, 'id: "§Grant§"', "Grant"),
    "connectProvider": Rule(EVERYBODY, 'kind: "simulator", name: "new", credentials: []'),
    "createTeam": superuser('name: "new"'),
    "renameTeam": superuser('id: "§Team§", name: "new"', "Team"),
    "deleteTeam": superuser('id: "§Team§"', "Team"),
    "addTeamMember": superuser('team: "§Team§", user: "§User§"', "Team"),
    "removeTeamMember": superuser('team: "§Team§", user: "§Member§"', "Team"),
    "createUser": superuser('login: "new", password: "correct-horse"'),
    "updateUser": superuser('id: "§User§", name: "New"', "User"),
    "changePassword": Rule(
        EVERYBODY, 'currentPassword: "correct-horse", newPassword: "another-horse"'
    ),
    "createApiToken": Rule(
        VIEWERS, 'name: "new", scope: READ, providers: ["§Provider§"]', "Provider"
    ),
    "revokeApiToken": Rule(frozenset({Who.OWNER}), 'id: "§ApiToken§"', "ApiToken"),
    "createWebhook": Rule(
        VIEWERS,
        'url: "https://hooks.example.org/", events: [JOB_FINISHED],'
        ' filter: {provider: ["§Provider§"]}',
        "Provider",
    ),
    "updateWebhook": Rule(OWNERS, 'id: "§Webhook§", description: "other"', "Webhook"),
    "deleteWebhook": Rule(OWNERS, 'id: "§Webhook§"', "Webhook"),
    "testWebhook": Rule(OWNERS, 'id: "§Webhook§"', "Webhook"),
    "redeliverWebhook": Rule(OWNERS, 'id: "§Webhook§"', "Webhook"),
    "rotateWebhookSecret": Rule(OWNERS, 'id: "§Webhook§"', "Webhook"),
    "revokeSession": Rule(frozenset({Who.OWNER}), 'id: "§Session§"', "Session"),
}
# They take flat arguments and answer at top level; who may do them is said where they are tested.
FLAT = {"createRepository", "tokenAuth", "refreshToken", "verifyToken", "revokeToken"}
