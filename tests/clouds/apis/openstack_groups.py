"""Neutron's security groups and rules: paging, checks and words as a neutron of OpenStack Zed has
them (``test_real_openstack_storage`` asks a real one).
"""

import copy
import uuid

from tests.clouds.recorded import as_json, recording, route
from tests.clouds.static_ec2 import Reply

LONGEST = 255
# Two rules are the same if these fields are equal: ``security_group_rules`` of neutron's
# db/securitygroups_db.py.
COMPARED = (
    "direction",
    "ethertype",
    "protocol",
    "port_range_min",
    "port_range_max",
    "remote_ip_prefix",
    "remote_group_id",
    "remote_address_group_id",
)


def neutron_error(status, word, message):
    error = {"type": word, "message": message, "detail": ""}
    return as_json({"NeutronError": error}, status)


class SecurityGroups:
    """Needs ``page`` and ``servers``. ``groups_of``: the ids of a server's groups, if they are not
    those of the default group.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.security_groups = recording("openstack/security_groups")["security_groups"]
        self.groups_of = {}

    def more_security_groups(self, count):
        for number in range(count):
            more = {"id": str(uuid.UUID(int=number + 1)), "name": f"more-{number}"}
            self.security_groups.append(copy.deepcopy(self.security_groups[0]) | more)

    @route("GET", r"/v2\.0/security-groups")
    def list_security_groups(self, request):
        """Pages as they were measured: a marker that is unknown begins the list anew."""
        own = [
            one
            for one in self.security_groups
            if one["project_id"] == request.query.get("project_id", one["project_id"])
        ]
        return self._neutron_page(request, "security_groups", own)

    @route("GET", r"/v2\.0/ports")
    def list_ports(self, request):
        """A port of each server, in the form of "List ports" in the Networking API v2 reference,
        with the fields that are asked for.
        """
        assert request.query["fields"] == "security_groups"  # the last of them
        ports = [
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_OID, server["id"])),
                "device_id": server["id"],
                "security_groups": self._groups_of(server),
            }
            for server in self.servers
        ]
        wanted = request.query.get("device_id")
        shown = [one for one in ports if wanted in {None, one["device_id"]}]
        return self._neutron_page(request, "ports", shown)

    def _groups_of(self, server):
        default = [one["id"] for one in self.security_groups if one["name"] == "default"]
        return self.groups_of.get(server["id"], default[:1])

    def _neutron_page(self, request, name, own):
        ids = [one["id"] for one in own]
        marker, size = request.query.get("marker"), min(self.page, int(request.query["limit"]))
        start = ids.index(marker) + 1 if marker in ids else 0
        shown = own[start : start + size]
        body = {name: shown}
        url = f"http://{request.host}:9696{request.path}?limit={size}"
        if shown:
            previous = f"{url}&marker={shown[0]['id']}&page_reverse=True"
            body[f"{name}_links"] = [{"rel": "previous", "href": previous}]
        if len(shown) == size:
            following = {"rel": "next", "href": f"{url}&marker={shown[-1]['id']}"}
            body[f"{name}_links"].insert(0, following)
        return as_json(body)

    @route("GET", r"/v2\.0/security-groups/([^/]+)")
    def get_security_group(self, request, group_id):
        group = self._group(group_id)
        return as_json({"security_group": group}) if group else self._no_group(group_id)

    @route("POST", r"/v2\.0/security-groups")
    def create_security_group(self, request):
        given = request.body["security_group"]
        assert given.keys() == {"name", "description"}
        for field, text in given.items():
            if len(text) > LONGEST:
                message = f"Invalid input for {field}. Reason: exceeds maximum length of 255."
                return neutron_error(400, "HTTPBadRequest", message)
        if given["name"] == "default":
            message = "Default security group already exists."
            return neutron_error(409, "SecurityGroupDefaultAlreadyExists", message)
        model = self.security_groups[0]
        group = model | given | {"id": str(uuid.uuid4()), "tags": [], "security_group_rules": []}
        for version in ("IPv4", "IPv6"):
            self._add(group, {"direction": "egress", "ethertype": version})
        self.security_groups.append(group)
        return as_json({"security_group": group}, 201)

    @route("DELETE", r"/v2\.0/security-groups/([^/]+)")
    def delete_security_group(self, request, group_id):
        group = self._group(group_id)
        if group is None:
            return self._no_group(group_id)
        if group["name"] == "default":
            message = "Insufficient rights for removing default security group."
            return neutron_error(409, "SecurityGroupCannotRemoveDefault", message)
        self.security_groups.remove(group)
        return Reply(status=204)

    @route("POST", r"/v2\.0/security-group-rules")
    def create_rules(self, request):
        """Create all of several rules, or none of them."""
        several = request.body.get("security_group_rules")
        given = several or [request.body["security_group_rule"]]
        for one in given:
            group = self._group(one["security_group_id"])
            if group is None:
                return self._no_group(one["security_group_id"])
            if refused := self._refused_rule(group, one):
                return refused
        made = [self._add(self._group(one["security_group_id"]), one) for one in given]
        name, body = ("security_group_rules", made) if several else ("security_group_rule", made[0])
        return as_json({name: body}, 201)

    @route("DELETE", r"/v2\.0/security-group-rules/([^/]+)")
    def delete_rule(self, request, rule_id):
        for group in self.security_groups:
            for rule in group["security_group_rules"]:
                if rule["id"] == rule_id:
                    group["security_group_rules"].remove(rule)
                    return Reply(status=204)
        message = f"Security group rule {rule_id} does not exist"
        return neutron_error(404, "SecurityGroupRuleNotFound", message)

    def _refused_rule(self, group, given):
        assert given.keys() <= {"security_group_id", *COMPARED}
        prefix = given.get("remote_ip_prefix")
        if prefix and (":" in prefix) != (given["ethertype"] == "IPv6"):
            message = "Conflicting value ethertype for CIDR"
            return neutron_error(400, "SecurityGroupRuleParameterConflict", message)
        same = [one for one in group["security_group_rules"] if _key(one) == _key(given)]
        if same:
            message = f"Security group rule already exists. Rule id is {same[0]['id']}."
            return neutron_error(409, "SecurityGroupRuleExists", message)
        return None

    def _add(self, group, given):
        known = dict.fromkeys(COMPARED) | given
        rule = known | {"id": str(uuid.uuid4()), "security_group_id": group["id"]}
        group["security_group_rules"].append(rule)
        return rule

    def _group(self, group_id):
        return next((one for one in self.security_groups if one["id"] == group_id), None)

    def _no_group(self, group_id):
        message = f"Security group {group_id} does not exist"
        return neutron_error(404, "SecurityGroupNotFound", message)


def _key(rule):
    return tuple(rule.get(name) for name in COMPARED)
