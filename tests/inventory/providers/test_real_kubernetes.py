"""Behaviour that only a real API server shows: REAL_KUBERNETES has its address."""

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode
from inventory.providers.kubernetes.actions import LISTINGS
from inventory.types import ContainerState, NewContainer, PortRecord
from tests.clouds import kubernetes as real
from tests.clouds.sent import requests_sent

pytestmark = pytest.mark.skipif(
    not real.SERVER, reason="REAL_KUBERNETES is the address of no running API server"
)
Code = ProviderErrorCode
ORDER = NewContainer(
    "made-here",
    "nginx:1.27",
    "token-1",
    command=("serve", "$(HOME)"),
    environment=(("PRICE", "$5"),),
    ports=(PortRecord(80, "tcp", 8080, "192.0.2.1"), PortRecord(53, "udp")),
    labels=(("gateway-job", "token-1"),),
    memory=64,
)


@pytest.fixture
def api():
    return real.Api()


@pytest.fixture
def place(api):
    with real.namespace(api) as name:
        yield name


def refused(act, place, **changes):
    with pytest.raises(ProviderError) as caught, real.connected(place, **changes) as cluster:
        act(cluster)
    return caught.value


def listed(cluster):
    return cluster.read("containers")


def made(api, place, name="web", *containers, **spec):
    return api.ask("POST", real.pods(place), body=real.pod(name, *containers, **spec))


# --- dry runs ---------------------------------------------------------------------------------


def test_a_dry_run_leaves_everything_as_it_was(api, place):
    made(api, place)
    before = real.content_of(api, place)

    with real.connected(place) as cluster:
        removal = cluster.check(Capability.REMOVE_CONTAINER, "web/main")
        order = cluster.check(Capability.DEPLOY_CONTAINER, order=ORDER)

    assert removal.allowed
    assert order.allowed
    assert real.content_of(api, place) == before


def test_the_query_alone_is_ignored_where_there_is_a_body(api, place):
    """This is why the parameter is in the body."""
    uid = made(api, place)["metadata"]["uid"]
    body = {"preconditions": {"uid": uid}}

    api.ask("DELETE", real.pods(place, "web"), body=body, dryRun="All")

    assert real.content_of(api, place) == {}


def test_a_dry_run_is_refused_as_the_action_would_be(api, place):
    made(api, place)
    with real.connected(place) as cluster:
        verdicts = [
            cluster.check(Capability.REMOVE_CONTAINER, "nobody/main"),
            cluster.check(Capability.DEPLOY_CONTAINER, order=NewContainer("web", "nginx", "t")),
            cluster.check(Capability.DEPLOY_CONTAINER, order=NewContainer("No Name", "x", "t")),
        ]
    assert [(one.allowed, one.code) for one in verdicts] == [
        (False, Code.NOT_FOUND),
        (False, Code.CONFLICT),
        (False, Code.INVALID_REQUEST),
    ]


# --- what is done -----------------------------------------------------------------------------


def test_an_order_is_accepted_as_it_is_sent(api, place):
    with real.connected(place) as cluster:
        cluster.create("containers", "deploy", ORDER)
        found = cluster.find("containers", "made-here/made-here")

    [container] = real.content_of(api, place)["made-here"]["spec"]["containers"]
    assert container["args"] == ["serve", "$$(HOME)"]
    assert container["env"] == [{"name": "PRICE", "value": "$$5"}]
    assert container["resources"]["limits"] == {"memory": "64Mi"}
    assert (found.command, found.memory) == ("serve '$(HOME)'", 64)
    assert set(found.ports) == set(ORDER.ports)


def test_a_pod_on_a_node_is_stopping_until_its_kubelet_has_ended_it(api, place):
    made(api, place)
    binding = {
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": {"name": "web"},
        "target": {"kind": "Node", "name": "node-1"},
    }
    api.ask("POST", real.pods(place, "web") + "/binding", body=binding)
    with real.connected(place) as cluster:
        cluster.do("containers", "remove", "web/main")
        assert cluster.find("containers", "web/main").state is ContainerState.STOPPING
        cluster.do("containers", "remove", "web/main")  # nothing is left to be done

        with real.kubelet(place):
            api.send("DELETE", real.pods(place, "web"), gracePeriodSeconds="0")
        assert cluster.find("containers", "web/main") is None


def test_a_pod_that_replaced_another_is_not_removed(api, place):
    made(api, place)

    def replace(request):
        if request.method == "DELETE":
            api.ask("DELETE", real.pods(place, "web"))
            made(api, place)

    with requests_sent(before=replace):
        error = refused(lambda cluster: cluster.do("containers", "remove", "web/main"), place)

    assert error.code is Code.CONFLICT
    assert list(real.content_of(api, place)) == ["web"]


def test_a_quota_is_a_quota(api, place):
    limits = {"pods": "0"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}}
    path = f"/api/v1/namespaces/{place}/resourcequotas"
    spec = {"hard": limits}
    made_quota = api.ask("POST", path, body=quota | {"spec": spec})
    made_quota["status"] = {"hard": limits, "used": {"pods": "0"}}
    api.ask("PUT", f"{path}/none/status", body=made_quota)

    error = refused(lambda cluster: cluster.create("containers", "deploy", ORDER), place)

    assert error.code is Code.QUOTA_EXCEEDED
    with real.connected(place) as cluster:
        assert cluster.check(Capability.DEPLOY_CONTAINER, order=ORDER).code is Code.QUOTA_EXCEEDED


# --- namespaces and accounts ------------------------------------------------------------------


def test_an_empty_namespace_is_empty_and_an_unknown_one_is_an_error(place):
    with real.connected(place) as cluster:
        assert cluster.read("containers") == []
        assert place in cluster.read("regions")

    assert refused(listed, "no-such-namespace").code is Code.NOT_FOUND


def test_an_account_has_the_rights_that_it_was_granted_and_no_others(api, place):
    made(api, place)
    reader = {"token": real.READER}
    assert refused(listed, place, **reader).code is Code.PERMISSION_DENIED

    real.grant(api, place, "list", "get")
    with real.connected(place, **reader) as cluster:
        assert [one.external_id for one in cluster.read("containers")] == ["web/main"]
        lacking = cluster.lacking(lambda: None)
        removal = cluster.check(Capability.REMOVE_CONTAINER, "web/main")
        order = cluster.check(Capability.DEPLOY_CONTAINER, order=ORDER)

    assert lacking[Capability.REMOVE_CONTAINER] == ["delete pods"]
    assert lacking[Capability.DEPLOY_CONTAINER] == ["create pods"]
    assert {removal.code, order.code} == {Code.PERMISSION_DENIED}
    error = refused(lambda cluster: cluster.do("containers", "remove", "web/main"), place, **reader)
    assert error.code is Code.PERMISSION_DENIED
    assert 'User "reader" cannot delete resource "pods"' in error.message
    assert list(real.content_of(api, place)) == ["web"]


def test_a_client_certificate_signs_in(place):
    certificate = {
        "client_certificate": real.pki("client.pem").read_text(),
        "client_key": real.pki("client.key").read_text(),
        "token": "",
    }
    with real.connected(place, **certificate) as cluster:
        assert cluster.read("containers") == []


def test_a_server_of_another_authority_is_not_asked(place):
    another = real.pki("stranger.pem").read_text()

    error = refused(listed, place, ca_certificate=another)

    assert "CERTIFICATE_VERIFY_FAILED" in error.message
    assert not error.retryable


# --- pages ------------------------------------------------------------------------------------


def test_a_list_whose_token_expires_once_is_read_again_from_its_start(api, place):
    real.add_idle_pods(place, 501)
    expired = []

    def expire_once(request):
        if "continue=" in request.url and not expired:
            expired.append(request)
            real.compact()

    with requests_sent(before=expire_once) as sent, real.connected(place) as cluster:
        found = cluster.read("containers")

    assert len({one.external_id for one in found}) == len(found) == 501
    assert ["continue=" in request.url for request in sent] == [False, True, False, True]


def test_a_list_whose_tokens_always_expire_is_a_clear_failure(place):
    real.add_idle_pods(place, 501)

    with requests_sent(before=real.compact_before_next_page) as sent:
        error = refused(listed, place)

    assert (error.code, error.retryable) == (Code.PROVIDER_ERROR, True)
    assert f"expired {LISTINGS} times" in error.message
    assert len(sent) == 2 * LISTINGS
