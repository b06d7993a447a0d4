"""Off in the evening, on in the morning: schedules of machines, from the mutation to the effect."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from inventory.models import Grant, Provider, Role, VirtualMachine
from inventory.services.machines import machine_id, provider_id
from inventory.services.providers import provider_update
from inventory.services.schedules import selection_of
from jobs.api import Job, Schedule, run_schedule
from tests.client import GraphQLClient
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.operations.running import effects_of, run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)

FIELDS = """id name operation label cron timezone times enabled nextRuns(first: 2) max
    virtualMachineIds filter owner { login } createdAt updatedAt
    runs { totalCount nodes { outcome message job { state children { totalCount } } } }"""
CREATE = """mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) {
    schedule { FIELDS } errors { field code message }
    dryRun { allowed checks { name ok message } targets {
        allowed virtualMachine { id } checks { name ok } } } } }""".replace("FIELDS", FIELDS)
UPDATE = CREATE.replace("CreateSchedule", "UpdateSchedule").replace("createS", "updateS")
RUN = """mutation ($input: RunScheduleInput!) { runSchedule(input: $input) {
    job { id children { totalCount } }
    dryRun { allowed targets { allowed checks { message } } }
    errors { field code message } } }"""
DELETE = """mutation ($id: ID!) { deleteSchedule(input: {id: $id}) {
    id errors { field code message } } }"""
LIST = f"{{ schedules {{ totalCount nodes {{ {FIELDS} }} }} }}"
EVENING = {
    "name": "evening off",
    "operation": "virtual_machine.stop",
    "cron": "0 19 * * mon-fri",
    "timezone": "Europe/Berlin",
    "filter": {"state": ["RUNNING"], "createdAfter": "2020-01-01T00:00:00Z"},
}


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    settings.LIVE_MAX_AGE = 0


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def provider(ann, client):
    """A provider with five stored machines that are RUNNING."""
    found = make_simulator(ann, machines=8, boot_ms=0)
    client.data("{ virtualMachines(maxAge: 0) { totalCount } }")
    return found


def running(provider):
    return VirtualMachine.objects.filter(provider=provider, state="RUNNING").order_by("name")


def create(client, **given):
    return client.data(CREATE, input=EVENING | given)["createSchedule"]


def created(client, **given):
    answer = create(client, **given)
    assert answer["errors"] == []
    return answer["schedule"]


def let_it_run():
    """Let the planned time come, and run the schedules."""
    planned = timezone.now().replace(second=0, microsecond=0)
    cron = f"{planned:%M %H} * * *"  # of every minute, it can be due twice while a test runs
    Schedule.objects.update(next_run_at=planned, cron=cron, timezone="UTC")
    for key in Schedule.objects.values_list("pk", flat=True):
        run_schedule(str(key))


def let_it_run_again():
    """Let an hour pass, and run the schedules again."""
    Schedule.objects.get().runs.update(planned_at=F("planned_at") - timedelta(hours=1))
    let_it_run()


def runs_of(client):
    (schedule,) = client.data(LIST)["schedules"]["nodes"]
    return schedule["runs"]["nodes"]


def test_a_schedule_shows_what_it_does_and_when(client, provider):
    schedule = created(client)

    assert (schedule["name"], schedule["operation"]) == ("evening off", "virtual_machine.stop")
    assert schedule["label"] == "Stop a virtual machine"
    assert schedule["times"] == "At 19:00 on Monday through Friday (Europe/Berlin)"
    assert schedule["filter"] == {
        "state": ["RUNNING"],
        "createdAfter": "2020-01-01T00:00:00+00:00",
    }
    assert (schedule["virtualMachineIds"], schedule["max"]) == (None, 20)
    assert schedule["owner"] == {"login": "ann"}
    first, second = map(parse_datetime, schedule["nextRuns"])
    assert timezone.now() < first < second
    assert first.hour in {17, 18}
    assert schedule["runs"] == {"totalCount": 0, "nodes": []}
    assert client.data(LIST)["schedules"] == {"totalCount": 1, "nodes": [schedule]}


def test_at_its_time_the_machines_that_are_like_that_then_are_stopped(client, provider, tmp_path):
    created(client)
    names = set(running(provider).values_list("name", flat=True))
    assert names

    let_it_run()
    for child in Job.objects.filter(parent__isnull=False):
        run_to_its_end(child)

    (run,) = runs_of(client)
    assert (run["outcome"], run["message"]) == ("SUBMITTED", "Submitted.")
    assert run["job"] == {"state": "SUCCEEDED", "children": {"totalCount": len(names)}}
    assert not running(provider).exists()
    assert effects_of(tmp_path / "simulator", provider) == ["stop"] * len(names)


def test_the_clouds_are_asked_before_so_that_a_new_machine_is_not_overlooked(client, provider):
    created(client)
    names = list(running(provider).values_list("name", flat=True))
    VirtualMachine.objects.filter(name=names[0]).delete()  # as if it were made since

    let_it_run()

    (run,) = runs_of(client)
    assert run["job"]["children"] == {"totalCount": len(names)}


def test_a_cloud_that_does_not_answer_is_told_and_its_last_machines_are_taken(client, provider):
    created(client)
    number = running(provider).count()
    provider.credentials.values |= {"error_rate": "1"}
    provider.credentials.save()

    let_it_run()

    (run,) = runs_of(client)
    assert run["message"].startswith(f"Submitted. {provider.name} in ")
    assert "did not answer; its machines are as they were seen at" in run["message"]
    assert run["job"]["children"] == {"totalCount": number}


def test_named_machines_that_are_gone_are_passed_over(client, provider):
    there, gone, *_ = running(provider)
    ids = [machine_id(there), machine_id(gone)]
    schedule = created(client, ids=ids, filter=None)
    assert (schedule["virtualMachineIds"], schedule["filter"]) == (ids, None)
    arguments = Schedule.objects.get().arguments
    arguments["selection"]["ids"][1] += "-that-was"
    Schedule.objects.update(arguments=arguments)

    let_it_run()

    (run,) = runs_of(client)
    assert run["job"]["children"] == {"totalCount": 1}
    assert Job.objects.get(parent__isnull=False).target == machine_id(there)


def test_a_run_that_finds_no_machine_succeeds_with_no_target(client, provider):
    schedule = created(client, filter={"name": "no such"})
    checked = client.data(RUN, input={"id": schedule["id"], "dryRun": True})["runSchedule"]
    let_it_run()
    by_hand = client.data(RUN, input={"id": schedule["id"]})["runSchedule"]

    assert (checked["errors"], checked["dryRun"]["targets"]) == ([], [])
    assert by_hand["errors"] == []
    runs = runs_of(client)
    assert [run["outcome"] for run in runs] == ["SUBMITTED", "SUBMITTED"]
    assert [run["job"]["children"]["totalCount"] for run in runs] == [0, 0]
    assert set(Job.objects.values_list("state", flat=True)) == {"SUCCEEDED"}


def test_it_runs_with_the_rights_that_its_owner_has_then(client, provider):
    make_user("bob")
    bob = GraphQLClient().log_in("bob", "correct-horse")
    grant = Grant.objects.create(
        provider=provider, user=make_user("carl"), role=Role.OPERATOR.value
    )
    carl = GraphQLClient().log_in("carl", "correct-horse")
    created(carl)
    let_it_run()
    grant.role = Role.VIEWER.value
    grant.save()
    let_it_run_again()

    runs = runs_of(carl)
    assert [run["outcome"] for run in runs] == ["REFUSED", "SUBMITTED"]
    assert runs[0]["message"].startswith("FORBIDDEN: This requires the role OPERATOR")
    grant.delete()
    let_it_run_again()

    runs = runs_of(carl)
    message = "NOT_FOUND: You may see none of the providers that the filter allows."
    assert (runs[0]["outcome"], runs[0]["message"]) == ("REFUSED", message)
    # The job is still carl's; what it did at the provider is out of reach by now.
    assert runs[2]["job"]["children"] == {"totalCount": 0}
    assert bob.data(LIST)["schedules"]["totalCount"] == 0
    assert client.data(LIST)["schedules"]["totalCount"] == 0


def test_a_dry_run_tells_the_times_and_checks_each_machine(client, provider):
    answer = create(client, dryRun=True)

    assert (answer["schedule"], answer["errors"]) == (None, [])
    run = answer["dryRun"]
    assert run["allowed"]
    (check,) = run["checks"]
    assert (check["name"], check["ok"]) == ("schedule", True)
    assert check["message"].startswith("At 19:00 on Monday through Friday (Europe/Berlin). Next")
    ids = {target["virtualMachine"]["id"] for target in run["targets"]}
    assert ids == {machine_id(machine) for machine in running(provider)}
    assert all(target["checks"] for target in run["targets"])
    assert not Schedule.objects.exists()
    assert not Job.objects.exists()


def test_update_changes_what_is_named_alone(client, provider):
    schedule = created(client)
    (machine, *_) = running(provider)

    def update(**given):
        answer = client.data(UPDATE, input={"id": schedule["id"]} | given)["updateSchedule"]
        assert answer["errors"] == []
        return answer["schedule"] or answer["dryRun"]

    renamed = update(name="late", max=30)
    assert (renamed["name"], renamed["max"], renamed["filter"]) == (
        "late",
        30,
        schedule["filter"],
    )
    assert renamed["nextRuns"] == schedule["nextRuns"]
    named = update(ids=[machine_id(machine)])
    assert (named["virtualMachineIds"], named["filter"]) == ([machine_id(machine)], None)
    assert named["max"] == 30
    refused = client.data(
        UPDATE, input={"id": schedule["id"], "ids": [machine_id(machine)], "max": 0}
    )["updateSchedule"]
    assert [error["field"] for error in refused["errors"]] == ["max"]
    assert update(enabled=False)["nextRuns"] == []
    assert update(operation="start", enabled=True)["operation"] == "virtual_machine.start"
    checked = update(dryRun=True, cron="0 7 * * *")
    assert checked["checks"][0]["message"].startswith("At 07:00 every day")
    assert client.data(LIST)["schedules"]["nodes"][0]["cron"] == "0 19 * * mon-fri"


def test_run_by_hand_and_delete(client, provider):
    schedule = created(client)
    number = running(provider).count()

    checked = client.data(RUN, input={"id": schedule["id"], "dryRun": True})["runSchedule"]
    assert len(checked["dryRun"]["targets"]) == number
    assert not Job.objects.exists()

    again = [
        client.data(RUN, input={"id": schedule["id"], "idempotencyKey": "k"})["runSchedule"]
        for _ in range(2)
    ]
    assert again[0] == again[1]
    assert again[0]["job"]["children"] == {"totalCount": number}

    gone = client.data(DELETE, id=schedule["id"])["deleteSchedule"]
    assert gone == {"id": schedule["id"], "errors": []}
    assert Job.objects.filter(parent=None).count() == 1
    answer = client.data(DELETE, id=schedule["id"])["deleteSchedule"]
    assert answer["errors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"cron": "every evening"}, "cron", "INVALID"),
        ({"timezone": "Berlin"}, "timezone", "INVALID"),
        ({"operation": "virtual_machine.provision"}, "operation", "INVALID"),
        ({"name": ""}, "name", "INVALID"),
        ({"filter": None}, "ids", "INVALID"),
        ({"filter": {}}, "filter", "INVALID"),
        ({"ids": ["x"], "filter": None}, "ids", "INVALID"),
        ({"max": 0}, "max", "INVALID"),
    ],
)
def test_what_cannot_be_is_refused(client, provider, given, field, code):
    answer = create(client, **given)

    assert answer["schedule"] is None
    (error,) = answer["errors"]
    assert (error["field"], error["code"]) == (field, code)
    assert not Schedule.objects.exists()


def test_one_name_is_one_schedule(client, provider):
    created(client)

    (error,) = create(client)["errors"]

    assert (error["field"], error["code"]) == ("name", "CONFLICT")


def test_a_filter_goes_through_its_stored_form_unchanged(client, provider):
    given = {
        "provider": [provider_id(Provider.objects.get())],
        "kind": ["simulator"],
        "region": ["sim-1"],
        "state": ["RUNNING", "STOPPED"],
        "name": "a",
        "tags": [{"key": "env", "value": "dev"}, {"key": "owner", "value": ""}],
        "search": "small",
        "size": ["small"],
        "image": ["img"],
        "address": ["192.0.2.1"],
        "createdAfter": "2020-01-01T00:00:00+00:00",
        "createdBefore": "2040-01-01T00:00:00+00:00",
        "seenAfter": "2020-01-01T00:00:00+00:00",
        "seenBefore": "2040-01-01T00:00:00+00:00",
    }
    schedule = created(client, filter=given)

    stored = selection_of(Schedule.objects.get())
    assert schedule["filter"] == given
    assert stored.limits["tags"] == [("env", "dev"), ("owner", "")]
    assert stored.limits["created_after"] == parse_datetime("2020-01-01T00:00:00+00:00")
    assert stored.sources.kinds == ["simulator"]
    assert stored.as_json() == Schedule.objects.get().arguments["selection"]


def test_a_machine_that_a_schedule_names_is_one_of_the_account_of_that_time(client, provider):
    machine = running(provider).first()
    schedule = created(client, filter=None, ids=[machine_id(machine)])
    provider_update(provider=provider, credentials={"seed": "another"})

    checked = client.data(RUN, input={"id": schedule["id"], "dryRun": True})["runSchedule"]
    (target,) = checked["dryRun"]["targets"]
    assert not target["allowed"]
    assert "another account" in target["checks"][0]["message"]
    (child,) = run_by_hand(client, schedule)
    ended = run_to_its_end(child)
    assert (ended.state, ended.error_code) == ("FAILED", "ACCOUNT_CHANGED")

    again = client.data(UPDATE, input={"id": schedule["id"], "ids": [machine_id(machine)]})
    assert again["updateSchedule"]["errors"] == []
    (child,) = run_by_hand(client, schedule)
    assert run_to_its_end(child).error_code != "ACCOUNT_CHANGED"


def test_a_schedule_of_a_release_that_noted_no_account_goes_on(client, provider):
    machine = running(provider).first()
    schedule = created(client, filter=None, ids=[machine_id(machine)])
    row = Schedule.objects.get()
    for one in row.arguments["names"].values():
        del one["account"]
    row.save()

    (child,) = run_by_hand(client, schedule)

    assert run_to_its_end(child).state == "SUCCEEDED"


def run_by_hand(client, schedule):
    client.data(RUN, input={"id": schedule["id"]})
    parent = Job.objects.filter(parent=None).order_by("-created_at").first()
    return parent.children.all()
