"""The public authorities are read once; an account with certificates has a context of its own."""

import ssl

from inventory.providers.certificates import CA, CERTIFICATE, KEY, context_of
from tests.clouds.certificates import Signed


def test_without_certificates_the_context_is_shared():
    context = context_of({})

    assert context_of({CA: "", CERTIFICATE: None}) is context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_certificates_change_no_other_connections_context():
    shared = context_of({})
    known = len(shared.get_ca_certs())
    authority = Signed("authority.example")
    client = Signed("client.example", authority)

    own = context_of({CA: authority.pem})
    shown = context_of({CERTIFICATE: client.pem, KEY: client.key_pem})

    assert len({id(context) for context in (shared, own, shown)}) == 3
    assert len(own.get_ca_certs()) == 1
    assert len(context_of({}).get_ca_certs()) == known


def test_another_bundle_is_another_context(monkeypatch, tmp_path):
    bundle = tmp_path / "authorities.pem"
    bundle.write_text(Signed("authority.example").pem)
    shared = context_of({})

    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    assert context_of({}) is not shared
    assert len(context_of({}).get_ca_certs()) == 1
