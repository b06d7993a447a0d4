"""Security groups: which connections machines take and make."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.security_group import SecurityGroupRecord, SecurityGroupState
from inventory.resources import facts, filters
from inventory.resources.base import Fact, Filter, How, Observation, Resource


class SecurityGroup(Observed):
    """A set of rules for the connections of machines, as it was last seen at its cloud."""

    state = state_column(SecurityGroupState)
    description = models.CharField(max_length=500, null=True)
    network_id = models.CharField(max_length=300, null=True)
    rules = models.JSONField(default=list)  # the fields of RuleRecord
    open_to_world = models.BooleanField(null=True)
    open_ports = models.JSONField(default=list)
    tags = models.JSONField(default=list)  # [key, value] pairs, by key and value


SECURITY_GROUPS = Resource(
    SecurityGroup,
    SecurityGroupRecord,
    plural="security_groups",
    nouns=("security group", "security groups"),
    states=SecurityGroupState,
    observation=Observation(
        removed=SecurityGroupState.DELETED,
        unlisted_at_once=True,
        searched=("name", "external_id", "description", "network_id", "open_ports", "tags"),
    ),
    place=80,
    facts=facts.observed(
        {
            "description": Fact("Its description. Null if it has none."),
            "network_id": Fact(
                "The cloud's own id of the network it belongs to. Null if it belongs to none."
            ),
            "rules": Fact("What it lets through.", type="SecurityGroupRule", usual=10),
            "open_to_world": Fact(
                "True if a rule lets every address of IPv4 or IPv6 connect. Null if its rules "
                "could not be read."
            ),
            "open_ports": Fact(
                "What every address of IPv4 or IPv6 can connect to, as tcp/22 or udp/5000-5010; "
                "`all` stands for every protocol and port."
            ),
            "tags": facts.tags(),
        }
    ),
    filters=filters.observed(
        {
            "open_to_world": Filter(
                How.IS, "Whether a rule lets every address of IPv4 or IPv6 connect."
            ),
            "network_id": Filter(How.ANY, "The cloud's own ids of networks."),
            "tags": filters.tags(),
        },
        search="a name, an id, a description, an open port, or a tag as key=value",
    ),
    orders=filters.orders(),
)
