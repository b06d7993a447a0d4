"""OpenStack's own behaviour: sign-in, regions, states, and the restart of a server."""

import json
from contextlib import contextmanager

import pytest

from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.types import MachineState
from tests.clouds.apis.openstack import OpenStack
from tests.clouds.certificates import Signed, server_context
from tests.clouds.recorded import as_json, recording, served, served_by_tls
from tests.clouds.static_ec2 import Reply, reply
from tests.inventory.providers.contract.backends import OnOpenStack

Code = ProviderErrorCode
State = MachineState
KIND = get_kind("openstack")
PASSWORD = OnOpenStack.given
APPLICATION = {
    "auth_url": PASSWORD["auth_url"],
    "application_credential_id": OpenStack.application[0],
    "application_credential_secret": OpenStack.application[1],
}


@pytest.fixture
def cloud(monkeypatch):
    with served(OpenStack(), monkeypatch) as cloud:
        yield cloud


def connected(given=PASSWORD, region="RegionOne", timeout=60):
    return connect(KIND, KIND.clean_credentials(given), region, timeout)


def refused(**options):
    with pytest.raises(ProviderError) as caught, connected(**options) as cloud:
        cloud.read("virtual_machines")
    return caught.value


def sign_ins(cloud):
    return [request for request in cloud.asked if request.path == "/v3/auth/tokens"]


# --- signing in -------------------------------------------------------------------------------


def test_a_password_signs_in_to_its_project(cloud):
    with connected({**PASSWORD, "domain": "Default", "project_domain": "Lab"}) as account:
        assert len(account.read("virtual_machines")) == 2

    auth = sign_ins(cloud)[0].body["auth"]
    user = {"name": "demo", "password": OpenStack.password, "domain": {"name": "Default"}}
    assert auth["identity"] == {"methods": ["password"], "password": {"user": user}}
    assert auth["scope"] == {"project": {"name": "demo", "domain": {"name": "Lab"}}}


def test_ids_are_ids_and_the_default_domain_is_default(cloud):
    with connected({**PASSWORD, "project": "a" * 32}) as account:
        account.read("virtual_machines")

    auth = sign_ins(cloud)[0].body["auth"]
    assert auth["scope"] == {"project": {"id": "a" * 32}}
    assert auth["identity"]["password"]["user"]["domain"] == {"id": "default"}


def test_an_application_credential_needs_no_scope(cloud):
    with connected(APPLICATION) as account:
        assert len(account.read("virtual_machines")) == 2

    [request] = sign_ins(cloud)
    assert "scope" not in request.body["auth"]


def test_one_sign_in_serves_many_tasks(cloud):
    for _ in range(3):
        with connected() as account:
            account.read("virtual_machines")

    assert len(sign_ins(cloud)) == 1


def test_another_password_is_another_sign_in(cloud):
    with connected() as account:
        account.read("virtual_machines")

    assert refused(given={**PASSWORD, "password": "wrong"}).code is Code.INVALID_CREDENTIALS


def test_a_token_that_is_taken_back_is_asked_for_again(cloud):
    with connected() as account:
        account.read("virtual_machines")
    cloud.token = "of another day"
    with connected() as account:
        assert len(account.read("virtual_machines")) == 2

    assert len(sign_ins(cloud)) == 2


def test_a_token_that_ends_soon_is_not_kept(cloud):
    cloud.expires_at = "2001-01-01T00:00:00.000000Z"
    for _ in range(2):
        with connected() as account:
            account.read("sizes")

    assert len(sign_ins(cloud)) >= 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply(delay=5), Code.TIMEOUT),
        (Reply(reset=True), Code.UNREACHABLE),
        (reply("oops", 500), Code.PROVIDER_ERROR),
        (reply("no", 403), Code.PERMISSION_DENIED),
        (reply("slow", 429), Code.RATE_LIMITED),
        (reply("<html>"), Code.INVALID_REQUEST),
        (reply(""), Code.INVALID_REQUEST),
        (reply("{}"), Code.INVALID_REQUEST),
        (reply('{"token": {"expires_at": "2999-01-01T00:00:00Z"}}'), Code.PROVIDER_ERROR),
    ],
)
def test_a_keystone_that_fails_says_why(cloud, answer, code):
    """A sign-in counts against the task's time and is bounded as everything is."""
    cloud.fault, cloud.fault_meets = answer, lambda request: request.host == "keystone.example"

    # Only what does not answer at all is waited for.
    assert refused(timeout=0.5 if code is Code.TIMEOUT else 30).code is code


def test_a_deleted_application_credential_is_invalid(cloud):
    cloud.deleted_applications = {APPLICATION["application_credential_id"]}

    error = refused(given=APPLICATION)

    assert (error.code, error.retryable) == (Code.INVALID_CREDENTIALS, False)
    assert "Could not find Application Credential" in error.message


def test_an_application_credential_that_is_deleted_while_its_token_is_kept_is_invalid(cloud):
    with connected(APPLICATION) as account:
        account.read("sizes")
    cloud.deleted_applications = {APPLICATION["application_credential_id"]}
    cloud.token = "of another day"

    assert refused(given=APPLICATION).code is Code.INVALID_CREDENTIALS


# --- addresses that are no Keystone -----------------------------------------------------------

NOVA_DOCUMENT = {
    "versions": [
        {"id": "v2.0", "status": "SUPPORTED", "version": "", "min_version": ""},
        {
            "id": "v2.1",
            "status": "CURRENT",
            "version": "2.93",
            "min_version": "2.1",
            "media-types": [
                {
                    "base": "application/json",
                    "type": "application/vnd.openstack.compute+json;version=2.1",
                }
            ],
        },
    ]
}
V2_ONLY = {"versions": {"values": [{"id": "v2.0", "status": "deprecated"}]}}
ELSEWHERE = {
    "versions": {
        "values": [
            {
                "id": "v3.14",
                "links": [{"rel": "self", "href": "https://elsewhere.example/identity/v3/"}],
            }
        ]
    }
}
CHALLENGE = {"WWW-Authenticate": 'Keystone uri="http://keystone.example:5000/v3"'}
NOT_FOUND = reply("<html><h1>404</h1></html>", 404)


class Elsewhere(OpenStack):
    """Answers what it is given at the address of a Keystone, by path."""

    hosts = ("keystone.example",)

    def __init__(self, answers, otherwise=NOT_FOUND):
        super().__init__()
        self.answers, self.otherwise = answers, otherwise

    def answer(self, request):
        self.asked.append(request)
        return self.answers.get(request.path, self.otherwise)


def unauthorized(**headers):
    error = {"code": 401, "title": "Unauthorized", "message": "requires authentication."}
    return as_json({"error": error}, 401, **headers)


@pytest.mark.parametrize(
    ("answers", "otherwise", "words"),
    [
        ({}, reply("<!doctype html>", 200), "a web page"),
        ({}, reply("", 200), "an empty body"),
        ({}, reply('{"hello": "world"}', 200), "other JSON"),
        ({}, reply("[1, 2]", 201), "other JSON"),
        ({}, reply("OK", 200), "another text"),
        ({}, NOT_FOUND, "status 404"),
        ({}, reply("no POST here", 405), "status 405"),
        ({}, as_json({"message": "no Route matched"}, 404), "status 404"),
        ({}, as_json({"choices": NOVA_DOCUMENT["versions"]}, 300), "is the compute service"),
        ({"/": as_json(NOVA_DOCUMENT)}, NOT_FOUND, "is the compute service"),
        ({"/": as_json(NOVA_DOCUMENT)}, unauthorized(), "is the compute service"),
        ({}, unauthorized(**CHALLENGE), "whose Keystone is http://keystone.example:5000/v3"),
        ({"/": as_json(V2_ONLY, 300)}, NOT_FOUND, "another version of the Identity API"),
        (
            {"/": as_json(ELSEWHERE, 300)},
            NOT_FOUND,
            "names https://elsewhere.example/identity/v3/ as its v3",
        ),
    ],
)
def test_an_address_that_is_no_keystone_is_named_and_final(monkeypatch, answers, otherwise, words):
    with served(Elsewhere(answers, otherwise), monkeypatch) as cloud:
        error = refused()

    assert (error.code, error.retryable) == (Code.INVALID_REQUEST, False)
    assert error.message.startswith("auth_url is no address of Keystone v3: http")
    assert words in error.message
    assert OpenStack.password not in error.message
    assert len(cloud.asked) == 3
    assert all(request.host == "keystone.example" for request in cloud.asked)


@pytest.mark.parametrize(
    ("answers", "otherwise", "code"),
    [
        # A Keystone refuses; its documents may be closed.
        ({}, unauthorized(), Code.INVALID_CREDENTIALS),
        ({"/v3/auth/tokens": unauthorized(**CHALLENGE)}, NOT_FOUND, Code.INVALID_CREDENTIALS),
        # A proxy answers in its stead for a while.
        ({"/v3/auth/tokens": reply("<html>")}, reply("<html>", 503), Code.PROVIDER_ERROR),
        ({"/v3/auth/tokens": reply("<html>")}, reply("<html>", 429), Code.PROVIDER_ERROR),
        ({"/v3/auth/tokens": reply("<html>")}, Reply(reset=True), Code.PROVIDER_ERROR),
    ],
)
def test_a_keystone_that_refuses_or_is_away_is_still_a_keystone(
    monkeypatch, answers, otherwise, code
):
    with served(Elsewhere(answers, otherwise), monkeypatch):
        assert refused().code is code


def test_a_keystone_behind_a_maintenance_page_is_asked_again(cloud):
    cloud.fault = reply("<html>maintenance</html>")
    cloud.fault_meets = lambda request: request.path == "/v3/auth/tokens"

    error = refused()

    assert (error.code, error.retryable) == (Code.PROVIDER_ERROR, True)
    assert error.message == "Keystone answers a sign-in with a web page."


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["https://keystone.example:5000/v3", "http://elsewhere.example/v3/auth/tokens"]
)
def test_a_sign_in_that_leads_to_another_origin_is_final(cloud, status, location):
    cloud.fault = reply("", status, headers={"location": location})
    cloud.fault_meets = lambda request: request.path == "/v3/auth/tokens"

    error = refused()

    assert (error.code, error.retryable) == (Code.INVALID_REQUEST, False)
    assert error.message.startswith("auth_url is no address of Keystone v3: http")
    assert "another server" in error.message


@pytest.mark.parametrize("suffix", ["", "/", "/v3", "/v3/", "/v2.0", "/v3/auth/tokens"])
def test_an_address_names_a_keystone_with_or_without_its_version(cloud, suffix):
    given = {**PASSWORD, "auth_url": "http://keystone.example:5000" + suffix}

    with connected(given) as account:
        assert len(account.read("virtual_machines")) == 2


def test_an_endpoint_of_the_catalogue_is_no_way_to_where_nobody_may_connect(monkeypatch, cloud):
    """Keystone names the addresses that are asked next; it is not to be believed."""
    monkeypatch.setattr(OpenStack, "hosts", ("keystone.example",))
    plain = OpenStack.sign_in

    def sign_in(request):
        answer = plain(cloud, request)
        body = json.loads(answer.body)
        for service in body["token"]["catalog"]:
            for endpoint in service["endpoints"]:
                endpoint["url"] = "http://169.254.169.254/latest"
        return as_json(body, 201, **{"X-Subject-Token": answer.headers["X-Subject-Token"]})

    cloud._routes = [
        (method, path, sign_in if path.pattern == "/v3/auth/tokens" else function)
        for method, path, function in cloud._routes
    ]

    assert refused().code is Code.ADDRESS_NOT_ALLOWED


# --- credentials ------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["username", "password", "project"])
def test_what_a_password_needs(missing):
    given = {name: value for name, value in PASSWORD.items() if name != missing}

    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials(given)

    assert caught.value.field == missing
    assert "application credential" in caught.value.message


def test_an_application_credential_needs_its_secret():
    given = {k: v for k, v in APPLICATION.items() if k != "application_credential_secret"}

    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials(given)

    assert caught.value.field == "application_credential_secret"


# --- which endpoints are asked ----------------------------------------------------------------


def endpoints(cloud, **addresses):
    """Replace addresses in the catalogue, by service and interface: compute_internal=…"""
    catalogue = recording("openstack/token")["token"]["catalog"]
    for service in catalogue:
        for endpoint in service["endpoints"]:
            name = f"{service['type']}_{endpoint['interface']}"
            endpoint["url"] = addresses.get(name, endpoint["url"])
    cloud.catalogue = catalogue


def hosts_of(cloud):
    return {request.host for request in cloud.asked if request.path != "/v3/auth/tokens"}


@pytest.mark.parametrize("interface", ["internal", "admin"])
def test_the_interface_of_the_account_is_asked(monkeypatch, interface):
    host = f"nova-{interface}.example"
    monkeypatch.setattr(OpenStack, "hosts", (*OpenStack.hosts, host))
    with served(OpenStack(), monkeypatch) as cloud:
        endpoints(cloud, **{f"compute_{interface}": f"http://{host}:8774/v2.1"})
        with connected({**PASSWORD, "interface": interface}) as account:
            assert len(account.read("virtual_machines")) == 2

    assert host in hosts_of(cloud)
    assert "nova.example" not in hosts_of(cloud)


def test_an_interface_that_the_catalogue_lacks_is_named(cloud):
    cloud.catalogue = [
        service
        | {"endpoints": [one for one in service["endpoints"] if one["interface"] != "admin"]}
        for service in recording("openstack/token")["token"]["catalog"]
    ]

    error = refused(given={**PASSWORD, "interface": "admin"})

    assert (error.code, error.retryable) == (Code.NOT_FOUND, False)
    assert "with the interface admin" in error.message


@pytest.mark.parametrize("version", ["", "/", "/v2.1", "/v2.1/"])
def test_an_endpoint_of_the_account_goes_before_the_catalogues(monkeypatch, version):
    host = "nova-of-ours.example"
    monkeypatch.setattr(OpenStack, "hosts", (*OpenStack.hosts, host))
    with served(OpenStack(), monkeypatch) as cloud:
        given = {**PASSWORD, "compute_endpoint": f"http://{host}:8774{version}"}
        with connected(given) as account:
            assert len(account.read("virtual_machines")) == 2

    assert host in hosts_of(cloud)
    assert "nova.example" not in hosts_of(cloud)
    assert all(one.path.startswith("/v2.1/") for one in cloud.asked if one.host == host)


@pytest.mark.parametrize("version", ["", "/v2", "/v2.0/"])
def test_glance_and_neutron_are_asked_below_their_root(cloud, version):
    endpoints(
        cloud,
        image_public=f"http://glance.example:9292{version}",
        network_public=f"http://neutron.example:9696{version}",
    )

    with connected() as account:
        assert account.read("images")
        account.create("virtual_machines", "provision", OnOpenStack.__new__(OnOpenStack).order())

    assert {"/v2/images", "/v2.0/networks"} <= {request.path for request in cloud.asked}


def test_an_endpoint_of_the_account_may_not_lead_inside():
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials({**PASSWORD, "network_endpoint": "http://169.254.169.254/latest"})

    assert caught.value.field == "network_endpoint"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("interface", "everywhere"),
        ("image_endpoint", "ftp://glance.example"),
        ("ca_certificate", "no certificate"),
        ("client_certificate", "a certificate without its key"),
    ],
)
def test_an_impossible_setting_is_refused(field, value):
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials({**PASSWORD, field: value})

    assert caught.value.field in {field, "client_key"}


def test_a_users_id_is_sent_without_a_domain(cloud):
    given = {name: value for name, value in PASSWORD.items() if name != "username"}

    with connected({**given, "user_id": "u" * 32}) as account:
        account.read("virtual_machines")

    user = sign_ins(cloud)[0].body["auth"]["identity"]["password"]["user"]
    assert user == {"id": "u" * 32, "password": OpenStack.password}


AUTHORITY = Signed("authority.example")
CLIENT = Signed("demo.example", AUTHORITY)


@contextmanager
def secured(tmp_path, *, clients=None):
    """Keystone and Nova behind one certificate of an authority of their own."""
    cloud = OpenStack()
    context = server_context(tmp_path, Signed("127.0.0.1", AUTHORITY), clients=clients)
    with served_by_tls(cloud, context) as port:
        endpoints(cloud, compute_public=f"https://127.0.0.1:{port}/v2.1")
        yield cloud, {**PASSWORD, "auth_url": f"https://127.0.0.1:{port}/v3"}


def test_the_authority_of_the_account_verifies_keystone_and_nova(tmp_path):
    with secured(tmp_path) as (cloud, given):
        with connected({**given, "ca_certificate": AUTHORITY.pem}) as account:
            assert account.read("sizes")
        asked = len(cloud.asked)
        for other in ({}, {"ca_certificate": Signed("other.example").pem}):
            refusal = refused(given=given | other)
            assert refusal.code is Code.UNREACHABLE
            assert "certificate" in refusal.message

    assert len(cloud.asked) == asked


def test_the_certificate_of_the_account_is_shown(tmp_path):
    with secured(tmp_path, clients=AUTHORITY) as (_cloud, given):
        given["ca_certificate"] = AUTHORITY.pem
        assert refused(given=given).code is Code.INVALID_CREDENTIALS
        pair = {"client_certificate": CLIENT.pem, "client_key": CLIENT.key_pem}
        with connected({**given, **pair}) as account:
            assert account.read("sizes")


# --- regions ----------------------------------------------------------------------------------


def test_the_regions_are_the_catalogues(cloud):
    with connected() as account:
        assert account.read("regions") == ["RegionOne", "RegionSlow"]


def test_all_is_never_the_name_of_a_region():
    assert KIND.clean_regions(["all"], {}) == ["RegionOne"]


def test_an_unknown_region_is_told_with_the_known_ones(cloud):
    error = refused(region="Mars")

    assert (error.code, error.retryable) == (Code.NOT_FOUND, False)
    assert "RegionOne" in error.message


# --- states and what leads out of them --------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "state"),
    [
        ({"status": "PAUSED"}, State.PAUSED),
        ({"status": "SUSPENDED"}, State.SUSPENDED),
        ({"status": "SHUTOFF"}, State.STOPPED),
        ({"status": "SHELVED_OFFLOADED"}, State.STOPPED),
        ({"status": "SOFT_DELETED"}, State.TERMINATED),
        ({"status": "ACTIVE", "OS-EXT-STS:task_state": "powering-off"}, State.STOPPING),
        ({"status": "SHUTOFF", "OS-EXT-STS:task_state": "powering-on"}, State.PENDING),
        ({"status": "ACTIVE", "OS-EXT-STS:task_state": "image_snapshot"}, State.RUNNING),
        ({"status": "VERIFY_RESIZE", "OS-EXT-STS:power_state": 1}, State.RUNNING),
        ({"status": "VERIFY_RESIZE", "OS-EXT-STS:power_state": 4}, State.STOPPED),
        ({"status": "WEDGED"}, State.UNKNOWN),
    ],
)
def test_what_a_server_says_of_itself(cloud, server, state):
    cloud.servers[0].update(server)

    with connected() as account:
        machine = account.read("virtual_machines")[0]

    assert (machine.state, machine.raw_state) == (state, server["status"])


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("SHUTOFF", "os-start"),
        ("PAUSED", "unpause"),
        ("SUSPENDED", "resume"),
        ("SHELVED", "unshelve"),
        ("SHELVED_OFFLOADED", "unshelve"),
    ],
)
def test_a_start_does_what_brings_the_server_back(cloud, status, action):
    cloud.servers[0]["status"] = status

    with connected() as account:
        account.do("virtual_machines", "start", cloud.servers[0]["id"])

    assert cloud.asked[-1].body == {action: None}


def test_floating_addresses_are_public(cloud):
    cloud.servers[0]["addresses"] = {
        "private": [
            {"addr": "10.1.0.5", "OS-EXT-IPS:type": "fixed"},
            {"addr": "192.168.7.7", "OS-EXT-IPS:type": "floating"},
        ],
        "sharednet": [{"addr": "8.8.4.4", "OS-EXT-IPS:type": "fixed"}],
    }

    with connected() as account:
        machine = account.read("virtual_machines")[0]

    assert machine.public_ips == ("192.168.7.7", "8.8.4.4")
    assert machine.private_ips == ("10.1.0.5",)


def test_a_server_on_a_volume_names_no_image(cloud):
    cloud.servers[0].update(image="")

    with connected() as account:
        machine = account.read("virtual_machines")[0]
        assert account.find("virtual_machines", machine.external_id) == machine

    assert machine.image_id is None


# --- names of images ---------------------------------------------------------------------------


def test_hidden_and_deleted_images(cloud):
    """A hidden image has its name; a deleted one has none, which is no problem."""
    first, second = cloud.glance_images
    first["os_hidden"] = True
    cloud.glance_images.remove(second)
    cloud.servers[1]["image"] = {"id": second["id"]}

    with connected() as account:
        machines = account.read("virtual_machines")
        assert [account.find("virtual_machines", one.external_id) for one in machines] == machines

    assert [one.image_name for one in machines] == [first["name"], second["id"]]
    assert [one.problem for one in machines] == [None, None]


def test_servers_are_listed_without_the_image_service(cloud):
    cloud.fault = as_json({"forbidden": {"code": 403, "message": "Not for you."}}, 403)
    cloud.fault_meets = lambda request: request.path == "/v2/images"

    with connected() as account:
        machines = account.read("virtual_machines")
        assert [account.find("virtual_machines", one.external_id) for one in machines] == machines

    assert [one.image_name for one in machines] == [one.image_id for one in machines]
    assert {one.problem for one in machines} == {
        "The names of images could not be read: forbidden: Not for you."
    }


# --- deleted flavors --------------------------------------------------------------------------

GONE = {"id": "gone", "name": "m9.gone", "ram": 256, "vcpus": 3, "disk": 2, "swap": 0}


def servers_of_a_deleted_flavor(cloud):
    cloud.add(5)
    cloud.deleted_flavors = {"gone": GONE}
    for server in cloud.servers[2:5]:
        server["flavor"] = {"id": "gone"}
    return [server["id"] for server in cloud.servers[2:5]]


@pytest.mark.parametrize("page", [1000, 2])
def test_a_deleted_flavor_is_as_nova_reports_it(cloud, page):
    cloud.page = page
    ids = servers_of_a_deleted_flavor(cloud)

    with connected() as account:
        listed = {machine.external_id: machine for machine in account.read("virtual_machines")}
        single = [account.find("virtual_machines", server_id) for server_id in ids]

    assert len(listed) == len(cloud.servers)
    for machine in single:
        facts = (machine.size_id, machine.size_name, machine.memory, machine.vcpus, machine.disk)
        assert facts == ("gone", "m9.gone", 256, 3, 2)
        assert listed[machine.external_id] == machine


def test_deleted_flavors_cost_one_listing_more_whatever_their_number(cloud):
    servers_of_a_deleted_flavor(cloud)
    with connected() as account:
        account.read("virtual_machines")
    with_deleted = [request.path for request in cloud.asked if "v2.1" in request.path]
    cloud.asked.clear()
    for server in cloud.servers:
        server["flavor"] = {"id": "1"}
    with connected() as account:
        account.read("virtual_machines")
    without = [request.path for request in cloud.asked if "v2.1" in request.path]

    assert without == ["/v2.1/servers/detail", "/v2.1/servers", "/v2.1/flavors/detail"]
    assert with_deleted == [*without, "/v2.1/servers/detail"]


def test_a_nova_before_2_47_leaves_a_deleted_flavors_size_unknown(cloud):
    ids = servers_of_a_deleted_flavor(cloud)
    cloud.newest_microversion = 38

    with connected() as account:
        listed = {machine.external_id: machine for machine in account.read("virtual_machines")}
        assert account.find("virtual_machines", ids[0]) == listed[ids[0]]

    machine = listed[ids[0]]
    assert (machine.size_id, machine.memory, machine.vcpus) == ("gone", None, None)


def test_a_nova_that_ignores_microversions_leaves_a_deleted_flavors_size_unknown(cloud):
    ids = servers_of_a_deleted_flavor(cloud)
    cloud._microversion = lambda _request: 1

    with connected() as account:
        machine = account.find("virtual_machines", ids[0])

    assert (machine.size_id, machine.memory, machine.vcpus) == ("gone", None, None)


# --- orders -----------------------------------------------------------------------------------


def test_a_start_of_what_runs_is_a_conflict_that_may_end(cloud):
    """Nova says the same of a server that is just powering off: it compares vm_state first."""
    message = "Cannot 'start' instance while it is in vm_state active"
    cloud.fault = cloud.problem(409, "conflictingRequest", message)
    cloud.fault_meets = lambda request: request.path.endswith("/action")
    with connected() as account:
        machine = account.read("virtual_machines")[0]
        with pytest.raises(ProviderError) as caught:
            account.do("virtual_machines", "start", machine.external_id)

    assert (caught.value.code, caught.value.retryable) == (Code.CONFLICT, True)


def test_a_quota_is_a_quota(cloud):
    message = "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances"
    cloud.fault = as_json({"forbidden": {"code": 403, "message": message}}, 403)

    assert refused().code is Code.QUOTA_EXCEEDED


def test_the_network_of_new_machines_is_found_by_its_name(cloud):
    account = OnOpenStack.__new__(OnOpenStack)
    with connected() as connection:
        connection.create("virtual_machines", "provision", account.order())
    ordered = next(one for one in cloud.asked if one.path == "/v2.1/servers")

    [network] = ordered.body["server"]["networks"]
    assert len(network["uuid"]) == 36


def test_a_network_that_is_not_there_is_told_and_nothing_is_made(cloud):
    account = OnOpenStack.__new__(OnOpenStack)
    with pytest.raises(ProviderError) as caught, connected({**PASSWORD, "network": "x"}) as made:
        made.create("virtual_machines", "provision", account.order())

    assert caught.value.code is Code.NOT_FOUND
    assert "'x'" in caught.value.message
    assert len(cloud.servers) == 2
