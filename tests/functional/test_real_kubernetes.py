"""A real API server, from the mutation to the worker to the pod: where REAL_KUBERNETES is one.

A test has a namespace of its own, in which the tests do a kubelet's part.
"""

import uuid

import pytest

from tests.clouds import kubernetes as real

pytestmark = [
    pytest.mark.functional,
    pytest.mark.skipif(
        not real.SERVER, reason="REAL_KUBERNETES is the address of no running API server"
    ),
]
CONNECT = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
    provider { id } errors { field message } } }"""
LIST = """query ($provider: [ID!]) {
    containers(first: 1000, maxAge: 0, filter: {provider: $provider}) {
        complete totalCount sources { status count error { code message } }
        nodes { id name externalId state image memory region labels { key value } } } }"""


@pytest.fixture
def api():
    return real.Api()


@pytest.fixture
def place(api):
    with real.namespace(api) as name, real.kubelet(name):
        yield name


class Cluster:
    """Namespaces of the server, connected through the API."""

    def __init__(self, client, *places, **changes):
        self.client = client
        credentials = real.credentials(**changes)
        given = {
            "kind": "kubernetes",
            "name": f"cluster-{uuid.uuid4()}",
            "regions": list(places),
            "credentials": [{"name": name, "value": one} for name, one in credentials.items()],
        }
        answer = client.data(CONNECT, input=given)["connectProvider"]
        assert answer["errors"] == []
        self.id = answer["provider"]["id"]

    def listed(self):
        return self.client.data(LIST, provider=[self.id])["containers"]

    def containers(self):
        found = self.listed()
        assert found["complete"], found["sources"]
        return {one["externalId"]: one for one in found["nodes"]}

    def ask(self, name, /, **given):
        """The mutation's answer, which must have no errors."""
        field = name[0].lower() + name[1:]
        mutation = f"""mutation ($input: {name}Input!) {{ {field}(input: $input) {{
            job {{ id }} dryRun {{ allowed checks {{ name ok message }} }}
            errors {{ code message }} }} }}"""
        answer = self.client.data(mutation, input=given)[field]
        assert answer["errors"] == []
        return answer

    def act(self, name, /, **given):
        """The job, when it has ended."""
        return self.client.finished(self.ask(name, **given)["job"]["id"])

    def order(self, **given):
        return {
            "provider": self.id,
            "name": "made-here",
            "image": "nginx:1.27",
            "memory": 64,
            **given,
        }


def test_a_pod_is_deployed_and_removed_and_dry_runs_leave_it(administrator, api, place):
    cluster = Cluster(administrator, place)
    before = real.content_of(api, place)
    planned = cluster.ask("DeployContainer", dryRun=True, **cluster.order())
    assert planned["dryRun"]["allowed"], planned
    assert real.content_of(api, place) == before == {}

    made = cluster.act("DeployContainer", **cluster.order())
    assert made["state"] == "SUCCEEDED", made
    container = cluster.containers()["made-here/made-here"]
    assert (container["state"], container["image"]) == ("RUNNING", "nginx:1.27")
    assert (container["memory"], container["region"]) == (64, place)

    before = real.content_of(api, place)
    planned = cluster.ask("RemoveContainer", dryRun=True, id=container["id"])
    assert planned["dryRun"]["allowed"], planned
    assert planned["job"] is None
    assert real.content_of(api, place) == before
    assert cluster.containers()["made-here/made-here"]["state"] == "RUNNING"

    gone = cluster.act("RemoveContainer", id=container["id"])
    assert gone["state"] == "SUCCEEDED", gone
    assert real.content_of(api, place) == {}
    assert cluster.containers()["made-here/made-here"]["state"] == "REMOVED"


def test_an_account_that_may_only_look_looks_and_fails_to_act(administrator, api, place):
    api.ask("POST", real.pods(place), body=real.pod("web"))
    real.grant(api, place, "list", "get")
    cluster = Cluster(administrator, place, token=real.READER)
    container = cluster.containers()["web/main"]

    planned = cluster.ask("RemoveContainer", dryRun=True, id=container["id"])
    removal = cluster.act("RemoveContainer", id=container["id"])
    order = cluster.act("DeployContainer", **cluster.order())

    assert not planned["dryRun"]["allowed"]
    for job in (removal, order):
        assert (job["state"], job["error"]["code"]) == ("FAILED", "PERMISSION_DENIED"), job
    assert list(real.content_of(api, place)) == ["web"]


def test_namespaces_are_listed_beside_each_other_and_every_page_of_each(administrator, api, place):
    real.add_idle_pods(place, 501)
    with real.namespace(api) as other:
        api.ask("POST", real.pods(other), body=real.pod("web"))
        found = Cluster(administrator, place, other).listed()

    assert found["complete"]
    assert found["totalCount"] == 502
    assert sorted(source["count"] for source in found["sources"]) == [1, 501]
    assert len({one["externalId"] for one in found["nodes"]}) == 502


def test_a_name_that_is_taken_is_a_conflict(administrator, api, place):
    api.ask("POST", real.pods(place), body=real.pod("made-here"))
    cluster = Cluster(administrator, place)

    job = cluster.act("DeployContainer", **cluster.order())

    assert (job["state"], job["error"]["code"]) == ("FAILED", "CONFLICT"), job
    [container] = real.content_of(api, place)["made-here"]["spec"]["containers"]
    assert container["image"] == "busybox"
