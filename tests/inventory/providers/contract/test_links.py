"""An address in an answer is requested from the cloud's own server only, and only read."""

import json
from dataclasses import replace

import pytest
from libcloud.common.types import MalformedResponseError

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.rest import act
from tests.clouds.static_ec2 import reply, static_ec2
from tests.inventory.providers.contract.backends import BACKENDS

HOST = "https://management.azure.com"
ELSEWHERE = (
    "https://evil.example/next?a=b",
    "https://management.azure.com.evil.example/next?a=b",
    "https://evilmanagement.azure.com/next?a=b",
    "https://user@evil.example/next?a=b",
    "//evil.example/next?a=b",
    f"{HOST}//evil.example/next?a=b",
    f"{HOST}/https://evil.example/next?a=b",
    f"{HOST}/http://127.0.0.1:1/next?a=b",
)


def linking(account, link):
    """The account's first list of machines goes on at ``link``."""
    plain = account.cloud.answer

    def answer(request):
        found = plain(request)
        is_first = request.path.endswith("/virtualMachines") and "moved" not in request.query
        if not is_first or request.query.get("statusOnly"):
            return found
        body = json.loads(found.body) | {"nextLink": link(request)}
        return replace(found, body=json.dumps(body).encode())

    account.cloud.answer = answer


@pytest.mark.parametrize("link", ELSEWHERE)
def test_a_link_to_another_server_is_not_followed(request, link):
    account = BACKENDS["azure"](request)
    linking(account, lambda _request: link)
    with account.connect() as cloud, pytest.raises(ProviderError) as caught:
        cloud.read("virtual_machines")

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR
    assert not any("evil" in f"{one.host}{one.path}" for one in account.cloud.asked)


@pytest.mark.parametrize("host", [HOST, f"{HOST}:443", "https://westus2.management.azure.com"])
def test_a_link_is_asked_with_all_of_its_parameters_and_as_a_read(request, host):
    """Whatever they are called, they are parameters of the query."""
    account = BACKENDS["azure"](request)
    words = "method=DELETE&data=1&path=/x&connection=2&query=3&moved=1&$skiptoken=0"

    linking(account, lambda asked: f"{host}{asked.path}?api-version=2024-03-01&{words}")
    with account.connect() as cloud:
        cloud.read("virtual_machines")

    [second] = [one for one in account.cloud.asked if "moved" in one.query]
    assert second.method == "GET"
    assert second.query == {
        "api-version": "2024-03-01",
        "method": "DELETE",
        "data": "1",
        "path": "/x",
        "connection": "2",
        "query": "3",
        "moved": "1",
        "$skiptoken": "0",
    }
    assert {one.method for one in account.cloud.asked if "/oauth2/" not in one.path} == {"GET"}


@pytest.mark.parametrize("slug", ["azure", "digitalocean", "google", "linode"])
def test_a_path_that_names_a_server_is_not_asked(request, slug):
    """libcloud joins the path to the server's address; these would be addresses of their own."""
    account = BACKENDS[slug](request)
    with static_ec2(reply("{}")) as other, account.connect() as cloud:
        for path in (f"{other.url}/x", f"//{other.url[7:]}/x", f"/{other.url}/x", "x", ""):
            with pytest.raises(MalformedResponseError):
                act(cloud._driver.connection, path, method="GET")

    assert other.requests == []


def test_a_scale_set_whose_id_is_an_address_is_not_asked_there(request):
    account = BACKENDS["azure"](request)
    with static_ec2(reply("{}")) as other:
        account.cloud.add_scale_set("odd", size="Standard_A2", count=1)
        account.cloud.sets[-1]["id"] = f"{other.url}/scale-set"
        with account.connect() as cloud, pytest.raises(ProviderError):
            cloud.read("virtual_machines")

    assert other.requests == []
