import socket
from dataclasses import replace

import pytest

from gateway.run.demo.whether import (
    Memory,
    Plan,
    choose_aws_port,
    early_aws_port,
    forget_port,
    plan_demo,
    plan_is_likely,
    read_memory,
    write_memory,
)

ALL = ("aws", "research", "simulator")
SEEDED = Memory(
    providers={"aws": "id-a", "research": "id-r", "simulator": "id-s"}, aws_port=5, finished=True
)

OLD = Memory(providers={"aws": "id-a", "simulator": "id-s"}, aws_port=5, finished=True)


@pytest.mark.parametrize(
    ("switch", "memory", "connected", "plan"),
    [
        # The first start.
        (None, None, [], Plan(connect=ALL)),
        (None, None, ["a-real-one"], Plan()),
        (True, None, ["a-real-one"], Plan(connect=ALL)),
        (False, None, [], Plan()),
        # A demo goes on until its providers are disconnected ...
        (None, SEEDED, ["id-a", "id-r", "id-s"], Plan(keep=SEEDED.providers)),
        (None, SEEDED, ["id-a", "id-r", "id-s", "a-real-one"], Plan(keep=SEEDED.providers)),
        (None, SEEDED, ["id-s"], Plan(keep={"simulator": "id-s"})),
        # ... and does not come back by itself.
        (None, SEEDED, [], Plan()),
        (True, SEEDED, [], Plan(connect=ALL)),
        (True, SEEDED, ["id-s"], Plan(connect=("aws", "research"), keep={"simulator": "id-s"})),
        (False, SEEDED, ["id-a", "id-r", "id-s"], Plan()),
        # A demo of an older release, without the account research, gets it only on request.
        (None, OLD, ["id-a", "id-s"], Plan(keep=OLD.providers)),
        (True, OLD, ["id-a", "id-s"], Plan(connect=("research",), keep=OLD.providers)),
        # A start that was ended in the middle.
        (None, Memory(), [], Plan(connect=ALL)),
        (
            None,
            Memory(providers={"aws": "id-a"}),
            ["id-a"],
            Plan(connect=("research", "simulator"), keep={"aws": "id-a"}),
        ),
    ],
)
def test_whether_there_is_a_demo(switch, memory, connected, plan):
    assert plan_demo(switch=switch, memory=memory, connected=connected) == plan


def test_the_demo_s_cloud_runs_only_while_its_provider_is_connected():
    assert Plan(keep={"aws": "id-a"}).has_aws
    assert Plan(connect=("aws",)).has_aws
    assert Plan(keep={"research": "id-r"}).has_aws
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


def test_the_demo_s_cloud_is_started_early_where_the_last_run_had_one(options):
    port = choose_aws_port(None)
    assert early_aws_port(options) is None
    write_memory(options.data_dir, replace(SEEDED, aws_port=port))

    assert early_aws_port(options) == port
    assert early_aws_port(replace(options, demo=False)) is None
    assert early_aws_port(replace(options, production=True)) is None
    with socket.create_server(("127.0.0.1", port)):
        assert early_aws_port(options) is None

    assert forget_port(read_memory(options.data_dir), options.data_dir).aws_port is None
    assert early_aws_port(options) is None


def test_a_first_start_that_may_have_a_demo_is_not_foreseen(options):
    assert not plan_is_likely(options)
    assert plan_is_likely(replace(options, demo=False))
    assert plan_is_likely(replace(options, production=True))

    write_memory(options.data_dir, SEEDED)
    assert plan_is_likely(options)
