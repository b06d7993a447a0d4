"""The daemon of `tests/clouds/apis/libvirt.py` over TLS, with an authority and a client."""

from contextlib import contextmanager

from tests.clouds.apis.libvirt import Libvirt
from tests.clouds.certificates import Signed, known_by, server_context


@contextmanager
def daemon_over_tls(directory, name="127.0.0.1"):
    """The daemon, whose certificate is for ``name``, and what a client of it has to know."""
    authority = Signed("authority.example")
    server, client = Signed(name, authority), Signed("client.example", authority)
    daemon = Libvirt()
    daemon.context = server_context(directory, server, clients=authority)
    with daemon:
        yield daemon, known_by(client, authority)
