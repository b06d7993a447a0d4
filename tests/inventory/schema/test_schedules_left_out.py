"""A schedule some of whose machines are gone, or out of its owner's reach: what is done, and what
is said about the others.
"""

import pytest

from inventory.models import Grant, Role, VirtualMachine
from inventory.services.machines import machine_id
from inventory.services.providers import provider_disconnect
from jobs.api import Job, Schedule
from tests.client import GraphQLClient
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.schema.test_schedules import CREATE, created, let_it_run, runs_of

pytestmark = pytest.mark.django_db(transaction=True)

RUN = """mutation ($input: RunScheduleInput!) { runSchedule(input: $input) { job { id }
    dryRun { allowed checks { name ok message } targets { virtualMachine { id } } }
    errors { field code message } } }"""


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    settings.LIVE_MAX_AGE = 0


@pytest.fixture
def providers():
    """Two providers that ann can operate; the second one is bob's."""
    ann, bob = make_user("ann"), make_user("bob")
    found = [
        make_simulator(ann, machines=12, name="one", boot_ms=0),
        make_simulator(bob, machines=12, name="two", boot_ms=0),
    ]
    Grant.objects.create(provider=found[1], user=ann, role=Role.OPERATOR.value)
    return found


@pytest.fixture
def client(providers):
    found = GraphQLClient().log_in("ann", "correct-horse")
    found.data("{ virtualMachines(maxAge: 0) { totalCount } }")
    return found


def machine_of(provider):
    return VirtualMachine.objects.filter(provider=provider, state="RUNNING").order_by("name")[0]


def lose(how, provider):
    if how == "disconnected":
        provider_disconnect(provider=provider)
    else:
        Grant.objects.all().delete()


def run_by_hand(client, **more):
    schedule = client.data("{ schedules { nodes { id } } }")["schedules"]["nodes"][0]["id"]
    return client.data(RUN, input={"id": schedule, **more})["runSchedule"]


def first_events():
    return [
        job.events.order_by("pk").values_list("message", flat=True)[0]
        for job in Job.objects.filter(parent=None).order_by("created_at")
    ]


@pytest.mark.parametrize("how", ["disconnected", "role taken back"])
def test_machines_that_are_left_out_are_named_wherever_a_run_is_reported(client, providers, how):
    there, gone = (machine_of(provider) for provider in providers)
    created(client, ids=[machine_id(there), machine_id(gone)], filter=None)
    # A user who has lost the role does not see what the provider has by now.
    name = f"{gone.name} of two" if how == "disconnected" else machine_id(gone)
    sentence = f"Left out, because they are gone or out of reach: {name}."
    lose(how, providers[1])

    checked = run_by_hand(client, dryRun=True)
    assert run_by_hand(client)["errors"] == []
    let_it_run()

    run = checked["dryRun"]
    assert {"name": "target", "ok": True, "message": sentence} in run["checks"]
    assert [one["virtualMachine"]["id"] for one in run["targets"]] == [machine_id(there)]
    messages = {run["message"] for run in runs_of(client)}
    assert messages == {f"Run by hand. {sentence}", f"Submitted. {sentence}"}
    assert first_events() == [f"Accepted, as 1 jobs. {sentence}"] * 2


def test_a_run_that_leaves_nothing_out_says_nothing_about_it(client, providers):
    created(client, ids=[machine_id(machine_of(one)) for one in providers], filter=None)

    checked = run_by_hand(client, dryRun=True)
    let_it_run()

    assert checked["dryRun"]["checks"] == []
    assert [run["message"] for run in runs_of(client)] == ["Submitted."]
    assert first_events() == ["Accepted, as 2 jobs."]


@pytest.mark.parametrize("how", ["disconnected", "role taken back"])
@pytest.mark.parametrize("by", ["ids", "filter", "one id"])
def test_a_key_stands_for_what_the_schedule_names(client, providers, how, by):
    """A script that repeats a request gets the same job, whatever is out of reach by then."""
    ids = [machine_id(machine_of(one)) for one in providers]
    limits = {"provider": [one.scope for one in providers], "state": ["RUNNING"]}
    which = {"ids": {"ids": ids}, "one id": {"ids": ids[1:]}, "filter": {"filter": limits}}[by]
    created(client, **({"filter": None} | which))
    first = run_by_hand(client, idempotencyKey="k")
    jobs = Job.objects.count()
    lose(how, providers[1])

    again = run_by_hand(client, idempotencyKey="k")

    assert (first["errors"], again) == ([], first)
    assert Job.objects.count() == jobs
    assert len(runs_of(client)) == 1


@pytest.mark.parametrize("how", ["disconnected", "role taken back"])
def test_a_key_of_a_run_that_left_something_out_is_the_same_afterwards(client, providers, how):
    """This holds if the part that the run left out is back, and if it is not."""
    created(client, ids=[machine_id(machine_of(one)) for one in providers], filter=None)
    lose(how, providers[1])
    first = run_by_hand(client, idempotencyKey="k")
    if how == "role taken back":
        ann = Schedule.objects.get().owner
        Grant.objects.create(provider=providers[1], user=ann, role=Role.OPERATOR.value)

    assert (first["errors"], run_by_hand(client, idempotencyKey="k")) == ([], first)


@pytest.mark.parametrize("how", ["disconnected", "role taken back"])
def test_a_filter_by_a_provider_that_is_out_of_reach_is_refused(client, providers, how):
    limits = {"provider": [one.scope for one in providers], "state": ["RUNNING"]}
    created(client, filter=limits)
    lose(how, providers[1])
    message = f"There is no provider with this id: {providers[1].scope}."
    refusal = {"field": "filter.provider", "code": "NOT_FOUND", "message": message}

    checked, by_hand = run_by_hand(client, dryRun=True), run_by_hand(client)
    let_it_run()

    for answer in (checked, by_hand):
        assert (answer["errors"], answer["dryRun"], answer["job"]) == ([refusal], None, None)
    (run,) = runs_of(client)
    assert (run["outcome"], run["message"]) == ("REFUSED", f"NOT_FOUND: {message}")
    assert not Job.objects.exists()


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_new_schedule_names_no_machine_that_is_out_of_reach(client, providers, dry_run):
    given = {"name": "x", "operation": "virtual_machine.stop", "cron": "0 19 * * *"}
    ids = [machine_id(machine_of(provider)) for provider in providers]
    lose("disconnected", providers[1])

    answer = client.data(CREATE, input={**given, "ids": ids, "dryRun": dry_run})["createSchedule"]

    assert [error["code"] for error in answer["errors"]] == ["NOT_FOUND"]
    assert (answer["schedule"], answer["dryRun"]) == (None, None)
    assert not Schedule.objects.exists()
