"""Security groups: which connections machines take and make."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.security_group import SecurityGroupRecord, SecurityGroupState
from inventory.resources.base import Filter, How, Observation
from inventory.resources.observed import boolean, observed_resource, shown, tags, text


class SecurityGroup(Observed):
    """A set of rules for the connections of machines, as it was last seen at its cloud."""

    state = state_column(SecurityGroupState)
    description = text(500, "Its description. Null if it has none.")
    network_id = text(
        300, "The cloud's own id of the network it belongs to. Null if it belongs to none."
    )
    rules = shown(  # the fields of RuleRecord
        models.JSONField(default=list),
        "The traffic that it lets through.",
        type="SecurityGroupRule",
        usual=10,
    )
    open_to_world = boolean(
        "True if a rule lets every address of IPv4 or IPv6 connect. Null if its rules could not be "
        "read."
    )
    open_ports = shown(
        models.JSONField(default=list),
        "The ports that every address of IPv4 or IPv6 can connect to, for example tcp/22 or "
        "udp/5000-5010; `all` means every protocol and port.",
    )
    tags = tags()


SECURITY_GROUPS = observed_resource(
    SecurityGroup,
    SecurityGroupRecord,
    plural="security_groups",
    observation=Observation(
        removed=SecurityGroupState.DELETED,
        unlisted_at_once=True,
        searched=("name", "external_id", "description", "network_id", "open_ports", "tags"),
        history=("name", "state", "rules", "open_to_world", "tags"),
    ),
    place=80,
    filters={
        "open_to_world": Filter(
            How.IS, "True if a rule lets every address of IPv4 or IPv6 connect."
        ),
        "network_id": Filter(How.ANY, "The cloud's own ids of networks."),
    },
    search="a name, an id, a description, an open port, or a tag as key=value",
)
