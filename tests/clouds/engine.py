"""A container engine in this process's memory: a kind for tests of the code above the kinds.

It counts the actions that it did, and a test can make it fail.
"""

import itertools
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from inventory.providers import (
    Capability,
    CredentialField,
    ProviderKind,
    does,
    reads,
    registry,
    table_of,
)
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.services.providers import provider_connect
from inventory.types import ContainerRecord, ContainerState, ContainerType, PortRecord
from tests.inventory.factories import make_user

STATES = {
    "created": ContainerState.CREATED,
    "running": ContainerState.RUNNING,
    "paused": ContainerState.PAUSED,
    "exited": ContainerState.STOPPED,
    "dead": ContainerState.ERROR,
}
REGIONS = ("here", "there")


@dataclass
class Engine:
    """``ends``: image → the exit code with which its containers end as soon as they are started."""

    containers: dict[str, ContainerRecord] = field(default_factory=dict)
    orders: list = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)
    fault: ProviderError | None = None
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def add(self, name, word="running", image="nginx:1.27", **facts):
        number = next(self._numbers)
        external_id = f"{number:012x}"
        facts = {
            "ports": (PortRecord(80, "tcp", 8000 + number, "127.0.0.1"),),
            "labels": (("app", name),),
            "created_at": datetime(2026, 1, 1, 0, number % 60, tzinfo=UTC),
            "memory": 64,
            "ips": (f"10.0.0.{number}",),
        } | facts
        record = ContainerRecord(external_id, name, STATES[word], word, image=image, **facts)
        self.containers[external_id] = record
        return record

    def become(self, external_id, word, **facts):
        found = self.containers[external_id]
        self.containers[external_id] = replace(
            found, state=STATES[word], raw_state=word, exit_code=facts.get("exit_code")
        )

    def act(self, effect, external_id):
        self.check()
        if external_id not in self.containers:
            raise ProviderError(ProviderErrorCode.NOT_FOUND, "No such container.")
        self.effects.append(effect)

    def check(self):
        if self.fault is not None:
            raise self.fault


class Driver:
    def __init__(self, credentials, region, _timeout):
        self.engine = ENGINES[credentials["name"], region]


ENGINES: dict[tuple[str, str], Engine] = {}


@reads("containers")
def _list(driver):
    driver.engine.check()
    return list(driver.engine.containers.values())


@does("containers", "deploy")
def _deploy(driver, order):
    engine = driver.engine
    engine.check()
    if any(found.name == order.name for found in engine.containers.values()):
        raise ProviderError(
            ProviderErrorCode.CONFLICT, f"The name {order.name!r} is taken.", retryable=False
        )
    engine.effects.append("deploy")
    engine.orders.append(order)
    return engine.add(order.name, "created", order.image, labels=order.labels, memory=order.memory)


@does("containers", "start")
def _start(driver, external_id):
    engine = driver.engine
    engine.act("start", external_id)
    ends = engine.ends.get(engine.containers[external_id].image)
    if ends is None:
        engine.become(external_id, "running")
    else:
        engine.become(external_id, "exited", exit_code=ends)


@does("containers", "stop")
def _stop(driver, external_id):
    driver.engine.act("stop", external_id)
    driver.engine.become(external_id, "exited", exit_code=143)


@does("containers", "restart")
def _restart(driver, external_id):
    driver.engine.act("restart", external_id)
    driver.engine.become(external_id, "running")


@does("containers", "remove")
def _remove(driver, external_id):
    driver.engine.act("remove", external_id)
    del driver.engine.containers[external_id]


@reads("regions")
def _regions(_driver):
    return REGIONS


KIND = ProviderKind(
    slug="engine",
    label="Engine",
    description="An engine in memory.",
    driver=Driver,
    credentials=(CredentialField("name", "Name"),),
    repeatable=frozenset({Capability.DEPLOY_CONTAINER}),  # names are unique
    default_regions=("here",),
    container_type=ContainerType.DOCKER,
    container_states=STATES,
    table=table_of(sys.modules[__name__]),
)


def register_engines(monkeypatch):
    """The kind ``engine`` for the length of a test, with no engine yet."""
    monkeypatch.setitem(registry._kinds(), KIND.slug, KIND)
    ENGINES.clear()


@pytest.fixture
def engines(monkeypatch):
    register_engines(monkeypatch)
    return ENGINES


def connect_engine(owner=None, *, name="engine", regions=("here",)):
    """A provider of one engine a region, each empty."""
    for region in regions:
        ENGINES.setdefault((name, region), Engine())
    return provider_connect(
        owner=owner or make_user(),
        kind=KIND.slug,
        name=name,
        credentials={"name": name},
        regions=list(regions),
    )
