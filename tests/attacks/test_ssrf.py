"""Server-side request forgery: no address from a user leads the gateway into its own network."""

import socket
from urllib.parse import urlsplit

import pytest
import requests
from libcloud.common.base import ConnectionKey
from libcloud.compute.base import NodeDriver

from gateway.core.http.budget import Budget
from gateway.core.http.egress import METADATA
from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    all_kinds,
    connect,
    get_kind,
    transport,
)
from inventory.providers.exceptions import map_provider_errors
from tests.clouds.static_ec2 import instances_xml, reply, static_ec2

SECRETS = {"access_key_id": "AKIA", "secret_access_key": "secret"}
ADDRESS_FIELDS = [(kind, field) for kind in all_kinds() for field in kind.credentials if field.url]
BOMB = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>'


class Connected(NodeDriver):
    """A driver that asks plainly, as one does that was not bound to a budget yet."""

    connectionCls = ConnectionKey  # noqa: N815 - libcloud's name

    def __init__(self, url, *, secure=False):
        parts = urlsplit(url)
        super().__init__("key", secure=secure, host=parts.hostname, port=parts.port)

    def ask(self):
        with map_provider_errors():
            return self.connection.request("/").object


def named(monkeypatch, **addresses):
    """Let names lead to addresses; each look-up takes the next one of a list."""
    plain = socket.getaddrinfo
    looked_up = []

    def look_up(host, *args, **options):
        looked_up.append(host)
        left = addresses.get(str(host).split(".")[0])
        if left is None:
            return plain(host, *args, **options)
        return plain(left.pop(0) if len(left) > 1 else left[0], *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return looked_up


def address_at(field, host):
    """An address that the field would take, but for the host in it."""
    return urlsplit(field.sample or "http://cloud.example/latest")._replace(netloc=host).geturl()


def list_at(url):
    kind = get_kind("aws")
    with connect(kind, {**SECRETS, "endpoint_url": url}, "us-east-1", 5) as cloud:
        return cloud.read("virtual_machines")


def test_there_are_kinds_with_addresses():
    assert "aws" in {kind.slug for kind, _ in ADDRESS_FIELDS}


@pytest.mark.parametrize(
    ("kind", "field"), ADDRESS_FIELDS, ids=lambda part: getattr(part, "slug", None) or part.name
)
@pytest.mark.parametrize("address", sorted(map(str, METADATA)))
def test_no_kind_takes_the_address_of_a_metadata_service(kind, field, address):
    host = f"[{address}]" if ":" in address else address

    with pytest.raises(CredentialProblem, match="metadata"):
        field.clean(address_at(field, host))


@pytest.mark.parametrize(
    "host",
    ["0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.16689662", "[::ffff:a9fe:a9fe]"],
)
def test_other_spellings_of_an_address_are_refused_when_they_are_entered(host):
    field = next(field for kind, field in ADDRESS_FIELDS if kind.slug == "aws")

    with pytest.raises(CredentialProblem, match="metadata"):
        field.clean(f"http://{host}/latest")


def test_no_password_of_the_operator_s_netrc_is_sent(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login operator password swordfish\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    sent = []
    plain = requests.adapters.HTTPAdapter.send

    def watched(self, request, **options):
        sent.append(dict(request.headers))
        return plain(self, request, **options)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", watched)
    with static_ec2(reply("here")) as server:
        assert requests.utils.get_netrc_auth(server.url) == ("operator", "swordfish")
        assert Connected(server.url).ask() == "here"

    assert len(sent) == 1
    assert "Authorization" not in sent[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://127.1:1", "http://2130706433:1"])
def test_loopback_is_refused_where_it_is_not_listed(settings, url):
    settings.EGRESS_ALLOW = []

    with pytest.raises(ProviderError) as caught:
        list_at(url)

    assert caught.value.code is ProviderErrorCode.ADDRESS_NOT_ALLOWED
    assert not caught.value.retryable
    assert "EGRESS_ALLOW" in caught.value.message


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(settings, monkeypatch):
    settings.EGRESS_ALLOW = []
    named(monkeypatch, rebound=["127.0.0.1"])
    with static_ec2(reply(instances_xml([]))) as server:
        port = urlsplit(server.url).port
        with pytest.raises(ProviderError) as caught:
            list_at(f"http://rebound.example:{port}")

    assert caught.value.code is ProviderErrorCode.ADDRESS_NOT_ALLOWED
    assert server.asked == []


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(settings, monkeypatch):
    """DNS rebinding: what a second look-up says must not matter, so there is none."""
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    looked_up = named(monkeypatch, rebound=["127.0.0.1", "169.254.169.254"])
    with static_ec2(reply(instances_xml([]))) as server:
        port = urlsplit(server.url).port
        assert list_at(f"http://rebound.example:{port}") == []

    assert looked_up.count("rebound.example") == 1
    assert server.actions == ["DescribeInstances"]


def test_a_redirect_to_another_origin_is_not_followed():
    with static_ec2(reply("secret")) as inside:
        away = reply("", 302, headers={"Location": inside.url})
        with static_ec2(away) as server, pytest.raises(ProviderError, match="another server"):
            Connected(server.url).ask()

    assert inside.asked == []


def test_a_redirect_on_the_same_origin_is_followed():
    answers = [reply("", 302, headers={"Location": "/there"}), reply("here")]
    with static_ec2(lambda _asked: answers.pop(0)) as server:
        assert Connected(server.url).ask() == "here"


def test_a_certificate_that_nobody_signed_is_refused_whatever_the_driver_says(tmp_path):
    with static_ec2(reply("x")) as server:
        driver = Connected(server.url)
        driver.connection.connection.verify = False
        driver.connection.connection.ca_cert = None
        sent = []
        adapter = driver.connection.connection.session.get_adapter("https://x")
        inner = adapter._inner
        adapter._inner = type(
            "Watched",
            (),
            {
                "send": lambda _self, request, **options: (
                    sent.append(options) or inner.send(request, **options)
                )
            },
        )()
        driver.connection.connection.host = server.url.replace("http:", "https:")
        with pytest.raises(ProviderError) as caught:
            driver.ask()

    assert sent[0]["verify"] is True
    assert caught.value.code is ProviderErrorCode.UNREACHABLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_not_read(encoding):
    with static_ec2(reply(BOMB.encode(encoding))) as server:
        with pytest.raises(ProviderError, match="entities"):
            Connected(server.url).ask()


def test_an_answer_that_does_not_end_is_cut_whatever_line_it_is_on(monkeypatch):
    monkeypatch.setattr(transport, "LARGEST_BODY_BYTES", 1 << 20)
    with static_ec2(reply(bytes(2 << 20))) as server:
        with pytest.raises(ProviderError, match="larger than 1 MiB"):
            Connected(server.url).ask()


def test_time_counts_whatever_connection_is_used():
    with static_ec2(reply("x", delay=5)) as server, transport.Line(Budget(0.2)).used():
        with pytest.raises(ProviderError) as caught:
            Connected(server.url).ask()

    assert caught.value.code is ProviderErrorCode.TIMEOUT


def test_no_proxy_and_no_password_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with static_ec2(reply("here")) as server:
        assert Connected(server.url).ask() == "here"
