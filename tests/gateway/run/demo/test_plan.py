import socket

import pytest

from gateway.run.demo.plan import (
    Memory,
    Plan,
    choose_aws_port,
    plan_demo,
    read_memory,
    write_memory,
)

BOTH = ("aws", "simulator")
SEEDED = Memory(providers={"aws": "id-a", "simulator": "id-s"}, aws_port=5, finished=True)


@pytest.mark.parametrize(
    ("switch", "memory", "connected", "plan"),
    [
        # The first start.
        (None, None, [], Plan(connect=BOTH)),
        (None, None, ["a-real-one"], Plan()),
        (True, None, ["a-real-one"], Plan(connect=BOTH)),
        (False, None, [], Plan()),
        # A demo goes on until its providers are disconnected ...
        (None, SEEDED, ["id-a", "id-s"], Plan(keep=SEEDED.providers)),
        (None, SEEDED, ["id-a", "id-s", "a-real-one"], Plan(keep=SEEDED.providers)),
        (None, SEEDED, ["id-s"], Plan(keep={"simulator": "id-s"})),
        # ... and does not come back by itself.
        (None, SEEDED, [], Plan()),
        (True, SEEDED, [], Plan(connect=BOTH)),
        (True, SEEDED, ["id-s"], Plan(connect=("aws",), keep={"simulator": "id-s"})),
        (False, SEEDED, ["id-a", "id-s"], Plan()),
        # A start that was ended in the middle.
        (None, Memory(), [], Plan(connect=BOTH)),
        (
            None,
            Memory(providers={"aws": "id-a"}),
            ["id-a"],
            Plan(connect=("simulator",), keep={"aws": "id-a"}),
        ),
    ],
)
def test_whether_there_is_a_demo(switch, memory, connected, plan):
    assert plan_demo(switch=switch, memory=memory, connected=connected) == plan


def test_the_demo_s_cloud_runs_only_while_its_provider_is_connected():
    assert Plan(keep={"aws": "id-a"}).has_aws
    assert Plan(connect=("aws",)).has_aws
    assert not Plan(keep={"simulator": "id-s"}).has_aws


def test_what_is_remembered_is_read_again(tmp_path):
    assert read_memory(tmp_path) is None

    write_memory(tmp_path, SEEDED)

    assert read_memory(tmp_path) == SEEDED


def test_the_port_of_the_last_time_is_taken_again_unless_it_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert choose_aws_port(Memory(aws_port=port)) != port

    assert choose_aws_port(Memory(aws_port=port)) == port
    assert choose_aws_port(None) > 0
