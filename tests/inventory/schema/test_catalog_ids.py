"""A filter by the id of a Size or an Image: one entry of one account's region, and no other's.

The accounts are of the same kind, so their sizes and images have the same own ids at the cloud.
"""

import pytest
from django.utils import timezone
from graphql import GraphQLInputObjectType

from gateway.core.ids import global_id
from gateway.schema import schema
from inventory.models import Provider, Source, VirtualMachine
from inventory.models.source import SourceResource
from inventory.selectors.entry_ids import of_entries
from inventory.selectors.ids import CloudId
from inventory.services.schedules import selection_in, selection_of
from jobs.api import Job, Schedule, run_schedule
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = {"size": "Size", "image": "Image"}
KINDS = ("", "Excluding")  # the filter, and its not
LIST = """query ($f: VirtualMachineFilter) { virtualMachines(maxAge: 3600, first: 200, filter: $f) {
    totalCount nodes { id name state region provider { id name } size { id externalId }
        image { id externalId } } } }"""
NESTED = """query ($f: VirtualMachineFilter) { providers { name
    virtualMachines(maxAge: 3600, filter: $f) { totalCount } } }"""
BULK = """mutation ($f: VirtualMachineFilter) { %s(input: {filter: $f, max: 100, dryRun: true}) {
    dryRun { targets { virtualMachine { provider { name } region size { id } image { id } } } }
    errors { code field message } } }"""
SCHEDULE = """mutation ($f: VirtualMachineFilter!, $dryRun: Boolean!) { createSchedule(input: {
    name: "off", operation: "virtual_machine.stop", cron: "0 19 * * *", max: 100, filter: $f,
    dryRun: $dryRun }) {
    dryRun { targets { virtualMachine { provider { name } region size { id } image { id } } } }
    errors { code field message } } }"""


@pytest.fixture
def nodes(ask, user):
    for name in ("dev", "production"):
        make_simulator(user, name=name, machines=24, regions=["r1", "r2"], region_names="r1,r2")
    ask("{ virtualMachines(maxAge: 0) { totalCount } }")
    return ask(LIST).data["virtualMachines"]["nodes"]


@pytest.fixture(params=PARTS)
def part(request):
    return request.param


@pytest.fixture
def wanted(nodes, part):
    """An entry of account dev's region r1 that other accounts and regions have too."""
    for node in nodes:
        place = node["provider"]["name"], node["region"], node["state"]
        if place == ("dev", "r1", "RUNNING") and node[part]:
            twins = having(nodes, part, node[part]["externalId"], key="externalId")
            if len({(twin["provider"]["name"], twin["region"]) for twin in twins}) == 4:
                return node[part]
    pytest.fail("The accounts have nothing in common.")


def having(nodes, part, value, key="id"):
    return [node for node in nodes if node[part] and node[part][key] == value]


def names(nodes):
    return sorted((node["provider"]["name"], node["region"], node["name"]) for node in nodes)


def test_no_other_filter_takes_an_entry_of_the_catalogue():
    """A new one must be tested here too. A container's image is filtered by a part of the name."""
    types = schema.graphql_schema.type_map.values()
    inputs = [one for one in types if isinstance(one, GraphQLInputObjectType)]
    taken = {
        f"{one.name}.{name}"
        for one in inputs
        if one.name.endswith("Filter")
        for name in one.fields
        if name in {"size", "image", "location", "sizes", "images", "locations"}
    }

    of_machines = {f"VirtualMachine{kind}Filter.{part}" for kind in KINDS for part in PARTS}
    assert taken == of_machines | {f"Container{kind}Filter.image" for kind in KINDS}


def test_a_list(ask, nodes, part, wanted):
    page = ask(LIST, f={part: [wanted["id"]]}).data["virtualMachines"]

    assert names(page["nodes"]) == names(having(nodes, part, wanted["id"]))
    assert page["totalCount"] == len(page["nodes"]) > 0


def test_the_clouds_own_id_is_any_accounts(ask, nodes, part, wanted):
    own = wanted["externalId"]

    page = ask(LIST, f={part: [own]}).data["virtualMachines"]

    assert names(page["nodes"]) == names(having(nodes, part, own, key="externalId"))


def test_both_beside_each_other(ask, nodes, part, wanted):
    other = next(
        node[part]["externalId"]
        for node in nodes
        if node[part] and node[part]["externalId"] != wanted["externalId"]
    )

    page = ask(LIST, f={part: [wanted["id"], other]}).data["virtualMachines"]

    expected = having(nodes, part, wanted["id"]) + having(nodes, part, other, key="externalId")
    assert names(page["nodes"]) == names(expected)


def test_a_list_of_each_provider(ask, nodes, part, wanted):
    answered = ask(NESTED, f={part: [wanted["id"]]}).data["providers"]

    counts = {one["name"]: one["virtualMachines"]["totalCount"] for one in answered}
    assert counts == {"dev": len(having(nodes, part, wanted["id"])), "production": 0}


def test_an_entry_of_a_region_that_nobody_has(ask, nodes, part, wanted):
    provider = nodes[0]["provider"]["id"]
    public_id = Provider.objects.get(name=nodes[0]["provider"]["name"]).public_id
    absent = global_id(PARTS[part], f"{public_id}:r9:{wanted['externalId']}")

    page = ask(LIST, f={part: [absent], "provider": [provider]}).data["virtualMachines"]

    assert page["totalCount"] == 0


@pytest.mark.parametrize(
    "query",
    [
        *(BULK % f"{verb}VirtualMachines" for verb in ("start", "stop", "terminate")),
        SCHEDULE.replace(", $dryRun: Boolean!", "").replace("$dryRun", "true"),
    ],
    ids=["start", "stop", "terminate", "createSchedule"],
)
def test_many_are_changed_of_the_one_account_alone(ask, nodes, part, wanted, query):
    [answer] = ask(query, f={part: [wanted["id"]]}).data.values()

    assert answer["errors"] == []
    targets = [target["virtualMachine"] for target in answer["dryRun"]["targets"]]
    assert {target[part]["id"] for target in targets} == {wanted["id"]}
    assert {(one["provider"]["name"], one["region"]) for one in targets} == {("dev", "r1")}


def scheduled(ask, part, wanted):
    limits = {part: [wanted["id"]], "state": ["RUNNING"]}
    answer = ask(SCHEDULE, f=limits, dryRun=False).data["createSchedule"]
    assert answer["errors"] == []
    return Schedule.objects.get()


def as_stored_by_an_earlier_release(schedule, part, wanted):
    schedule.arguments["selection"]["machines"][f"{part}s"] = [wanted["externalId"]]
    schedule.save()
    return schedule


@pytest.mark.each_case
@pytest.mark.parametrize("earlier", [False, True])
def test_a_schedule(ask, nodes, part, wanted, earlier):
    schedule = scheduled(ask, part, wanted)
    if earlier:
        schedule = as_stored_by_an_earlier_release(schedule, part, wanted)
    running = [one for one in having(nodes, part, wanted["id"]) if one["state"] == "RUNNING"]
    planned = timezone.now().replace(second=0, microsecond=0)
    cron = f"{planned:%M %H} * * *"  # of every minute, it can be due twice while a test runs
    Schedule.objects.update(next_run_at=planned, cron=cron, timezone="UTC")

    run_schedule(str(schedule.pk))

    children = Job.objects.filter(parent__isnull=False)
    assert sorted(job.target for job in children) == sorted(one["id"] for one in running)


@pytest.mark.parametrize("earlier", [False, True])
def test_what_a_stored_selection_means(ask, nodes, part, wanted, earlier):
    schedule = scheduled(ask, part, wanted)
    if earlier:
        schedule = as_stored_by_an_earlier_release(schedule, part, wanted)

    selection = selection_of(Schedule.objects.get())

    public_id = str(Provider.objects.get(name="dev").public_id)
    meant = selection.limits[part]
    assert meant == [CloudId(public_id, "r1", wanted["externalId"])]
    again = schedule.arguments | {"selection": selection.as_json(), "given": {"filter": {}}}
    assert selection_in(again) == selection


def test_a_schedule_whose_account_is_gone_names_no_other(ask, nodes, part, wanted):
    schedule = as_stored_by_an_earlier_release(scheduled(ask, part, wanted), part, wanted)
    Provider.objects.get(name="dev").delete()
    planned = timezone.now().replace(second=0, microsecond=0)
    cron = f"{planned:%M %H} * * *"  # of every minute, it can be due twice while a test runs
    Schedule.objects.update(next_run_at=planned, cron=cron, timezone="UTC")

    run_schedule(str(schedule.pk))

    [run] = schedule.runs.all()
    assert "There is no provider with this id" in run.message
    assert not Job.objects.exists()


def test_as_many_as_a_filter_may_name(user, part):
    provider = make_simulator(user)
    regions = [f"r{number}" for number in range(1000)]
    resource = SourceResource.VIRTUAL_MACHINES
    sources = [
        Source(pk=number, provider=provider, region=region, resource=resource)
        for number, region in enumerate(regions)
    ]
    wanted = [CloudId(provider.public_id_text, region, region) for region in regions]

    assert not VirtualMachine.objects.filter(of_entries(f"{part}_id", wanted, sources)).exists()
