"""Each root field of Query: how it is asked, and of which objects it shows those within reach.

``§kind§`` is put in: the id of such an object, or for ``§account§`` its account's name.
"""

import re
from dataclasses import dataclass

from tests.matrix.people import EVERYBODY, SUPERUSERS, Who


@dataclass(frozen=True)
class Asked:
    """``shows``: the kinds whose ids are in the answer of who sees them.

    Others than ``who`` are told FORBIDDEN.

    ``names``: the query names an object, so that one out of reach must answer as an absent one.
    ``absent``: the code of that answer; None: it shows nothing, and is no error.
    """

    query: str
    shows: tuple[str, ...] = ()
    who: frozenset[Who] = EVERYBODY
    absent: str | None = None

    @property
    def names(self):
        return "§" in self.query

    @property
    def named(self):
        """The kind of the object that the query names."""
        return re.search(r"§(\w+)§", self.query)[1]


MACHINES = "{ totalCount nodes { id provider { id } } sources { provider { id } } }"
JOB = "id target { id } provider { id } requestedBy { login } parent { id } retriedFrom { id }"
EXPLAIN = '(query: "{ virtualMachines%s { totalCount } }") { sources { provider { id } } }'
QUERIES = {
    "node": [Asked('node(id: "§Provider§") { id }', ("Provider",))],
    "viewer": [Asked("viewer { login repositories { nodes { id } } }", ("Repository",))],
    "host": [Asked("host { cpu { cores } }")],
    "providerKinds": [Asked("providerKinds { slug }")],
    "provider": [
        Asked(
            """provider(id: "§Provider§") { id virtualMachines(maxAge: 3600) { nodes { id } }
                sizes { id } }""",
            ("Provider", "VirtualMachine", "Size"),
        ),
    ],
    "providers": [
        Asked(
            """providers { id check { credentialsValid } sources { provider { id } }
                virtualMachines(maxAge: 3600) { nodes { id } }
                containers(maxAge: 3600) { nodes { id } }
                sizes { id } images { id } locations { id } }""",
            ("Provider", "VirtualMachine", "Container", "Size", "Image", "Location"),
        ),
        Asked("providers { grants { id } }", ("Grant",)),
    ],
    "virtualMachines": [
        Asked(f"virtualMachines(maxAge: 3600) {MACHINES}", ("VirtualMachine", "Provider")),
        Asked(
            f'virtualMachines(maxAge: 3600, filter: {{provider: ["§Provider§"]}}) {MACHINES}',
            ("VirtualMachine", "Provider"),
            absent="NOT_FOUND",
        ),
    ],
    "virtualMachine": [
        Asked('virtualMachine(id: "§VirtualMachine§") { id }', ("VirtualMachine",)),
    ],
    "containers": [
        Asked(f"containers(maxAge: 3600) {MACHINES}", ("Container",)),
        Asked(
            f'containers(maxAge: 3600, filter: {{provider: ["§Engine§"]}}) {MACHINES}',
            ("Container",),
            absent="NOT_FOUND",
        ),
    ],
    "container": [Asked('container(id: "§Container§") { id }', ("Container",))],
    "allComputeTypes": [
        Asked("allComputeTypes(maxAge: 3600) { id }", ("VirtualMachine", "Container"))
    ],
    "changes": [
        Asked("changes { virtualMachine { id } }", ("VirtualMachine",)),
        Asked(
            'changes(provider: ["§Provider§"]) { virtualMachine { id } }',
            ("VirtualMachine",),
            absent="NOT_FOUND",
        ),
    ],
    "explain": [
        Asked(f"explain{EXPLAIN % ''}", ("Provider",)),
        Asked(
            f"explain{EXPLAIN}".replace("%s", r"(filter: {provider: [\"§Provider§\"]})"),
            ("Provider",),
        ),
    ],
    "jobs": [
        Asked(f"jobs {{ totalCount nodes {{ {JOB} }} }}", ("Job", "Provider")),
        Asked(
            f'jobs(filter: {{provider: ["§Provider§"]}}) {{ totalCount nodes {{ {JOB} }} }}',
            ("Job", "Provider"),
            absent="NOT_FOUND",
        ),
        Asked('jobs(filter: {requestedBy: ["§User§"]}) { totalCount nodes { id } }', ("Job",)),
    ],
    "job": [Asked(f'job(id: "§Job§") {{ {JOB} }}', ("Job", "Provider"))],
    "schedules": [
        Asked("schedules { totalCount nodes { id runs { nodes { job { id } } } } }", ("Schedule",))
    ],
    "schedule": [Asked('schedule(id: "§Schedule§") { id owner { login } }', ("Schedule",))],
    "repositories": [
        Asked("repositories { id }", ("Repository",)),
        Asked('repositories(owner: "§account§-org") { id }', ("Repository",)),
    ],
    "repository": [Asked('repository(name: "§account§-repo") { id }', ("Repository",))],
    "community": [
        Asked('community(name: "§account§-org") { repositories { id } }', ("Repository",)),
    ],
    "auditEvents": [Asked("auditEvents { nodes { login action } }", who=SUPERUSERS)],
    "users": [
        Asked("users { totalCount nodes { id } }", ("User",)),
        Asked('users(search: "root") { totalCount nodes { id } }'),
    ],
    "teams": [Asked("teams { id members { totalCount nodes { id } } }", ("Team", "User"))],
    "apiTokens": [Asked("apiTokens { id }", ("ApiToken",))],
    "sessions": [Asked("sessions { id }", ("Session",))],
}
