"""Every request of a libcloud driver has bounds: addresses, time, size, and secrets."""

import json
import socket
import threading
from unittest.mock import patch

import pytest
import urllib3.connection
from requests.adapters import HTTPAdapter

from gateway.core.http.lookups import lookups
from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind, transport
from inventory.providers.libcloud.build import check_body
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.value_limits import MOST_XML_MARKS
from tests.inventory.providers.libcloud.recorded import (
    RECORDINGS,
    Replies,
    credentials_of,
    recorded,
)

NAMES = [row.name for row in ROWS]
FORBIDDEN = ["127.0.0.1", "10.1.2.3", "169.254.169.254"]


def account(name, timeout=60):
    kind = get_kind("libcloud", name)
    credentials = kind.clean_credentials(credentials_of(name))
    return connect(kind, credentials, kind.default_regions[0], timeout)


def failure(name, timeout=60):
    with account(name, timeout) as cloud:
        return failure_of(cloud)


def failure_of(cloud):
    with pytest.raises(ProviderError) as caught:
        cloud.read("virtual_machines")
    return caught.value


def failure_with(monkeypatch, name, answer):
    """The failure of a driver's list if ``answer`` replies to all of its requests."""
    with recorded(name) as (cloud, _replies):
        monkeypatch.setattr(Replies, "answer", answer)
        return failure_of(cloud)


@pytest.mark.parametrize("name", NAMES)
def test_no_socket_is_opened_to_a_forbidden_address(name, monkeypatch, settings):
    settings.EGRESS_ALLOW = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in FORBIDDEN]
    monkeypatch.setattr(lookups, "addresses_of", lambda *_place, **_options: found)
    monkeypatch.setattr(
        socket.socket, "connect", lambda *_arguments: pytest.fail("A socket was opened.")
    )

    assert failure(name).code is ProviderErrorCode.ADDRESS_NOT_ALLOWED


@pytest.fixture
def silent(monkeypatch, settings):
    """Every connection leads to a server that takes it and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
        monkeypatch.setattr(lookups, "addresses_of", lambda *_place, **_options: found)
        settings.EGRESS_ALLOW = ["127.0.0.1"]

        def created(_place, timeout, **_options):
            return socket.create_connection(place, timeout)

        monkeypatch.setattr(urllib3.connection.connection, "create_connection", created)
        yield server


# The end of a handshake that was cut closes its socket when it is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", NAMES)
def test_the_deadline_frees_the_thread(name, silent):
    codes = []
    asking = threading.Thread(target=lambda: codes.append(failure(name, timeout=0.2).code))
    asking.start()
    asking.join(60)

    assert not asking.is_alive()
    assert codes == [ProviderErrorCode.TIMEOUT]


@pytest.mark.parametrize("name", NAMES)
def test_a_huge_answer_is_refused(name, monkeypatch):
    monkeypatch.setattr(transport, "LARGEST_BODY_BYTES", 16)

    error = failure_with(monkeypatch, name, lambda *_of: (200, "x" * 4096, {}, "OK"))

    assert "larger than" in error.message


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_of_too_many_elements_is_refused_before_it_is_parsed(name, monkeypatch):
    body = "<a>" + "<b/>" * MOST_XML_MARKS + "</a>"

    error = failure_with(monkeypatch, name, lambda *_of: (200, body, {}, "OK"))

    assert "too many values" in error.message


def test_json_is_not_taken_for_xml():
    check_body(json.dumps({"a": "<=" * MOST_XML_MARKS}).encode())


@pytest.mark.parametrize("status", [400, 401, 403, 500])
@pytest.mark.parametrize("name", NAMES)
def test_an_error_has_no_secret_of_the_account(name, status, monkeypatch):
    kind = get_kind("libcloud", name)
    values = kind.clean_credentials(credentials_of(name))
    secrets = [
        values[field.name] for field in kind.credentials if field.secret and values[field.name]
    ]
    assert secrets
    body = json.dumps({"error": {"message": f"bad {secrets}", "errors": [str(secrets)]}})

    error = failure_with(monkeypatch, name, lambda *_of: (status, body, {}, "Bad"))

    assert not any(secret in str(vars(error)) for secret in secrets)


@pytest.mark.parametrize("name", sorted(RECORDINGS))
def test_a_redirect_to_another_server_is_not_followed(name, monkeypatch):
    asked = []

    def answer(_replies, request):
        asked.append(request.url)
        return 302, "", {"location": "https://elsewhere.example/"}, "Found"

    failure_with(monkeypatch, name, answer)

    assert asked
    assert not any("elsewhere" in url for url in asked)


def test_the_failure_that_a_driver_hides_fails_its_list(monkeypatch):
    """vcloud's driver leaves out what it may not read."""
    with recorded("vultr") as (cloud, _replies):
        driver = cloud._driver

        def hiding():
            try:
                driver.connection.request("/v2/instances")
            except Exception:  # noqa: BLE001 - as such a driver does
                return []
            return []

        monkeypatch.setattr(driver, "list_nodes", hiding)
        assert cloud.read("virtual_machines") == []
        monkeypatch.setattr(Replies, "answer", lambda *_of: (403, "{}", {}, "Forbidden"))
        with pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

    assert caught.value.code is ProviderErrorCode.PERMISSION_DENIED


def test_certificates_are_verified_whatever_a_driver_says():
    seen = []

    def send(_adapter, _request, *, verify, **_options):
        seen.append(verify)
        raise OSError

    with patch.object(HTTPAdapter, "send", send), account("kubevirt") as cloud:
        cloud._driver.connection.connection.ca_cert = False
        with pytest.raises(ProviderError):
            cloud.read("virtual_machines")

    assert seen
    assert all(seen)
