"""If clouds refuse or do not answer, status and receipts say so, and nothing else fails."""

import socket

import pytest

from inventory.models import Source
from tests.bad_input.conftest import machine_gid
from tests.clouds.static_ec2 import instance_xml, instances_xml, refusal, reply, static_ec2

LIST = """query ($maxAge: Int) { virtualMachines(maxAge: $maxAge) {
    complete totalCount nodes { name stale }
    sources { provider { name status lastError { code message retryable } }
        region status count error { code message retryable } } } }"""
CONNECT = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
    provider { id status lastError { code } } errors { code } } }"""
UPDATE = """mutation ($input: UpdateProviderInput!) { updateProvider(input: $input) {
    provider { id status } errors { code } } }"""
CHECK = """mutation ($id: ID!) { checkProvider(input: {id: $id}) {
    provider { status lastError { code } } errors { code } } }"""
SECRET = "wJalrXUtnFEMIK7MDENG"
RIGHT_KEY = "AKIARIGHTRIGHTRIGHT0"

pytestmark = pytest.mark.django_db(transaction=True)


def connect(client, url, *, key="AKIAWRONGWRONGWRONG0", name="cloud"):
    values = {"access_key_id": key, "secret_access_key": SECRET, "endpoint_url": url}
    given = {
        "kind": "aws",
        "name": name,
        "regions": ["us-east-1"],
        "deadlineMs": 60_000,
        "credentials": [{"name": field, "value": value} for field, value in values.items()],
    }
    answer = client.data(CONNECT, input=given)["connectProvider"]
    assert answer["errors"] == []
    assert answer["provider"]["status"] == "UNCHECKED"
    return answer["provider"]["id"]


def listed(client, *, max_age=0):
    return client.data(LIST, maxAge=max_age)["virtualMachines"]


@pytest.fixture
def picky_cloud():
    """Knows one key."""

    def answer(asked):
        if RIGHT_KEY in asked.headers["Authorization"]:
            return reply(instances_xml([instance_xml(1)]))
        return refusal("AuthFailure", "AWS was not able to validate the credentials", status=401)

    with static_ec2(answer) as server:
        yield server


def test_wrong_credentials_are_a_status_with_its_reason(client, picky_cloud):
    node_id = connect(client, picky_cloud.url)

    page = listed(client)

    (source,) = page["sources"]
    assert (page["complete"], page["nodes"], page["totalCount"]) == (False, [], 0)
    assert source["status"] == "FAILED"
    assert source["error"]["code"] == "INVALID_CREDENTIALS"
    assert "not able to validate the credentials" in source["error"]["message"]
    assert source["error"]["retryable"] is False
    assert source["provider"]["status"] == "INVALID_CREDENTIALS"
    assert source["provider"]["lastError"] == source["error"]
    assert SECRET not in str(page)
    checked = client.data(CHECK, id=node_id)["checkProvider"]
    assert checked == {
        "provider": {
            "status": "INVALID_CREDENTIALS",
            "lastError": {"code": "INVALID_CREDENTIALS"},
        },
        "errors": [],
    }


def test_wrong_credentials_are_tried_again_when_asked_again(client, picky_cloud):
    connect(client, picky_cloud.url)
    listed(client)
    asked = len(picky_cloud.asked)

    listed(client, max_age=60)
    assert len(picky_cloud.asked) == asked  # the failure is as fresh as an answer would be
    listed(client)

    assert len(picky_cloud.asked) > asked


def test_right_credentials_are_used_at_once(client, picky_cloud):
    node_id = connect(client, picky_cloud.url)
    listed(client)

    right = {"id": node_id, "credentials": [{"name": "access_key_id", "value": RIGHT_KEY}]}
    assert client.data(UPDATE, input=right)["updateProvider"]["errors"] == []
    page = listed(client, max_age=60)

    (source,) = page["sources"]
    assert (page["complete"], page["nodes"]) == (True, [{"name": "web-1", "stale": False}])
    assert (source["status"], source["error"]) == ("LIVE", None)
    assert (source["provider"]["status"], source["provider"]["lastError"]) == ("OK", None)


def test_credentials_that_turn_wrong_leave_the_rows_stale(client, picky_cloud):
    node_id = connect(client, picky_cloud.url, key=RIGHT_KEY)
    assert listed(client)["complete"] is True

    wrong = {"id": node_id, "credentials": [{"name": "access_key_id", "value": "AKIANOT"}]}
    client.data(UPDATE, input=wrong)
    page = listed(client, max_age=60)

    (source,) = page["sources"]
    assert page["nodes"] == [{"name": "web-1", "stale": True}]
    assert (page["complete"], page["totalCount"]) == (False, 1)
    assert (source["status"], source["count"]) == ("STALE", 1)
    assert source["error"]["code"] == "INVALID_CREDENTIALS"


@pytest.fixture
def closed_port():
    """A port of loopback on which no process listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_an_endpoint_that_is_down_hides_nothing_of_the_others(client, provider, closed_port):
    connect(client, f"http://127.0.0.1:{closed_port}")

    page = listed(client)

    by_name = {source["provider"]["name"]: source for source in page["sources"]}
    assert (page["complete"], page["totalCount"]) == (False, 12)
    assert by_name["mine"]["status"] == "LIVE"
    assert by_name["mine"]["provider"]["status"] == "OK"
    assert by_name["cloud"]["status"] == "FAILED"
    assert by_name["cloud"]["error"]["code"] == "UNREACHABLE"
    assert by_name["cloud"]["error"]["retryable"] is True
    assert by_name["cloud"]["provider"]["status"] == "UNREACHABLE"
    assert SECRET not in str(page)


def test_a_failing_catalogue_is_null_and_says_why(client, closed_port):
    connect(client, f"http://127.0.0.1:{closed_port}")

    answer = client.post("{ providers { name sizes { name } images { name } } }")

    assert {error["extensions"]["code"] for error in answer["errors"]} == {"UNREACHABLE"}
    assert answer["extensions"]["complete"] is False
    failed = {
        (receipt["resource"], receipt["status"], receipt["error"]["code"])
        for receipt in answer["extensions"]["sources"]
        if receipt["error"]
    }
    assert ("images", "FAILED", "UNREACHABLE") in failed
    assert answer["data"]["providers"][0]["images"] is None


def test_one_machine_of_a_cloud_that_is_down_is_an_error_not_an_absence(client, ann, closed_port):
    connect(client, f"http://127.0.0.1:{closed_port}")
    source = Source.objects.filter(resource="virtual_machines").get()
    node_id = machine_gid(source.provider, "i-0123456789abcdef0", source.region)

    answer = client.post("query ($id: ID!) { virtualMachine(id: $id) { id } }", {"id": node_id})

    assert answer["data"] == {"virtualMachine": None}
    assert answer["errors"][0]["extensions"]["code"] == "UNREACHABLE"
    assert answer["extensions"]["complete"] is False
