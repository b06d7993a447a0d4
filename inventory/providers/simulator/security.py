"""Key pairs and security groups of a simulated cloud, refused as EC2 refuses."""

import base64
import hashlib
from typing import Any

from inventory.providers.simulator import stock
from inventory.providers.simulator.object_store import Facts, Thing
from inventory.providers.simulator.objects import Kind, changing, create, delete, things, word_of
from inventory.providers.simulator.times import moment_of, tags_of
from inventory.providers.table import does, reads
from inventory.records.key_pair import KeyPairRecord, KeyPairState, NewKeyPair
from inventory.records.open_ports import open_ports_of
from inventory.records.security_group import (
    NewSecurityGroup,
    RuleRecord,
    SecurityGroupRecord,
    SecurityGroupState,
)

# Clouds report no states of either.
KEY_PAIRS = Kind("key_pairs", "key-", stock.key_pairs, at_once=True)
SECURITY_GROUPS = Kind("security_groups", "sg-", stock.security_groups, at_once=True)


@reads("key_pairs")
def list_key_pairs(driver: Any) -> list[KeyPairRecord]:
    driver.call_list()
    return [_key_pair(thing) for thing in things(driver, KEY_PAIRS).values()]


@does("key_pairs", "import")
def import_key_pair(driver: Any, order: NewKeyPair) -> KeyPairRecord:
    token = order.client_token
    return _key_pair(create(driver, KEY_PAIRS, token, lambda: key_facts(driver, order)))


def key_facts(driver: Any, order: NewKeyPair) -> Facts:
    """Raises for a name that is taken."""
    if order.name in things(driver, KEY_PAIRS):
        raise driver.refusal("InvalidKeyPair.Duplicate", f"there is a key pair {order.name!r}.")
    return {
        "id": order.name,
        "name": order.name,
        "public_key": order.public_key,
        "tags": sorted(list(pair) for pair in order.tags),
    }


@does("key_pairs", "delete")
def delete_key_pair(driver: Any, external_id: str) -> None:
    delete(driver, KEY_PAIRS, external_id, lambda _key: None)


@reads("security_groups")
def list_security_groups(driver: Any) -> list[SecurityGroupRecord]:
    driver.call_list()
    return [_group(thing) for thing in things(driver, SECURITY_GROUPS).values()]


@does("security_groups", "create")
def create_security_group(driver: Any, order: NewSecurityGroup) -> SecurityGroupRecord:
    token = order.client_token
    return _group(create(driver, SECURITY_GROUPS, token, lambda: group_facts(driver, order)))


def group_facts(driver: Any, order: NewSecurityGroup) -> Facts:
    """Raises for a name that is taken."""
    if any(one.facts["name"] == order.name for one in things(driver, SECURITY_GROUPS).values()):
        raise driver.refusal("InvalidGroup.Duplicate", f"there is a group {order.name!r}.")
    return {
        "name": order.name,
        "description": order.description,
        "rules": [list(stock.OUT)],
        "tags": sorted(list(pair) for pair in order.tags),
    }


@does("security_groups", "add_rule")
def add_rule(driver: Any, external_id: str, rule: RuleRecord) -> None:
    with changing(driver, SECURITY_GROUPS, external_id, "add_rule") as (group, save):
        refuse_rule(driver, group, rule, wanted=False)
        save(group.facts | {"rules": [*group.facts["rules"], list(rule)]})


@does("security_groups", "remove_rule")
def remove_rule(driver: Any, external_id: str, rule: RuleRecord) -> None:
    with changing(driver, SECURITY_GROUPS, external_id, "remove_rule") as (group, save):
        refuse_rule(driver, group, rule, wanted=True)
        rules = [one for one in group.facts["rules"] if RuleRecord(*one) != rule]
        save(group.facts | {"rules": rules})


def refuse_rule(driver: Any, group: Thing, rule: RuleRecord, *, wanted: bool) -> None:
    """Raises unless the group has the rule, or has it not, as ``wanted`` says."""
    has = any(RuleRecord(*one) == rule for one in group.facts["rules"])
    if has and not wanted:
        raise driver.refusal("InvalidPermission.Duplicate", "the group has this rule already.")
    if wanted and not has:
        raise driver.refusal("InvalidPermission.NotFound", "the group has no such rule.")


@does("security_groups", "delete")
def delete_security_group(driver: Any, external_id: str) -> None:
    delete(driver, SECURITY_GROUPS, external_id, lambda group: refuse_delete(driver, group))


def refuse_delete(driver: Any, group: Thing) -> None:
    name = group.facts["name"]
    if name == "default":
        raise driver.refusal("CannotDelete", "the group 'default' cannot be deleted.")
    used = [
        one.facts["name"]
        for one in things(driver, SECURITY_GROUPS).values()
        if any(rule[5] == group.external_id for rule in one.facts["rules"]) and one != group
    ]
    if used:
        raise driver.refusal("DependencyViolation", f"rules of {', '.join(used)} name {name!r}.")


def _key_pair(thing: Thing) -> KeyPairRecord:
    facts, word = thing.facts, word_of(KEY_PAIRS, thing)
    return KeyPairRecord(
        external_id=thing.external_id,
        name=facts["name"],
        state=KeyPairState.AVAILABLE,
        raw_state=word,
        created_at=moment_of(facts),
        key_fingerprint=fingerprint_of(facts["public_key"]),
        type=facts["public_key"].partition(" ")[0].removeprefix("ssh-"),
        public_key=facts["public_key"],
        tags=tags_of(facts),
    )


def fingerprint_of(public_key: str) -> str:
    """The fingerprint as ``ssh-keygen -l`` shows it."""
    blob = base64.b64decode(public_key.split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _group(thing: Thing) -> SecurityGroupRecord:
    facts, word = thing.facts, word_of(SECURITY_GROUPS, thing)
    rules = tuple(RuleRecord(*rule) for rule in facts["rules"])
    ports = open_ports_of(rules)
    return SecurityGroupRecord(
        external_id=thing.external_id,
        name=facts["name"],
        state=SecurityGroupState.AVAILABLE,
        raw_state=word,
        created_at=moment_of(facts),
        description=facts["description"],
        rules=rules,
        open_to_world=bool(ports),
        open_ports=ports,
        tags=tags_of(facts),
    )
