"""Security groups of the project, at neutron: docs.openstack.org/api-ref/network/v2.

Neutron takes tags of a group by a second request alone, so the mark of an order is the end of its
description.
"""

from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import pairs_of
from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.permissions import MEMBER, READER
from inventory.providers.openstack.rules import bodies_of, rule_of
from inventory.providers.reading import Reading, distinct, object_id, read_or_damaged, records_of
from inventory.providers.rest import act, ask, found_by_id, part, segment
from inventory.providers.table import beside, does, reads
from inventory.providers.text_marks import with_mark, without_mark
from inventory.records.open_ports import open_ports_of
from inventory.records.security_group import NewSecurityGroup, RuleRecord, SecurityGroupRecord

GROUPS, RULES = "/v2.0/security-groups", "/v2.0/security-group-rules"


@reads("security_groups", permissions=READER)
def list_security_groups(driver: Any) -> list[SecurityGroupRecord]:
    """The groups of this project. Without the filter, an administrator gets those of all projects.

    libcloud's list has no pages. A group may come twice: neutron answers a marker that it does not
    know with the first page.
    """
    own = {"project_id": driver.project_id} if driver.project_id else {}
    groups = pages(driver.networking, GROUPS, "security_groups", **own)
    return distinct(records_of(SecurityGroupRecord, groups, _record))


@beside("find", "security_groups")
def find_security_group(driver: Any, external_id: str) -> SecurityGroupRecord | None:
    found = found_by_id(driver.networking, GROUPS, external_id, "security_group")
    return None if found is None else _read(found)


@does("security_groups", "create", permissions=MEMBER)
def create_security_group(driver: Any, order: NewSecurityGroup) -> SecurityGroupRecord:
    """Names are not unique. Neutron adds two rules, by which the group may connect anywhere."""
    own = "" if order.description == order.name else order.description
    given = {"name": order.name, "description": with_mark(own, order.client_token)}
    made = ask(driver.networking, GROUPS, method="POST", data={"security_group": given})
    return _read(part(made, "security_group", dict))


@does("security_groups", "delete", permissions=MEMBER)
def delete_security_group(driver: Any, external_id: str) -> None:
    act(driver.networking, f"{GROUPS}/{segment(external_id)}", method="DELETE")


@does("security_groups", "add_rule", permissions=MEMBER)
def add_rule(driver: Any, external_id: str, rule: RuleRecord) -> None:
    """Both rules of a pair in one request, which neutron carries out as a whole or not at all.

    libcloud's ``ex_create_security_group_rule`` knows neither egress nor IPv6.
    """
    rules = list(bodies_of(external_id, rule))
    data = {"security_group_rules": rules} if rules[1:] else {"security_group_rule": rules[0]}
    ask(driver.networking, RULES, method="POST", data=data)


@does("security_groups", "remove_rule", permissions=MEMBER)
def remove_rule(driver: Any, external_id: str, rule: RuleRecord) -> None:
    """Every rule of neutron's that says the same."""
    group = found_by_id(driver.networking, GROUPS, external_id, "security_group") or {}
    for found in Reading(group).parts("security_group_rules"):
        if rule_of(found) != rule:
            continue
        try:
            path = f"{RULES}/{segment(found.identifier('id') or '')}"
            act(driver.networking, path, method="DELETE")
        except ProviderError as error:
            if error.code is not ProviderErrorCode.NOT_FOUND:  # it is gone, as it should be
                raise


def _read(group: Any) -> SecurityGroupRecord:
    return read_or_damaged(SecurityGroupRecord, Reading(group), _record, object_id)


def _record(found: Reading) -> SecurityGroupRecord:
    external_id = found.identifier("id") or ""
    rules = {rule_of(one) for one in found.parts("security_group_rules")} - {None}
    text, mark = without_mark(found.text("description") or "")
    ports = open_ports_of(rule for rule in rules if rule is not None)
    is_read = found.has("security_group_rules") and found.problem is None
    return SecurityGroupRecord(
        external_id=external_id,
        name=found.text("name") or external_id,
        description=text or None,
        rules=tuple(sorted((rule for rule in rules if rule is not None), key=str)),
        open_to_world=bool(ports) if ports or is_read else None,
        open_ports=ports,
        tags=tuple(sorted({*mark, *pairs_of(found.texts("tags"))})),
        created_at=found.moment("created_at"),
        problem=found.problem,
    )
