"""Each root field of Query: its query, and the objects that it shows to personas that see them.

``§kind§`` is replaced by the id of such an object, and ``§account§`` by its account's name.
"""

import re
from dataclasses import dataclass

from tests.inventory.resources.names import LISTED, RESOURCES, TYPES, nested, plural, single
from tests.matrix.people import EVERYBODY, SUPERUSERS, Who
from tests.matrix.selections import SINCE
from tests.matrix.world import SEARCHED


@dataclass(frozen=True)
class Asked:
    """``shows``: the kinds whose ids are in the answer to personas that see them.

    Personas that are not in ``who`` get FORBIDDEN.

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
BY_PROVIDER = """groupBy: [{field: PROVIDER}]) { totals { count }
    groups { keys { value } } sources { provider { id } } }"""
DIFF = f'(from: "{SINCE}") {{ nodes {{ after {{ id }} }} sources {{ provider {{ id }} }} }}'
JOB = "id target { id } provider { id } requestedBy { login } parent { id } retriedFrom { id }"
EXPLAIN = '(query: "{ virtualMachines%s { totalCount } }") { sources { provider { id } } }'
# Types whose provider is no simulator: it has a name of its own, and no receipt shows §Provider§.
CODE = ("Repository", "HostedRepository")
OF_ENGINES = frozenset({"Container"})


def of_resources():
    """The list of each resource, the list of one provider, and the single read."""
    found = {}
    for one in LISTED:
        of, several = one.type_name, plural(one)
        engine = of in OF_ENGINES
        shows = (of,) if engine else (of, "Provider")
        provider = "§Engine§" if engine else "§Provider§"
        asked = f'{several}(maxAge: 3600, filter: {{provider: ["{provider}"]}}) {MACHINES}'
        found[several] = [
            Asked(f"{several}(maxAge: 3600) {MACHINES}", shows),
            Asked(asked, shows, absent="NOT_FOUND"),
        ]
        aggregate = [
            Asked(f"{several}Aggregate(maxAge: 3600, {BY_PROVIDER}", shows[1:]),
            Asked(
                f"""{several}Aggregate(filter: {{provider: ["{provider}"]}}, {BY_PROVIDER}""",
                shows[1:],
                absent="NOT_FOUND",
            ),
        ]
        found[f"{several}Aggregate"] = aggregate[:1] if engine else aggregate
        found[f"{several}Diff"] = [Asked(f"{several}Diff{DIFF}", shows)]
        found[single(one)] = [Asked(f'{single(one)}(id: "§{of}§") {{ id }}', (of,))]
    return found


QUERIES = {
    "node": [Asked('node(id: "§Provider§") { id }', ("Provider",))],
    "viewer": [Asked("viewer { login repositories { nodes { id } } }", CODE)],
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
                """
            + " ".join(nested(one, arguments="(maxAge: 3600)") for one in RESOURCES)
            + "}",
            ("Provider", *(one for one in TYPES if one != "Repository"), "HostedRepository"),
        ),
        Asked("providers { grants { id } }", ("Grant",)),
    ],
    **of_resources(),
    "allComputeTypes": [
        Asked("allComputeTypes(maxAge: 3600) { id }", ("VirtualMachine", "Container"))
    ],
    "search": [
        Asked(
            f"""search(text: "{SEARCHED}", first: 1000, maxAge: 3600) {{ nodes {{ id }}
            sources {{ provider {{ id }} }} }}""",
            (
                "Provider",
                "HostedRepository",
                *(one.type_name for one in RESOURCES if one.has_root_list),
            ),
        ),
        Asked(
            f'search(text: "{SEARCHED}", types: [REPOSITORY], maxAge: 3600) {{ nodes {{ id }} }}',
            CODE,
        ),
    ],
    "changes": [
        Asked(
            "changes { nodes { target { id } provider { id } } }",
            ("VirtualMachine", "Provider"),
        ),
        Asked(
            'changes(filter: {provider: ["§Provider§"]}) { nodes { target { id } } }',
            ("VirtualMachine",),
            absent="NOT_FOUND",
        ),
        Asked(
            'changes(filter: {target: ["§VirtualMachine§"]}) { nodes { target { id } } }',
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
        Asked("repositories { id }", CODE),
        Asked('repositories(owner: "§account§-org") { id }', CODE),
    ],
    "repositoriesConnection": [
        Asked("repositoriesConnection(maxAge: 3600) { totalCount nodes { id } }", CODE),
        Asked(
            """repositoriesConnection(maxAge: 3600, filter: {provider: ["§Host§"]}) {
                totalCount nodes { id } }""",
            ("HostedRepository",),
            absent="NOT_FOUND",
        ),
    ],
    "repositoriesDiff": [Asked(f"repositoriesDiff{DIFF}", ("HostedRepository",))],
    "repositoriesAggregate": [Asked(f"repositoriesAggregate(maxAge: 3600, {BY_PROVIDER}")],
    "repository": [
        Asked('repository(name: "§account§-repo") { id }', ("Repository",)),
        Asked('repository(id: "§Repository§") { id }', ("Repository",)),
        Asked('repository(id: "§HostedRepository§", maxAge: 3600) { id }', ("HostedRepository",)),
    ],
    "organization": [
        Asked(
            'organization(login: "x", provider: "§Host§") { repositories { nodes { id } } }',
            ("HostedRepository",),
            absent="NOT_FOUND",
        ),
    ],
    "community": [
        Asked('community(name: "§account§-org") { repositories { id } }', CODE),
    ],
    "auditEvents": [Asked("auditEvents { nodes { login action } }", who=SUPERUSERS)],
    "users": [
        Asked("users { totalCount nodes { id } }", ("User",)),
        Asked('users(search: "root") { totalCount nodes { id } }'),
    ],
    "teams": [Asked("teams { id members { totalCount nodes { id } } }", ("Team", "User"))],
    "apiTokens": [Asked("apiTokens { id }", ("ApiToken",))],
    "sessions": [Asked("sessions { id }", ("Session",))],
    "webhooks": [Asked("webhooks { totalCount nodes { id } }", ("Webhook",))],
    "webhook": [Asked('webhook(id: "§Webhook§") { id }', ("Webhook",))],
}
