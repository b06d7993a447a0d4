"""Every field that promises to look without regard to case keeps it, with any letters and on both
databases. The fields are read from the schema's descriptions, so that a new one is not forgotten.
"""

import unicodedata
from dataclasses import replace

import pytest
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLInputObjectType, GraphQLObjectType

from gateway.schema import schema
from inventory.models import Repository
from inventory.resources.base import How
from inventory.selectors.repositories import search_text_of
from inventory.types import ContainerRecord
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_simulator
from tests.inventory.resources.names import RESOURCES, plural

pytestmark = pytest.mark.usefixtures("engines")

# A stored text, and what is contained in it in another case or normal form.
FOUND = [
    ("Überserver-Ärger", "überserver"),
    ("Überserver-Ärger", "ÄRGER"),
    (unicodedata.normalize("NFD", "Überserver"), "ÜBER"),
    ("Überserver", unicodedata.normalize("NFD", "ÜBER")),
    ("Straße-7", "STRASSE"),
    ("DİYARBAKIR", "diyarbak\u0131r"),
    ("\u0131ss\u0131z-web", "ISSIZ"),
    ("ОДЕССА-db", "одесса"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("100%-done", "0%-D"),
    ("a_b", "A_B"),
    ("back\\slash", "K\\S"),
    ("plain", "PLAIN"),
]
# Repositories of tests are stored and not listed.
LISTED = [one.plural for one in RESOURCES if one.plural != "repositories"]
NOT_FOUND = [
    ("axb", "a_b"),
    ("100x-done", "0%-d"),
    ("back-slash", "k\\s"),
    ("uber", "über"),
    ("resume", "résumé"),
    ("web", "w" * 5_000),
]


def promises():
    """The coordinates of the arguments and input fields that promise it."""
    types = schema.graphql_schema.type_map.values()
    for each in types:
        if isinstance(each, GraphQLInputObjectType):
            described = {f"{each.name}.{name}": field for name, field in each.fields.items()}
        elif isinstance(each, GraphQLObjectType):
            described = {
                f"{each.name}.{name}({argument})": declared
                for name, field in each.fields.items()
                for argument, declared in field.args.items()
            }
        else:
            continue
        yield from (
            key
            for key, value in described.items()
            if "case-insensitive" in (value.description or "")
        )


class Texts:
    """An object of each type. Its cloud lists it with ``text`` from then on."""

    def __init__(self, user, monkeypatch):
        self.user, self.text = user, "x"
        make_simulator(user, machines=1)
        connect_engine(user)
        ENGINES["engine", "here"].add("web", image="nginx")
        for name in LISTED:
            patch_cloud(monkeypatch, name, "list", self._renamed(plain_cloud(name, "list")))

    def _renamed(self, original):
        def listed(cloud, search=None):
            if search is not None:
                return []  # a cloud finds by its own rule; what is stored is found by ours
            records = list(original(cloud))[:1]
            changes = {"name": self.text}
            if records and isinstance(records[0], ContainerRecord):
                changes["image"] = self.text
            return [replace(record, **changes) for record in records]

        return listed

    def store(self):
        """Store the objects that no cloud lists."""
        row, _new = Repository.objects.get_or_create(
            url="u", creator=self.user, defaults={"full_name": "o/n"}
        )
        row.full_name, row.description = f"o/{self.text}", self.text
        row.name, row.owner_login = self.text, "o"
        row.search_text = search_text_of(row.name, row.full_name, row.description)
        row.save()
        # Some texts are no valid login of a new user; logins of earlier releases may be any text.
        self.user.username = self.text
        self.user.save()


CATALOG = "providers { id %s(search: $part) { id } }"
READ = (
    "{ providers { sizes(maxAge: 0) { id } images(maxAge: 0) { id } locations(maxAge: 0) { id } } }"
)
PROMISING = (How.CONTAINS, How.WORDS)
FIELDS = {"repositories": "repositoriesConnection"}
# Tests of their own ask for them: tests/inventory/schema/test_github.py asks the host, and
# tests/gateway/core/audit/test_objects.py finds whole names.
ELSEWHERE = {"Query.organization(login)", "AuditFilter.objectName"}


def of_lists():
    """For each coordinate: a query that finds $part, and a query that excludes it."""
    for one in (one for one in RESOURCES if one.has_root_list):
        field = FIELDS.get(plural(one), plural(one))
        parts = [name for name, part in one.filters.items() if part.how in PROMISING]
        for part in map(to_camel_case, parts):
            for name, limits in (("", "%s: $part"), ("Excluding", "not: {%s: $part}")):
                yield (
                    f"{one.type_name}{name}Filter.{part}",
                    f"{field}(maxAge: 0, filter: {{{limits % part}}}) {{ found: totalCount }}",
                )


# For each coordinate: a query that finds $part; for an ExcludingFilter, a query that excludes it.
PLACES = {
    **dict(of_lists()),
    "Provider.sizes(search)": CATALOG % "sizes",
    "Provider.images(search)": CATALOG % "images",
    "Provider.locations(search)": CATALOG % "locations",
    "Query.repositories(search)": "repositories(search: $part) { id }",
    "Query.search(text)": (
        "search(text: $part, types: [VIRTUAL_MACHINE], maxAge: 0) { found: totalCount }"
    ),
    "Query.users(search)": "users(search: $part) { found: totalCount }",
}
ALIASES = {f"field{number}": place for number, place in enumerate(PLACES)}


def test_every_promise_is_tested():
    assert set(promises()) == set(PLACES) | ELSEWHERE


@pytest.fixture
def texts(user, monkeypatch, settings):
    settings.GRAPHQL_LIMITS = dict.fromkeys(settings.GRAPHQL_LIMITS, 10**9)  # all places at once
    return Texts(user, monkeypatch)


def numbers_found(ask, part):
    """The number found at each place, in one operation, so that a source is listed once."""
    asked = " ".join(f"{alias}: {PLACES[place]}" for alias, place in ALIASES.items())
    data = ask(f"query ($part: String!) {{ {asked} }}", part=part).answer["data"]
    return {place: number_in(data[alias], place) for alias, place in ALIASES.items()}


def number_in(value, place):
    if isinstance(value, dict):
        return value["found"]
    name = place.partition(".")[2].partition("(")[0]
    return sum(len(each[name] or ()) if name in each else 1 for each in value)


@pytest.mark.parametrize(
    ("text", "part", "is_found"),
    [(*case, True) for case in FOUND] + [(*case, False) for case in NOT_FOUND],
)
def test_a_part_is_found_in_any_case_and_others_are_not(ask, texts, text, part, is_found):
    texts.text = text
    texts.store()
    ask(READ)

    assert numbers_found(ask, part) == {
        place: int(is_found != ("ExcludingFilter." in place)) for place in PLACES
    }


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_limits_nothing(ask, user, text):
    make_simulator(user, machines=3)
    query = """query ($text: String!) { virtualMachines(filter: {search: $text}) { totalCount } }"""

    assert ask(query, text=text).data["virtualMachines"]["totalCount"] == 3


def test_a_selection_by_name_acts_on_what_the_list_shows(ask, texts):
    texts.text = "Überserver"
    ask("{ virtualMachines(maxAge: 0) { totalCount } }")
    query = """mutation ($i: StartVirtualMachinesInput!) { startVirtualMachines(input: $i) {
        dryRun { targets { virtualMachine { name } } } errors { message } } }"""

    answer = ask(query, i={"filter": {"name": "ÜBERSERVER"}, "dryRun": True})

    assert answer.data["startVirtualMachines"] == {
        "dryRun": {"targets": [{"virtualMachine": {"name": "Überserver"}}]},
        "errors": [],
    }
