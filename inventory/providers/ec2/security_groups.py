"""Security groups of EC2 and their rules.

Rules as ``DescribeSecurityGroups`` answers them: an ``IpPermission`` has one protocol, one range of
ports, and any number of sources (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/
API_IpPermission.html). Each source is a rule here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.deeds import deed
from inventory.providers.ec2.driver import EC2Driver, entries_of
from inventory.providers.ec2.tags import tag_specification, tags_in
from inventory.providers.exceptions import ProviderError
from inventory.providers.identity import only_of
from inventory.providers.reading import Reading, read_or_damaged
from inventory.providers.table import beside, does, reads
from inventory.records.open_ports import open_ports_of
from inventory.records.security_group import (
    ANY_PROTOCOL,
    EGRESS,
    EVERY,
    INGRESS,
    LAST_PORT,
    WITH_PORTS,
    NewSecurityGroup,
    RuleRecord,
    SecurityGroupRecord,
)

PAGE = 1000  # EC2's largest
PERMISSIONS = ((INGRESS, "IpPermissions"), (EGRESS, "IpPermissionsEgress"))
# Where each list of sources has its own: EC2's name, its member, and ours.
SOURCES = (
    ("IpRanges", "CidrIp", "cidr"),
    ("Ipv6Ranges", "CidrIpv6", "cidr"),
    ("UserIdGroupPairs", "GroupId", "group"),
    ("PrefixListIds", "PrefixListId", "prefix_list"),
)
ADD = {
    INGRESS: "authorize_security_group_ingress",
    EGRESS: "authorize_security_group_egress",
}
REMOVE = {INGRESS: "revoke_security_group_ingress", EGRESS: "revoke_security_group_egress"}


@reads("security_groups", permissions="ec2:DescribeSecurityGroups")
def list_security_groups(driver: EC2Driver) -> list[SecurityGroupRecord]:
    entries = driver.entries("describe_security_groups", "SecurityGroups", MaxResults=PAGE)
    return [_read(entry) for entry in entries]


@beside("find", "security_groups")
def find_security_group(driver: EC2Driver, external_id: str) -> SecurityGroupRecord | None:
    try:
        answer = driver.call("describe_security_groups", GroupIds=[external_id])
    except ProviderError as refusal:
        if refusal.word.startswith("InvalidGroup"):
            return None
        raise
    records = map(_read, entries_of(answer, "SecurityGroups"))
    return only_of(records, external_id, lambda one: one.external_id)


@does("security_groups", "create", permissions=("ec2:CreateSecurityGroup", "ec2:CreateTags"))
def create_security_group(driver: EC2Driver, order: NewSecurityGroup) -> SecurityGroupRecord:
    """The answer has the id alone. A name is taken once in a network."""
    call = create_call(driver, order)
    found = Reading(driver.call(call.operation, **call.parameters))
    external_id = found.text("GroupId", required=True) or ""
    return SecurityGroupRecord(
        external_id=external_id,
        name=order.name,
        description=order.description,
        network_id=order.network_id,
        tags=tuple(sorted(order.tags)),
        problem=found.problem,
    )


def create_call(_driver: EC2Driver, order: NewSecurityGroup) -> Call:
    parameters: dict[str, Any] = {"GroupName": order.name, "Description": order.description}
    if order.network_id:
        parameters["VpcId"] = order.network_id
    parameters |= tag_specification("security-group", dict(order.tags))
    return Call("create_security_group", parameters)


@deed("security_groups", "delete", permissions="ec2:DeleteSecurityGroup")
def delete_security_group(_driver: EC2Driver, external_id: str) -> Call:
    return Call("delete_security_group", {"GroupId": external_id})


@deed(
    "security_groups",
    "add_rule",
    permissions=("ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"),
)
def add_rule(_driver: EC2Driver, external_id: str, rule: RuleRecord) -> Call:
    """A rule that the group has already is refused: InvalidPermission.Duplicate."""
    return _on_rule(ADD, external_id, rule)


@deed(
    "security_groups",
    "remove_rule",
    permissions=("ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"),
)
def remove_rule(_driver: EC2Driver, external_id: str, rule: RuleRecord) -> Call:
    return _on_rule(REMOVE, external_id, rule)


def _on_rule(operations: Mapping[str, str], external_id: str, rule: RuleRecord) -> Call:
    permission = {"GroupId": external_id, "IpPermissions": [_permission(rule)]}
    return Call(operations[rule.direction], permission)


def _permission(rule: RuleRecord) -> dict[str, Any]:
    is_all = rule.protocol == ANY_PROTOCOL
    permission: dict[str, Any] = {"IpProtocol": str(EVERY) if is_all else rule.protocol}
    if not is_all:
        everything = (0, LAST_PORT) if rule.protocol in WITH_PORTS else (EVERY, EVERY)
        first = everything[0] if rule.from_port is None else rule.from_port
        last = everything[1] if rule.to_port is None else rule.to_port
        permission |= {"FromPort": first, "ToPort": last}
    return permission | _source(rule)


def _source(rule: RuleRecord) -> dict[str, Any]:
    if rule.group is not None:
        return {"UserIdGroupPairs": [{"GroupId": rule.group}]}
    if rule.prefix_list is not None:
        return {"PrefixListIds": [{"PrefixListId": rule.prefix_list}]}
    if ":" in (rule.cidr or ""):
        return {"Ipv6Ranges": [{"CidrIpv6": rule.cidr}]}
    return {"IpRanges": [{"CidrIp": rule.cidr}]}


def _read(entry: Any) -> SecurityGroupRecord:
    return read_or_damaged(SecurityGroupRecord, Reading(entry), _record, _id)


def _id(found: Reading) -> str | None:
    return found.text("GroupId")


def _record(found: Reading) -> SecurityGroupRecord:
    external_id = found.text("GroupId", required=True) or ""
    rules = tuple(sorted(set(_rules(found)), key=str))
    ports = open_ports_of(rules)
    return SecurityGroupRecord(
        external_id=external_id,
        name=found.text("GroupName") or external_id,
        description=found.text("Description"),
        network_id=found.text("VpcId"),
        rules=rules,
        open_to_world=bool(ports),
        open_ports=ports,
        tags=tags_in(found),
        problem=found.problem,
    )


def _rules(found: Reading) -> Iterator[RuleRecord]:
    for direction, name in PERMISSIONS:
        for permission in found.parts(name):
            yield from _of_permission(direction, permission)


def _of_permission(direction: str, permission: Reading) -> Iterator[RuleRecord]:
    protocol = permission.text("IpProtocol", required=True) or ""
    ports = permission.signed("FromPort"), permission.signed("ToPort")
    for name, member, ours in SOURCES:
        for source in permission.parts(name):
            value = source.text(member, required=True)
            where: dict[str, Any] = {ours: value}
            yield RuleRecord(direction, protocol, *ports, **where).canonical()
