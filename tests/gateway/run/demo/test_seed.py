import dataclasses
import socket

import pytest
from django.contrib.auth import get_user_model

from gateway.run.demo.fleet import REGIONS
from gateway.run.demo.plan import Memory, Plan, plan_demo, read_memory
from gateway.run.demo.seed import connect_demo
from gateway.run.errors import StartError
from inventory.models import Credentials, Provider

pytestmark = pytest.mark.django_db
BOTH = Plan(connect=("aws", "simulator"))


@pytest.fixture
def owner():
    return get_user_model().objects.create_superuser("admin", password="x")


@pytest.fixture
def aws_port():
    """A port that somebody listens on: all that connecting wants of the demo's cloud."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def connect(owner, tmp_path, *, plan=BOTH, memory=None, port):
    return connect_demo(
        plan=plan, memory=memory or Memory(), aws_port=port, owner=owner, data_dir=tmp_path
    )


def endpoint_of(provider):
    return Credentials.objects.get(provider=provider).values["endpoint_url"]


def test_both_providers_are_connected_for_the_owner(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)

    aws = Provider.objects.get(kind_slug="aws")
    simulator = Provider.objects.get(kind_slug="simulator")
    assert (aws.owner, aws.regions) == (owner, list(REGIONS))
    assert endpoint_of(aws) == f"http://127.0.0.1:{aws_port}"
    assert simulator.owner == owner
    assert memory == Memory(
        providers={"aws": str(aws.public_id), "simulator": str(simulator.public_id)},
        aws_port=aws_port,
        finished=True,
    )
    assert read_memory(tmp_path) == memory


def test_what_is_connected_is_left_alone(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)
    before = list(Provider.objects.values_list("pk", "updated_at"))

    plan = plan_demo(switch=None, memory=memory, connected=memory.providers.values())
    again = connect(owner, tmp_path, plan=plan, memory=memory, port=aws_port)

    assert again == memory
    assert list(Provider.objects.values_list("pk", "updated_at")) == before


def test_the_provider_follows_its_cloud_to_another_port(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)
    elsewhere = dataclasses.replace(memory, aws_port=1)

    moved = connect(
        owner, tmp_path, plan=Plan(keep=memory.providers), memory=elsewhere, port=aws_port
    )

    assert moved.aws_port == aws_port
    assert endpoint_of(Provider.objects.get(kind_slug="aws")) == f"http://127.0.0.1:{aws_port}"
    assert Provider.objects.count() == 2


def test_a_start_that_was_ended_before_it_remembered_connects_nothing_twice(
    owner, tmp_path, aws_port
):
    connect(owner, tmp_path, port=aws_port)

    memory = connect(owner, tmp_path, port=aws_port)

    assert Provider.objects.count() == 2
    assert set(memory.providers) == {"aws", "simulator"}


def test_a_name_that_is_taken_by_another_cloud_stops_the_start(owner, tmp_path, aws_port):
    connect(owner, tmp_path, plan=Plan(connect=("aws",)), port=aws_port)
    Provider.objects.update(name="Demo simulator")

    with pytest.raises(StartError, match=r"Demo simulator cannot be connected: .*already"):
        connect(owner, tmp_path, plan=Plan(connect=("simulator",)), port=aws_port)
