"""Every mutation that takes a region refuses one that no provider has."""

import graphql
import pytest

from gateway.schema import schema
from inventory.models import Provider
from inventory.providers.simulator.stock import public_key
from inventory.services.machines import provider_id
from jobs.api import Job, Schedule
from tests.client import GraphQLClient, token_of
from tests.clouds.engine import connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.many import MANY

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engines"),
    pytest.mark.any_database,  # it is refused before its rows are asked for
]

NAMES = {"region", "regions"}
FILTER = {"region": ["nowhere-1"], "state": ["RUNNING"]}
SCHEDULE = {"name": "off", "operation": "virtual_machine.stop", "cron": "0 19 * * *"}
NEW = {"provider": "§simulator§", "name": "new", "region": "nowhere-1"}
# The input of each mutation. connectProvider and updateProvider use a kind that knows its regions.
INPUTS = {
    "connectProvider": {
        "kind": "aws",
        "name": "new",
        "regions": ["nowhere-1"],
        "credentials": [
            {"name": "access_key_id", "value": "AKIA"},
            {"name": "secret_access_key", "value": "secret"},
        ],
    },
    "updateProvider": {"id": "§aws§", "regions": ["nowhere-1"]},
    "createSchedule": {**SCHEDULE, "filter": FILTER},
    "updateSchedule": {"id": "§schedule§", "filter": FILTER},
    **{one.field: {"filter": {"region": ["nowhere-1"], "name": "new"}} for one in MANY},
    "deployContainer": {
        "provider": "§engine§",
        "name": "web",
        "image": "nginx",
        "region": "nowhere-1",
    },
    "createBucket": {**NEW, "name": "a-new-bucket"},
    "createVolume": {**NEW, "size": 1},
    "createKeyPair": NEW,
    "importKeyPair": {**NEW, "publicKey": public_key("new")},
    "createSecurityGroup": NEW,
}
CODES = {"connectProvider": "INVALID", "updateProvider": "INVALID"}


def takes_region(of, seen=()):
    of = graphql.get_named_type(of)
    if not isinstance(of, graphql.GraphQLInputObjectType) or of in seen:
        return False
    return bool(NAMES & of.fields.keys()) or any(
        takes_region(field.type, (*seen, of)) for field in of.fields.values()
    )


def mutations_with_regions():
    fields = schema.graphql_schema.mutation_type.fields
    return {
        name
        for name, field in fields.items()
        if any(argument in NAMES or takes_region(one.type) for argument, one in field.args.items())
    }


@pytest.fixture
def world(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    user = make_user(is_superuser=True)
    client = GraphQLClient(token_of(user))
    simulator = make_simulator(user)
    client.data("{ virtualMachines(maxAge: 0) { totalCount } }")
    given = INPUTS["connectProvider"] | {"regions": ["us-east-1"]}
    answered = run(client, "connectProvider", given, "provider { id }")
    aws = answered["provider"]["id"]
    schedule = run(client, "createSchedule", {**SCHEDULE, "name": "on", "filter": {"name": "x"}})
    assert schedule["errors"] == []
    made = client.data("{ schedules { nodes { id } } }")["schedules"]["nodes"][0]["id"]
    ids = {"aws": aws, "schedule": made, "engine": connect_engine(user).scope}
    ids["simulator"] = provider_id(simulator)
    return client, ids


def run(client, name, given, fields=""):
    field = schema.graphql_schema.mutation_type.fields[name]
    type_ = field.args["input"].type
    query = f"""mutation ($input: {type_}) {{ {name}(input: $input) {{
        {fields} errors {{ field code message }} }} }}"""
    return client.data(query, input=given)[name]


def filled(given, ids):
    return {
        key: ids[value.strip("§")] if isinstance(value, str) and value.startswith("§") else value
        for key, value in given.items()
    }


def test_all_are_tested():
    assert mutations_with_regions() == set(INPUTS)


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_region_that_no_provider_has_is_refused(name, dry_run, world):
    client, ids = world
    given = filled(INPUTS[name], ids)
    fields = graphql.get_named_type(
        schema.graphql_schema.mutation_type.fields[name].args["input"].type
    ).fields
    if dry_run and "dryRun" not in fields:
        pytest.skip("It has no dry run.")
    if dry_run:
        given["dryRun"] = True
    before = stored()

    [error] = run(client, name, given)["errors"]

    assert error["code"] == CODES.get(name, "NOT_FOUND")
    assert "nowhere-1" in error["message"]
    assert stored() == before


def stored():
    schedules = list(Schedule.objects.values_list("name", "arguments"))
    providers = list(Provider.objects.order_by("pk").values_list("name", "regions"))
    return schedules, providers, Job.objects.count()


def test_a_schedule_whose_region_is_gone_can_still_be_switched_off(world):
    client, _ids = world
    given = {**SCHEDULE, "filter": {"region": ["sim-1"]}}
    assert run(client, "createSchedule", given)["errors"] == []
    nodes = client.data("{ schedules { nodes { id name } } }")["schedules"]["nodes"]
    [schedule] = [one["id"] for one in nodes if one["name"] == "off"]
    Provider.objects.filter(kind_slug="simulator").delete()

    assert run(client, "updateSchedule", {"id": schedule, "enabled": False})["errors"] == []
