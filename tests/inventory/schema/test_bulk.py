"""A change of many machines, named or found by a filter: never more machines than were meant."""

from dataclasses import replace

import pytest

from inventory.models import Source, VirtualMachine
from inventory.providers import registry
from inventory.services.machines import machine_id, provider_id
from jobs.api import Job
from tests.client import GraphQLClient
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.operations.running import effects_of, run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)

ACT = """mutation ($input: %sInput!) { NAME(input: $input) {
    job { id state provider { id } children { totalCount nodes {
        state target { id } provider { id } error { code } } } }
    dryRun { allowed state checks { name ok }
        targets { virtualMachine { id name } allowed state checks { name ok message } } }
    errors { field code message } } }"""
MANY = ["StartVirtualMachines", "StopVirtualMachines", "TerminateVirtualMachines"]
EITHER = "Give either ids or a filter."
WHY = "A machine of this set takes no action."
ABSENT = "VmlydHVhbE1hY2hpbmU6MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAwOnI6eA=="


@pytest.fixture(autouse=True)
def simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    return settings.SIMULATOR_DIR


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def provider(ann):
    return make_simulator(ann, machines=12)


@pytest.fixture
def machines(client, provider):
    """Ids of its machines by state; asking stores them."""
    found = client.data("{ virtualMachines(maxAge: 0) { nodes { id state } } }")
    by_state = {}
    for node in found["virtualMachines"]["nodes"]:
        by_state.setdefault(node["state"], []).append(node["id"])
    return by_state


def act(client, name="StopVirtualMachines", **given):
    field = name[0].lower() + name[1:]
    return client.data((ACT % name).replace("NAME", field), input=given)[field]


def error_of(payload):
    assert (payload["job"], payload["dryRun"]) == (None, None)
    (error,) = payload["errors"]
    return error["field"], error["code"], error["message"]


def run_all():
    for job in Job.objects.filter(parent__isnull=False):
        run_to_its_end(job)
    return Job.objects.get(parent=None)


@pytest.mark.parametrize(
    "change",
    [
        ("StopVirtualMachines", "RUNNING", "STOPPED", "stop"),
        ("StartVirtualMachines", "STOPPED", "RUNNING", "start"),
        ("TerminateVirtualMachines", "RUNNING", "TERMINATED", "terminate"),
    ],
)
def test_the_named_machines_are_changed_by_a_child_each(
    client, provider, machines, simulator_directory, change
):
    name, before, after, action = change
    ids = machines[before][:2]

    payload = act(client, name, ids=ids)
    parent = run_all()

    children = payload["job"]["children"]
    assert payload["errors"] == []
    assert [child["target"]["id"] for child in children["nodes"]] == ids
    assert {child["provider"]["id"] for child in children["nodes"]} == {provider_id(provider)}
    assert (parent.state, parent.result["succeeded"]) == ("SUCCEEDED", len(ids))
    assert effects_of(simulator_directory, provider) == [action] * len(ids)
    changed = VirtualMachine.objects.filter(state=after)
    assert set(ids) <= {machine_id(row) for row in changed.select_related("provider")}


def test_a_machine_that_is_named_twice_is_changed_once(client, machines):
    machine = machines["RUNNING"][0]

    payload = act(client, ids=[machine, machine])

    assert payload["job"]["children"]["totalCount"] == 1


def test_a_filter_finds_what_is_stored_at_all_providers_it_means(client, ann, provider, machines):
    other = make_simulator(ann, machines=8)
    client.data("{ virtualMachines(maxAge: 0) { totalCount } }")

    payload = act(client, filter={"provider": [provider_id(provider)], "state": ["RUNNING"]})

    targets = {child["target"]["id"] for child in payload["job"]["children"]["nodes"]}
    assert targets == set(machines["RUNNING"])
    assert not Job.objects.filter(scope=provider_id(other)).exists()


def test_a_filter_reaches_nobody_else_s_machines(client, machines):
    stranger = make_user("bob")
    make_simulator(stranger, machines=8)
    as_bob = GraphQLClient().log_in("bob", "correct-horse")
    as_bob.data("{ virtualMachines(maxAge: 0) { totalCount } }")

    payload = act(client, filter={"kind": ["simulator"], "state": ["RUNNING"]})

    assert payload["job"]["children"]["totalCount"] == len(machines["RUNNING"])
    assert not Job.objects.exclude(requested_by__username="ann").exists()


def test_what_is_gone_is_found_only_by_its_state(client, provider, machines):
    gone = VirtualMachine.objects.filter(state="STOPPED")[:1].get()
    VirtualMachine.objects.filter(pk=gone.pk).update(state="TERMINATED")
    kind = {"kind": ["simulator"]}

    usual = act(client, filter=kind, max=50)
    named = act(client, filter=kind | {"state": ["TERMINATED"]})

    assert usual["job"]["children"]["totalCount"] == 11
    assert named["job"]["children"]["totalCount"] == 1


def test_more_than_max_are_refused_with_their_number(client, ann):
    make_simulator(ann, machines=21)
    client.data("{ virtualMachines(maxAge: 0) { totalCount } }")
    everything = {"kind": ["simulator"]}

    refused = act(client, filter=everything)

    message = "These are 21 machines, more than max: 20. Raise max if you mean all of them."
    assert error_of(refused) == ("max", "INVALID", message)
    assert not Job.objects.exists()
    allowed = act(client, filter=everything, max=21)
    assert allowed["job"]["children"]["totalCount"] == 21


def test_too_many_ids_are_refused_too(client, machines):
    ids = machines["RUNNING"][:2]

    assert error_of(act(client, ids=ids, max=1))[:2] == ("max", "INVALID")
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("ids", "INVALID", EITHER)),
        ({"ids": [ABSENT], "filter": {"name": "x"}}, ("ids", "INVALID", EITHER)),
        ({"ids": []}, ("ids", "INVALID", "ids names no machine.")),
        ({"ids": [ABSENT], "max": 0}, ("max", "INVALID", "max must be between 1 and 1000.")),
        ({"ids": [ABSENT], "max": 1001}, ("max", "INVALID", "max must be between 1 and 1000.")),
        ({"filter": {}}, ("filter", "INVALID", "An empty filter means every machine")),
        (
            {"filter": {"kind": ["nimbus"]}},
            ("filter.kind", "INVALID", "There is no kind 'nimbus'."),
        ),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_what_cannot_be_meant_is_refused(client, machines, given, expected, dry_run):
    field, code, message = error_of(act(client, **given, dryRun=dry_run))

    assert (field, code) == expected[:2]
    assert message.startswith(expected[2])
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "name", ["StartVirtualMachines", "StopVirtualMachines", "TerminateVirtualMachines"]
)
@pytest.mark.parametrize("limits", [{"name": "no"}, {"tags": [{"key": "no", "value": "no"}]}])
def test_a_filter_that_matches_no_machine_succeeds_with_no_target(client, machines, name, limits):
    checked = act(client, name, filter=limits, dryRun=True)
    done = act(client, name, filter=limits, idempotencyKey="k")
    again = act(client, name, filter=limits, idempotencyKey="k")

    assert (checked["errors"], done["errors"], checked["job"]) == ([], [], None)
    assert (checked["dryRun"]["allowed"], checked["dryRun"]["targets"]) == (True, [])
    assert checked["dryRun"]["checks"] == [{"name": "target", "ok": True}]
    assert done["job"]["state"] == "SUCCEEDED"
    assert done["job"]["children"] == {"totalCount": 0, "nodes": []}
    assert again["job"]["id"] == done["job"]["id"]
    job = Job.objects.get()
    assert job.result == {"succeeded": 0, "failed": 0, "canceled": 0}
    assert "No stored machine matches the filter." in job.events.first().message


def test_the_lists_that_were_never_read_are_named(client, provider):
    act(client, filter={"state": ["RUNNING"]})

    message = Job.objects.get().events.order_by("pk").first().message
    assert f"No list was read yet of {provider.name} in " in message


UNREAD = "No list was read yet of never in "
FAILED = "The latest list failed, and an older one counts, of "


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("limits", [{"state": ["RUNNING"]}, {"name": "no machine has this name"}])
def test_lists_that_a_filter_could_not_go_by_are_named_whatever_it_found(
    client, provider, machines, name, limits
):
    make_simulator(provider.owner, name="never", machines=3)
    Source.objects.filter(provider=provider, resource="virtual_machines").update(
        error_code="TIMEOUT", error_message="no answer"
    )

    checked = act(client, name, filter=limits, dryRun=True)["dryRun"]
    act(client, name, filter=limits)

    [check] = checked["checks"]
    assert (check["name"], check["ok"]) == ("target", True)
    message = Job.objects.get(parent=None).events.order_by("pk").first().message
    assert UNREAD in message
    assert f"{FAILED}{provider.name} in " in message


def test_named_machines_need_no_list(client, ann, machines):
    make_simulator(ann, name="never", machines=3)

    act(client, ids=machines["RUNNING"][:1])

    message = Job.objects.get(parent=None).events.order_by("pk").first().message
    assert "list" not in message


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("name", MANY)
def test_a_filter_by_a_region_that_no_provider_has_is_refused_as_in_a_query(
    client, provider, machines, name, dry_run
):
    known = provider.regions[0]
    for regions in (["tpyo"], [known, "tpyo"]):
        refused = act(client, name, filter={"region": regions}, dryRun=dry_run)
        message = "No provider that the filter allows has the region 'tpyo'."
        assert error_of(refused) == ("filter.region", "NOT_FOUND", message)
    assert not Job.objects.exists()

    found = act(client, name, filter={"region": [known]}, dryRun=True)
    assert len(found["dryRun"]["targets"]) == 12


def test_machines_that_are_stopped_already_are_stopped_without_an_act(
    client, machines, provider, simulator_directory
):
    payload = act(client, filter={"state": ["STOPPED"]})
    for child in Job.objects.filter(parent__isnull=False):
        run_to_its_end(child)

    parent = Job.objects.get(parent=None)
    assert len(payload["job"]["children"]["nodes"]) == len(machines["STOPPED"]) > 0
    assert (parent.state, effects_of(simulator_directory, provider)) == ("SUCCEEDED", [])


def test_an_absent_machine_among_them_refuses_all(client, machines):
    payload = act(client, ids=[machines["RUNNING"][0], ABSENT])

    assert error_of(payload)[:2] == ("ids", "NOT_FOUND")
    assert not Job.objects.exists()


def test_a_busy_machine_fails_alone(client, machines):
    busy, free = machines["RUNNING"][:2]
    act(client, ids=[busy])

    payload = act(client, ids=[busy, free])

    states = [
        (child["state"], child["error"] and child["error"]["code"])
        for child in payload["job"]["children"]["nodes"]
    ]
    assert states == [("FAILED", "CONFLICT"), ("QUEUED", None)]


@pytest.fixture
def unsupported(monkeypatch):
    """Gives the simulator's machines a reason why they take no action, by their cloud's ids."""

    def unsupported(*ids):
        refused = {VirtualMachine.objects.get(pk=local_pk(one)).external_id for one in ids}
        kind = replace(
            registry.get_kind("simulator"),
            unsupported=lambda _capability, found: WHY if found in refused else None,
        )
        kinds = {**registry._kinds(), "simulator": kind}
        monkeypatch.setattr(registry, "_kinds", lambda: kinds)

    return unsupported


def local_pk(machine):
    rows = VirtualMachine.objects.select_related("provider")
    return next(row.pk for row in rows if machine_id(row) == machine)


@pytest.mark.parametrize("name", MANY)
def test_machines_that_do_not_take_the_action_fail_at_once_as_their_dry_run_says(
    client, machines, unsupported, name
):
    state = "STOPPED" if name.startswith("Start") else "RUNNING"
    odd, fine = machines[state][:2]
    unsupported(odd)

    targets = act(client, name, ids=[odd, fine], dryRun=True)["dryRun"]["targets"]
    job = act(client, name, ids=[odd, fine])["job"]

    assert {one["virtualMachine"]["id"]: one["allowed"] for one in targets} == {
        odd: False,
        fine: True,
    }
    assert {
        child["target"]["id"]: (child["state"], child["error"] and child["error"]["code"])
        for child in job["children"]["nodes"]
    } == {odd: ("FAILED", "NOT_SUPPORTED"), fine: ("QUEUED", None)}
    assert f"Of these, 1 fail at once. {WHY}" in Job.objects.get(parent=None).events.first().message


@pytest.mark.parametrize("name", MANY)
def test_an_action_that_no_machine_takes_is_refused(client, machines, unsupported, name):
    both = machines["RUNNING"][:2]
    unsupported(*both)

    assert error_of(act(client, name, ids=both))[1:] == ("NOT_SUPPORTED", WHY)
    assert not Job.objects.exists()


def test_the_same_key_is_the_same_parent_whatever_the_filter_finds_by_now(client, machines):
    given = {"filter": {"state": ["RUNNING"]}, "idempotencyKey": "tonight"}
    first = act(client, **given)
    run_all()
    assert not VirtualMachine.objects.filter(state="RUNNING").exists()

    again = act(client, **given)

    assert again["job"]["id"] == first["job"]["id"]
    assert Job.objects.filter(parent=None).count() == 1
    other = act(client, filter={"state": ["STOPPED"]}, idempotencyKey="tonight")
    assert error_of(other)[:2] == ("idempotencyKey", "CONFLICT")


def test_a_dry_run_answers_a_list_of_checks_for_each(
    client, provider, machines, simulator_directory
):
    busy, free, stopped = *machines["RUNNING"][:2], machines["STOPPED"][0]
    act(client, ids=[busy])

    payload = act(client, ids=[busy, free, stopped], dryRun=True, idempotencyKey="k")

    assert (payload["job"], payload["errors"]) == (None, [])
    dry_run = payload["dryRun"]
    assert (dry_run["allowed"], dry_run["state"], dry_run["checks"]) == (False, None, [])
    found = {target["virtualMachine"]["id"]: target for target in dry_run["targets"]}
    assert {key: (target["allowed"], target["state"]) for key, target in found.items()} == {
        busy: (False, "RUNNING"),
        free: (True, "RUNNING"),
        stopped: (True, "STOPPED"),
    }
    assert [check["name"] for check in found[busy]["checks"] if not check["ok"]] == ["job"]
    assert Job.objects.filter(parent=None).count() == 1
    assert effects_of(simulator_directory, provider) == []


def test_a_dry_run_of_one_machine_has_no_targets(client, machines):
    query = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id, dryRun: true}) {
        dryRun { allowed targets { allowed } } } }"""

    payload = client.data(query, id=machines["RUNNING"][0])["stopVirtualMachine"]

    assert payload == {"dryRun": {"allowed": True, "targets": None}}


def test_failed_children_are_tried_again_together(client, provider, machines):
    act(client, ids=machines["RUNNING"][:3])
    parent = Job.objects.get(parent=None)
    first = parent.children.first()
    Job.objects.filter(pk=first.pk).update(state="FAILED")
    Job.objects.filter(parent=parent).exclude(pk=first.pk).update(state="SUCCEEDED")
    Job.objects.filter(pk=parent.pk).update(state="FAILED")
    query = """mutation ($id: ID!) { retryJob(input: {id: $id}) {
        job { retriedFrom { id } children { nodes { target { id } provider { id } } } }
        errors { message } } }"""

    payload = client.data(query, id=parent.public_id)["retryJob"]

    (child,) = payload["job"]["children"]["nodes"]
    assert payload["job"]["retriedFrom"] == {"id": parent.public_id}
    assert child == {"target": {"id": first.target}, "provider": {"id": provider_id(provider)}}
