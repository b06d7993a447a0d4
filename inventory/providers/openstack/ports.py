"""Security groups of servers, by neutron's ports.

Nova shows the names of a server's groups, which are not unique in a project; a port has the ids:
"Show Server Details" in docs.openstack.org/api-ref/compute, "List ports" in
docs.openstack.org/api-ref/network/v2.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.names import read_beside
from inventory.providers.openstack.pages import pages
from inventory.providers.reading import Reading

PORTS = "/v2.0/ports"
FIELDS = ("id", "device_id", "security_groups")
NAMES = "security_groups"  # of a server's groups


class Groups(NamedTuple):
    """The ids of each server's groups. ``problem``: why some of them are unknown, if any."""

    by_server: Mapping[str, Sequence[str]]
    problem: str | None = None

    def of(self, server: Reading) -> tuple[str, ...]:
        """Notes the problem on a server that has groups of which no id is known."""
        own = self.by_server.get(server.identifier("id", required=False) or "", ())
        if self.problem and not own and server.parts(NAMES):
            server.add(self.problem)
        return tuple(own)


NONE = Groups({})


def groups_of(driver: Any, servers: Sequence[Any], **params: str) -> Groups:
    """One list of ports for all servers; none if no server is in a group.

    ``params``: limits of the list. If it cannot be read, the servers are listed without it.
    """
    if not any(Reading(server).items(NAMES) for server in servers):
        return NONE
    found, problem = read_beside(
        lambda: _groups_at(_ports(driver, params)), NONE, "The ids of security groups"
    )
    return found._replace(problem=problem or found.problem)


def _ports(driver: Any, params: Mapping[str, str]) -> Iterable[Any]:
    """None in a region without neutron. Without the filter, an administrator gets the ports of all
    projects.
    """
    try:
        neutron = driver.networking
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND:
            raise
        return ()
    own = {"project_id": driver.project_id} if driver.project_id else {}
    return pages(neutron, PORTS, "ports", fields=list(FIELDS), **own, **params)


def _groups_at(ports: Iterable[Any]) -> Groups:
    by_server: dict[str, set[str]] = {}
    problems = []
    for port in map(Reading, ports):
        server = port.text("device_id")  # empty for a port that nothing uses
        groups = port.texts("security_groups")
        by_server.setdefault(server or "", set()).update(groups)
        problems += [port.problem] if port.problem else []
    found = {server: sorted(groups) for server, groups in by_server.items() if server}
    return Groups(found, problems[0] if problems else None)
