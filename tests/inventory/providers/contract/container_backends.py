"""The back end of each kind of containers in the contract's tests.

::

    docker         a recorded engine over HTTP, with what was done to it
    kubernetes     a recorded cluster over HTTP, likewise

and besides, where ``REAL_DOCKER`` is the address of an engine as DOCKER_HOST has it, that engine,
and where ``REAL_KUBERNETES`` is the address of an API server, that server.

A kind of containers that is not in ``CONTAINER_BACKENDS`` fails the contract.
"""

import contextlib
import copy
import os
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace

import pytest

from inventory.providers import Capability
from inventory.types import ContainerState, NewContainer, PortRecord
from tests.clouds import kubernetes as real_kubernetes
from tests.clouds.apis.docker import Docker
from tests.clouds.apis.kubernetes import Kubernetes
from tests.clouds.recorded import as_json
from tests.clouds.sent import requests_sent
from tests.clouds.static_ec2 import reply
from tests.inventory.providers.contract.backends import Connected, Served
from tests.inventory.providers.contract.faults import REPLIES

LABELS = (("env", "test"), ("team", "red"))
PATIENCE = 200


class ContainerAccount(Connected):
    """A connected account with containers in it; at least one runs."""

    region = "global"
    image = "busybox"
    listed_image = "busybox:latest"
    command = ("sleep", "3600")
    nobody = "0" * 64  # the id of no container
    publishes = True  # whether a port of a container that runs is told

    def listed(self, cloud):
        return cloud.read("containers")

    def found(self, cloud, external_id):
        return cloud.find("containers", external_id)

    def made(self, cloud):
        return cloud.create("containers", "deploy", self.order())

    def running(self, cloud):
        """A container that can be stopped and removed."""
        return next(one for one in self.listed(cloud) if one.state is ContainerState.RUNNING)

    def order(self, **changes):
        """An order as a job gives it: marked with its token."""
        token = changes.get("client_token") or str(uuid.uuid4())
        order = NewContainer(
            name="made-here",
            image=self.image,
            client_token=token,
            command=self.command,
            environment=(("COLOUR", "red"), ("SIZE", "a=b c")),
            ports=(PortRecord(80, "tcp", 18080), PortRecord(53, "udp")),
            labels=(*LABELS, ("gateway-job", token)),
            memory=64,
        )
        return replace(order, **changes)

    def deployed(self, cloud, order):
        """The container of an order, running."""
        made = cloud.create("containers", "deploy", order)
        if made.state is ContainerState.CREATED:
            assert Capability.START_CONTAINER in self.kind.capabilities
            cloud.do("containers", "start", made.external_id)
        return wait_for(cloud, made.external_id, ContainerState.RUNNING)


def wait_for(cloud, external_id, state):
    deadline = time.monotonic() + PATIENCE
    while (found := cloud.find("containers", external_id)).state is not state:
        assert time.monotonic() < deadline, f"still {found.state}"
        time.sleep(0.02)
    return found


class RecordedContainers(Served, ContainerAccount):
    """A cloud of ``tests.clouds.apis`` behind the kind."""


class OnDocker(RecordedContainers):
    """An empty list is what an engine without containers says; it has no pages."""

    slug, cloud_class = "docker", Docker
    given = {"host": "tcp://engine.example:2375"}
    faults = REPLIES | {"no object": reply('"a text"')}

    @contextmanager
    def with_wrong_credentials(self):
        self.cloud.locked = True
        yield

    @contextmanager
    def many(self):
        self.cloud.add(1500)
        yield len(self.cloud.containers)

    @contextmanager
    def cut_short(self):
        whole = as_json(self.cloud.containers)
        self.cloud.fault = replace(whole, cut=True)
        yield


class OnKubernetes(RecordedContainers):
    slug, cloud_class, region = "kubernetes", Kubernetes, "default"
    nobody = "nobody/nobody"
    given = {"server": "https://cluster.example:6443", "token": Kubernetes.token}

    @contextmanager
    def with_wrong_credentials(self):
        self.cloud.token = "another"
        yield

    @contextmanager
    def many(self):
        with self.connect() as cloud:
            before = len(cloud.read("containers"))
        self.cloud.page = 5
        self.cloud.add(13)
        yield before + 13

    @contextmanager
    def cut_short(self):
        with self.many():
            self.cloud.fault = reply("no", 500)
            self.cloud.fault_meets = lambda request: "continue" in request.query
            yield


class OnRealDocker(ContainerAccount):
    """A running engine with an image ``busybox``. It is left with the containers that it had."""

    slug = "docker"
    command = ("sh", "-c", "trap exit TERM; while sleep 0.1; do :; done")  # it obeys
    publishes = False  # an engine without networks has no open ports

    def __init__(self, request):
        super().__init__({"host": os.environ["REAL_DOCKER"]})
        with self.connect() as cloud:
            before = {one.external_id for one in self.listed(cloud)}
            as_it_is = copy.copy(self)  # a test may change the kind or the credentials
            request.addfinalizer(lambda: as_it_is.remove_all_but(before))
            self.deployed(cloud, self.order(name="first", ports=()))
            done = cloud.create(
                "containers", "deploy", self.order(name="done", command=("true",), ports=())
            )
            cloud.do("containers", "start", done.external_id)
            wait_for(cloud, done.external_id, ContainerState.STOPPED)

    def connect(self, timeout=60):
        """A real container takes its time to stop, and a test's calls share one budget."""
        return super().connect(timeout)

    def order(self, **changes):
        return super().order(**{"ports": (), **changes})

    def remove_all_but(self, kept):
        with self.connect() as cloud:
            for container in self.listed(cloud):
                if container.external_id not in kept:
                    cloud.do("containers", "remove", container.external_id)

    def faulty(self, _name):
        pytest.skip("A real engine does not fail on command.")

    many = cut_short = lambda self: self.faulty("")

    def with_wrong_credentials(self):
        pytest.skip("An engine without TLS takes anybody.")


class OnRealKubernetes(ContainerAccount):
    """A namespace of a real API server, with a kubelet's part played by the tests.

    Two pages are full and a third has the rest.
    """

    slug, nobody = "kubernetes", OnKubernetes.nobody
    extra_pods = 1001

    def __init__(self, request):
        super().__init__(real_kubernetes.credentials())
        self.api, stack = real_kubernetes.Api(), contextlib.ExitStack()
        request.addfinalizer(stack.close)
        self.region = stack.enter_context(real_kubernetes.namespace(self.api))
        self.add("first", "Running", real_kubernetes.RUNNING)
        self.add("done", "Succeeded", real_kubernetes.ended(0), restartPolicy="Never")
        stack.enter_context(real_kubernetes.kubelet(self.region))

    def connect(self, timeout=60):
        return super().connect(timeout)

    def add(self, name, phase, state, **spec):
        pod = real_kubernetes.pod(name, **spec)
        made = self.api.ask("POST", real_kubernetes.pods(self.region), body=pod)
        assert real_kubernetes.patch_status(self.api, made, phase, state).ok

    def faulty(self, _name):
        pytest.skip("A real server does not fail on command.")

    @contextmanager
    def with_wrong_credentials(self):
        self.credentials = {**self.credentials, "token": "not-this-one"}
        yield

    @contextmanager
    def many(self):
        before = len(real_kubernetes.content_of(self.api, self.region))
        real_kubernetes.add_idle_pods(self.region, self.extra_pods)
        yield before + self.extra_pods

    @contextmanager
    def cut_short(self):
        """Every next page is asked for too late."""
        with self.many(), requests_sent(real_kubernetes.compact_before_next_page):
            yield


CONTAINER_BACKENDS = {backend.slug: backend for backend in (OnDocker, OnKubernetes)}
REAL_CONTAINERS = {"REAL_DOCKER": OnRealDocker, "REAL_KUBERNETES": OnRealKubernetes}
