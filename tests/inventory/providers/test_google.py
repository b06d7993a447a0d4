"""Google's own behaviour: the service account, reasons, states, and zones that do not answer."""

import json
from pathlib import Path

import pytest

from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.providers.google.parse import custom_size
from inventory.types import MachineState
from tests.clouds.apis.google import ADDRESS, Google, service_account
from tests.clouds.recorded import as_json, served
from tests.clouds.static_ec2 import Reply, reply
from tests.inventory.providers.contract.backends import OnGoogle

Code = ProviderErrorCode
State = MachineState
KIND = get_kind("google")


@pytest.fixture
def cloud(monkeypatch):
    with served(Google(), monkeypatch) as cloud:
        yield cloud


def connected(account=None, timeout=60, **given):
    values = {"service_account": account or service_account(), **given}
    return connect(KIND, KIND.clean_credentials(values), "global", timeout)


def refused(**options):
    with pytest.raises(ProviderError) as caught, connected(**options) as cloud:
        cloud.read("virtual_machines")
    return caught.value


def sign_ins(cloud):
    return [request for request in cloud.asked if request.path == "/o/oauth2/token"]


# --- the account ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("nonsense", "JSON"),
        ("[]", "JSON"),
        ('{"client_email": "a@b"}', "private_key"),
        ('{"type": "authorized_user", "client_id": "x"}', "service accounts"),
        ('{"client_email": "a@b", "private_key": "k"}', "key file names none"),
    ],
)
def test_what_is_no_service_accounts_key_is_refused_when_it_is_entered(text, word):
    with pytest.raises(CredentialProblem, match=word):
        KIND.clean_credentials({"service_account": text})


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({"token_uri": "https://oauth2.other.example/token"}, "token_uri"),
        ({"token_uri": "https://oauth2.googleapis.com.evil.example/token"}, "token_uri"),
        ({"token_uri": 5}, "token_uri"),
        ({"universe_domain": "other.example"}, "universe_domain"),
        ({"token_uri": "https://oauth2.googleapis.com/token"}, None),
        ({"token_uri": "https://accounts.google.com/o/oauth2/token"}, None),
        ({"universe_domain": "googleapis.com", "token_uri": ""}, None),
    ],
)
def test_a_key_of_another_cloud_is_refused_when_it_is_entered(keys, word):
    key = json.dumps(json.loads(service_account()) | keys)
    if word is None:
        assert KIND.clean_credentials({"service_account": key})["service_account"] == key
        return
    with pytest.raises(CredentialProblem, match=word):
        KIND.clean_credentials({"service_account": key})


def test_another_project_may_be_named(cloud):
    assert refused(project="elsewhere").code is Code.NOT_FOUND
    assert cloud.asked[-1].path == "/compute/v1/projects/elsewhere/aggregated/instances"


def test_a_key_that_cannot_be_read_is_wrong_credentials_and_asks_nobody(cloud):
    key = json.dumps({**json.loads(service_account()), "private_key": "/etc/passwd"})

    error = refused(account=key)

    assert error.code is Code.INVALID_CREDENTIALS
    assert cloud.asked == []


def test_one_sign_in_serves_many_tasks_and_leaves_no_file(cloud, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for _ in range(3):
        with connected() as account:
            account.read("sizes")

    assert len(sign_ins(cloud)) == 1
    assert list(Path(tmp_path).iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply(reset=True), Code.UNREACHABLE),
        (reply("oops", 500), Code.PROVIDER_ERROR),
        (reply("slow", 429), Code.RATE_LIMITED),
        (reply("<html>"), Code.PROVIDER_ERROR),
        (reply(""), Code.PROVIDER_ERROR),
        (reply("{}"), Code.PROVIDER_ERROR),
    ],
)
def test_a_sign_in_that_fails_says_why(cloud, answer, code):
    cloud.fault, cloud.fault_meets = answer, lambda request: request.host == "accounts.google.com"

    assert refused(timeout=60).code is code


def test_a_sign_in_that_does_not_end_is_a_timeout(cloud):
    cloud.fault = Reply(delay=5)
    cloud.fault_meets = lambda request: request.host == "accounts.google.com"

    assert refused(timeout=0.5).code is Code.TIMEOUT


def test_the_private_key_is_struck_from_what_a_cloud_says(cloud):
    key = json.loads(service_account())["private_key"]
    cloud.fault = as_json({"error": {"code": 400, "message": f"bad {key}"}}, 400)

    error = refused()

    assert "[redacted]" in error.message
    assert "PRIVATE KEY" not in error.message


# --- sizes and images --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "vcpus", "memory"),
    [
        ("custom-2-4096", 2, 4096),
        ("n2-custom-4-8192", 4, 8192),
        ("n2d-custom-96-786432-ext", 96, 786432),
        ("custom-1-6656-ext", 1, 6656),
        ("e2-custom-micro-1024", 2, 1024),
        ("e2-custom-small-2048", 2, 2048),
        ("e2-custom-medium-4096", 2, 4096),
        ("e2-custom-2-4096", 2, 4096),
    ],
)
def test_the_name_of_a_custom_type_states_its_size(cloud, name, vcpus, memory):
    cloud.instances[0]["machineType"] = f"{ADDRESS}/zones/us-central1-a/machineTypes/{name}"

    with connected() as account:
        machine = account.read("virtual_machines")[0]
        assert account.find("virtual_machines", machine.external_id) == machine

    assert (machine.size_id, machine.size_name) == (name, name)
    assert (machine.vcpus, machine.memory) == (vcpus, memory)
    asked = [request for request in cloud.asked if "machineTypes" in request.path]
    assert not any(name in request.path for request in asked)


@pytest.mark.parametrize("name", ["n1-standard-2", "custom-2", "custom--4096", "custom-x-4096", ""])
def test_other_names_state_no_size(name):
    assert custom_size(name) is None


def test_a_disk_of_a_region_names_its_image(cloud):
    region = f"{ADDRESS}/regions/us-central1"
    source = f"{region}/disks/regional"
    image = cloud.disks[0]["sourceImage"]
    disk = {"selfLink": source, "name": "regional", "region": region, "sourceImage": image}
    cloud.disks.append(disk)
    cloud.instances[0]["disks"][0]["source"] = source

    with connected() as account:
        machine = account.read("virtual_machines")[0]
        assert account.find("virtual_machines", machine.external_id) == machine

    assert image.endswith(machine.image_id)
    assert machine.image_name == image.rpartition("/")[2]


# --- what it says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (403, "rateLimitExceeded", Code.RATE_LIMITED),
        (403, "quotaExceeded", Code.QUOTA_EXCEEDED),
        (403, "forbidden", Code.PERMISSION_DENIED),
        (403, "accessNotConfigured", Code.PERMISSION_DENIED),
        (412, "conditionNotMet", Code.CONFLICT),
        (503, "backendError", Code.PROVIDER_ERROR),
    ],
)
def test_a_reason_says_more_than_the_status(cloud, status, reason, code):
    cloud.fault = cloud.problem(status, reason, "No.")

    assert refused().code is code


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("TERMINATED", State.STOPPED),
        ("SUSPENDED", State.SUSPENDED),
        ("SUSPENDING", State.STOPPING),
        ("STAGING", State.PENDING),
        ("DREAMING", State.UNKNOWN),
    ],
)
def test_terminated_means_stopped(cloud, status, state):
    cloud.instances[0]["status"] = status

    with connected() as account:
        machine = account.read("virtual_machines")[0]

    assert (machine.state, machine.raw_state) == (state, status)


@pytest.mark.parametrize(
    "change",
    [
        {"unreachables": ["zones/asia-east1-a"]},
        {"items": {"zones/asia-east1-a": {"warning": {"code": "UNREACHABLE"}}}},
    ],
)
def test_a_zone_that_does_not_answer_fails_the_listing(cloud, change):
    cloud.fault = as_json({"items": {}} | change)

    error = refused()

    assert error.code is Code.PROVIDER_ERROR
    assert "asia-east1-a" in error.message


UNREADABLE = (None, [], {"warning": {"code": "UNREACHABLE"}}, {})


@pytest.mark.parametrize("scope", UNREADABLE, ids=str)
@pytest.mark.parametrize(
    ("resource", "other"),
    [("volumes", "instances"), ("virtual_machines", "disks"), ("virtual_machines", "machineTypes")],
)
def test_a_zone_of_a_list_that_adds_facts_damages_its_own_objects(
    monkeypatch, cloud, resource, other, scope
):
    with connected() as account:
        before = account.read(resource)
    zone = before[0].location_name
    answer = cloud.answer

    def without_the_zone(request):
        reply = answer(request)
        if not request.path.endswith(f"/aggregated/{other}"):
            return reply
        body = json.loads(reply.body)
        body["items"][f"zones/{zone}"] = scope
        return as_json(body)

    monkeypatch.setattr(cloud, "answer", without_the_zone)
    with connected() as account:
        after = account.read(resource)
        single = account.find(resource, before[0].external_id)

    assert [one.external_id for one in after] == [one.external_id for one in before]
    for old, new in zip(before, after, strict=True):
        if new.location_name == zone:
            assert f"The {other} of {zone} are unknown" in new.problem
        else:
            assert new == old
    assert single.external_id == before[0].external_id


def test_what_is_suspended_is_resumed_by_a_start(cloud):
    cloud.instances[0]["status"] = "SUSPENDED"

    with connected() as account:
        account.do("virtual_machines", "start", cloud.instances[0]["id"])

    assert cloud.asked[-1].path.endswith("/resume")


def test_an_order_carries_its_token_and_goes_to_the_accounts_zone(cloud):
    order = OnGoogle.__new__(OnGoogle).order(security_groups=("http-server",), user_data="#!x")
    with connected(zone="asia-east1-a") as account:
        account.create("virtual_machines", "provision", order)

    [made] = [one for one in cloud.asked if one.path.endswith("/zones/asia-east1-a/instances")]
    assert made.query["requestId"] == order.client_token
    assert made.body["tags"] == {"items": ["http-server"]}
    assert made.body["metadata"]["items"] == [{"key": "user-data", "value": "#!x"}]


def test_a_listing_is_three_requests_however_many_machines(cloud):
    cloud.add(40)
    with connected() as account:
        account.read("virtual_machines")

    assert len(cloud.asked) - len(sign_ins(cloud)) == 3
