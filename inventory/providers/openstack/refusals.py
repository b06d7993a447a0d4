"""The refusals of OpenStack that are temporary, and those that are final.

Nova answers 409 to what the server's state forbids. A task ends by itself. A lock and the states
below stay until somebody ends them. Messages from nova's exception.py and
api/openstack/common.py, and from neutron_lib/exceptions.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.openstack.swift.refusals import REFUSALS as SWIFTS
from inventory.providers.refusals import final, temporary

SERVERS = "https://docs.openstack.org/api-ref/compute/#servers-run-an-action-servers-action"
LOCK = "https://docs.openstack.org/api-ref/compute/#lock-server-lock-action"
STATES = "https://docs.openstack.org/nova/latest/reference/vm-states.html"
QUOTAS = "https://docs.openstack.org/nova/latest/user/quotas.html"
NETWORK_QUOTAS = "https://docs.openstack.org/api-ref/network/v2/#quotas-extension-quotas"
KEYS = "https://docs.openstack.org/api-ref/compute/#import-or-create-keypair"
GROUPS = "https://docs.openstack.org/api-ref/network/v2/#security-groups-security-groups"
VOLUMES = "https://docs.openstack.org/api-ref/block-storage/v3/#volumes-volumes"
ATTACHMENTS = (
    "https://docs.openstack.org/api-ref/compute/#servers-with-volume-attachments-servers-"
    "os-volume-attachments"
)
LIMITS = "https://docs.openstack.org/api-guide/compute/limits.html"

CONFLICT = "conflictingRequest"

REFUSALS = (
    final(
        Code.CONFLICT,
        409,
        "Instance 2e5e0d9e-d6a4-4a5a-a4a1-e1e2d3f6ac2c is locked",
        word=CONFLICT,
        pattern=r"\bis locked\b",
        source=LOCK,
    ),
    *(
        final(
            Code.CONFLICT,
            409,
            "Cannot 'stop' instance 2e5e0d9e-d6a4-4a5a-a4a1-e1e2d3f6ac2c while it is in "
            f"vm_state {state}",
            word=CONFLICT,
            pattern=rf"\bvm_state {state}\b",
            source=STATES,
        )
        for state in (
            "error",
            "rescued",
            "resized",
            "soft-delete",
            "paused",
            "suspended",
            "shelved",
            "shelved_offloaded",
        )
    ),
    final(
        Code.CONFLICT,
        409,
        "Cannot 'stop' instance 2e5e0d9e-d6a4-4a5a-a4a1-e1e2d3f6ac2c while it is in launched_at "
        "None",
        word=CONFLICT,
        pattern=r"\blaunched_at\b",
        source=SERVERS,
    ),
    temporary(
        Code.CONFLICT,
        409,
        "Cannot 'stop' instance 2e5e0d9e-d6a4-4a5a-a4a1-e1e2d3f6ac2c while it is in task_state "
        "powering-on",
        word=CONFLICT,
        pattern=r"\btask_state\b",
        source=STATES,
    ),
    # Nova compares vm_state before task_state (check_instance_state in nova/compute/api.py), so a
    # server that is powering off is refused as "vm_state active". A start succeeds a moment later.
    temporary(
        Code.CONFLICT,
        409,
        "Cannot 'start' instance 2e5e0d9e-d6a4-4a5a-a4a1-e1e2d3f6ac2c while it is in vm_state "
        "active",
        word=CONFLICT,
        pattern=r"\bvm_state\b",
        source=SERVERS,
    ),
    final(
        Code.CONFLICT,
        409,
        "Key pair 'laptop' already exists.",
        word=CONFLICT,
        pattern=r"^(?:\w+: )?Key pair .* already exists",
        source=KEYS,
    ),
    *(
        final(Code.CONFLICT, 409, message, word=word, source=GROUPS)
        for word, message in (
            ("SecurityGroupInUse", "Security Group 4f1c in use."),
            (
                "SecurityGroupCannotRemoveDefault",
                "Insufficient rights for removing default security group.",
            ),
            (
                "SecurityGroupRuleExists",
                "Security group rule already exists. Rule id is 8e07.",
            ),
            ("SecurityGroupDefaultAlreadyExists", "Default security group already exists."),
        )
    ),
    final(
        Code.CONFLICT,
        400,
        "Invalid volume: Volume status must be available or error and must not have snapshots.",
        word="badRequest",
        pattern=r"\bInvalid (?:volume|snapshot): ",
        source=VOLUMES,
    ),
    final(
        Code.CONFLICT,
        400,
        "Cannot detach a root device volume",
        word="badRequest",
        pattern="root device volume",
        source=ATTACHMENTS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        413,
        "SnapshotLimitExceeded: Maximum number of snapshots allowed (10) exceeded",
        word="overLimit",
        pattern=r"\bmaximum\b",
        source=VOLUMES,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        403,
        "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances",
        word="forbidden",
        pattern=r"quota exceeded|maximum number of [\w ]+ exceeded",
        source=QUOTAS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        409,
        "Quota exceeded for resources: ['port'].",
        word="OverQuota",
        source=NETWORK_QUOTAS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        413,
        "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes "
        "quota.",
        word="overLimit",
        pattern="quota",
        source=QUOTAS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        409,
        "Quota exceeded for resources: ['security_group'].",
        pattern=r"quota exceeded|exceeds allowed [\w ]*quota",
        source=NETWORK_QUOTAS,
    ),
    temporary(
        Code.RATE_LIMITED,
        413,
        "This request was rate-limited.",
        word="overLimit",
        source=LIMITS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        400,
        "No valid host was found. There are not enough hosts available.",
        pattern="no valid host|exceeded maximum number of retries|insufficient compute resources",
        source=SERVERS,
    ),
    *SWIFTS,
)
