"""The actions on security groups that take more than the group."""

from collections.abc import Mapping
from typing import Any

from inventory.operations.actions.creation import Creation
from inventory.operations.actions.edit import Edit
from inventory.operations.actions.rules import checked_rule, rules_of
from inventory.operations.actions.taken import Taken
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability
from inventory.records.security_group import NewSecurityGroup, RuleRecord
from inventory.records.security_group import SecurityGroupState as State
from inventory.resources.security_group import SECURITY_GROUPS

SECURITY_GROUP = TargetType(SECURITY_GROUPS)
RULE = {
    "direction": Taken(
        type="SecurityGroupRuleDirection", description="Absent: INGRESS, connections to machines."
    ),
    "protocol": Taken(
        description="tcp, udp, icmp, icmpv6, all, or a protocol's number. Absent: tcp."
    ),
    "from_port": Taken(
        type="Int", description="The first port; of ICMP, the type. Absent: toPort; all without it."
    ),
    "to_port": Taken(type="Int", description="The last port; of ICMP, the code. Absent: fromPort."),
    "cidr": Taken(
        description="The network that may connect, for example 203.0.113.0/24 or 2001:db8::/32."
    ),
    "group": Taken(
        names=SECURITY_GROUP.type_name,
        description="In place of cidr: another security group, by its id here or at the cloud.",
    ),
    "prefix_list": Taken(description="In place of cidr: the cloud's own id of a prefix list."),
}


def _clean_rule(row: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"rule": list(checked_rule(row, given))}


def _rule(arguments: Mapping[str, Any]) -> RuleRecord:
    return RuleRecord(*arguments["rule"]).canonical()


def _has_rule(record: Any, arguments: Mapping[str, Any]) -> bool:
    return _rule(arguments) in rules_of(record)


def _lacks_rule(record: Any, arguments: Mapping[str, Any]) -> bool:
    return not _has_rule(record, arguments)


def _never(_record: Any, _arguments: Mapping[str, Any]) -> str:
    return ""


def _order(arguments: Mapping[str, Any], mark: str) -> NewSecurityGroup:
    return NewSecurityGroup(
        name=arguments["name"],
        description=arguments["description"] or arguments["name"],
        client_token=mark,
        network_id=arguments["network"],
        tags=arguments["tags"],
    )


ADD_RULE = Edit(
    target_type=SECURITY_GROUP,
    capability=Capability.ADD_SECURITY_GROUP_RULE,
    label="Add a rule to a security group",
    description="Add a rule to a security group. A rule that it already has is refused. "
    "The job succeeds when the group is seen with the rule.",
    done="with this rule",
    changes=("rules", "open_to_world"),
    takes=RULE,
    clean=_clean_rule,
    is_done=_has_rule,
    refusal=_never,
    sent=lambda arguments: (_rule(arguments),),
    refuses_done="The group has this rule already.",
)
REMOVE_RULE = Edit(
    target_type=SECURITY_GROUP,
    capability=Capability.REMOVE_SECURITY_GROUP_RULE,
    label="Remove a rule from a security group",
    description="Remove a rule from a security group, named by all of its parts. "
    "The job succeeds when the group is seen without the rule.",
    done="without this rule",
    changes=("rules", "open_to_world"),
    takes=RULE,
    clean=_clean_rule,
    is_done=_lacks_rule,
    refusal=_never,
    sent=lambda arguments: (_rule(arguments),),
    refuses_done="The group has no such rule.",
)
CREATE = Creation(
    target_type=SECURITY_GROUP,
    capability=Capability.CREATE_SECURITY_GROUP,
    label="Create a security group",
    description="Create a security group without rules of its own. "
    "The job succeeds when the cloud has it.",
    takes={
        "description": Taken(description="Its description. Absent: its name."),
        "network": Taken(
            description="The cloud's own id of a network. Absent: the account's default one."
        ),
    },
    clean=lambda _provider, given: {
        "description": given.get("description"),
        "network": given.get("network"),
    },
    order=_order,
    done=frozenset({State.AVAILABLE}),
    failed=frozenset({State.DELETED}),
)
EDITS = (ADD_RULE, REMOVE_RULE)
CREATIONS = (CREATE,)
