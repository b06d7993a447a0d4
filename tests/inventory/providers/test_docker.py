"""Docker's own behaviour: addresses of engines, versions, states, pulls, and certificates."""

import re
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gateway.core.http import budget
from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.providers.docker import images, inspection, pulls
from inventory.providers.docker.engine import Engine, engine_of
from inventory.types import ContainerState, NewContainer, PortRecord
from tests.clouds.apis.docker import Docker
from tests.clouds.certificates import Signed, known_by, server_context
from tests.clouds.recorded import as_json, recording, served, served_at, served_by_tls
from tests.clouds.static_ec2 import reply
from tests.inventory.providers.contract.test_whole_lists import changing

Code = ProviderErrorCode
State = ContainerState
KIND = get_kind("docker")
ORDER = NewContainer(
    "made-here", "lab/tool:1", "token-1", labels=(("gateway-job", "token-1"),), memory=32
)


@pytest.fixture
def cloud(monkeypatch):
    with served(Docker(), monkeypatch) as cloud:
        yield cloud


@pytest.fixture(autouse=True)
def under_way(monkeypatch):
    """No pull of another test is under way."""
    made = pulls.Pulls()
    monkeypatch.setattr("inventory.providers.docker.images.UNDER_WAY", made)
    return made


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch):
    monkeypatch.setattr(inspection, "KEPT", inspection.Inspections())


def connected(host="tcp://engine.example:2375", timeout=60, **given):
    credentials = KIND.clean_credentials({"host": host, **given})
    return connect(KIND, credentials, "global", timeout)


def refused(ask=lambda engine: engine.read("containers"), **options):
    with pytest.raises(ProviderError) as caught, connected(**options) as engine:
        ask(engine)
    return caught.value


def paths(cloud, method="GET"):
    return [one.path for one in cloud.asked if one.method == method]


def named(cloud, name):
    return next(one for one in cloud.containers if one["Names"] == [f"/{name}"])


# --- where an engine is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("tcp://engine.example", Engine("engine.example", 2375)),
        ("tcp://engine.example:4243/", Engine("engine.example", 4243)),
        ("http://engine.example:80", Engine("engine.example", 80)),
        ("https://engine.example", Engine("engine.example", 2376, secure=True)),
        ("tcp://[2001:db8::1]:99", Engine("[2001:db8::1]", 99)),
        ("unix:///run/docker.sock", Engine(socket="/run/docker.sock")),
    ],
)
def test_an_address_is_read_as_docker_host_has_it(host, expected):
    assert engine_of({"host": host}) == expected


@pytest.mark.parametrize(
    "host",
    [
        "engine.example:2375",
        "ssh://engine.example",
        "tcp://",
        "tcp://engine.example:port",
        "tcp://me@engine.example",
        "tcp://engine.example/path",
        "tcp://engine.example?x=1",
        "unix://docker.sock",
        "npipe:////./pipe/docker_engine",
        "fd://",
    ],
)
def test_another_address_is_refused_with_those_that_there_are(host):
    with pytest.raises(CredentialProblem, match="as DOCKER_HOST has it") as caught:
        KIND.clean_credentials({"host": host})

    assert caught.value.field == "host"


def test_an_address_inside_is_refused_when_it_is_entered(settings):
    settings.EGRESS_ALLOW = []
    for host in ("tcp://127.0.0.1:2375", "tcp://[::1]:2375", "unix:///var/run/docker.sock"):
        with pytest.raises(CredentialProblem, match="is not allowed"):
            KIND.clean_credentials({"host": host})


def test_a_socket_on_this_machine(settings, tmp_path):
    path = tmp_path / "docker.sock"
    settings.EGRESS_ALLOW = [str(path)]
    with served_at(Docker(), path) as cloud, connected(f"unix://{path}") as engine:
        assert len(engine.read("containers")) == len(cloud.containers)


def test_a_socket_is_asked_for_only_while_it_is_allowed(settings, tmp_path):
    path = tmp_path / "docker.sock"
    settings.EGRESS_ALLOW = [str(path)]
    with served_at(Docker(), path) as cloud, connected(f"unix://{path}") as engine:
        settings.EGRESS_ALLOW = []
        with pytest.raises(ProviderError) as caught:
            engine.read("containers")

    assert caught.value.code is Code.ADDRESS_NOT_ALLOWED
    assert cloud.asked == []


def test_a_socket_that_is_not_there_is_unreachable(settings, tmp_path):
    path = tmp_path / "docker.sock"
    settings.EGRESS_ALLOW = [str(path)]

    error = refused(host=f"unix://{path}")

    assert error.code is Code.UNREACHABLE
    assert "No such file" in error.message


# --- versions of the API ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("newest", "oldest", "spoken"),
    [("1.41", "1.12", "v1.41"), ("1.99", "1.44", "v1.47"), ("1.99", "1.60", "v1.60")],
)
def test_a_version_is_spoken_that_both_sides_know(cloud, newest, oldest, spoken):
    cloud.version |= {"ApiVersion": newest, "MinAPIVersion": oldest}
    with connected() as engine:
        try:
            engine.read("containers")
        except ProviderError:
            assert spoken != "v1.41"  # these recordings are of that one

    assert paths(cloud)[:2] == ["/version", f"/{spoken}/containers/json"]


def test_an_engine_without_a_oldest_version_is_asked_in_its_newest(cloud):
    cloud.version.pop("MinAPIVersion")
    with connected() as engine:
        assert engine.read("containers")


def test_the_version_is_asked_for_once(cloud):
    for _ in range(3):
        with connected() as engine:
            engine.read("containers")

    assert paths(cloud).count("/version") == 1


def test_an_engine_that_was_replaced_is_asked_anew(cloud):
    cloud.version |= {"ApiVersion": "1.40"}
    with connected() as engine:
        with pytest.raises(ProviderError):
            engine.read("containers")
    cloud.version |= {"ApiVersion": "1.41"}
    text = '{"message":"client version 1.40 is too old. Minimum supported API version is 1.41"}'
    cloud.fault = reply(text, 400)
    cloud.fault_meets = lambda request: "/v1.40/" in request.path

    with connected() as engine:
        assert engine.read("containers")

    lists = [path for path in paths(cloud) if path.endswith(("/version", "/containers/json"))]
    assert lists[-3:] == ["/v1.40/containers/json", "/version", "/v1.41/containers/json"]


def test_an_engine_that_is_too_old_is_not_supported(cloud):
    cloud.version |= {"ApiVersion": "1.22"}

    assert refused().code is Code.NOT_SUPPORTED


def test_an_engine_whose_version_is_none_is_no_engine(cloud):
    cloud.version |= {"ApiVersion": "latest"}

    assert refused().code is Code.PROVIDER_ERROR


# --- the content of a list --------------------------------------------------------------------


def test_every_state_of_a_real_engine(cloud):
    with connected() as engine:
        found = {one.name: one for one in engine.read("containers")}

    told = {name: (one.state, one.raw_state, one.exit_code) for name, one in found.items()}
    assert told == {
        "second": (State.RUNNING, "running", None),
        "again": (State.RESTARTING, "restarting", 3),
        "fresh": (State.CREATED, "created", None),
        "halted": (State.PAUSED, "paused", None),
        "killed": (State.STOPPED, "exited", 137),
        "done": (State.STOPPED, "exited", 0),
        "web": (State.RUNNING, "running", None),
    }


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("Exited (3221225477) 2 hours ago", -1073741819),  # as Windows has it, 0xC0000005
        ("Exited (-1) 2 hours ago", -1),
        ("Exited (255) 2 hours ago", 255),
        ("Dead", None),
        ("", None),
        (None, None),
    ],
)
def test_exit_codes(cloud, status, code):
    cloud.containers[0] |= {"State": "exited", "Status": status}
    with connected() as engine:
        assert engine.read("containers")[0].exit_code == code


@pytest.mark.parametrize(
    ("word", "state"),
    [("removing", State.STOPPING), ("dead", State.ERROR), ("dreaming", State.UNKNOWN)],
)
def test_states_that_pass_or_are_new(cloud, word, state):
    cloud.containers[0]["State"] = word
    with connected() as engine:
        found = engine.read("containers")[0]

    assert (found.state, found.raw_state) == (state, word)


def test_the_facts_of_a_container(cloud):
    with connected() as engine:
        web = next(one for one in engine.read("containers") if one.name == "web")

    assert web.ips == ("172.17.0.2",)
    assert web.ports == (
        PortRecord(53, "udp", 18053, "127.0.0.1"),
        PortRecord(80, "tcp", 18080, "0.0.0.0"),  # noqa: S104 - as Docker tells it
        PortRecord(80, "tcp", 18080, "::"),
        PortRecord(9000, "tcp"),
    )
    assert web.labels == (("env", "prod"), ("team", "red"))
    assert (web.image, web.command) == ("busybox", "sleep 100000")
    assert web.image_id.startswith("sha256:")
    assert web.memory is None  # no list shows it


def test_ports_in_another_order_are_no_change(cloud):
    with connected() as engine:
        before = engine.read("containers")
        named(cloud, "web")["Ports"].reverse()

        assert engine.read("containers") == before


@pytest.mark.parametrize("label", ["999", "half", "", "-1", "99999999999", "9" * 5000, "٣"])
@pytest.mark.parametrize(("limit", "expected"), [(0, None), (48 << 20, 48), (1 << 70, None)])
def test_a_memory_limit_is_the_engines_whatever_a_label_says(cloud, label, limit, expected):
    """Anybody may set the label."""
    web = named(cloud, "web")
    web["Labels"]["gateway-memory"] = label
    cloud.limits[web["Id"]] = limit
    with connected() as engine:
        found = {one.name: one for one in engine.read("containers")}
        assert engine.find("containers", web["Id"]) == found["web"]

    assert (found["done"].memory, found["web"].memory) == (32, expected)


def inspected(cloud):
    asked = (re.fullmatch(r".*/containers/([0-9a-f]+)/json", path) for path in paths(cloud))
    return [match[1] for match in asked if match]


def test_only_what_lacks_a_fact_is_inspected_and_once(cloud):
    cloud.add(50)
    with connected() as engine:
        first, second = engine.read("containers"), engine.read("containers")

    assert first == second
    assert inspected(cloud) == [named(cloud, "done")["Id"]]


def test_a_limit_that_was_changed_is_seen_after_a_while(cloud, monkeypatch):
    done = named(cloud, "done")
    with connected() as engine:
        assert engine.find("containers", done["Id"]).memory == 32
        cloud.limits[done["Id"]] = 64 << 20
        monkeypatch.setattr(inspection, "KEPT", inspection.Inspections())  # it was long ago

        assert engine.find("containers", done["Id"]).memory == 64


@pytest.mark.parametrize("asked", ["lab/tool:1", "busybox@sha256:" + "1" * 64, "busybox"])
def test_an_image_is_shown_as_it_was_asked_for(cloud, asked):
    """The image's name refers to another image by now, so the list shows an id."""
    web = named(cloud, "web")
    web["Image"] = web["ImageID"]
    cloud.asked_for[web["Id"]] = asked
    with connected() as engine:
        found = {one.name: one for one in engine.read("containers")}

    assert (found["web"].image, found["web"].image_id) == (asked, web["ImageID"])
    assert found["second"].image == "busybox"


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_inspection_that_fails_leaves_the_list_as_it_is(cloud, status):
    web, done = named(cloud, "web"), named(cloud, "done")
    web["Image"] = web["ImageID"]
    cloud.asked_for[web["Id"]] = "busybox"
    cloud.fault = cloud.error(status, "no")
    cloud.fault_meets = lambda request: request.path.endswith(f"{done['Id']}/json")
    with connected() as engine:
        found = {one.name: one for one in engine.read("containers")}

    assert len(found) == len(cloud.containers)
    assert found["done"].memory is None
    # Another failure than that of one container ends the questions.
    assert found["web"].image == (web["ImageID"] if status != 404 else "busybox")


def test_a_listing_spends_a_bounded_time_on_inspections(cloud, monkeypatch):
    monkeypatch.setattr(inspection, "LOOKING_SECONDS", 0)
    with connected() as engine:
        found = {one.name: one.memory for one in engine.read("containers")}

    assert found["done"] is None
    assert inspected(cloud) == []


def test_a_nul_in_somebodys_label_is_no_nul_here(cloud):
    """Docker takes it, and PostgreSQL would refuse the whole list for it."""
    named(cloud, "web")["Labels"] = {"a\0b": "c\0d"}
    named(cloud, "web")["Command"] = "echo \0"
    with connected() as engine:
        found = {one.name: one for one in engine.read("containers")}
        assert engine.find("containers", found["web"].external_id) == found["web"]

    assert found["web"].labels == (("a\ufffdb", "c\ufffdd"),)
    assert found["web"].command == "echo \ufffd"


def test_a_name_is_its_own_and_not_that_of_a_link(cloud):
    cloud.containers[0]["Names"] = ["/other/alias", "/own"]
    cloud.containers[1]["Names"] = None
    with connected() as engine:
        own, nameless = engine.read("containers")[:2]

    assert own.name == "own"
    assert nameless.name == nameless.external_id[:12]


def test_the_beginning_of_an_id_is_nobodys_id(cloud):
    whole = cloud.containers[0]["Id"]
    with connected() as engine:
        assert engine.find("containers", whole[:12]) is None
        assert engine.find("containers", "web") is None
        assert engine.find("containers", whole).external_id == whole


# --- what is done -----------------------------------------------------------------------------


def test_what_is_so_already_is_no_error(cloud):
    """Docker answers 304, with nothing in it."""
    with connected() as engine:
        engine.do("containers", "start", named(cloud, "web")["Id"])
        engine.do("containers", "stop", named(cloud, "done")["Id"])

    assert (named(cloud, "web")["State"], named(cloud, "done")["State"]) == ("running", "exited")


def test_a_start_lets_go_on_what_is_paused(cloud):
    with connected() as engine:
        engine.do("containers", "start", named(cloud, "halted")["Id"])

    assert named(cloud, "halted")["State"] == "running"


def test_another_conflict_of_a_start_is_told_as_it_is(cloud):
    cloud.fault = reply('{"message":"container is marked for removal"}', 409)
    cloud.fault_meets = lambda request: request.path.endswith("/start")

    error = refused(lambda engine: engine.do("containers", "start", named(cloud, "killed")["Id"]))

    assert (error.code, error.message) == (Code.CONFLICT, "container is marked for removal")


@pytest.mark.parametrize(("timeout", "grace"), [(60, "10"), (8, "5"), (2, "0")])
def test_a_stop_is_over_within_the_time_that_there_is(cloud, timeout, grace, monkeypatch):
    now = time.monotonic()
    monkeypatch.setattr(budget, "time", SimpleNamespace(monotonic=lambda: now))

    with connected(timeout=timeout) as engine:
        engine.do("containers", "stop", named(cloud, "web")["Id"])
        engine.do("containers", "restart", named(cloud, "web")["Id"])

    assert [one.query["t"] for one in cloud.asked if "t" in one.query] == [grace, grace]


def test_a_removal_that_is_under_way_is_as_good_as_one(cloud):
    named(cloud, "web")["State"] = "removing"
    with connected() as engine:
        engine.do("containers", "remove", named(cloud, "web")["Id"])


# --- images -----------------------------------------------------------------------------------


def test_an_image_is_told_under_each_of_its_names(cloud):
    with connected() as engine:
        assert [one.name for one in engine.read("images")] == ["busybox:latest", "lab/tool:2"]
        [by_id] = {one["Id"] for one in recording("docker/images")}
        assert len(engine.read("images", by_id)) == 2
        assert [one.name for one in engine.read("images", "Tool")] == ["lab/tool:2"]


@pytest.mark.parametrize("names", [None, [], ["<none>:<none>"]])
def test_an_image_without_a_name_is_left_out(cloud, names):
    cloud.fault = as_json([{"Id": "sha256:0123", "RepoTags": names}])
    cloud.fault_meets = lambda request: request.path.endswith("/images/json")
    with connected() as engine:
        assert engine.read("images") == []


# --- deploying, and its pulls -----------------------------------------------------------------


def test_an_order_says_all_that_docker_has_to_know(cloud):
    order = replace(
        ORDER,
        command=("serve", "--port 80"),
        environment=(("A", "b=c"), ("EMPTY", "")),
        ports=(PortRecord(80, "tcp", 8080, "127.0.0.1"), PortRecord(53, "udp")),
    )
    with connected() as engine:
        engine.create("containers", "deploy", order)

    created = [one for one in cloud.asked if one.path.endswith("/create") and one.body][-1]
    assert created.query == {"name": "made-here"}
    assert created.body == {
        "Image": "lab/tool:1",
        "Cmd": ["serve", "--port 80"],
        "Env": ["A=b=c", "EMPTY="],
        "Labels": {"gateway-job": "token-1", "gateway-memory": "32"},
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
        "HostConfig": {
            "Memory": 32 * 1024 * 1024,
            "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
        },
    }


def test_an_image_that_is_there_is_not_fetched(cloud):
    with connected() as engine:
        engine.create("containers", "deploy", replace(ORDER, image="busybox"))

    assert not any(path.endswith("/images/create") for path in paths(cloud, "POST"))


@pytest.mark.parametrize(
    ("image", "asked"),
    [
        ("tool", {"fromImage": "tool", "tag": "latest"}),
        ("lab/tool:1", {"fromImage": "lab/tool:1"}),
        (
            "registry.example:5000/tool",
            {"fromImage": "registry.example:5000/tool", "tag": "latest"},
        ),
        ("tool@sha256:0123", {"fromImage": "tool@sha256:0123"}),
    ],
)
def test_an_image_that_is_not_there_is_fetched_and_only_the_one(cloud, image, asked):
    cloud.registry = {image, f"{image}:latest"}
    with connected() as engine:
        made = engine.create("containers", "deploy", replace(ORDER, image=image))

    assert (made.image, made.state) == (image, State.CREATED)
    [pull] = [one for one in cloud.asked if one.path.endswith("/images/create")]
    assert pull.query == asked


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("manifest for lab/tool:1 not found: manifest unknown", Code.NOT_FOUND),
        ("unauthorized: authentication required", Code.PERMISSION_DENIED),
        ("denied: requested access to the resource is denied", Code.PERMISSION_DENIED),
        ("toomanyrequests: You have reached your pull rate limit", Code.RATE_LIMITED),
        ("write /var/lib/docker/tmp: no space left on device", Code.PROVIDER_ERROR),
    ],
)
def test_a_pull_that_fails_inside_of_its_200_is_told(cloud, sentence, code):
    cloud.pull_ends_in = sentence
    before = len(cloud.containers)

    error = refused(lambda engine: engine.create("containers", "deploy", ORDER))

    assert error.code is code
    assert error.message == f"lab/tool:1 cannot be fetched: {sentence}"
    assert len(cloud.containers) == before


def test_a_registry_that_wants_a_login_makes_no_certificate_wrong(cloud):
    cloud.fault = reply('{"message":"unauthorized: authentication required"}', 401)
    cloud.fault_meets = lambda request: request.path.endswith("/images/create")

    assert (
        refused(lambda engine: engine.create("containers", "deploy", ORDER)).code
        is Code.PERMISSION_DENIED
    )


def test_an_image_that_is_null_is_not_left_out_silently(cloud):
    changing(cloud, "/images/json", lambda body: body.insert(0, None))
    with connected() as engine:
        *others, odd = engine.read("images")

    assert odd.problem == "The cloud's answer has an unexpected form: the image is missing."
    assert others
    assert not any(one.problem for one in others)


def test_an_image_that_is_nowhere_is_not_found(cloud):
    error = refused(
        lambda engine: engine.create("containers", "deploy", replace(ORDER, image="no/where:1"))
    )

    assert (error.code, error.retryable) == (Code.NOT_FOUND, False)


def test_progress_that_cannot_be_read_is_no_success(cloud):
    cloud.fault = reply("<html>")
    cloud.fault_meets = lambda request: request.path.endswith("/images/create")

    assert (
        refused(lambda engine: engine.create("containers", "deploy", ORDER)).code
        is Code.PROVIDER_ERROR
    )


def test_a_pull_that_outlasts_a_step_goes_on_and_the_next_step_has_it(cloud, monkeypatch):
    """An engine drops an image that it has fetched when no client waits for it any more."""
    go_on, begun = threading.Event(), threading.Event()
    plain = cloud.answer

    def slow(request):
        if request.path.endswith("/images/create"):
            begun.set()
            go_on.wait(60)
        return plain(request)

    cloud.answer = slow
    with monkeypatch.context() as patched:
        patched.setattr(images, "PATIENCE_SECONDS", 0.2)
        first = refused(lambda engine: engine.create("containers", "deploy", ORDER))
        assert begun.wait(60)
        second = refused(lambda engine: engine.create("containers", "deploy", ORDER))
    go_on.set()
    with connected() as engine:
        made = engine.create("containers", "deploy", ORDER)

    assert (first.code, first.retryable) == (second.code, True) == (Code.TIMEOUT, True)
    assert made.name == "made-here"
    assert [one.path for one in cloud.asked].count("/v1.41/images/create") == 1


def test_a_failure_is_told_once_and_the_next_attempt_begins_anew(cloud):
    cloud.pull_ends_in = "unexpected EOF"
    assert refused(lambda engine: engine.create("containers", "deploy", ORDER)).retryable

    cloud.pull_ends_in = None
    with connected() as engine:
        assert engine.create("containers", "deploy", ORDER).image == "lab/tool:1"


def test_a_worker_fetches_only_so_many_at_once(cloud, monkeypatch):
    monkeypatch.setattr(pulls, "AT_ONCE", 0)
    monkeypatch.setattr("inventory.providers.docker.images.UNDER_WAY", pulls.Pulls())

    assert (
        refused(lambda engine: engine.create("containers", "deploy", ORDER)).code
        is Code.RATE_LIMITED
    )


def test_a_conflict_about_something_else_is_told_as_it_is(cloud):
    cloud.fault = reply('{"message":"the volume is being removed"}', 409)
    cloud.fault_meets = lambda request: request.path.endswith("/containers/create")

    error = refused(lambda engine: engine.create("containers", "deploy", ORDER))

    assert (error.code, error.message) == (Code.CONFLICT, "the volume is being removed")


# --- TLS --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority():
    return Signed("authority.example")


@pytest.fixture
def tls_port(authority, tmp_path):
    server = Signed("127.0.0.1", authority)
    with served_by_tls(Docker(), server_context(tmp_path, server, clients=authority)) as port:
        yield port


def test_an_engine_with_an_authority_of_its_own_and_a_client_that_it_knows(authority, tls_port):
    given = known_by(Signed("gateway.example", authority), authority)
    with connected(f"tcp://127.0.0.1:{tls_port}", **given) as engine:
        assert len(engine.read("containers")) == 7


def test_the_certificate_of_another_authority_is_wrong_credentials(authority, tls_port):
    given = known_by(Signed("gateway.example", Signed("another.example")), authority)

    error = refused(host=f"https://127.0.0.1:{tls_port}", **given)

    assert (error.code, error.retryable) == (Code.INVALID_CREDENTIALS, False)


def test_no_certificate_where_one_is_wanted_is_wrong_credentials(authority, tls_port):
    given = {"ca_certificate": authority.pem}

    assert refused(host=f"tcp://127.0.0.1:{tls_port}", **given).code is Code.INVALID_CREDENTIALS


@pytest.mark.parametrize("given", [{}, {"ca_certificate": Signed("another.example").pem}])
def test_a_server_that_is_not_the_one_is_never_asked(authority, tls_port, given):
    error = refused(host=f"https://127.0.0.1:{tls_port}", **given)

    assert error.code is Code.UNREACHABLE
    assert "CERTIFICATE_VERIFY_FAILED" in error.message


def test_certificates_that_cannot_be_read_are_told_where_they_are_entered(authority):
    client = Signed("gateway.example", authority)
    good = known_by(client, authority)
    for change, field in (
        ({"ca_certificate": "no certificate"}, "ca_certificate"),
        ({"client_key": Signed("other.example", authority).key_pem}, "client_key"),
        ({"client_key": "-----BEGIN PRIVATE KEY-----\nnone"}, "client_key"),
        ({"client_key": "ключ"}, "client_key"),
        ({"client_key": client.locked_key_pem("a passphrase")}, "client_key"),
        ({"client_key": ""}, "client_key"),
        ({"client_certificate": ""}, "client_certificate"),
    ):
        with pytest.raises(CredentialProblem) as caught:
            KIND.clean_credentials({"host": "tcp://engine.example", **good, **change})
        assert caught.value.field == field


def test_certificates_go_with_tls_alone(authority):
    good = known_by(Signed("gateway.example", authority), authority)
    for host in ("http://engine.example:2375", "unix:///var/run/docker.sock"):
        with pytest.raises(CredentialProblem) as caught:
            KIND.clean_credentials({"host": host, **good})
        assert caught.value.field == "host"
