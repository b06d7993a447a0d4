"""One list of the pods of all namespaces answers for each namespace, if the account may list it."""

import copy
import json
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from gateway.core.redis import client
from inventory.live import denied_lists
from inventory.live.receipts import TOO_MANY_REGIONS, UNUSABLE_REGION
from inventory.live.retention import gone_rows_prune, regions_prune
from inventory.models import Container, Provider, Source
from inventory.services.provider_checks import provider_check
from inventory.services.providers import provider_connect, provider_update
from tests.clouds.apis.kubernetes import Kubernetes
from tests.clouds.recorded import served
from tests.inventory.factories import make_user
from tests.inventory.live.test_region_set import connected_regions, receipts, region_set, run
from tests.inventory.providers.contract.container_backends import OnKubernetes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

CONTAINERS = """{ containers(first: 1000, maxAge: 0) {
    complete totalCount nodes { region externalId state stale }
    sources { region resource status count error { code } } } }"""


@pytest.fixture
def cluster(monkeypatch):
    cloud = Kubernetes()
    with served(cloud, monkeypatch):
        yield cloud


def everywhere():
    return provider_connect(
        owner=make_user(),
        kind="kubernetes",
        name="cluster",
        credentials=OnKubernetes.given,
        regions=["all"],
    )


def containers(provider):
    return run(provider, CONTAINERS)["data"]["containers"]


def pod_lists(cluster):
    return [one.path for one in cluster.asked if one.method == "GET" and one.path.endswith("/pods")]


def add_namespace(cluster, name, *, listed=True):
    """A namespace with a pod; ``listed``: in the list of namespaces too."""
    pod = copy.deepcopy(cluster.pods[0])
    pod["metadata"] |= {"name": "newcomer", "namespace": name, "uid": f"uid-{name}"}
    cluster.pods.append(pod)
    if listed:
        namespace = copy.deepcopy(cluster.namespaces[0])
        namespace["metadata"] |= {"name": name}
        cluster.namespaces.append(namespace)


def shown(page):
    return {(one["region"], one["externalId"]): one["state"] for one in page["nodes"]}


def test_one_list_answers_for_all_namespaces_as_each_would(cluster):
    provider = everywhere()
    cluster.denied = {"list every-pod"}
    one_each = containers(provider)
    cluster.denied = set()
    denied_lists.forget(provider)
    cluster.asked.clear()

    page = containers(provider)

    assert pod_lists(cluster) == ["/api/v1/pods"]
    assert page["complete"] is one_each["complete"] is True
    assert shown(page) == shown(one_each)
    pods = {place: one for place, one in receipts(page).items() if place[0] == "containers"}
    assert pods == {place: receipts(one_each)[place] for place in pods}
    assert len(pods) == 2
    assert receipts(page)["containers", "test"]["count"] == 0
    started = Source.objects.filter(resource="containers").values_list("listing_started_at")
    assert len(set(started)) == 1


def test_a_new_namespace_is_shown_at_once(cluster):
    provider = everywhere()
    containers(provider)
    add_namespace(cluster, "born-later")

    page = containers(provider)

    assert page["complete"] is True
    assert any(region == "born-later" for region, _pod in shown(page))
    assert receipts(page)["containers", "born-later"]["status"] == "LIVE"
    assert receipts(page)["regions", "all"]["status"] == "CACHED"
    assert connected_regions(provider) == ["default", "test", "born-later"]
    assert page["totalCount"] == Container.objects.count()


def test_where_it_is_denied_each_namespace_is_listed_and_new_ones_at_once(cluster):
    cluster.denied = {"list every-pod"}
    provider = everywhere()
    add_namespace(cluster, "born-later")

    page = containers(provider)
    assert page["complete"] is True
    assert sorted(pod_lists(cluster)) == [
        "/api/v1/namespaces/born-later/pods",
        "/api/v1/namespaces/default/pods",
        "/api/v1/namespaces/test/pods",
        "/api/v1/pods",
    ]
    assert receipts(page)["regions", "all"]["status"] == "LIVE"
    assert receipts(page)["containers", "born-later"]["count"] >= 1
    assert connected_regions(provider) == ["default", "test", "born-later"]


@pytest.mark.parametrize("is_denied_again", [True, False])
def test_a_refusal_that_is_remembered_hides_no_new_namespace(cluster, is_denied_again):
    """The authorizer may have refused the list of all pods once only."""
    provider = everywhere()
    containers(provider)
    cluster.denied = {"list every-pod"}
    containers(provider)
    if not is_denied_again:
        cluster.denied = set()
    add_namespace(cluster, "born-later")

    page = containers(provider)

    assert page["complete"] is True
    assert receipts(page)["regions", "all"]["status"] == "LIVE"
    assert ("containers", "born-later") in receipts(page)
    assert any(region == "born-later" for region, _pod in shown(page))


def test_a_refusal_without_a_list_of_namespaces_leaves_the_answer_incomplete(cluster):
    provider = everywhere()
    containers(provider)
    cluster.denied = {"list every-pod", "list namespaces"}
    add_namespace(cluster, "born-later")

    for _ in range(2):
        page = containers(provider)
        assert page["complete"] is False
        assert receipts(page)["regions", "all"]["error"]["code"] == "PERMISSION_DENIED"


def test_within_max_age_a_refused_list_reads_the_namespaces_once(cluster):
    cluster.denied = {"list every-pod"}
    provider = everywhere()
    containers(provider)
    cluster.asked.clear()

    page = run(provider, CONTAINERS.replace("maxAge: 0", "maxAge: 300"))["data"]["containers"]

    assert page["complete"] is True
    assert cluster.asked == []


def test_a_denied_list_of_namespaces_loses_no_pod_and_is_reported(cluster):
    cluster.denied = {"list namespaces"}
    provider = everywhere()
    assert connected_regions(provider) == ["default"]
    add_namespace(cluster, "born-later", listed=False)

    page = containers(provider)

    assert any(region == "born-later" for region, _pod in shown(page))
    assert page["complete"] is False
    assert receipts(page)["regions", "all"]["error"]["code"] == "PERMISSION_DENIED"


def test_a_failing_list_fails_every_namespace_and_keeps_all_rows(cluster):
    provider = everywhere()
    before = containers(provider)
    cluster.fault = cluster.status(500, "InternalError", "etcdserver: request timed out")

    page = containers(provider)

    assert page["complete"] is False
    for name in ("default", "test"):
        assert receipts(page)["containers", name]["status"] == "STALE"
        assert receipts(page)["containers", name]["error"]["code"] == "PROVIDER_ERROR"
    assert page["totalCount"] == before["totalCount"]
    assert all(node["stale"] for node in page["nodes"])


def test_more_namespaces_than_the_limit_are_not_cut_silently(cluster):
    provider = everywhere()
    before = containers(provider)
    for number in range(110):
        add_namespace(cluster, f"x-{number:03}")

    page = containers(provider)

    assert page["complete"] is False
    assert receipts(page)["regions", "all"]["error"]["code"] == TOO_MANY_REGIONS
    assert shown(page) == shown(before)
    assert region_set(provider).error_code == TOO_MANY_REGIONS


def test_one_of_many_namespaces_is_listed_by_itself(cluster):
    for number in range(4):
        add_namespace(cluster, f"x-{number}")
    provider = everywhere()
    cluster.asked.clear()

    query = CONTAINERS.replace("maxAge: 0", 'maxAge: 0, filter: {region: ["x-1"]}')
    page = run(provider, query)["data"]["containers"]

    assert pod_lists(cluster) == ["/api/v1/namespaces/x-1/pods"]
    assert page["totalCount"] >= 1


def test_a_namespace_that_was_deleted_is_empty_and_stays(cluster):
    provider = everywhere()
    add_namespace(cluster, "gone-soon")
    containers(provider)
    cluster.pods.pop()
    cluster.namespaces.pop()
    list_regions_anew()

    page = containers(provider)

    assert page["complete"] is True
    assert receipts(page)["containers", "gone-soon"]["count"] == 0
    assert connected_regions(provider) == ["default", "test", "gone-soon"]
    assert Provider.objects.get().regions == ["default", "test", "gone-soon"]


def forget_namespace(cluster, name):
    cluster.pods = [one for one in cluster.pods if one["metadata"].get("namespace") != name]
    cluster.namespaces = [one for one in cluster.namespaces if one["metadata"]["name"] != name]


def let_an_hour_pass():
    """Let an hour pass for the containers that are missing from the latest list."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Container.objects.filter(listed=False).update(unlisted_since=an_hour_ago)


def list_regions_anew():
    earlier = timezone.now() - timedelta(hours=2)
    Source.objects.filter(resource="regions").update(fetched_at=earlier, listing_started_at=earlier)


@pytest.mark.parametrize("has_roles", [True, False])
def test_a_namespace_that_was_deleted_is_empty_where_each_is_listed_by_itself(cluster, has_roles):
    """With a Role in each namespace, the list is then refused; with a ClusterRole, not found."""
    cluster.has_roles = has_roles
    cluster.denied = {"list every-pod"}
    add_namespace(cluster, "gone-soon")
    provider = everywhere()
    containers(provider)
    forget_namespace(cluster, "gone-soon")
    list_regions_anew()
    containers(provider)

    page = containers(provider)
    assert page["complete"] is True, page["sources"]
    assert receipts(page)["containers", "gone-soon"]["count"] == 0

    Container.objects.filter(listed=False).update(
        unlisted_since=timezone.now() - timedelta(hours=1)
    )
    page = containers(provider)
    assert page["complete"] is True
    assert {state for (region, _pod), state in shown(page).items() if region == "gone-soon"} == {
        "MISSING"
    }
    assert provider_check(provider=provider).regions == ["default", "test", "gone-soon"]


@pytest.mark.parametrize("has_roles", [True, False])
def test_a_deleted_namespace_is_removed_when_its_rows_are(cluster, has_roles):
    cluster.has_roles = has_roles
    cluster.denied = {"list every-pod"}
    add_namespace(cluster, "gone-soon")
    provider = everywhere()
    containers(provider)
    forget_namespace(cluster, "gone-soon")
    list_regions_anew()
    containers(provider)  # its pods may be refused before the list of namespaces is stored
    for _ in range(2):
        containers(provider)
        let_an_hour_pass()

    week = timezone.now() + timedelta(days=8)
    assert gone_rows_prune(older_than=week) == 1
    unlisted = Provider.objects.get().unlisted_regions
    earlier = (timezone.now() - timedelta(hours=2)).isoformat()
    Provider.objects.update(unlisted_regions=dict.fromkeys(unlisted, earlier))
    assert regions_prune() == 1
    assert connected_regions(provider) == ["default", "test"]


@pytest.mark.parametrize("has_roles", [True, False])
def test_a_named_namespace_that_does_not_exist_is_an_error(cluster, has_roles):
    cluster.has_roles = has_roles
    provider = provider_connect(
        owner=make_user(),
        kind="kubernetes",
        name="cluster",
        credentials=OnKubernetes.given,
        regions=["default", "tpyo"],
    )
    codes = {"PERMISSION_DENIED"} if has_roles else {"NOT_FOUND"}
    for regions in (None, ["all"]):
        if regions:
            provider = provider_update(provider=provider, regions=regions, by=provider.owner)
            cluster.denied = {"list every-pod"}
        page = containers(provider)
        assert page["complete"] is False
        assert {receipts(page)["containers", "tpyo"]["error"]["code"]} == codes


def deny_all_of(cluster, denied_namespace):
    """Refuse each request about this namespace."""
    plain = cluster.forbidden

    def forbidden(verb, resource, name="", namespace="default"):
        denied = {f"{verb} {resource}"} if namespace == denied_namespace else set()
        denied -= cluster.denied
        cluster.denied |= denied
        try:
            return plain(verb, resource, name, namespace)
        finally:
            cluster.denied -= denied

    cluster.forbidden = forbidden


FILTERED = CONTAINERS.replace("maxAge: 0", 'maxAge: 0, filter: {region: ["team-a"]}')


@pytest.mark.parametrize("query", [CONTAINERS, FILTERED], ids=["all", "filtered"])
@pytest.mark.parametrize("has_roles", [True, False])
def test_a_namespace_that_was_created_again_and_is_refused_is_an_error(cluster, has_roles, query):
    cluster.has_roles = has_roles
    cluster.denied = {"list every-pod"}
    add_namespace(cluster, "team-a")
    provider = everywhere()
    containers(provider)
    forget_namespace(cluster, "team-a")
    list_regions_anew()
    containers(provider)  # its pods may be refused before the list of namespaces is stored
    assert receipts(containers(provider))["containers", "team-a"]["status"] == "LIVE"
    add_namespace(cluster, "team-a")
    deny_all_of(cluster, "team-a")

    page = run(provider, query)["data"]["containers"]

    assert page["complete"] is False
    assert receipts(page)["containers", "team-a"]["status"] == "STALE"
    assert receipts(page)["containers", "team-a"]["error"]["code"] == "PERMISSION_DENIED"


def test_a_refused_namespace_is_not_gone_by_a_list_that_is_refused_by_now(cluster):
    cluster.has_roles = True
    cluster.denied = {"list every-pod"}
    add_namespace(cluster, "team-a")
    provider = everywhere()
    containers(provider)
    forget_namespace(cluster, "team-a")
    list_regions_anew()
    containers(provider)
    add_namespace(cluster, "team-a")
    cluster.denied = {"list every-pod", "list namespaces", "list pods"}
    list_regions_anew()

    for _ in range(2):
        page = containers(provider)
        assert page["complete"] is False
        assert receipts(page)["containers", "team-a"]["error"]["code"] == "PERMISSION_DENIED"
        let_an_hour_pass()


def test_a_refused_namespace_that_is_listed_is_an_error(cluster):
    cluster.denied = {"list every-pod"}
    add_namespace(cluster, "not-ours")
    provider = everywhere()
    containers(provider)
    deny_all_of(cluster, "not-ours")

    page = containers(provider)

    assert page["complete"] is False
    assert receipts(page)["containers", "not-ours"]["error"]["code"] == "PERMISSION_DENIED"


ODD = {
    "no namespace": {"namespace": None},
    "empty": {"namespace": ""},
    "a number": {"namespace": 5},
    "an object": {"namespace": {"a": 1}},
    "a list": {"namespace": ["default"]},
}
ODD_PODS = {
    **{name: {"metadata": change} for name, change in ODD.items()},
    "no metadata": {"metadata": None},
    "metadata is a text": {"metadata": "odd"},
}


def odd_pod(cluster, change):
    pod = copy.deepcopy(cluster.pods[0])
    metadata = change["metadata"]
    if isinstance(metadata, dict):
        return pod | {"metadata": pod["metadata"] | {"name": "odd", "uid": "odd"} | metadata}
    return pod | change


@pytest.mark.parametrize("name", [*ODD_PODS, "not an object"])
def test_a_pod_without_a_namespace_damages_no_namespace(cluster, name):
    provider = everywhere()
    before = containers(provider)
    odd = odd_pod(cluster, ODD_PODS[name]) if name in ODD_PODS else 17
    cluster.answer = with_odd_item(cluster.answer, odd)

    for _ in range(6):  # more failures would open the breaker
        page = containers(provider)
        assert shown(page) == shown(before)
        for region in ("default", "test"):
            receipt = receipts(page)["containers", region]
            assert receipt["status"] == "LIVE"
            assert receipt["count"] == receipts(before)["containers", region]["count"]
            assert receipt["error"]["code"] == "UNUSABLE_ID"
        assert receipts(page)["regions", "all"]["status"] == "CACHED"
        assert page["complete"] is False
    assert not any(node["stale"] for node in page["nodes"])
    reason = Source.objects.get(resource="containers", region="test").unusable_reason
    assert "1 object is not shown" in reason


def with_odd_item(answer, odd):
    """The same answers, and one item more in the list of all pods."""

    def changed(request):
        reply = answer(request)
        if request.path != "/api/v1/pods":
            return reply
        body = json.loads(reply.body)
        return replace(reply, body=json.dumps(body | {"items": [*body["items"], odd]}).encode())

    return changed


def test_a_pod_that_lost_its_namespace_is_not_taken_for_gone(cluster):
    """It may be a pod of any namespace."""
    provider = everywhere()
    pods = {region for region, _pod in shown(containers(provider))}
    lost = cluster.pods[0]["metadata"]
    lost["namespace"] = None

    for _ in range(3):
        page = containers(provider)
        Container.objects.update(
            unlisted_since=timezone.now() - timedelta(hours=1)
        )  # long enough to be missing

    assert {region for region, _pod in shown(page)} == pods
    assert "MISSING" not in shown(page).values()


def test_a_pod_of_a_namespace_that_cannot_be_one_is_reported(cluster):
    provider = everywhere()
    before = containers(provider)
    add_namespace(cluster, "UPPER/..", listed=False)

    page = containers(provider)

    assert page["complete"] is False
    assert shown(page) == shown(before)
    assert receipts(page)["regions", "all"]["error"]["code"] == UNUSABLE_REGION
    assert receipts(page)["containers", "default"]["status"] == "LIVE"


@pytest.mark.parametrize("denied", [set(), {"list every-pod"}])
def test_a_filter_by_a_new_namespace_finds_its_pods(cluster, denied):
    cluster.denied = denied
    provider = everywhere()
    containers(provider)
    add_namespace(cluster, "born-later")
    query = CONTAINERS.replace("maxAge: 0", 'maxAge: 0, filter: {region: ["born-later"]}')

    page = run(provider, query)["data"]["containers"]

    assert page["complete"] is True
    assert page["totalCount"] >= 1
    assert receipts(page)["containers", "born-later"]["status"] == "LIVE"
    assert connected_regions(provider) == ["default", "test", "born-later"]


def test_a_filter_by_a_new_namespace_is_incomplete_where_namespaces_cannot_be_listed(cluster):
    provider = everywhere()
    cluster.denied = {"list namespaces"}
    add_namespace(cluster, "born-later", listed=False)
    query = CONTAINERS.replace("maxAge: 0", 'maxAge: 0, filter: {region: ["born-later"]}')

    page = run(provider, query)["data"]["containers"]

    assert (page["complete"], page["totalCount"]) == (False, 0)
    assert receipts(page)["regions", "all"]["error"]["code"] == "PERMISSION_DENIED"


def test_a_refusal_of_the_one_list_is_remembered_until_the_provider_is_checked(cluster):
    cluster.denied = {"list every-pod"}
    provider = everywhere()
    each = ["/api/v1/namespaces/default/pods", "/api/v1/namespaces/test/pods"]
    asked = []
    for _ in range(3):
        cluster.asked.clear()
        page = containers(provider)
        asked.append(sorted(pod_lists(cluster)))
        assert page["complete"] is True
        assert receipts(page)["containers", "default"]["status"] == "LIVE"
    assert asked == [[*each, "/api/v1/pods"], each, each]

    cluster.denied = set()
    provider_check(provider=provider)
    cluster.asked.clear()
    containers(provider)
    assert pod_lists(cluster) == ["/api/v1/pods"]


def test_a_remembered_refusal_expires(cluster):
    cluster.denied = {"list every-pod"}
    provider = everywhere()
    containers(provider)
    (key,) = client().keys(f"live:denied:{provider.pk}:*")
    assert 0 < client().ttl(key) <= denied_lists.SECONDS

    client().delete(key)  # as the expiry does
    cluster.asked.clear()
    containers(provider)
    assert "/api/v1/pods" in pod_lists(cluster)


def test_other_credentials_forget_the_refusal(cluster):
    cluster.denied = {"list every-pod"}
    provider = everywhere()
    containers(provider)
    cluster.denied = set()

    provider_update(provider=provider, credentials=OnKubernetes.given, by=provider.owner)
    cluster.asked.clear()
    containers(provider)
    assert pod_lists(cluster) == ["/api/v1/pods"]


def test_a_list_that_fails_otherwise_is_not_a_refusal(cluster):
    provider = everywhere()
    cluster.fault = cluster.status(500, "InternalError", "etcdserver: request timed out")
    containers(provider)
    cluster.fault = None
    cluster.asked.clear()

    containers(provider)
    assert pod_lists(cluster) == ["/api/v1/pods"]


def test_without_redis_the_one_list_is_requested_each_time(cluster, monkeypatch):
    cluster.denied = {"list every-pod"}
    provider = everywhere()

    def away():
        raise redis.ConnectionError("away")

    monkeypatch.setattr(denied_lists, "client", away)
    for _ in range(2):
        cluster.asked.clear()
        assert containers(provider)["complete"] is True
        assert "/api/v1/pods" in pod_lists(cluster)
