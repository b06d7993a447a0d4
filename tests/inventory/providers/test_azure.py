"""Azure's own behaviour: deallocated machines, case-insensitive ids, orders of two parts."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.azure.parse import image_name_of
from inventory.types import MachineState
from tests.clouds.apis.azure import SUBSCRIPTION, Azure
from tests.clouds.recorded import as_json, served
from tests.clouds.static_ec2 import Reply, reply
from tests.inventory.providers.contract.backends import OnAzure

Code = ProviderErrorCode
State = MachineState
KIND = get_kind("azure")
FIRST = (
    f"/subscriptions/{SUBSCRIPTION}/resourcegroups/000000/providers/"
    "microsoft.compute/virtualmachines/test-node-1"
)


@pytest.fixture
def cloud(monkeypatch):
    with served(Azure(), monkeypatch) as cloud:
        yield cloud


def connected(timeout=60, **given):
    values = {name: value for name, value in {**OnAzure.given, **given}.items() if value}
    return connect(KIND, KIND.clean_credentials(values), "global", timeout)


def order(**changes):
    return OnAzure.__new__(OnAzure).order(**changes)


def refused(ask=lambda cloud: cloud.read("virtual_machines"), **options):
    with pytest.raises(ProviderError) as caught, connected(**options) as cloud:
        ask(cloud)
    return caught.value


def sign_ins(cloud):
    return [request for request in cloud.asked if request.path.endswith("/oauth2/token")]


# --- signing in -------------------------------------------------------------------------------


def test_one_sign_in_serves_many_tasks(cloud):
    for _ in range(3):
        with connected() as account:
            account.read("sizes")

    assert len(sign_ins(cloud)) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply(delay=5), Code.TIMEOUT),
        (Reply(reset=True), Code.UNREACHABLE),
        (reply("oops", 500), Code.PROVIDER_ERROR),
        (reply("slow", 429), Code.RATE_LIMITED),
        (reply("<html>"), Code.PROVIDER_ERROR),
        (reply(""), Code.PROVIDER_ERROR),
        (reply("{}"), Code.PROVIDER_ERROR),
        (
            as_json({"error": "invalid_request", "error_description": "AADSTS90002"}, 400),
            Code.INVALID_CREDENTIALS,
        ),
    ],
)
def test_a_sign_in_that_fails_says_why(cloud, answer, code):
    cloud.fault, cloud.fault_meets = answer, lambda request: request.path.endswith("/token")

    # Only what does not answer at all is waited for.
    assert refused(timeout=0.5 if code is Code.TIMEOUT else 30).code is code


# --- what is there ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("power", "state"),
    [
        ("running", State.RUNNING),
        ("starting", State.PENDING),
        ("stopping", State.STOPPING),
        ("stopped", State.STOPPED),
        ("deallocating", State.STOPPING),
        ("deallocated", State.STOPPED),
        ("hibernated", State.SUSPENDED),
        ("dreaming", State.UNKNOWN),
    ],
)
def test_stopped_is_told_from_deallocated(cloud, power, state):
    cloud.power[FIRST] = power

    with connected() as account:
        listed = account.read("virtual_machines")[0]
        assert account.find("virtual_machines", FIRST) == listed

    assert (listed.state, listed.raw_state) == (state, power)


def test_a_machine_that_is_being_deleted_says_so(cloud):
    cloud.machines[0]["properties"]["provisioningState"] = "Deleting"

    with connected() as account:
        assert account.read("virtual_machines")[0].state is State.STOPPING


def test_a_stop_deallocates(cloud):
    with connected() as account:
        account.do("virtual_machines", "stop", FIRST)

    assert cloud.asked[-1].path.endswith("/deallocate")
    assert cloud.power[FIRST] == "deallocated"


def test_addresses_are_found_whatever_case_their_ids_are_in(cloud):
    with connected() as account:
        machine = account.read("virtual_machines")[0]

    assert (machine.public_ips, machine.private_ips) == (("20.1.2.3",), ("10.0.0.1",))


def test_a_listing_is_six_requests_however_many_machines(cloud):
    cloud.add(40)
    with connected() as account:
        assert len(account.read("virtual_machines")) == 42

    assert len(cloud.asked) - len(sign_ins(cloud)) == 6


def test_the_next_page_is_asked_of_azure_whatever_host_its_link_names(cloud):
    body = {
        "value": [],
        "nextLink": f"http://169.254.169.254{cloud.machines[0]['id']}?api-version=1",
    }
    cloud.fault = as_json(body)
    cloud.fault_meets = lambda request: (
        "statusOnly" not in request.query and (request.path.endswith("/virtualMachines"))
    )

    assert refused().code is Code.PROVIDER_ERROR
    assert {request.host for request in cloud.asked} <= set(Azure.hosts)


@pytest.mark.parametrize(
    "external_id",
    [
        f"/subscriptions/{SUBSCRIPTION}/resourcegroups/g",
        FIRST.replace(SUBSCRIPTION, "11111111-1111-1111-1111-111111111111"),
        FIRST.replace("test-node-1", ".."),
        FIRST + "/runCommand",
        FIRST + "?x=",
        FIRST.replace("/resourcegroups", "/../x/resourcegroups"),
    ],
)
def test_an_id_leads_to_machines_of_this_subscription_alone(cloud, external_id):
    with connected() as account:
        assert account.find("virtual_machines", external_id) is None
    error = refused(lambda account: account.do("virtual_machines", "terminate", external_id))

    assert error.code is Code.NOT_FOUND
    assert cloud.asked == []


@pytest.mark.parametrize(
    ("status", "word", "message", "code"),
    [
        (403, "AuthorizationFailed", "No.", Code.PERMISSION_DENIED),
        (409, "OperationNotAllowed", "It exceeds the quota.", Code.QUOTA_EXCEEDED),
        (409, "OperationNotAllowed", "The VM is generalized.", Code.CONFLICT),
        (429, "OperationNotAllowed", "It exceeds the quota.", Code.RATE_LIMITED),
        (503, "QuotaExceeded", "No.", Code.PROVIDER_ERROR),
        (409, "SkuNotAvailable", "No.", Code.QUOTA_EXCEEDED),
        (409, "Conflict", "No.", Code.CONFLICT),
        (404, "SubscriptionNotFound", "No.", Code.PERMISSION_DENIED),
    ],
)
def test_azures_words_say_more_than_the_status(cloud, status, word, message, code):
    cloud.fault = cloud.problem(status, word, message)

    assert refused().code is code


# --- orders -----------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["resource_group", "network"])
def test_an_order_needs_a_place_and_says_which(cloud, field):
    error = refused(
        lambda account: account.create("virtual_machines", "provision", order()), **{field: None}
    )

    assert error.code is Code.INVALID_REQUEST
    assert field in error.message
    assert cloud.asked == []


def test_a_taken_name_changes_nothing_and_leaves_nothing_behind(cloud):
    interfaces = len(cloud.interfaces)
    with connected() as account:
        account.create("virtual_machines", "provision", order(name="web"))
        before = account.read("virtual_machines")
        with pytest.raises(ProviderError) as caught:
            account.create("virtual_machines", "provision", order(name="web"))
        assert account.read("virtual_machines") == before

    assert caught.value.code is Code.CONFLICT
    assert len(cloud.interfaces) == interfaces + 1


def test_an_order_whose_end_is_unknown_keeps_its_interface(cloud):
    cloud.fault = reply("oops", 500)
    cloud.fault_meets = lambda request: (
        request.method == "PUT" and "virtualMachines" in (request.path)
    )
    interfaces = len(cloud.interfaces)

    assert refused(
        lambda account: account.create("virtual_machines", "provision", order())
    ).retryable
    assert len(cloud.interfaces) == interfaces + 1


def test_a_machine_has_a_key_or_a_password_that_nobody_knows(cloud):
    with connected() as account:
        account.create(
            "virtual_machines",
            "provision",
            order(name="one", key_pair="laptop", user_data="#!/bin/sh"),
        )
        account.create("virtual_machines", "provision", order(name="two"))
        account.create("virtual_machines", "provision", order(name="three"))

    bodies = [one.body for one in cloud.asked if "virtualMachines" in one.path and one.body]
    first, second, third = (body["properties"]["osProfile"] for body in bodies)
    [key] = first["linuxConfiguration"]["ssh"]["publicKeys"]
    assert key["keyData"] == "ssh-ed25519 AAAA laptop"
    assert first["linuxConfiguration"]["disablePasswordAuthentication"] is True
    assert (first["customData"], "adminPassword" in first) == ("IyEvYmluL3No", False)
    assert len(second["adminPassword"]) > 40
    assert second["adminPassword"] != third["adminPassword"]


def test_any_image_of_the_marketplace_is_taken_by_its_urn(cloud):
    with connected() as account:
        [image] = account.read("images", "OpenLogic:CentOS:7.3:latest")
        assert account.read("images", "OpenLogic:CentOS:7.3:1.0") == []

    assert image.external_id == "OpenLogic:CentOS:7.3:latest"


@pytest.mark.parametrize(
    ("image_id", "name"),
    [
        ("Debian:debian-12:12-gen2:latest", "Debian 12"),
        ("a:b:c:d", "a:b:c:d"),
        ("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/own", "own"),
        (
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/web"
                "/versions/1.2.3"
            ),
            "web 1.2.3",
        ),
    ],
)
def test_an_image_has_a_name_that_a_search_finds(image_id, name):
    assert image_name_of(image_id) == name
