"""A host of combining marks delays no other thread.

Python normalizes a host that is not ASCII, in a time that grows with the square of its length and
during which no other thread runs. So the tests count how often Python is asked to.
"""

import json
from dataclasses import replace

import pytest
from libcloud.http import LibcloudConnection

from gateway.core.http.urls import UnreadableURL
from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    all_kinds,
    get_kind,
)
from inventory.providers.docker.engine import HOST
from tests.attacks.test_ssrf import ADDRESS_FIELDS
from tests.clouds.recorded import recording
from tests.clouds.static_ec2 import reply
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.test_retries import EVERY, RECORDED
from tests.normalizing import UNREADABLE, every_size, host_of, in_header, normalized  # noqa: F401

# Docker's address is judged with its certificates, not by its field.
FIELDS = [(kind.slug, field.name, field.sample) for kind, field in ADDRESS_FIELDS]
FIELDS += [("docker", HOST, "tcp://engine.example:2375")]
every_http_kind = pytest.mark.parametrize("slug", [*RECORDED, "aws"])


def test_every_kind_with_an_address_is_among_them():
    addresses = {
        (kind.slug, field.name)
        for kind in all_kinds()
        for field in kind.credentials
        if field.url or "://" in f"{field.sample} {field.default}"
    }

    assert addresses == {(slug, name) for slug, name, _ in FIELDS}


@pytest.mark.parametrize(("slug", "name", "sample"), FIELDS)
@every_size
def test_no_address_of_a_user_is_normalized(normalized, slug, name, sample, size):
    kind = get_kind(slug)
    scheme = (sample or "http://").partition("://")[0]
    required = [one for one in kind.credentials if one.required and one.default is None]
    given = {one.name: "http://127.0.0.1" if one.url else "x" for one in required} | {
        name: f"{scheme}://{host_of(size)}/system"
    }

    with pytest.raises(CredentialProblem, match=UNREADABLE) as caught:
        kind.clean_credentials(given)

    assert caught.value.field == name
    assert normalized == []


def failed(account):
    with pytest.raises(ProviderError) as caught, account.connect(60) as cloud:
        account.listed(cloud)
    return caught.value


@pytest.mark.parametrize("form", ["http://{}:8774/v2.1", "http://nova.example:8774/http://{}/v2.1"])
@every_size
def test_no_address_of_a_catalogue_is_normalized(request, normalized, form, size):
    account = BACKENDS["openstack"](request)
    account.cloud.catalogue = recording("openstack/token")["token"]["catalog"]
    for service in account.cloud.catalogue:
        for endpoint in service["endpoints"]:
            endpoint["url"] = form.format(host_of(size))

    error = failed(account)

    assert (error.code, error.retryable) == (ProviderErrorCode.PROVIDER_ERROR, True)
    assert "address" in error.message
    assert {one.path for one in account.cloud.asked} == {"/v3/auth/tokens"}
    assert normalized == []


@pytest.mark.parametrize(
    ("slug", "change"),
    [
        ("azure", lambda link: {"nextLink": link}),
        ("openstack", lambda link: {"servers_links": [{"rel": "next", "href": link}]}),
    ],
)
@every_size
def test_no_link_to_a_next_page_is_normalized(request, normalized, slug, change, size):
    account = BACKENDS[slug](request)
    plain = account.cloud.answer

    def answer(asked):
        found = plain(asked)
        if not asked.path.endswith(("/virtualMachines", "/servers/detail")):
            return found
        body = json.loads(found.body) | change(f"http://{host_of(size)}/x?marker=1")
        return replace(found, body=json.dumps(body).encode())

    account.cloud.answer = answer

    error = failed(account)

    assert (error.code, error.retryable) == (ProviderErrorCode.PROVIDER_ERROR, True)
    assert "next page cannot be read" in error.message
    assert normalized == []


@pytest.mark.parametrize("method", ["request", "prepared_request"])
@every_size
def test_no_request_of_a_driver_is_normalized(normalized, method, size):
    connection = LibcloudConnection("127.0.0.1", 1, secure=False)

    for url in (f"//{host_of(size)}/x", f"http://{host_of(size)}/x"):
        with pytest.raises(UnreadableURL):
            getattr(connection, method)("GET", url)
    assert normalized == []


@every_http_kind
@pytest.mark.parametrize("form", ["http://{}/x", "//{}/x"])
@every_size
def test_no_redirect_of_a_cloud_is_normalized(request, normalized, slug, form, size):
    account = EVERY[slug](request)
    away = reply("", 307, headers={"Location": in_header(form.format(host_of(size)))})
    if slug == "aws":
        with account.answered_by(away):
            error = failed(account)
    else:
        account.cloud.fault = away
        account.cloud.fault_meets = lambda _request: True
        error = failed(account)

    assert (error.code, error.retryable) == (ProviderErrorCode.PROVIDER_ERROR, True)
    assert "leads to an address that cannot be read" in error.message
    assert normalized == []
