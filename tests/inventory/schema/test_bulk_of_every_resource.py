"""Every declared change of many objects, of each resource that has one."""

import pytest

from inventory.models import Change as ChangeRow
from inventory.services.machines import provider_id
from jobs.api import Job
from tests.client import GraphQLClient
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.many import MANY
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.resources.names import plural

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # jobs of all resources are rows of one table: test_bulk asks both
]

# No simulated object can be acted upon in these.
BROKEN = {"ERROR", "UNKNOWN", "PAUSED", "SUSPENDED"}
EACH = pytest.mark.parametrize("many", MANY, ids=lambda one: one.field)
ACT = """mutation ($input: %sInput!) { %s(input: $input) {
    job { id state children { totalCount nodes {
        state target { id } provider { id } error { code } } } }
    dryRun { allowed checks { name ok message }
        targets { %s { id name } allowed state checks { name ok message } } }
    errors { field code message } } }"""


@pytest.fixture(autouse=True)
def simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def provider(ann):
    return make_simulator(ann, machines=12)


def singular(many):
    return many.of[0].lower() + many.of[1:]


def act(client, many, **given):
    query = ACT % (many.type_name, many.field, singular(many))
    return client.data(query, input=given)[many.field]


def objects(client, many):
    """Ids by state, as a live read has them now."""
    field = plural(many.change.target_type.declared)
    owned = ", filter: {own: true}" if field == "images" else ""  # others belong to the cloud
    found = client.data(f"{{ {field}(maxAge: 0, first: 100{owned}) {{ nodes {{ id state }} }} }}")
    by_state = {}
    for node in found[field]["nodes"]:
        by_state.setdefault(node["state"], []).append(node["id"])
    return by_state


def ready(client, many):
    """Ids of objects that the change can be done to."""
    found = objects(client, many)
    states = sorted(many.change.ready - BROKEN)
    able = [one for state in states for one in found.get(state, ())]
    assert able
    return able


def run_all():
    for job in Job.objects.filter(parent__isnull=False):
        run_to_its_end(job)
    return Job.objects.get(parent=None)


def done(client, many, ids):
    """The ``ids`` whose objects are gone or have the change's goal as their state."""
    by_id = {one: state for state, ids in objects(client, many).items() for one in ids}
    return [one for one in ids if by_id.get(one, many.change.goal) == many.change.goal]


@EACH
def test_the_named_objects_are_changed_by_a_child_each(client, provider, many):
    ids = ready(client, many)[:2]  # the simulated cloud may refuse one: a group that is in use

    payload = act(client, many, ids=[*ids, ids[0]])
    parent = run_all()

    children = payload["job"]["children"]["nodes"]
    assert payload["errors"] == []
    assert [child["target"]["id"] for child in children] == ids
    assert {child["provider"]["id"] for child in children} == {provider_id(provider)}
    states = [job.state for job in Job.objects.filter(parent=parent).order_by("pk")]
    assert (parent.operation, parent.result["succeeded"]) == (
        many.change.operation,
        states.count("SUCCEEDED"),
    )
    assert len(done(client, many, ids)) == states.count("SUCCEEDED") >= 1


@EACH
def test_a_filter_finds_objects_of_the_caller_alone(client, provider, many):
    make_simulator(make_user("bob"), machines=12)
    GraphQLClient().log_in("bob", "correct-horse")
    ids = ready(client, many)
    states = sorted({str(one) for one in many.change.ready - BROKEN})

    owned = {"own": True} if many.of == "Image" else {}  # as ``objects``
    limits = {"kind": ["simulator"], "state": states, **owned}

    payload = act(client, many, filter=limits, max=100)

    targets = {one["target"]["id"] for one in payload["job"]["children"]["nodes"]}
    assert payload["errors"] == []
    assert targets == set(ids[:100])
    assert not Job.objects.exclude(requested_by__username="ann").exists()


@EACH
def test_what_is_gone_is_found_only_by_its_state(client, provider, many):
    ids = ready(client, many)
    model = many.change.target_type.declared.model
    gone = model.objects.filter(state__in=many.change.ready).order_by("pk").first()
    for state in ("MISSING", many.change.target_type.removed):
        model.objects.filter(pk=gone.pk).update(state=state)

        named = act(client, many, filter={"state": [state]}, dryRun=True)
        usual = act(client, many, filter={"kind": ["simulator"]}, max=1000, dryRun=True)

        assert [one[singular(many)]["name"] for one in named["dryRun"]["targets"]] == [gone.name]
        assert len(usual["dryRun"]["targets"]) == model.objects.count() - 1
    assert len(ids) > 0


@EACH
def test_a_dry_run_asks_about_each_and_does_nothing(client, provider, many):
    ids = ready(client, many)[:2]
    before = objects(client, many)
    changes = ChangeRow.objects.count()

    payload = act(client, many, ids=ids, dryRun=True)

    run = payload["dryRun"]
    assert (payload["job"], payload["errors"]) == (None, [])
    assert [one[singular(many)]["id"] for one in run["targets"]] == ids
    assert all({"capability", "target", "job", "state"} <= names(one) for one in run["targets"])
    assert run["allowed"] == all(one["allowed"] for one in run["targets"])
    assert not Job.objects.exists()
    assert objects(client, many) == before
    assert ChangeRow.objects.count() == changes


def names(target):
    return {check["name"] for check in target["checks"]}


@EACH
def test_the_same_request_under_one_key_is_one_job(client, provider, many):
    ids = ready(client, many)
    first = act(client, many, ids=ids[:1], idempotencyKey="k")
    again = act(client, many, ids=ids[:1], idempotencyKey="k")
    another = act(client, many, filter={"name": "no such name"}, idempotencyKey="k")
    filtered = act(client, many, filter={"name": "no such name"}, idempotencyKey="f")
    filtered_again = act(client, many, filter={"name": "no such name"}, idempotencyKey="f")

    assert first["job"]["id"] == again["job"]["id"]
    assert [error["code"] for error in another["errors"]] == ["CONFLICT"]
    assert filtered["job"]["id"] == filtered_again["job"]["id"]
    assert filtered["job"]["children"]["totalCount"] == 0
    noun = many.change.target_type.noun
    job = Job.objects.get(parent=None, state="SUCCEEDED")
    assert f"No stored {noun} matches the filter." in job.events.first().message


@EACH
def test_an_object_that_is_busy_fails_alone(client, provider, many):
    ids = ready(client, many)[:2]
    act(client, many, ids=ids[:1])

    payload = act(client, many, ids=ids)

    states = {one["target"]["id"]: one for one in payload["job"]["children"]["nodes"]}
    assert states[ids[0]]["error"]["code"] == "CONFLICT"
    assert states[ids[1]]["error"] is None


@EACH
@pytest.mark.parametrize("dry_run", [False, True])
def test_what_cannot_be_meant_is_refused(client, provider, many, dry_run):
    noun, several = many.change.target_type.declared.nouns
    ids = ready(client, many)[:2]
    another = next(one for one in MANY if one.of != many.of)
    for given, expected in (
        ({}, ("ids", "Give either ids or a filter.")),
        ({"ids": []}, ("ids", f"ids names no {noun}.")),
        ({"filter": {}}, ("filter", f"An empty filter means every {noun}")),
        ({"ids": ids, "max": 1}, ("max", f"These are 2 {several}, more than max: 1.")),
        ({"ids": ready(client, another)[:1]}, ("ids", "")),
    ):
        payload = act(client, many, **given, dryRun=dry_run)
        [error] = payload["errors"]
        assert (error["field"], error["code"]) == (expected[0], "INVALID")
        assert error["message"].startswith(expected[1])
    assert not Job.objects.exists()


def test_volumes_in_use_stay_when_many_are_deleted(client, provider):
    [many] = [one for one in MANY if one.field == "deleteVolumes"]
    found = objects(client, many)
    free, used = found["AVAILABLE"][0], found["IN_USE"][0]

    checked = act(client, many, ids=[free, used], dryRun=True)["dryRun"]
    act(client, many, ids=[free, used])
    parent = run_all()

    assert [one["allowed"] for one in checked["targets"]] == [True, False]
    assert checked["allowed"] is False
    assert (parent.result["succeeded"], parent.result["failed"]) == (1, 1)
    assert done(client, many, [free, used]) == [free]
