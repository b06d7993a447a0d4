"""Each driver speaks to the address that an operator writes, or it is refused."""

import json
from urllib.parse import urlsplit

import pytest
from requests.adapters import HTTPAdapter

from inventory.providers import ProviderError, connect, get_kind
from inventory.providers.credential import CredentialProblem
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.rows import HOST, WHOLE
from inventory.providers.tls import ContextAdapter
from tests.clouds.certificates import Signed
from tests.inventory.providers.libcloud.recorded import credentials_of, recorded

ADDRESSED = [row for row in ROWS if row.address is not None]
PORTS = {"http": 80, "https": 443}
each_row = pytest.mark.parametrize("row", ADDRESSED, ids=lambda row: row.name)


def written(row, scheme, port=""):
    return f"{scheme}://a.example{port}" + ("" if row.address.address == HOST else "/api")


def given(row, url, **more):
    return credentials_of(row.name) | {row.address.name: url} | more


def first_request(row, url, monkeypatch, **more):
    """The adapter and the request that a list begins with."""
    seen = []

    def send(adapter, request, **_options):
        seen.append((adapter, request))
        raise OSError

    monkeypatch.setattr(HTTPAdapter, "send", send)
    kind = get_kind("libcloud", row.name)
    values = kind.clean_credentials(given(row, url, **more))
    with connect(kind, values, kind.default_regions[0], 5) as cloud:
        with pytest.raises(ProviderError):
            cloud.read("virtual_machines")
    return seen[0]


@pytest.mark.parametrize("port", ["", ":80", ":443", ":8080"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@each_row
def test_the_scheme_and_the_port_are_those_that_were_written(row, scheme, port, monkeypatch):
    url = written(row, scheme, port)
    is_other = port == {"http": ":443", "https": ":80"}[scheme]
    if is_other or (scheme == "http" and row.address.https_only):
        with pytest.raises(CredentialProblem) as caught:
            first_request(row, url, monkeypatch)
        assert caught.value.field == row.address.name
        return
    _adapter, request = first_request(row, url, monkeypatch)
    sent, meant = urlsplit(request.url), urlsplit(url)
    assert (sent.scheme, sent.hostname) == (meant.scheme, meant.hostname)
    assert (sent.port or PORTS[sent.scheme]) == (meant.port or PORTS[meant.scheme])


@each_row
def test_a_path_that_the_driver_would_drop_is_refused(row):
    if row.address.address != HOST:
        pytest.skip("It takes a path.")
    with pytest.raises(CredentialProblem, match="must have no path"):
        get_kind("libcloud", row.name).clean_credentials(given(row, "https://a.example/api"))


@each_row
@pytest.mark.parametrize("port", ["", ":8443"])
def test_an_address_of_ipv6_is_refused_with_the_reason(row, port, settings):
    settings.EGRESS_ALLOW = ["fd00::/8"]
    url = written(row, "https").replace("a.example", f"[fd00::5]{port}")
    with pytest.raises(CredentialProblem, match="takes no address of IPv6") as caught:
        get_kind("libcloud", row.name).clean_credentials(given(row, url))

    assert caught.value.field == row.address.name


@each_row
def test_an_address_without_the_path_that_a_driver_needs_is_refused(row):
    if row.address.address != WHOLE:
        pytest.skip("It has a path of its own.")
    with pytest.raises(CredentialProblem, match="must have the path of the API"):
        get_kind("libcloud", row.name).clean_credentials(given(row, "https://a.example/"))


@each_row
def test_the_certificate_of_an_authority_is_what_verifies_the_server(row, monkeypatch):
    url = written(row, "https")
    adapter, _request = first_request(row, url, monkeypatch, ca_certificate=Signed("authority").pem)

    assert isinstance(adapter, ContextAdapter)
    [authority] = adapter._context.get_ca_certs()
    assert authority["subject"]
    adapter, _request = first_request(row, url, monkeypatch)
    assert not isinstance(adapter, ContextAdapter)


@each_row
def test_a_certificate_that_cannot_be_read_is_refused(row):
    values = given(row, written(row, "https"), ca_certificate="/etc/ssl/ca.pem")
    with pytest.raises(CredentialProblem) as caught:
        get_kind("libcloud", row.name).clean_credentials(values)

    assert caught.value.field == "ca_certificate"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_only_a_driver_with_an_address_takes_an_authority(row):
    names = {field.name for field in get_kind("libcloud", row.name).credentials}

    assert ("ca_certificate" in names) == (row.address is not None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("text", [" {}", "{} ", "{}\t"])
def test_a_blank_around_a_secret_is_refused_and_not_removed(row, text):
    secret = next(one for one in row.arguments if one.secret)
    values = credentials_of(row.name)
    values[secret.name] = text.format(values[secret.name])
    with pytest.raises(CredentialProblem, match="begins or ends with a blank") as caught:
        get_kind("libcloud", row.name).clean_credentials(values)

    assert caught.value.field == secret.name


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_loop_of_redirects_ends_soon(row, status):
    with recorded(row.name) as (cloud, replies):
        replies.answer = lambda request: (status, "", {"location": request.url}, "Again")
        with pytest.raises(ProviderError):
            cloud.read("virtual_machines")

        urls = [url for _method, url in replies.asked]
    assert max(map(urls.count, urls)) <= 6


def test_an_action_is_not_sent_to_another_server():
    with recorded("vultr") as (cloud, replies):
        machine = cloud.read("virtual_machines")[0]
        sent = []

        def answer(request):
            if request.method == "GET":
                return plain(request)
            sent.append(request.url)
            return 307, json.dumps({}), {"location": "https://elsewhere.example/"}, "Elsewhere"

        plain, replies.answer = replies.answer, answer
        with pytest.raises(ProviderError):
            cloud.do("virtual_machines", "reboot", machine.external_id)

    assert len(sent) == 1
    assert "elsewhere" not in sent[0]
