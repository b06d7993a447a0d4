"""A real Docker engine, from the mutation to the worker to the engine: where REAL_DOCKER names one.

It has an image ``busybox``, and is left with the containers that it had.
"""

import shutil
import uuid

import pytest

from inventory.services.container_orders import DeployRequest
from inventory.services.containers import container_deploy
from inventory.services.providers import provider_connect
from jobs.api import sweep
from tests.clouds.docker import HOST, left_as_it_was, real_engine
from tests.clouds.registry import registry
from tests.functional.engine_proxy import engine_proxy
from tests.functional.workers import (  # noqa: F401 - fixtures among them
    broker,
    kill,
    start,
    start_worker,
    wait_until_finished,
)
from tests.inventory.factories import make_user

pytestmark = [
    pytest.mark.functional,
    pytest.mark.skipif(not HOST, reason="REAL_DOCKER is the address of no running engine"),
]
SERVES = ["sh", "-c", "trap exit TERM; while sleep 0.1; do :; done"]
DEAF = [
    "sleep",
    "3600",
]  # the first process of a container hears no signal that it does not ask for
LIST = """query ($provider: [ID!]) { containers(maxAge: 0, filter: {provider: $provider}) {
    complete sources { status error { code message } }
    nodes { id name externalId state rawState exitCode image memory labels { key value } } } }"""


@pytest.fixture(autouse=True)
def _left_as_it_was():
    with left_as_it_was():
        yield


class Engine:
    """The engine, connected through the API."""

    def __init__(self, client):
        self.client = client
        mutation = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
            provider { id } errors { field message } } }"""
        given = {
            "kind": "docker",
            "name": f"engine-{uuid.uuid4()}",
            "credentials": [{"name": "host", "value": HOST}],
        }
        answer = client.data(mutation, input=given)["connectProvider"]
        assert answer["errors"] == []
        self.id = answer["provider"]["id"]

    def containers(self):
        found = self.client.data(LIST, provider=[self.id])["containers"]
        assert found["complete"], found["sources"]
        return {one["name"]: one for one in found["nodes"]}

    def ask(self, name, /, **given):
        """The job's id."""
        field = name[0].lower() + name[1:]
        mutation = f"""mutation ($input: {name}Input!) {{ {field}(input: $input) {{
            job {{ id }} errors {{ code message }} }} }}"""
        answer = self.client.data(mutation, input=given)[field]
        assert answer["errors"] == []
        return answer["job"]["id"]

    def act(self, name, /, **given):
        """The job, when it has ended."""
        return self.client.finished(self.ask(name, **given))

    def deploy(self, name, command, **given):
        order = {"provider": self.id, "name": name, "image": "busybox", "command": command}
        return self.act("DeployContainer", **(order | given))


@pytest.fixture
def engine(administrator):
    return Engine(administrator)


def test_a_containers_life(engine):
    labels = [{"key": "env", "value": "test"}]
    made = engine.deploy("real-life", SERVES, labels=labels, memory=32)
    assert made["state"] == "SUCCEEDED", made
    container = engine.containers()["real-life"]
    assert (container["state"], container["image"], container["memory"]) == (
        "RUNNING",
        "busybox",
        32,
    )
    assert labels[0] in container["labels"]
    assert "gateway-job" in {label["key"] for label in container["labels"]}

    for action, state in (
        ("StopContainer", "STOPPED"),
        ("StopContainer", "STOPPED"),
        ("StartContainer", "RUNNING"),
        ("StartContainer", "RUNNING"),
        ("RestartContainer", "RUNNING"),
    ):
        job = engine.act(action, id=container["id"])
        assert job["state"] == "SUCCEEDED", (action, job)
        assert engine.containers()["real-life"]["state"] == state

    gone = engine.act("RemoveContainer", id=container["id"])
    assert gone["state"] == "SUCCEEDED", gone
    assert engine.containers()["real-life"]["state"] == "REMOVED"


def test_what_hears_no_signal_is_stopped_all_the_same(engine):
    made = engine.deploy("deaf", DEAF)
    assert made["state"] == "SUCCEEDED", made

    stopped = engine.act("StopContainer", id=engine.containers()["deaf"]["id"])

    assert stopped["state"] == "SUCCEEDED", stopped
    container = engine.containers()["deaf"]
    assert (container["state"], container["exitCode"]) == ("STOPPED", 137)


def test_an_order_under_one_key_is_one_container(engine):
    given = {"provider": engine.id, "name": "once", "image": "busybox", "command": SERVES}
    jobs = [engine.ask("DeployContainer", **given, idempotencyKey="once") for _ in range(2)]
    ended = engine.client.finished(jobs[0])

    assert jobs[0] == jobs[1]
    assert ended["state"] == "SUCCEEDED", ended
    assert list(engine.containers()).count("once") == 1


def test_a_name_that_is_taken_is_a_conflict(engine):
    assert engine.deploy("taken", SERVES)["state"] == "SUCCEEDED"

    second = engine.deploy("taken", SERVES)

    assert (second["state"], second["error"]["code"]) == ("FAILED", "CONFLICT"), second
    assert engine.containers()["taken"]["state"] == "RUNNING"


def test_a_container_that_ends_badly_is_no_success(engine):
    job = engine.deploy("fails", ["sh", "-c", "exit 3"])

    assert job["state"] == "FAILED", job
    assert "3" in job["error"]["message"]
    assert engine.containers()["fails"]["exitCode"] == 3


def test_a_command_that_is_not_there_is_told_by_the_engine(engine):
    job = engine.deploy("nothing", ["no-such-command"])

    assert job["state"] == "FAILED", job
    assert "no-such-command" in job["error"]["message"]


@pytest.mark.skipif(not shutil.which("busybox"), reason="busybox-static is not installed")
def test_an_image_that_the_engine_lacks_is_fetched(engine):
    with registry(f"lab/tool:{uuid.uuid4().hex[:8]}", layers=2) as served:
        image = f"127.0.0.1:{served.port}/{served.name}"
        job = engine.deploy("fetched", SERVES, image=image)

    assert job["state"] == "SUCCEEDED", job
    assert engine.containers()["fetched"]["image"] == image


def test_an_image_that_is_nowhere_fails_and_makes_nothing(engine):
    with registry("lab/tool:1") as served:
        job = engine.deploy("nowhere", SERVES, image=f"127.0.0.1:{served.port}/lab/tool:2")

    assert (job["state"], job["error"]["code"]) == ("FAILED", "NOT_FOUND"), job
    assert "nowhere" not in engine.containers()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["/containers/create", "/containers/json"])
def test_a_worker_killed_when_the_container_was_made_leaves_one(start_worker, step):
    """The engine has made the container, but the worker has not recorded or started it."""
    name = f"killed-{uuid.uuid4().hex[:8]}"
    with engine_proxy(HOST) as proxy:
        provider = provider_connect(
            owner=make_user(), kind="docker", name="engine", credentials={"host": proxy.address}
        )
        worker = start_worker()
        if step == "/containers/create":
            proxy.after("POST", step, lambda: kill(worker))
        else:  # the first look at what was made
            proxy.after("POST", "/containers/create", lambda: proxy.after("GET", step, die))

        def die():
            kill(worker)

        request = DeployRequest(name=name, image="busybox", command=SERVES)
        job = container_deploy(provider=provider, request=request, requested_by=None)
        worker.wait(timeout=60)
        start_worker()
        wait_until_finished(job, meanwhile=sweep)

    assert job.state == "SUCCEEDED", job.error_message
    assert proxy.passed.count("POST /containers/create") == 1
    with real_engine() as engine:
        made = [one for one in engine.read("containers") if one.name == name]
    assert [one.external_id for one in made] == [job.result["externalId"]]
    assert made[0].raw_state == "running"
    assert ("gateway-job", str(job.pk)) in made[0].labels
