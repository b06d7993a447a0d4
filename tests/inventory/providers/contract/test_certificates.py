"""A certificate that cannot be verified is a final failure, at every kind, and nothing is sent."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from tests.clouds.certificates import Signed, server_context
from tests.clouds.libvirt_tls import daemon_over_tls
from tests.clouds.recorded import served_by_tls, served_by_tls_at_its_hosts
from tests.inventory.providers.contract.backends import BACKENDS, Served
from tests.inventory.providers.contract.container_backends import CONTAINER_BACKENDS
from tests.inventory.providers.contract.every import single_kinds

Code = ProviderErrorCode
AUTHORITY, ANOTHER = Signed("authority.example"), Signed("another.example")
CERTIFICATES = {
    "another authority": lambda: Signed("127.0.0.1", ANOTHER),
    "another name": lambda: Signed("192.0.2.1", AUTHORITY),
    "expired": lambda: Signed("127.0.0.1", AUTHORITY, expired=True),
}
SERVED = {
    slug: backend
    for slug, backend in (BACKENDS | CONTAINER_BACKENDS).items()
    if issubclass(backend, Served)
}
ELSEWHERE = {"aws", "libvirt", "simulator"}  # below, and one that has no connections


@pytest.fixture(params=CERTIFICATES)
def context(request, tmp_path, monkeypatch):
    """The TLS context of a server; every client trusts the authority."""
    bundle = tmp_path / "authorities.pem"
    bundle.write_text(AUTHORITY.pem)
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(bundle))
    return server_context(tmp_path, CERTIFICATES[request.param]())


def refused(kind, given, region):
    """The error that ends a listing."""
    with pytest.raises(ProviderError) as caught:
        with connect(kind, kind.clean_credentials(given), region, 10) as cloud:
            _ = cloud.read("virtual_machines") if kind.lists_machines else cloud.read("containers")
    return caught.value


def is_final(error):
    assert (error.code, error.retryable, error.is_final) == (Code.UNREACHABLE, False, True)
    assert "certificate verify failed" in error.message
    return True


@pytest.mark.parametrize("slug", SERVED)
def test_a_certificate_that_is_not_verified_is_final(slug, context, monkeypatch, request):
    backend = SERVED[slug]
    given = dict(backend(request).given)
    cloud = backend.cloud_class()
    hosts = {"auth_url": "https://keystone.example:5000/v3", "host": "https://engine.example:2376"}
    given |= {name: url for name, url in hosts.items() if name in given}
    fields = {field.name for field in get_kind(slug).credentials}
    if "ca_certificate" in fields:
        given["ca_certificate"] = AUTHORITY.pem

    with served_by_tls_at_its_hosts(cloud, context, monkeypatch):
        assert is_final(refused(get_kind(slug), given, backend.region))

    assert cloud.asked == []


def test_it_is_final_at_an_endpoint_of_ec2(context):
    cloud = SERVED["linode"].cloud_class()
    with served_by_tls(cloud, context) as port:
        given = {
            "access_key_id": "AKIAKEYOFTESTS",
            "secret_access_key": "a-secret-of-tests",
            "endpoint_url": f"https://127.0.0.1:{port}",
        }
        assert is_final(refused(get_kind("aws"), given, "us-east-1"))

    assert cloud.asked == []


@pytest.mark.parametrize("name", ["192.0.2.1", "127.0.0.1"])
def test_it_is_final_at_a_daemon_of_libvirt(tmp_path, name):
    with daemon_over_tls(tmp_path, name) as (daemon, certificates):
        if name == "127.0.0.1":
            certificates["ca_certificate"] = ANOTHER.pem
        given = {"uri": daemon.tls_uri, **certificates}
        assert is_final(refused(get_kind("libvirt"), given, "global"))

    assert daemon.asked == []


def test_every_kind_is_held_to_it():
    assert {kind.slug for kind in single_kinds()} <= SERVED.keys() | ELSEWHERE
