"""A provider that cannot be connected is refused, and nothing of it is stored."""

import pytest

from inventory.models import Credentials, Provider
from inventory.providers import get_kind
from inventory.services.machines import provider_id
from tests.inventory.factories import make_simulator

CONNECT = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
    provider { name regions status deadlineMs } errors { field code message } } }"""
UPDATE = """mutation ($input: UpdateProviderInput!) { updateProvider(input: $input) {
    provider { name regions status deadlineMs } errors { field code message } } }"""
SECRET = "wJalrXUtnFEMIK7MDENG"
KEYS = {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": SECRET}
FIELDS = ", ".join(field.name for field in get_kind("simulator").credentials)


def credentials(values):
    return [{"name": name, "value": value} for name, value in values.items()]


def connect(client, **given):
    values = {"kind": "simulator", "name": "new", "credentials": []} | given
    return client.data(CONNECT, input=values)["connectProvider"]


def refusal(field, message, code="INVALID"):
    return {"provider": None, "errors": [{"field": field, "code": code, "message": message}]}


NAMES = {
    "": "A name has 1 to 100 characters.",
    " \t ": "A name has 1 to 100 characters.",
    "x" * 101: "A name has 1 to 100 characters.",
    "a\nb": "A name has no line breaks and no control characters.",
    "a\x1b[31mb": "A name has no line breaks and no control characters.",
}


@pytest.mark.parametrize(("name", "message"), NAMES.items())
def test_a_name_that_cannot_be(client, unchanged, name, message):
    unchanged()

    assert connect(client, name=name) == refusal("name", message)
    unchanged()


def test_a_name_that_is_taken(client, stranger, provider, unchanged):
    unchanged()

    taken = refusal("name", "You have a provider named 'mine' already.", "CONFLICT")
    assert connect(client, name=" mine ") == taken
    unchanged()
    assert connect(stranger, name="mine")["provider"]["name"] == "mine"


@pytest.mark.parametrize("kind", ["", "nope", "AWS", "simulator "])
def test_a_kind_that_is_none(client, unchanged, kind):
    unchanged()

    answer = connect(client, kind=kind)

    assert answer["provider"] is None
    (error,) = answer["errors"]
    assert (error["field"], error["code"]) == ("kind", "INVALID")
    assert error["message"].startswith(f"There is no kind {kind!r}. Kinds: aws, ")
    unchanged()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nope": "1"}, f"nope: is not a field of simulator. Fields: {FIELDS}."),
        ({"machines": "x"}, "machines: must be a whole number, not 'x'."),
        ({"machines": "-1"}, "machines: must be from 0 to 20000, not '-1'."),
        ({"machines": "20001"}, "machines: must be from 0 to 20000, not '20001'."),
        ({"machines": "1.5"}, "machines: must be a whole number, not '1.5'."),
        ({"machines": "9" * 5000}, f"machines: must be a whole number, not '{'9' * 40}'."),
        ({"error_rate": "nan"}, "error_rate: must be from 0 to 1, not 'nan'."),
        ({"error_rate": "1.01"}, "error_rate: must be from 0 to 1, not '1.01'."),
        ({"hang": "maybe"}, "hang: must be true or false, not 'maybe'."),
        ({"seed": "a\nb"}, "seed: contains a line break or a control character."),
    ],
)
def test_a_setting_that_cannot_be(client, unchanged, values, message):
    unchanged()

    answer = connect(client, credentials=credentials(values))

    assert answer == refusal("credentials", message)
    unchanged()


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        (
            {},
            "credentials",
            ("access_key_id: is required, or one of profile, instance_role, web_identity_token."),
        ),
        ({"access_key_id": "AKIA"}, "credentials", "secret_access_key: is required."),
        (KEYS | {"secret_access_key": " "}, "credentials", "secret_access_key: is required."),
        (
            KEYS | {"endpoint_url": "ftp://x"},
            "credentials",
            "endpoint_url: must be an address as https://host:port/path, without a password.",
        ),
        (
            KEYS | {"endpoint_url": "http://münchen.example"},
            "credentials",
            (
                "endpoint_url: cannot be read: The host of the address is not ASCII. An "
                "international name is written as xn--…"
            ),
        ),
        (
            KEYS | {"endpoint_url": "http://host/".ljust(8_001, "x")},
            "credentials",
            "endpoint_url: cannot be read: The address is longer than 8000 characters.",
        ),
        (
            KEYS | {"endpoint_url": f"http://user:{SECRET}@127.0.0.1"},
            "credentials",
            "endpoint_url: must be an address as https://host:port/path, without a password.",
        ),
    ],
)
def test_credentials_that_cannot_be(client, unchanged, values, field, message):
    unchanged()

    answer = connect(client, kind="aws", credentials=credentials(values))

    assert answer == refusal(field, message)
    unchanged()


def test_a_credential_that_is_given_twice(client, unchanged):
    unchanged()
    twice = [{"name": "seed", "value": "a"}, {"name": "seed", "value": "b"}]

    assert connect(client, credentials=twice) == refusal("credentials", "seed is given twice.")
    unchanged()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "secret_access_key", "value": SECRET, "vallue": ""},
        {"name": "secret_access_key", "value": [SECRET]},
        {"value": SECRET},
        SECRET,
    ],
)
def test_a_misspelt_input_shows_no_secret(client, unchanged, caplog, wrong):
    unchanged()
    values = {"kind": "aws", "name": "new", "credentials": [wrong]}

    answer = client.post(CONNECT, {"input": values})

    assert "data" not in answer
    assert "at 'input.credentials[0]" in answer["errors"][0]["message"]
    assert SECRET not in str(answer)
    assert SECRET not in caplog.text
    unchanged()


@pytest.mark.parametrize("region", ["", " ", "a:b", "a b", "../x", "é", "x" * 101, "a\nb"])
def test_a_region_that_cannot_be(client, unchanged, region):
    unchanged()

    answer = connect(client, regions=["ok", region])

    message = f"{region.strip()!r} cannot be the name of a region."
    assert answer == refusal("regions", message)
    unchanged()


def test_a_region_that_the_kind_does_not_have(client, unchanged):
    unchanged()

    answer = connect(client, kind="aws", credentials=credentials(KEYS), regions=["mars-1"])

    (error,) = answer["errors"]
    assert (error["field"], error["code"]) == ("regions", "INVALID")
    assert error["message"].startswith("there is no region 'mars-1'; there are af-south-1, ")
    unchanged()


def test_more_regions_than_can_be_asked_at_once(client, unchanged):
    unchanged()

    answer = connect(client, regions=[f"r{number}" for number in range(101)])

    assert answer == refusal("regions", "A provider has at most 100 regions, not 101.")
    unchanged()


def test_a_region_that_is_named_twice_is_one(client):
    assert connect(client, regions=["a", "b", "a"])["provider"]["regions"] == ["a", "b"]


@pytest.mark.parametrize("deadline_ms", [-1, 0, 99, 120_001, 2**31 - 1])
def test_a_deadline_that_cannot_be(client, provider, unchanged, deadline_ms):
    unchanged()
    message = "deadlineMs must be between 100 and 120000."

    assert connect(client, deadlineMs=deadline_ms) == refusal("deadlineMs", message)
    updated = client.data(UPDATE, input={"id": provider_id(provider), "deadlineMs": deadline_ms})
    assert updated["updateProvider"] == refusal("deadlineMs", message)
    unchanged()


@pytest.mark.parametrize("deadline_ms", [100, 120_000])
def test_a_deadline_at_its_bounds(client, deadline_ms):
    assert connect(client, deadlineMs=deadline_ms)["provider"]["deadlineMs"] == deadline_ms


def test_null_is_as_absent(client, provider):
    nulls = {"name": None, "credentials": None, "regions": None, "deadlineMs": None}
    before = Credentials.objects.get(provider=provider).values

    answer = client.data(UPDATE, input={"id": provider_id(provider), **nulls})["updateProvider"]

    assert answer["errors"] == []
    assert answer["provider"]["name"] == "mine"
    assert answer["provider"]["regions"] == ["sim-1"]
    assert Credentials.objects.get(provider=provider).values == before
    assert connect(client, regions=None, deadlineMs=None)["errors"] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, ("name", "INVALID")),
        ({"name": "other"}, ("name", "CONFLICT")),
        ({"credentials": [{"name": "nope", "value": "1"}]}, ("credentials", "INVALID")),
        ({"credentials": [{"name": "machines", "value": "x"}]}, ("credentials", "INVALID")),
        ({"regions": []}, ("regions", "INVALID")),
        ({"regions": ["a:b"]}, ("regions", "INVALID")),
    ],
)
def test_an_update_that_cannot_be_changes_nothing(client, provider, unchanged, change, expected):
    make_simulator(provider.owner, name="other")
    unchanged()

    data = client.data(UPDATE, input={"id": provider_id(provider), **change})

    assert data["updateProvider"]["provider"] is None
    (error,) = data["updateProvider"]["errors"]
    assert (error["field"], error["code"]) == expected
    unchanged()


def test_disconnecting_twice(client, provider):
    query = """mutation ($id: ID!) { disconnectProvider(input: {id: $id}) {
        id errors { field code message } } }"""
    own_id = provider_id(provider)

    first, second = (client.data(query, id=own_id)["disconnectProvider"] for _ in range(2))

    message = "There is no provider with this id."
    assert first == {"id": own_id, "errors": []}
    assert second == {
        "id": None,
        "errors": [{"field": "id", "code": "NOT_FOUND", "message": message}],
    }
    assert not Provider.objects.exists()
    assert not Credentials.objects.exists()
