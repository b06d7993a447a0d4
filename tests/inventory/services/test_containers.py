"""A deployment's values are checked before there is a job; and the requests of a dry run."""

import pytest

from gateway.core.errors import InvalidInput, NotFound, NotSupported
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Container
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.container_orders import DeployRequest, deploy_arguments
from inventory.services.containers import container_deploy, dry_run_deploy
from inventory.types import PortRecord
from jobs.api import Job
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.actions import container_change, dry_run_container_change, dry_run_restart
from tests.inventory.factories import make_simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engines"),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]


@pytest.fixture
def provider():
    return connect_engine()


@pytest.fixture
def engine(provider):
    return ENGINES["engine", "here"]


def order(**given):
    return DeployRequest(**({"name": "web", "image": "nginx:1.27"} | given))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "-web"}, "name"),
        ({"name": "we b"}, "name"),
        ({"name": "a" * 254}, "name"),
        ({"image": " "}, "image"),
        ({"image": "ngi nx"}, "image"),
        ({"image": "a" * 501}, "image"),
        ({"command": ["x"] * 201}, "command"),
        ({"environment": [("1A", "x")]}, "environment"),
        ({"environment": [("A", "x"), ("A", "y")]}, "environment"),
        ({"ports": [PortRecord(0)]}, "ports"),
        ({"ports": [PortRecord(80, "tcp", 65536)]}, "ports"),
        ({"ports": [PortRecord(80, "icmp")]}, "ports"),
        ({"ports": [PortRecord(80, "tcp", 80, "localhost")]}, "ports"),
        ({"image": "ngi\x7fnx"}, "image"),
        ({"labels": [("a", "1"), ("a", "2")]}, "labels"),
        ({"labels": [("gateway-job", "1")]}, "labels"),
        ({"memory": 5}, "memory"),
        ({"memory": 1 << 30}, "memory"),
    ],
)
def test_what_makes_no_sense_is_refused_and_no_job_is_made(provider, given, field):
    with pytest.raises(InvalidInput) as caught:
        container_deploy(provider=provider, request=order(**given), requested_by=provider.owner)

    assert caught.value.field == field
    assert not Job.objects.exists()


def test_a_region_that_is_not_connected(provider):
    with pytest.raises(NotFound) as caught:
        deploy_arguments(provider, order(region="there"))

    assert caught.value.field == "region"
    assert "here" in caught.value.message


def test_the_same_request_under_one_key_is_one_job(provider):
    asked = {
        "provider": provider,
        "request": order(environment=[("PASSWORD", "correct-horse")]),
        "requested_by": provider.owner,
        "idempotency_key": "once",
    }

    assert container_deploy(**asked).pk == container_deploy(**asked).pk


def test_a_cloud_of_machines_deploys_nothing():
    with pytest.raises(NotSupported):
        container_deploy(provider=make_simulator(), request=order(), requested_by=None)

    assert not Job.objects.exists()


@pytest.fixture
def stored(provider, engine):
    def stored(word):
        record = engine.add("web", word)
        refresh([Ask(provider.sources.select_related("provider").get(), 0)])
        containers = Container.objects.select_related("source__provider", "provider")
        return containers.get(external_id=record.external_id)

    return stored


def checks(run):
    return {check.name: check.ok for check in run.checks}


@pytest.mark.parametrize(
    ("name", "word", "allowed"),
    [
        ("start", "exited", True),
        ("start", "running", True),
        ("stop", "created", False),
        ("stop", "running", True),
        ("remove", "running", True),
    ],
)
def test_a_dry_run_asks_and_does_nothing(stored, engine, name, word, allowed):
    run = dry_run_container_change(name=name, container=stored(word))

    assert run.allowed is allowed
    assert checks(run) == {"capability": True, "target": True, "job": True, "state": allowed}
    assert engine.effects == []
    assert not Job.objects.exists()


def test_a_dry_run_beside_a_job_at_work(stored, provider):
    container = stored("running")
    container_change(name="stop", container=container, requested_by=provider.owner)

    run = dry_run_restart(container=container)

    assert checks(run)["job"] is False


def test_a_dry_run_of_what_does_not_run(stored):
    assert checks(dry_run_restart(container=stored("exited")))["state"] is False


def test_a_dry_run_of_what_is_gone(stored, engine):
    container = stored("running")
    engine.containers.clear()

    assert checks(dry_run_restart(container=container))["target"] is False


def test_a_dry_run_of_a_deployment(provider, engine):
    assert dry_run_deploy(provider=provider, request=order()).allowed
    engine.add("web")
    assert checks(dry_run_deploy(provider=provider, request=order()))["name"] is False
    engine.fault = ProviderError(ProviderErrorCode.UNREACHABLE, "Gone.")
    assert checks(dry_run_deploy(provider=provider, request=order()))["cloud"] is False
    assert engine.effects == []
