"""The back end of each kind in the contract's tests: the best one there is.

::

    aws            moto over HTTP; refusals from a server that follows a script
    simulator      itself; it has no HTTP, and fails by its settings
    libvirt        a daemon that speaks its protocol, over recorded XML
    the others     recorded replies over HTTP, with what was done to them

and besides what ``REAL`` names, where it is up: `make test-clouds` starts it and says where it is.

A kind of machines that is not in ``BACKENDS`` fails the contract. Those of containers are in
``container_backends``.
"""

import contextlib
import copy
import os
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from inventory.providers import connect, get_kind
from inventory.providers.simulator import store
from inventory.types import MachineState, NewMachine
from tests.clouds import libvirt as real_libvirt
from tests.clouds.apis.azure import SUBSCRIPTION, Azure
from tests.clouds.apis.digitalocean import DigitalOcean
from tests.clouds.apis.google import Google, service_account
from tests.clouds.apis.libvirt import FAULTS as LIBVIRT_FAULTS
from tests.clouds.apis.libvirt import Libvirt
from tests.clouds.apis.linode import Linode
from tests.clouds.apis.openstack import OpenStack
from tests.clouds.openstack import openstack_credentials
from tests.clouds.recorded import recording, served
from tests.clouds.static_ec2 import pages_of_five, refusal, reply, static_ec2
from tests.inventory.providers.contract.faults import REPLIES

BOOT_SECONDS = 300  # on a machine that is busy with other things
ORDERED_TAGS = (("env", "test"), ("team", "red"))


class Connected:
    """An account at a kind of cloud."""

    slug: str
    region: str
    retry_after = 7  # seconds that the back end asks to wait

    def __init__(self, credentials):
        self.kind = get_kind(self.slug)
        self.credentials = self.kind.clean_credentials(credentials)

    def launch(self):
        """Make sure that there is something in it."""

    def connect(self, timeout=60):
        return connect(self.kind, self.credentials, self.region, timeout)


class Account(Connected):
    """A connected account with machines in it; at least one runs."""

    size: str
    image: str
    nobody = "i-0123456789abcdef0"  # the id of no machine
    tells_addresses = True
    unoffered = {"image_id": "ami-00000000", "location_id": "nowhere-1z", "size_id": "no.size"}

    def listed(self, cloud):
        return cloud.read("virtual_machines")

    def found(self, cloud, external_id):
        return cloud.find("virtual_machines", external_id)

    def made(self, cloud):
        return cloud.create("virtual_machines", "provision", self.order())

    def running(self, cloud):
        return next(
            one for one in cloud.read("virtual_machines") if one.state is MachineState.RUNNING
        )

    def order(self, **changes):
        order = NewMachine(
            name="made-here",
            size_id=self.size,
            image_id=self.image,
            client_token=str(uuid.uuid4()),
            tags=ORDERED_TAGS,
        )
        return replace(order, **changes)


class Backend(Account):
    """``faulty(name)`` and ``with_wrong_credentials()``: as this account, but asking fails."""

    @contextmanager
    def faulty(self, name):
        raise NotImplementedError

    @contextmanager
    def with_wrong_credentials(self):
        raise NotImplementedError

    @contextmanager
    def many(self):
        """The account with more machines than a page has: yields their number."""
        raise NotImplementedError

    @contextmanager
    def cut_short(self):
        """Do the same as ``many``, but only the first page is answered."""
        raise NotImplementedError


class AWS(Backend):
    slug, size, image = "aws", "t3.micro", "ami-04681a1dbd79675a5"

    def __init__(self, request):
        self.moto = request.getfixturevalue("moto")
        self.region = request.getfixturevalue("region")
        self.has_machines = False
        super().__init__(self.moto.credentials)

    def connect(self, timeout=60):
        if self.credentials["endpoint_url"] == self.moto.url:
            self.launch()
        return super().connect(timeout)

    def launch(self):
        """Make two machines, unless they exist; tests of failures need none."""
        if not self.has_machines:
            self.moto.launch(self.region, "first", count=2, env="prod")
            self.has_machines = True

    @contextmanager
    def answered_by(self, answer):
        with static_ec2(answer) as server:
            self.credentials |= {"endpoint_url": server.url}
            self.asked = server.asked
            yield

    def faulty(self, name):
        return self.answered_by(REPLIES[name])

    def with_wrong_credentials(self):
        return self.answered_by(refusal("AuthFailure", status=401))

    @contextmanager
    def many(self):
        with self.answered_by(pages_of_five(12)):
            yield 12

    def cut_short(self):
        return self.answered_by(pages_of_five(12, last=reply("no", 500)))


@contextmanager
def one_second():
    """The simulator counts calls by the clock's seconds: all these are of one."""
    second = int(time.time())
    clock = SimpleNamespace(time=lambda: second)
    with patch.object(store, "time", clock):
        yield


class Simulator(Backend):
    slug, region, size, image = "simulator", "sim-1", "sim.small", "img-debian-13"
    retry_after = 1
    SETTINGS = {
        "429": {"throttle_per_s": "1"},
        "500": {"error_rate": "1"},
        "timeout": {"hang": "true"},
        "garbage": {"garbage": "true"},
    }

    def __init__(self, request):
        settings = request.getfixturevalue("settings")
        settings.SIMULATOR_DIR = request.getfixturevalue("tmp_path")
        super().__init__({"machines": "12", "boot_ms": "0"})

    @contextmanager
    def set(self, **settings):
        given = {"machines": "12", "boot_ms": "0"} | settings
        self.credentials = self.kind.clean_credentials(given)
        yield

    @contextmanager
    def faulty(self, name):
        if name not in self.SETTINGS:
            pytest.skip("The simulator has neither HTTP nor accounts.")
        with self.set(**self.SETTINGS[name]), one_second():
            if name == "429":
                with self.connect() as cloud:
                    cloud.read("virtual_machines")
            yield

    def with_wrong_credentials(self):
        pytest.skip("The simulator has no accounts.")

    @contextmanager
    def many(self):
        with self.set(machines="1200"):
            yield 1200

    def cut_short(self):
        return self.set(machines="1200", partial="true")


class Served(Connected):
    """A cloud of ``tests.clouds.apis`` behind the kind."""

    region = "global"
    cloud_class: type
    given: dict[str, str]
    faults = REPLIES

    def __init__(self, request):
        self.cloud = self.cloud_class()
        self.serving = contextlib.ExitStack()
        self.serving.enter_context(served(self.cloud, request.getfixturevalue("monkeypatch")))
        request.addfinalizer(self.serving.close)
        self.asked = self.cloud.asked
        super().__init__(self.given)

    @contextmanager
    def faulty(self, name):
        self.cloud.fault = self.faults[name]
        yield


class Recorded(Served, Backend):
    @contextmanager
    def with_wrong_credentials(self):
        self.cloud.token = "another"
        yield

    @contextmanager
    def many(self):
        with self.connect() as cloud:
            before = len(cloud.read("virtual_machines"))
        self.cloud.page = 5
        self.cloud.add(8)
        yield before + 8

    @contextmanager
    def cut_short(self):
        with self.many():
            self.cloud.fault = reply("no", 500)
            asked = len(self.cloud.asked)
            self.cloud.fault_meets = lambda _request: len(self.cloud.asked) > asked + 1
            yield


class OnDigitalOcean(Recorded):
    slug, cloud_class = "digitalocean", DigitalOcean
    size, another_size, image = "1gb", "512mb", "ubuntu-14-04-x64"
    given = {"token": DigitalOcean.token}
    location = "sfo3"  # of the recorded droplet


class OnLinode(Recorded):
    slug, cloud_class = "linode", Linode
    size, another_size, image = "g6-standard-2", "g6-standard-4", "linode/alpine3.10"
    given = {"token": Linode.token}
    location = "eu-west"  # of the recorded Linodes


class OnOpenStack(Recorded):
    slug, cloud_class, region = "openstack", OpenStack, "RegionOne"
    size, another_size, image = "2", "3", recording("openstack/images")["images"][0]["id"]
    nobody = "00000000-0000-0000-0000-000000000000"
    given = {
        "auth_url": "http://keystone.example:5000/v3",
        "username": "demo",
        "password": OpenStack.password,
        "project": "demo",
        "network": "private",
    }

    @contextmanager
    def with_wrong_credentials(self):
        self.cloud.password = "another"
        yield


class OnGoogle(Recorded):
    slug, cloud_class = "google", Google
    size, another_size = "n1-standard-2", "n1-standard-4"
    image = "projects/debian-cloud/global/images/debian-7-wheezy-v20131120"
    nobody = "1234567890123456789"
    location = "europe-west1-a"  # of the first recorded instance

    def __init__(self, request):
        self.given = {"service_account": service_account()}
        super().__init__(request)

    @contextmanager
    def with_wrong_credentials(self):
        self.cloud.knows_account = False
        yield


class OnAzure(Recorded):
    slug, cloud_class = "azure", Azure
    size, another_size = "Standard_A2", "Standard_A1"
    image = "Debian:debian-12:12-gen2:latest"
    nobody = (
        f"/subscriptions/{SUBSCRIPTION}/resourcegroups/g/providers/"
        "microsoft.compute/virtualmachines/nobody"
    )
    given = {
        "tenant_id": "77777777-7777-7777-7777-777777777777",
        "subscription_id": SUBSCRIPTION,
        "client_id": "55555555-5555-5555-5555-555555555555",
        "client_secret": Azure.secret,
        "resource_group": "lab",
        "network": "lab-net",
    }

    @contextmanager
    def with_wrong_credentials(self):
        self.cloud.secret = "another"
        yield


class OnLibvirt(Backend):
    """A daemon that speaks libvirt's own protocol; it has no HTTP, and no word for "too often"."""

    slug, region, size, image = "libvirt", "global", "1x256", "tiny-linux.qcow2"
    another_size, nobody = "2x2048", "00000000-0000-0000-0000-00000000ffff"

    def __init__(self, request):
        self.daemon = Libvirt()
        request.addfinalizer(self.daemon.__enter__().__exit__)
        super().__init__({"uri": self.daemon.uri})

    @contextmanager
    def faulty(self, name):
        if name not in LIBVIRT_FAULTS:
            pytest.skip("libvirt has no way to say this.")
        self.daemon.fault = name
        yield

    @contextmanager
    def with_wrong_credentials(self):
        self.daemon.asks_for_password = True
        self.credentials |= {"username": "ann", "password": "not this one"}
        yield

    @contextmanager
    def many(self):
        self.daemon.add(1200)
        yield len(self.daemon.machines)

    @contextmanager
    def cut_short(self):
        with self.many():
            self.daemon.fault = "cut"
            asked = self.daemon.asked
            self.daemon.fault_meets = lambda _call: len(asked) > 700
            yield


class OnReal(Account):
    """A running cloud, in which a machine is made. It is left with the machines that it had."""

    def __init__(self, request, credentials):
        super().__init__(credentials)
        self.as_it_is = copy.copy(self)  # a test may change the kind or the credentials
        self.request, self.image = request, None

    def connect(self, timeout=2 * BOOT_SECONDS):
        """A real machine takes its time, and a test's calls share one budget.

        One is made when it is first asked for: tests that a real cloud cannot be used for never do.
        """
        if self.image is None:
            self.launch()
        return super().connect(timeout)

    def launch(self):
        with connect(
            self.as_it_is.kind, self.as_it_is.credentials, self.region, 2 * BOOT_SECONDS
        ) as cloud:
            self.image = self.choose_image(cloud)
            before = {machine.external_id for machine in cloud.read("virtual_machines")}
            self.request.addfinalizer(lambda: self.remove_all_but(before))
            made = cloud.create(
                "virtual_machines", "provision", self.order(name="first")
            ).external_id
            deadline = time.monotonic() + BOOT_SECONDS
            while cloud.find("virtual_machines", made).state is not MachineState.RUNNING:
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def choose_image(self, cloud):
        return cloud.read("images")[0].external_id

    def remove_all_but(self, kept):
        with connect(
            self.as_it_is.kind, self.as_it_is.credentials, self.region, 2 * BOOT_SECONDS
        ) as cloud:
            left = [one.external_id for one in cloud.read("virtual_machines")]
            ours = [one for one in left if one not in kept]
            for external_id in ours:
                cloud.do("virtual_machines", "terminate", external_id)
            # The next test's list has none that is just being deleted, without its addresses.
            deadline = time.monotonic() + BOOT_SECONDS
            while any(cloud.find("virtual_machines", one) is not None for one in ours):
                assert time.monotonic() < deadline, ours
                time.sleep(0.2)

    def faulty(self, _name):
        pytest.skip("A real cloud does not fail on command.")

    many = cut_short = lambda self: self.faulty("")


class OnRealOpenStack(OnReal):
    """A project."""

    slug, region, size = "openstack", "RegionOne", "1"
    nobody = OnOpenStack.nobody

    def __init__(self, request):
        clouds = Path(os.environ["REAL_OPENSTACK"])
        super().__init__(request, openstack_credentials(clouds, "demo"))

    @contextmanager
    def with_wrong_credentials(self):
        self.credentials = {**self.credentials, "password": "not this one"}
        yield


class OnRealLibvirt(OnReal):
    """A host. Its machines are behind QEMU's own network, where no address is known."""

    slug, region, size = "libvirt", "global", real_libvirt.SIZE
    nobody = OnLibvirt.nobody
    tells_addresses = False

    def __init__(self, request):
        super().__init__(request, {"uri": real_libvirt.URI})

    def choose_image(self, _cloud):
        return real_libvirt.OBEDIENT

    def running(self, cloud):
        machine = super().running(cloud)
        real_libvirt.await_guest(machine.external_id)
        return machine

    @contextmanager
    def with_wrong_credentials(self):
        wrong = real_libvirt.tls_credentials() | {"password": "not this one"}
        self.credentials = self.kind.clean_credentials(wrong)
        yield


BACKENDS = {
    backend.slug: backend
    for backend in (
        AWS,
        Simulator,
        OnDigitalOcean,
        OnLinode,
        OnOpenStack,
        OnGoogle,
        OnAzure,
        OnLibvirt,
    )
}
REAL = {"REAL_OPENSTACK": OnRealOpenStack, "REAL_LIBVIRT": OnRealLibvirt}


def real_clouds(known=REAL):
    """The clouds that are running, by the environment variables with their addresses."""
    return [name for name in known if os.environ.get(name)]
