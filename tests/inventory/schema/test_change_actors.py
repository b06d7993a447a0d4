"""The actor of a change is the job of this gateway that has asked for it, or is unknown."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection as db
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gateway.core.graphql import nodes
from inventory.live.store import store_listing
from inventory.models import Change, Source, VirtualMachine
from inventory.types import MachineRecord, MachineState
from inventory.webhooks import ObjectChanged
from jobs.api import Job
from tests.inventory.actions import machine_change
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.many import MANY
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.resources.names import plural

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
CHANGES = """query ($filter: ChangeFilter) { changes(filter: $filter) { nodes {
    field before after actor { user { id } job { id } } target { id } } } }"""
RUNNING = MachineRecord("vm", "web", MachineState.RUNNING, "running")
STOPPED = replace(RUNNING, state=MachineState.STOPPED, raw_state="stopped")


def changes(ask, **limits):
    return ask(CHANGES, filter=limits).data["changes"]["nodes"]


def actors(ask, **limits):
    return [node["actor"] for node in changes(ask, **limits)]


def made_by(job):
    return {"user": {"id": nodes.id_of(job.requested_by)}, "job": {"id": job.public_id}}


def run_all():
    for job in Job.objects.exclude(run_after=None):
        run_to_its_end(job)
    return Job.objects.get(parent=None)


def submit(ask, field, type_name, **given):
    query = f"""mutation ($i: {type_name}Input!) {{ {field}(input: $i) {{
        job {{ id }} errors {{ message }} }} }}"""
    answer = ask(query, i=given).data[field]
    assert answer["errors"] == []
    return answer["job"]["id"]


@pytest.mark.each_case
@pytest.mark.parametrize("many", MANY, ids=lambda one: one.field)
def test_what_a_job_does_is_its_own(ask, user, many):
    make_simulator(user, machines=12)
    field = plural(many.change.target_type.declared)
    listed = f"{{ {field}(maxAge: 0, first: 100) {{ nodes {{ id state }} }} }}"
    able = many.change.ready - {"ERROR", "UNKNOWN", "PAUSED", "SUSPENDED"}
    [*_, target] = [one["id"] for one in ask(listed).data[field]["nodes"] if one["state"] in able]

    submit(ask, many.field, many.type_name, ids=[target])
    run_all()

    child = Job.objects.get(target=target)
    [change, *_] = changes(ask, target=[target], field=["state"])
    assert child.state == "SUCCEEDED"
    assert (change["after"], change["actor"]) == (str(many.change.goal), made_by(child))


EDITS = [
    ("resizeVolume", "ResizeVolume", "volumes", {"size": 999}, "size"),
    (
        "addSecurityGroupRule",
        "AddSecurityGroupRule",
        "securityGroups",
        {"fromPort": 7, "cidr": "203.0.113.0/24"},
        "rules",
    ),
    (
        "tagVirtualMachine",
        "TagVirtualMachine",
        "virtualMachines",
        {"set": [{"key": "a", "value": "b"}]},
        "tags",
    ),
    (
        "resizeVirtualMachine",
        "ResizeVirtualMachine",
        "virtualMachines",
        {"size": "sim.large", "stopFirst": True},
        "size",
    ),
]


EDITS.append((*EDITS[-1][:-1], "price"))  # that of the new size


@pytest.mark.parametrize("edit", EDITS, ids=lambda one: f"{one[0]} {one[-1]}")
def test_what_an_edit_does_is_its_own(ask, user, edit):
    mutation, type_name, field, given, changed = edit
    make_simulator(user, machines=12)
    listed = f"{{ {field}(maxAge: 0, first: 100) {{ nodes {{ id state }} }} }}"
    found = ask(listed).data[field]["nodes"]
    target = next(one["id"] for one in found if one["state"] in {"RUNNING", "AVAILABLE"})

    submit(ask, mutation, type_name, id=target, **given)
    job = run_all()

    assert job.state == "SUCCEEDED"
    [actor, *_] = actors(ask, target=[target], field=[changed])
    assert actor == made_by(job)


def test_what_a_job_creates_is_its_own(ask, user):
    provider = make_simulator(user, machines=2)
    ask("{ volumes(maxAge: 0) { totalCount } }")

    submit(ask, "createVolume", "CreateVolume", provider=provider.scope, name="new", size=3)
    job = run_all()

    [change] = changes(ask, type=["VOLUME"])
    assert (change["before"], change["target"]["id"]) == (None, job.created[0])
    assert change["actor"] == made_by(job)


class Stop:
    """A job that stops a machine, by its notes, and the reads beside it."""

    def __init__(self, user):
        self.provider = make_simulator(user, name="cloud")
        place = {"resource": "virtual_machines", "region": self.provider.regions[0]}
        self.source, _new = Source.objects.get_or_create(provider=self.provider, **place)
        self.now = timezone.now()
        self.read(RUNNING, self.now - HOUR)
        row = VirtualMachine.objects.select_related("source__provider").get()
        self.job = machine_change(name="stop", machine=row, requested_by=user)

    def note(self, *, asked=None, **columns):
        """Write the job's notes: the time when it has asked the cloud, and columns of its row."""
        memory = {} if asked is None else {"stop_at": asked.timestamp()}
        started = {"started_at": self.now - 5 * SECOND} | columns
        Job.objects.filter(pk=self.job.pk).update(memory=memory, **started)

    def read(self, record, at):
        store_listing(self.source.pk, [record], started_at=at)


@pytest.fixture
def stop(user):
    return Stop(user)


@pytest.mark.parametrize(
    ("noted", "record", "is_its_own"),
    [
        ({"asked": -2}, STOPPED, True),
        ({"asked": -2}, replace(RUNNING, state=MachineState.STOPPING), True),
        ({"asked": -2, "ended": ("FAILED", -1)}, STOPPED, True),
        ({"asked": -2, "ended": ("SUCCEEDED", 1)}, STOPPED, True),
        # It has not asked yet, or only after the read began.
        ({}, STOPPED, False),
        ({"asked": 1}, STOPPED, False),
        # It had ended: with the effect, which was undone since, or long ago.
        ({"asked": -2, "ended": ("SUCCEEDED", -1)}, STOPPED, False),
        ({"asked": -7300, "started": -7400, "ended": ("FAILED", -7200)}, STOPPED, False),
        # A stop makes no other change.
        ({"asked": -2}, replace(RUNNING, state=MachineState.TERMINATED), False),
        ({"asked": -2}, replace(RUNNING, state=MachineState.PENDING), False),
        ({"asked": -2}, replace(RUNNING, name="other"), False),
    ],
)
def test_a_listing_names_the_job_that_has_asked_for_what_it_finds(
    ask, stop, noted, record, is_its_own
):
    def at(seconds):
        return stop.now + seconds * SECOND

    columns = {}
    if "ended" in noted:
        state, seconds = noted["ended"]
        columns = {"state": state, "finished_at": at(seconds)}
    if "started" in noted:
        columns["started_at"] = at(noted["started"])
    stop.note(asked=at(noted["asked"]) if "asked" in noted else None, **columns)

    stop.read(record, stop.now)

    assert Change.objects.count() == 1
    assert actors(ask) == [made_by(stop.job) if is_its_own else None]


def test_a_copied_mark_names_no_job(ask, user):
    provider = make_simulator(user, machines=2)
    ask("{ volumes(maxAge: 0) { totalCount } }")
    submit(ask, "createVolume", "CreateVolume", provider=provider.scope, name="new", size=3)
    run_all()
    stop = Stop(user)
    mark = (("gateway-job", str(Job.objects.exclude(created=[]).get().pk)),)
    for number, tags in enumerate(
        (mark, (("gateway-job", str(uuid4())),), (("gateway-job", "no id"),))
    ):
        copy = replace(RUNNING, external_id=f"copy-{number}", tags=tags)
        stop.read(copy, timezone.now())

    found = changes(ask, type=["VIRTUAL_MACHINE"], field=["state"])
    assert [one["actor"] for one in found if one["before"] is None] == [None, None, None]


def test_changes_are_filtered_by_their_actors(ask, user, stop):
    stop.note(asked=stop.now - 2 * SECOND)
    stop.read(STOPPED, stop.now)
    stop.read(replace(STOPPED, name="other"), stop.now + SECOND)
    me, somebody = nodes.id_of(user), nodes.id_of(make_user())

    assert len(actors(ask)) == 2
    for wanted, count in (
        ([me], 1),
        ([stop.job.public_id], 1),
        ([me, stop.job.public_id, somebody], 1),
        ([somebody], 0),
        ([], 0),
    ):
        assert len(actors(ask, actor=wanted)) == count, wanted
    for value, code in (
        ("no id", "INVALID"),
        (stop.provider.scope, "INVALID"),
        (nodes.id_of(Job(pk=uuid4())), "NOT_FOUND"),
    ):
        [error] = ask(CHANGES, filter={"actor": [value]}).answer["errors"]
        assert error["extensions"] == {"code": code, "field": "filter.actor"}


def test_changes_are_filtered_by_the_tags_of_their_objects(ask, user):
    make_simulator(user, machines=12)
    for field in ("virtualMachines", "volumes", "keyPairs"):
        ask(f"{{ {field}(maxAge: 0) {{ totalCount }} }}")
    row = VirtualMachine.objects.select_related("provider").filter(state="RUNNING").first()
    query = '{ node(id: "%s") { ... on VirtualMachine { tags { key value } } } }'
    submit(
        ask,
        "tagVirtualMachine",
        "TagVirtualMachine",
        id=nodes.id_of(row),
        set=[{"key": "team", "value": "red"}],
    )
    run_all()
    assert {"key": "team", "value": "red"} in ask(query % nodes.id_of(row)).data["node"]["tags"]

    red = [{"key": "team", "value": "red"}]
    assert [one["target"]["id"] for one in changes(ask, tags=red)] == [nodes.id_of(row)]
    assert changes(ask, tags=red, type=["VOLUME"]) == []
    assert changes(ask, tags=[*red, {"key": "team", "value": "blue"}]) == []
    assert changes(ask, tags=[{"key": "team", "value": "blue"}]) == []


def test_who_may_not_see_the_change_sees_no_actor(ask, user, stop):
    stop.note(asked=stop.now - 2 * SECOND)
    stop.read(STOPPED, stop.now)
    other = make_user()
    job = stop.job.public_id

    assert ask(CHANGES, asker=other).data["changes"]["nodes"] == []
    [error] = ask(CHANGES, asker=other, filter={"actor": [job]}).answer["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert (
        ask(CHANGES, asker=other, filter={"actor": [nodes.id_of(user)]}).data["changes"]["nodes"]
        == []
    )


def test_the_change_of_a_job_that_is_gone_has_an_actor_without_a_job(ask, stop):
    stop.note(asked=stop.now - 2 * SECOND)
    stop.read(STOPPED, stop.now)
    Job.objects.all().delete()

    assert actors(ask) == [{"user": None, "job": None}]


def test_the_actors_of_a_page_cost_one_query(ask, user):
    make_simulator(user, machines=12)
    ask("{ virtualMachines(maxAge: 0) { totalCount } }")
    running = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")
    ids = [nodes.id_of(row) for row in running]
    submit(ask, "stopVirtualMachines", "StopVirtualMachines", ids=ids)
    run_all()
    query = (
        """{ virtualMachines(maxAge: 600) { nodes { changes { field actor { job { id } } } } } }"""
    )

    for asked in (CHANGES, query):
        with CaptureQueriesContext(db) as captured:
            ask(asked)
        statements = [one["sql"] for one in captured if 'FROM "jobs_job"' in one["sql"]]
        assert len(statements) == 1, statements


def test_a_webhook_names_the_actor(ask, user, stop):
    stop.note(asked=stop.now - 2 * SECOND)
    stop.read(STOPPED, stop.now)
    stop.read(replace(STOPPED, name="other"), stop.now + SECOND)
    keys = [str(key) for key in Change.objects.order_by("pk").values_list("pk", flat=True)]

    shown = ObjectChanged().data(user, keys, {})["changes"]

    actor = {"job": stop.job.public_id, "user": user.username}
    assert [one["actor"] for one in shown] == [actor, None]
