"""Kubernetes' own behaviour: sign-in, namespaces, pages, states, and protected objects."""

import copy
from dataclasses import replace

import pytest

from inventory.providers import (
    Capability,
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.providers.kubernetes.quantity import mebibytes
from inventory.providers.probe import Permission, probe
from inventory.providers.retries import TRIES
from inventory.types import ContainerState, NewContainer, PortRecord
from tests.clouds.apis.kubernetes import Kubernetes
from tests.clouds.certificates import Signed, known_by, server_context
from tests.clouds.recorded import as_json, recording, served, served_by_tls
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.contract.container_backends import OnKubernetes

Code = ProviderErrorCode
State = ContainerState
KIND = get_kind("kubernetes")
GIVEN = OnKubernetes.given
ORDER = NewContainer("made-here", "nginx:1.27", "token-1", labels=(("gateway-job", "token-1"),))


@pytest.fixture
def cloud(monkeypatch):
    with served(Kubernetes(), monkeypatch) as cloud:
        yield cloud


def connected(given=GIVEN, region="default", timeout=60):
    return connect(KIND, KIND.clean_credentials(given), region, timeout)


def refused(ask=lambda cluster: cluster.read("containers"), **options):
    with pytest.raises(ProviderError) as caught, connected(**options) as cluster:
        ask(cluster)
    return caught.value


def pod_named(cloud, name):
    return next(one for one in cloud.pods if one["metadata"]["name"] == name)


def listed():
    with connected() as cluster:
        return {one.external_id: one for one in cluster.read("containers")}


# --- signing in -------------------------------------------------------------------------------


def test_a_token_goes_with_each_request(cloud):
    listed()

    assert {one.headers["Authorization"] for one in cloud.asked} == {f"Bearer {cloud.token}"}


def test_a_server_may_stand_before_several_clusters(cloud):
    refused(given=GIVEN | {"server": "https://cluster.example/k8s/clusters/c-1/"})

    assert cloud.asked[0].path == "/k8s/clusters/c-1/api/v1/namespaces/default/pods"


@pytest.fixture(scope="module")
def authority():
    return Signed("authority.example")


def test_a_client_certificate_and_an_authority_of_the_clusters_own(authority, tmp_path):
    cloud = Kubernetes()
    cloud.refusal = lambda _request: None  # it is known by its certificate
    context = server_context(tmp_path, Signed("127.0.0.1", authority), clients=authority)
    with served_by_tls(cloud, context) as port:
        server = {"server": f"https://127.0.0.1:{port}"}
        with connected(server | known_by(Signed("admin.example", authority), authority)) as cluster:
            assert cluster.read("containers")
        assert "Authorization" not in cloud.asked[0].headers

        stranger = known_by(Signed("admin.example", Signed("another.example")), authority)
        assert refused(given=server | stranger).code is Code.INVALID_CREDENTIALS


@pytest.mark.parametrize("ca", [None, Signed("another.example").pem])
def test_without_its_authority_a_cluster_is_never_asked(authority, tmp_path, ca):
    """Verification is not switched off where it fails, nor where no authority is given."""
    cloud = Kubernetes()
    context = server_context(tmp_path, Signed("127.0.0.1", authority))
    with served_by_tls(cloud, context) as port:
        given = {"server": f"https://127.0.0.1:{port}", "token": cloud.token}
        error = refused(given=given | ({"ca_certificate": ca} if ca else {}))

    assert error.code is Code.UNREACHABLE
    assert "CERTIFICATE_VERIFY_FAILED" in error.message
    assert cloud.asked == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token": ""}, "token"),
        ({"server": "http://cluster.example:6443"}, "server"),
        ({"server": "https://127.0.0.1.:6443"}, None),
        ({"ca_certificate": "none"}, "ca_certificate"),
        ({"client_certificate": "none"}, "client_key"),
    ],
)
def test_what_cannot_be_credentials_is_told_where_it_is_entered(change, field):
    if field is None:
        KIND.clean_credentials(GIVEN | change)  # a name: it is judged when it is resolved
        return
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials(GIVEN | change)

    assert caught.value.field == field


def test_a_refusal_tells_who_may_not_do_what(cloud):
    cloud.denied = {"list pods"}

    error = refused()

    assert error.code is Code.PERMISSION_DENIED
    assert "system:serviceaccount:default:gateway" in error.message
    assert 'cannot list resource "pods"' in error.message


def test_a_quota_is_no_missing_permission(cloud):
    message = 'pods "made-here" is forbidden: exceeded quota: compute, requested: pods=1, used: 4'
    cloud.fault = cloud.status(403, "Forbidden", message)
    cloud.fault_meets = lambda request: request.method == "POST"

    assert (
        refused(lambda cluster: cluster.create("containers", "deploy", ORDER)).code
        is Code.QUOTA_EXCEEDED
    )


# --- namespaces -------------------------------------------------------------------------------


def test_namespaces_are_the_regions(cloud):
    with connected() as cluster:
        assert cluster.read("regions") == ["default", "test"]


def test_a_denied_list_of_namespaces_says_so_and_the_default_one_is_assumed(cloud):
    cloud.denied = {"list namespaces"}

    assert refused(lambda cluster: cluster.read("regions")).code is Code.PERMISSION_DENIED
    assert KIND.clean_regions(["all"], KIND.clean_credentials(GIVEN)) == ["default"]


def test_an_empty_namespace_is_empty_and_one_that_is_not_there_an_error(cloud):
    """The API answers both with an empty list."""
    with connected(region="test") as cluster:
        assert cluster.read("containers") == []

    error = refused(region="tset")

    assert (error.code, error.message) == (
        Code.NOT_FOUND,
        "There is no namespace 'tset' in the cluster.",
    )


def test_who_may_not_look_at_namespaces_is_believed_an_empty_list(cloud):
    cloud.denied = {"get namespaces"}
    with connected(region="test") as cluster:
        assert cluster.read("containers") == []


# --- pages ------------------------------------------------------------------------------------


def test_a_list_whose_moment_has_passed_is_begun_anew(cloud):
    cloud.page, cloud.expired = 2, 1
    count = len(listed())

    starts = [request for request in cloud.asked if "continue" not in request.query]
    assert count == 7
    assert len(starts) == 2


def test_a_list_that_is_always_too_slow_is_a_failure(cloud):
    cloud.page, cloud.expired = 2, 99

    error = refused()

    assert (error.code, error.retryable) == (Code.PROVIDER_ERROR, True)
    assert "too old" in error.message


def test_another_failure_of_a_page_is_tried_again_and_the_list_fails(cloud):
    cloud.page = 2
    cloud.fault = cloud.status(500, "InternalError", "etcdserver: request timed out")
    cloud.fault_meets = lambda request: "continue" in request.query

    assert refused().code is Code.PROVIDER_ERROR
    assert ["continue" in one.query for one in cloud.asked[:2]] == [False, True]
    assert len(cloud.asked) == 1 + TRIES


# --- the content of a pod ---------------------------------------------------------------------


def test_each_container_of_a_pod_is_one(cloud):
    found = listed()

    assert {
        name: (one.name, one.state, one.raw_state, one.exit_code) for name, one in found.items()
    } == {
        "web/web": ("web", State.RUNNING, "Running", None),
        "api-6d4b75cb6d-hwf9c/app": (
            "api-6d4b75cb6d-hwf9c/app",
            State.RUNNING,
            "Running",
            None,
        ),
        "api-6d4b75cb6d-hwf9c/proxy": (
            "api-6d4b75cb6d-hwf9c/proxy",
            State.RUNNING,
            "Running",
            None,
        ),
        "report-28f4k/report": ("report-28f4k", State.STOPPED, "Completed", 0),
        "migrate/migrate": ("migrate", State.STOPPED, "Error", 1),
        "broken/broken": ("broken", State.ERROR, "ImagePullBackOff", None),
        "hello-world/hello-world": ("hello-world", State.RESTARTING, "CrashLoopBackOff", 0),
    }


def test_the_facts_of_a_container(cloud):
    found = listed()
    web = found["web/web"]

    assert (web.image, web.memory) == ("nginx:1.27", 512)
    assert web.image_id == "docker.io/library/nginx@sha256:" + "ab" * 32
    assert web.command == "-g 'daemon off;'"
    assert web.ips == ("10.244.1.17", "2001:db8:42::1")
    assert web.ports == (PortRecord(80, "tcp", 8080), PortRecord(53, "udp"))
    assert web.labels == (("app", "web"), ("team", "red"))
    assert web.created_at.isoformat() == "2026-11-20T09:12:45+00:00"
    assert found["report-28f4k/report"].command == "sh -c 'echo $(date)'"
    assert found["hello-world/hello-world"].ips == ("172.17.0.2",)
    memory = [found[f"api-6d4b75cb6d-hwf9c/{name}"].memory for name in ("app", "proxy")]
    assert memory == [953, 128]
    assert found["migrate/migrate"].memory is None


def waiting(reason, **more):
    return {"state": {"waiting": {"reason": reason} if reason else {}}, **more}


def terminated(code, reason=None):
    return {"state": {"terminated": {"exitCode": code, **({"reason": reason} if reason else {})}}}


def killed(signal):
    """The state from a runtime that reports no exit code of its own."""
    return {"state": {"terminated": {"exitCode": 0, "signal": signal}}}


UNSCHEDULABLE = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
FAILING_INIT = {"initContainerStatuses": [{"name": "fetch", **waiting("CrashLoopBackOff")}]}
FAILED_INIT = {"initContainerStatuses": [{"name": "fetch", **terminated(2, "Error")}]}
GOOD_INIT = {"initContainerStatuses": [{"name": "fetch", **terminated(0, "Completed")}]}
BUSY_INIT = {"initContainerStatuses": [{"name": "fetch", "state": {"running": {}}}]}


@pytest.mark.parametrize(
    ("container", "told", "policy", "expected"),
    [
        # not on a machine yet
        (None, {"phase": "Pending"}, "Always", ("Pending", State.PENDING)),
        (
            None,
            {"phase": "Pending", "conditions": [UNSCHEDULABLE]},
            "Always",
            ("Unschedulable", State.PENDING),
        ),
        (None, {"phase": "Running"}, "Always", ("Running", State.PENDING)),
        (None, {}, "Always", ("Pending", State.PENDING)),
        # being made
        (
            waiting("ContainerCreating"),
            {"phase": "Pending"},
            "Always",
            ("ContainerCreating", State.PENDING),
        ),
        (waiting("PodInitializing"), BUSY_INIT, "Always", ("PodInitializing", State.PENDING)),
        (waiting("PodInitializing"), GOOD_INIT, "Always", ("PodInitializing", State.PENDING)),
        (
            waiting("PodInitializing"),
            FAILING_INIT,
            "Always",
            ("Init:CrashLoopBackOff", State.ERROR),
        ),
        (waiting("PodInitializing"), FAILED_INIT, "Never", ("Init:Error", State.ERROR)),
        (waiting(None), {"phase": "Pending"}, "Always", ("Pending", State.PENDING)),
        # cannot run
        (waiting("ErrImagePull"), {"phase": "Pending"}, "Always", ("ErrImagePull", State.ERROR)),
        (
            waiting("CreateContainerConfigError"),
            {"phase": "Pending"},
            "Always",
            ("CreateContainerConfigError", State.ERROR),
        ),
        (
            terminated(128, "StartError"),
            {"phase": "Running"},
            "Always",
            ("StartError", State.ERROR),
        ),
        (waiting("Meditating"), {"phase": "Pending"}, "Always", ("Meditating", State.UNKNOWN)),
        # ended
        (terminated(137, "OOMKilled"), {"phase": "Failed"}, "Never", ("OOMKilled", State.STOPPED)),
        (
            terminated(137, "OOMKilled"),
            {"phase": "Running"},
            "Always",
            ("OOMKilled", State.RESTARTING),
        ),
        (terminated(1, "Error"), {"phase": "Running"}, "OnFailure", ("Error", State.RESTARTING)),
        (
            terminated(0, "Completed"),
            {"phase": "Running"},
            "OnFailure",
            ("Completed", State.STOPPED),
        ),
        (killed(9), {"phase": "Failed"}, "Never", ("Signal:9", State.STOPPED)),
        (terminated(3), {"phase": "Failed"}, "Never", ("ExitCode:3", State.STOPPED)),
        (None, {"phase": "Succeeded"}, "Never", ("Succeeded", State.STOPPED)),
        (None, {"phase": "Failed"}, "Never", ("Failed", State.ERROR)),
        (None, {"phase": "Failed", "reason": "Evicted"}, "Always", ("Evicted", State.ERROR)),
        (None, {"phase": "Failed", "reason": "OutOfcpu"}, "Always", ("OutOfcpu", State.ERROR)),
        # out of sight
        ({"state": {"running": {}}}, {"phase": "Unknown"}, "Always", ("Unknown", State.UNKNOWN)),
        (
            {"state": {"running": {}}},
            {"phase": "Running", "reason": "NodeLost"},
            "Always",
            ("Unknown", State.UNKNOWN),
        ),
    ],
)
def test_what_a_container_does(cloud, container, told, policy, expected):
    pod = pod_named(cloud, "web")
    statuses = [{"name": "web", **container}] if container else []
    pod["status"] = told | {"containerStatuses": statuses}
    pod["spec"]["restartPolicy"] = policy

    web = listed()["web/web"]

    assert (web.raw_state, web.state) == expected


def test_what_is_being_deleted_is_stopping(cloud):
    pod_named(cloud, "web")["metadata"]["deletionTimestamp"] = "2026-11-26T10:00:00Z"

    web = listed()["web/web"]

    assert (web.state, web.raw_state) == (State.STOPPING, "Terminating")


def test_what_waits_to_be_started_again_tells_how_it_ended(cloud):
    status = pod_named(cloud, "web")["status"]["containerStatuses"][0]
    status |= waiting("CrashLoopBackOff", lastState=terminated(143, "Error")["state"])

    assert listed()["web/web"].exit_code == 143


def test_what_goes_on_beside_the_others_is_told_and_what_prepares_is_not(cloud):
    pod = pod_named(cloud, "web")
    pod["spec"]["initContainers"] = [
        {"name": "fetch", "image": "busybox"},
        {"name": "logs", "image": "fluentd", "restartPolicy": "Always"},
    ]
    pod["status"]["initContainerStatuses"] = [{"name": "logs", "state": {"running": {}}}]

    found = listed()

    assert found["web/logs"].state is State.RUNNING
    assert found["web/web"].name == "web/web"  # it is not the only one any more
    assert "web/fetch" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("512Mi", 512),
        ("1G", 953),
        ("1Gi", 1024),
        ("128974848", 123),
        ("129e6", 123),
        ("1.5Gi", 1536),
        (".5Gi", 512),
        ("2E0", 0),
        ("1Ti", 1024 * 1024),
        ("104857600000m", 100),
        ("1048575", 0),
        ("1E", 953674316406),
    ],
)
def test_quantities_are_read_exactly(text, expected):
    assert mebibytes(text) == expected


def test_a_limit_that_no_column_holds_is_none(cloud):
    pod_named(cloud, "web")["spec"]["containers"][0]["resources"]["limits"]["memory"] = "1E"

    assert listed()["web/web"].memory is None


@pytest.mark.parametrize("text", ["", "Mi", "1MB", "1 Gi", "ten", "1Gi2", "0x10"])
def test_what_is_no_quantity_is_an_error(text):
    with pytest.raises(ValueError, match="no quantity"):
        mebibytes(text)


# --- what is done -----------------------------------------------------------------------------


def test_an_order_is_a_pod_that_stays_ended(cloud):
    order = NewContainer(
        "made.here",
        "nginx:1.27",
        "token-1",
        command=("serve", "$(HOME)"),
        environment=(("PRICE", "$5"),),
        ports=(PortRecord(80, "tcp", 8080, "192.0.2.1"), PortRecord(53, "udp")),
        labels=(("gateway-job", "token-1"),),
        memory=64,
    )
    with connected() as cluster:
        made = cluster.create("containers", "deploy", order)
        found = cluster.find("containers", made.external_id)

    [posted] = [one.body for one in cloud.asked if one.method == "POST"]
    assert posted == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "made.here", "labels": {"gateway-job": "token-1"}},
        "spec": {
            "restartPolicy": "Never",
            "containers": [
                {
                    "name": "made-here",
                    "image": "nginx:1.27",
                    "args": ["serve", "$$(HOME)"],
                    "env": [{"name": "PRICE", "value": "$$5"}],
                    "ports": [
                        {
                            "containerPort": 80,
                            "protocol": "TCP",
                            "hostPort": 8080,
                            "hostIP": "192.0.2.1",
                        },
                        {"containerPort": 53, "protocol": "UDP"},
                    ],
                    "resources": {"limits": {"memory": "64Mi"}},
                }
            ],
        },
    }
    assert made.external_id == "made.here/made-here"
    assert (made.name, made.state, made.raw_state) == ("made.here", State.PENDING, "Pending")
    assert found.state is State.RUNNING
    assert found.command == "serve '$(HOME)'"


def test_a_name_that_was_taken_for_a_moment_is_worth_another_attempt(cloud):
    cloud.fault = cloud.status(409, "AlreadyExists", 'pods "made-here" already exists')
    cloud.fault_meets = lambda request: request.method == "POST"

    error = refused(lambda cluster: cluster.create("containers", "deploy", ORDER))

    assert (error.code, error.is_final) == (Code.CONFLICT, False)


def test_a_pod_of_several_containers_is_not_removed_for_one_of_them(cloud):
    pod_named(cloud, "api-6d4b75cb6d-hwf9c")["metadata"].pop("ownerReferences")

    error = refused(lambda cluster: cluster.do("containers", "remove", "api-6d4b75cb6d-hwf9c/app"))

    assert (error.code, error.retryable) == (Code.CONFLICT, False)
    assert "has 2 containers" in error.message
    assert "kubectl" in error.message


def test_a_pod_that_would_come_back_is_not_removed(cloud):
    error = refused(lambda cluster: cluster.do("containers", "remove", "report-28f4k/report"))

    assert (error.code, error.retryable) == (Code.CONFLICT, False)
    assert "belongs to Job report" in error.message
    assert pod_named(cloud, "report-28f4k")
    assert not [one for one in cloud.asked if one.method == "DELETE"]


def test_an_owner_that_controls_nothing_keeps_nobody(cloud):
    owner = {"kind": "ConfigMap", "name": "settings", "uid": "1"}
    pod_named(cloud, "web")["metadata"]["ownerReferences"] = [owner]
    with connected() as cluster:
        cluster.do("containers", "remove", "web/web")
        assert cluster.find("containers", "web/web") is None


def test_a_pod_of_the_same_name_that_came_meanwhile_is_not_removed(cloud):
    """The pod that was looked at is the only pod that is deleted."""
    plain = cloud.get_pod

    def looked_at(request, namespace, name):
        answer = plain(request, namespace, name)
        pod_named(cloud, "web")["metadata"]["uid"] = "another"
        return answer

    route = next(one for one in cloud._routes if one[2] == cloud.get_pod)
    cloud._routes[cloud._routes.index(route)] = (*route[:2], looked_at)

    error = refused(lambda cluster: cluster.do("containers", "remove", "web/web"))

    assert error.code is Code.CONFLICT
    assert pod_named(cloud, "web")


def test_what_is_being_deleted_is_not_deleted_again(cloud):
    pod_named(cloud, "web")["metadata"]["deletionTimestamp"] = "2026-11-26T10:00:00Z"
    with connected() as cluster:
        cluster.do("containers", "remove", "web/web")

    assert not [one for one in cloud.asked if one.method == "DELETE"]


def test_another_container_of_the_pods_name_is_nobody(cloud):
    error = refused(lambda cluster: cluster.do("containers", "remove", "web/other"))

    assert error.code is Code.NOT_FOUND


@pytest.mark.parametrize("act", ["start_container", "stop_container", "restart_container"])
def test_kubernetes_has_no_power(cloud, act):
    error = refused(lambda cluster: call_named(cluster, act)("web/web"))

    assert error.code is Code.NOT_SUPPORTED
    assert cloud.asked == []


def test_a_page_of_another_kind_is_no_list(cloud):
    cloud.fault = as_json({"kind": "ServiceList", "items": [], "metadata": {}})
    assert refused().code is Code.PROVIDER_ERROR

    cloud.fault = as_json(recording("kubernetes/pods"))
    assert (
        refused(lambda cluster: cluster.find("containers", "web/web")).code is Code.PROVIDER_ERROR
    )


@pytest.mark.parametrize("items", [None, []])
def test_items_that_are_null_are_none(cloud, items):
    """Kubernetes 1.5 answers null: github.com/kubernetes/kubernetes/issues/39822."""
    version = {"resourceVersion": "25"}
    cloud.fault = as_json({"kind": "PodList", "items": items, "metadata": version})
    cloud.fault_meets = lambda request: request.path.endswith("/pods")

    assert listed() == {}


@pytest.mark.parametrize("metadata", [{}, {"resourceVersion": ""}, {"resourceVersion": None}])
@pytest.mark.parametrize("items", [None, []])
def test_an_empty_list_without_its_version_is_none(cloud, items, metadata):
    """An API server sends one with each list: "ListMeta" in the API reference."""
    cloud.fault = as_json({"kind": "PodList", "items": items, "metadata": metadata})
    cloud.fault_meets = lambda request: request.path.endswith("/pods")

    error = refused()

    assert error.code is Code.PROVIDER_ERROR
    assert "resourceVersion" in error.message


def test_a_list_without_its_items_is_none(cloud):
    cloud.fault = as_json({"kind": "PodList", "metadata": {"resourceVersion": "25"}})
    cloud.fault_meets = lambda request: request.path.endswith("/pods")

    assert refused().code is Code.PROVIDER_ERROR


# --- what it would do -------------------------------------------------------------------------


def verdicts():
    deploy, remove = Capability.DEPLOY_CONTAINER, Capability.REMOVE_CONTAINER
    with connected() as cluster:
        return [
            cluster.check(deploy, order=ORDER),
            cluster.check(deploy, order=replace(ORDER, name="web")),
            cluster.check(deploy, order=replace(ORDER, name="No Name")),
            cluster.check(remove, "web/web"),
            cluster.check(remove, "report-28f4k/report"),
            cluster.check(remove, "nobody/nobody"),
        ]


def test_the_cluster_tells_what_it_would_do_and_does_nothing(cloud):
    before = copy.deepcopy(cloud.pods)

    found = [(one.allowed, one.code) for one in verdicts()]

    assert found == [
        (True, None),
        (False, Code.CONFLICT),
        (False, Code.INVALID_REQUEST),
        (True, None),
        (False, Code.CONFLICT),
        (False, Code.NOT_FOUND),
    ]
    assert cloud.pods == before
    acting = [one for one in cloud.asked if one.method != "GET"]
    assert {one.query.get("dryRun") for one in acting} == {"All"}
    deleting = [one.body for one in acting if one.method == "DELETE"]
    assert [body["dryRun"] for body in deleting] == [["All"]]


def test_a_dry_run_of_a_removal_survives_the_loss_of_its_body(cloud):
    """Some proxies drop the body of a DELETE."""
    plain = cloud.answer
    cloud.answer = lambda request: plain(
        replace(request, text="") if request.method == "DELETE" else request
    )
    with connected() as cluster:
        assert cluster.check(Capability.REMOVE_CONTAINER, "web/web").allowed

    assert pod_named(cloud, "web")


@pytest.mark.parametrize(
    "version", [{"major": "1", "minor": "17+"}, {"major": "", "minor": ""}, {}]
)
def test_a_cluster_that_may_not_know_dry_runs_is_not_asked(cloud, version):
    cloud.version = version

    assert verdicts() == [None] * 6
    assert {one.path for one in cloud.asked} == {"/version"}


# --- what the account may do ------------------------------------------------------------------


def test_the_cluster_tells_what_the_account_may_do(cloud):
    cloud.denied = {"delete pods"}
    before = copy.deepcopy(cloud.pods)
    with connected() as cluster:
        found = {one.capability: one for one in probe(cluster, None).findings}

    assert found[Capability.DEPLOY_CONTAINER].permission is Permission.ALLOWED
    removing = found[Capability.REMOVE_CONTAINER]
    assert (removing.permission, removing.actions) == (Permission.DENIED, ("delete pods",))
    assert cloud.pods == before
