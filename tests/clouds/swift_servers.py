"""The servers of Swift in one process, as its own functional tests run them: see ``swift.py``.

    python -m tests.clouds.swift_servers DIRECTORY PORT

Swift's programs read /etc/swift; here all files are in DIRECTORY: one replica on one device. The
proxy has the middlewares of proxy-server.conf-sample. In place of keystonemiddleware, ``tokens``
sets the headers by which Swift's own ``keystoneauth`` decides; in place of memcached, ``cache``
keeps a dictionary.
"""

import array
import os
import sys
from pathlib import Path

import eventlet
import eventlet.wsgi
from swift.account.server import AccountController
from swift.common import constraints, storage_policy, utils
from swift.common.ring import RingData
from swift.common.wsgi import SwiftHttpProtocol, loadapp
from swift.container.server import ContainerController
from swift.obj.server import ObjectController

utils.eventlet_monkey_patch()

LOOPBACK = "127.0.0.1"
DEVICE = "sda"
PROJECT = "a4040e0486004e6bb2aa218cde4f15d6"
# The role of a token, by the token's start. Other tokens are refused.
ROLES = {"member-": "member", "reader-": "reader", "a-token-of-tests-": "member"}
SERVERS = {
    "account": AccountController,
    "container": ContainerController,
    "object": ObjectController,
}
# The filters before and after authentication. listing_formats and others need no settings.
BEFORE = "catch_errors gatekeeper healthcheck cache listing_formats ratelimit bulk tempurl formpost"
AFTER = "copy container-quotas account-quotas slo dlo versioned_writes symlink"
NAMES = {"container-quotas": "container_quotas", "account-quotas": "account_quotas"}
PROXY = """
[DEFAULT]
swift_dir = {directory}
log_level = WARNING
[pipeline:main]
pipeline = {before} tokens keystoneauth {after} proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:cache]
paste.filter_factory = {module}:cache
[filter:tokens]
paste.filter_factory = {module}:tokens
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin, member
project_reader_roles = reader
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
"""
PLAIN = "[filter:{name}]\nuse = egg:swift#{entry}\n"
REFUSED = b"The request you have made requires authentication."


class Memory(dict):
    """The functions of a memcached that Swift uses, in one process. Nothing expires."""

    def get(self, key, *_, **__):
        return dict.get(self, key)

    def set(self, key, value, *_, **__):
        self[key] = value

    def incr(self, key, delta=1, *_, **__):
        self[key] = int(dict.get(self, key) or 0) + delta
        return self[key]

    def delete(self, key, *_, **__):
        self.pop(key, None)


def cache(_settings, **_):
    memory = Memory()

    def wrapped(app):
        return lambda environment, respond: app({**environment, "swift.cache": memory}, respond)

    return wrapped


def tokens(_settings, **_):
    """docs.openstack.org/keystonemiddleware, "What we add to the request for use by the OpenStack
    service".
    """

    def wrapped(app):
        def call(environment, respond):
            token = environment.get("HTTP_X_AUTH_TOKEN", "")
            role = next((role for word, role in ROLES.items() if token.startswith(word)), None)
            if token and role is None:
                respond("401 Unauthorized", [("Content-Type", "text/plain")])
                return [REFUSED]
            return app(environment | _identity(role), respond)

        return call

    return wrapped


def _identity(role):
    if role is None:
        return {"HTTP_X_IDENTITY_STATUS": "Invalid"}
    return {
        "HTTP_X_IDENTITY_STATUS": "Confirmed",
        "HTTP_X_USER_ID": role,
        "HTTP_X_USER_NAME": role,
        "HTTP_X_PROJECT_ID": PROJECT,
        "HTTP_X_PROJECT_NAME": "demo",
        "HTTP_X_TENANT_ID": PROJECT,
        "HTTP_X_TENANT_NAME": "demo",
        "HTTP_X_USER_DOMAIN_ID": "default",
        "HTTP_X_PROJECT_DOMAIN_ID": "default",
        "HTTP_X_ROLES": role,
    }


def main(directory, port):
    configure(directory)
    os.fsync = os.fdatasync = lambda _file: None  # nothing outlives the tests
    devices = directory / "devices"
    (devices / DEVICE).mkdir(parents=True)
    settings = {
        "swift_dir": str(directory),
        "devices": str(devices),
        "mount_check": "false",
        "log_level": "WARNING",
    }
    sockets = {name: eventlet.listen((LOOPBACK, 0)) for name in SERVERS}
    for name, socket in sockets.items():
        ring_of(socket.getsockname()[1]).save(str(directory / f"{name}.ring.gz"))
    for name, controller in SERVERS.items():
        serve(sockets[name], controller(settings))
    configuration = directory / "proxy-server.conf"
    configuration.write_text(proxy(directory))
    serve(eventlet.listen((LOOPBACK, port)), loadapp(str(configuration))).wait()


def configure(directory):
    """Write the files that Swift's modules read. Call it before any part of Swift is built."""
    path = directory / "swift.conf"
    path.write_text("[swift-hash]\nswift_hash_path_suffix = of-tests\n")
    utils.SWIFT_CONF_FILE = str(path)
    utils.HASH_PATH_SUFFIX = b"of-tests"
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()


def ring_of(port):
    device = {"id": 0, "zone": 0, "region": 1, "device": DEVICE, "ip": LOOPBACK, "port": port}
    return RingData([array.array("H", [0] * 4)], [device], 30)


def proxy(directory):
    own = {"cache", "versioned_writes"}
    plain = [name for name in f"{BEFORE} {AFTER}".split() if name not in own]
    sections = [PLAIN.format(name=name, entry=NAMES.get(name, name)) for name in plain]
    head = PROXY.format(directory=directory, before=BEFORE, after=AFTER, module=__spec__.name)
    return "\n".join([head, *sections])


def serve(socket, app):
    return eventlet.spawn(
        eventlet.wsgi.server, socket, app, log_output=False, protocol=SwiftHttpProtocol
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
