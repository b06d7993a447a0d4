"""Volumes, snapshots, key pairs and security groups of every kind on a stand-in: from the mutation
over the job to the list, once whatever becomes of the answer, and never by a dry run.
"""

import pytest

from gateway.core.ids import global_id
from inventory.operations import unclear_orders
from inventory.services.providers import provider_connect
from tests.clouds.static_ec2 import reply
from tests.inventory.providers.contract.storage import KEY, more
from tests.inventory.providers.contract.test_retries import EVERY
from tests.inventory.providers.contract.test_storage import creatable
from tests.inventory.schema.storage_requests import done, ended, mutate, refused

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = {
    "volumes": "volumes",
    "snapshots": "snapshots",
    "key_pairs": "keyPairs",
    "security_groups": "securityGroups",
}
WORDS = {
    "volumes": "Volume",
    "snapshots": "Snapshot",
    "key_pairs": "KeyPair",
    "security_groups": "SecurityGroup",
}
each = pytest.mark.parametrize(("slug", "resource"), creatable())


class Connection:
    """An account that is connected: its list of ``resource``, and orders of it."""

    def __init__(self, ask, user, account, resource):
        self.ask, self.account, self.resource = ask, account, resource
        given = {name: str(one) for name, one in account.credentials.items() if one is not None}
        self.provider = provider_connect(
            owner=user,
            kind=account.slug,
            name=account.slug,
            credentials=given,
            regions=[account.region],
        )
        self.word = WORDS[resource]
        self.creating = ("import" if resource == "key_pairs" else "create") + self.word

    def listed(self, resource=None):
        name = LISTS[resource or self.resource]
        query = f"""{{ {name}(maxAge: 0) {{ complete sources {{ status error {{ message }} }}
            nodes {{ id name state externalId }} }} }}"""
        found = self.ask(query).data[name]
        assert found["complete"], found["sources"]
        return found["nodes"]

    def order(self, **changes):
        given = {"name": "made-here"}
        if self.resource == "snapshots":
            free = [one for one in self.listed("volumes") if one["state"] == "AVAILABLE"]
            given["volume"] = free[0]["id"]
        else:
            given["provider"] = global_id("Provider", self.provider.public_id)
        if self.resource == "volumes":
            given["size"] = 20
            if location := getattr(self.account, "location", None):
                given["location"] = location
        if self.resource == "key_pairs":
            given["publicKey"] = KEY
        return given | changes

    def named(self):
        return [one for one in self.listed() if one["name"] == "made-here"]


@pytest.fixture
def connection(ask, user, request, slug, resource):
    account = EVERY[slug](request)
    account.cloud.fault_meets = lambda _request: True
    return Connection(ask, user, account, resource)


def changes_at(connection):
    asked = connection.account.cloud.asked
    return [one for one in asked if one.method != "GET" and "/tokens" not in one.path]


@each
def test_it_is_created_seen_and_deleted(connection):
    job = done(connection.ask, connection.creating, **connection.order())

    assert job.state == "SUCCEEDED", job.error_message
    [made] = connection.named()
    assert [made["id"]] == job.created
    deleted = done(connection.ask, f"delete{connection.word}", id=made["id"])
    assert deleted.state == "SUCCEEDED", deleted.error_message
    assert [one for one in connection.named() if one["state"] != "DELETED"] == []


@each
def test_an_answer_that_is_lost_makes_nothing_twice(connection, monkeypatch):
    monkeypatch.setattr(unclear_orders, "LOOK_SECONDS", 30.0)
    order, cloud = connection.order(), connection.account.cloud
    plain, accepted = cloud.answer, []

    def answer(request):
        found = plain(request)
        if request.method == "GET" or "/tokens" in request.path or found.status >= 300:
            return found
        accepted.append(request)
        return found if accepted[1:] else reply("the answer is lost", 502)

    cloud.answer = answer
    job = done(connection.ask, connection.creating, **order)

    assert job.state == "SUCCEEDED", job.error_message
    assert len(connection.named()) == 1
    assert len(accepted) == 1


@each
def test_a_dry_run_changes_nothing(connection):
    order = connection.order(dryRun=True)
    before = connection.listed()

    payload = mutate(connection.ask, connection.creating, **order)
    gone = mutate(connection.ask, f"delete{connection.word}", id=before[0]["id"], dryRun=True)

    assert payload["errors"] == gone["errors"] == []
    assert payload["dryRun"]["allowed"]
    assert changes_at(connection) == []


@each
def test_what_the_cloud_would_lose_is_refused(connection):
    kind = connection.provider.kind
    key = f"{connection.resource}.tags"
    if key not in kind.not_taken:
        pytest.skip("It keeps tags.")

    found = refused(
        connection.ask,
        connection.creating,
        **connection.order(tags=[{"key": "env", "value": "prod"}]),
    )

    assert found == ("tags", "NOT_SUPPORTED")


@each
def test_two_jobs_under_one_key_are_one(connection):
    order = connection.order(idempotencyKey="once")
    first, second = (mutate(connection.ask, connection.creating, **order) for _ in range(2))

    assert first["job"]["id"] == second["job"]["id"]
    assert ended(first).state == "SUCCEEDED"
    assert len(connection.named()) == 1


@each
def test_a_long_list_is_whole(connection):
    before = len(connection.listed())
    more(connection.account, connection.resource, 12)
    connection.account.cloud.page = 5

    assert len(connection.listed()) == before + 12


@pytest.mark.parametrize(("slug", "resource"), [one for one in creatable() if one[1] == "volumes"])
def test_a_volume_is_attached_and_detached_by_jobs(connection):
    ask = connection.ask
    with connection.account.connect() as cloud:
        running = connection.account.running(cloud).external_id
    found = ask("{ virtualMachines(maxAge: 0) { nodes { id externalId } } }").data
    [machine] = [
        one["id"] for one in found["virtualMachines"]["nodes"] if one["externalId"] == running
    ]
    assert done(ask, "createVolume", **connection.order()).state == "SUCCEEDED"
    [volume] = [one["id"] for one in connection.named()]

    attached = done(ask, "attachVolume", id=volume, machine=machine)
    assert attached.state == "SUCCEEDED", attached.error_message
    assert refused(ask, "deleteVolume", id=volume) == ("id", "CONFLICT")
    query = "query V($id: ID!) { volume(id: $id, maxAge: 0) { state size machine { id } } }"
    shown = ask(query, id=volume).data["volume"]
    assert shown == {"state": "IN_USE", "size": 20, "machine": {"id": machine}}

    detached = done(ask, "detachVolume", id=volume)
    assert detached.state == "SUCCEEDED", detached.error_message
    resized = done(ask, "resizeVolume", id=volume, size=30)
    assert resized.state == "SUCCEEDED", resized.error_message
    shown = ask(query, id=volume).data["volume"]
    assert shown == {"state": "AVAILABLE", "size": 30, "machine": None}
