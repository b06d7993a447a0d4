"""Idle and busy streams for a while: none ends, and neither memory nor threads grow.

`make soak` has SOAK_STREAMS idle ones (1,000), a tenth as many busy ones, and SOAK_ROUNDS rounds
(20) in each of which a machine is stopped or started. The figures are printed.
"""

import json
import os

import pytest

from benchmarks.servers.watchers import watchers
from benchmarks.servers.web_processes import web_processes
from tests.functional.gateway import running_gateway
from tests.functional.workers import wait_until

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,
    pytest.mark.skipif("SOAK_STREAMS" not in os.environ, reason="it is a part of make soak"),
]

IDLE = int(os.environ.get("SOAK_STREAMS", "40"))
BUSY = max(10, IDLE // 10)
ROUNDS = int(os.environ.get("SOAK_ROUNDS", "4"))
WARM_UP = 2  # rounds before memory is compared
CONNECT = """mutation { connectProvider(input: { name: "watched", kind: "simulator", credentials: [
    {name: "seed", value: "soak"}, {name: "machines", value: "12"}, {name: "boot_ms", value: "0"}]
    }) { errors { message } } }"""
MACHINES = "{ virtualMachines(maxAge: 0) { nodes { id state } } }"
ACT = """mutation ($id: ID!) { %sVirtualMachine(input: {id: $id}) {
    job { id } errors { message } } }"""
NOTHING_HAPPENS = "subscription { containerChanged { id } }"
JOBS = "subscription { jobUpdated { id state } }"
GROWTH = 1.1
MOST_THREADS = 80  # that answer requests and streams, however many streams there are


def of_web(processes):
    """MiB and threads of the largest process."""
    return (
        max(process.memory_info().rss for process in processes) / 2**20,
        max(process.num_threads() for process in processes),
    )


def test_streams_neither_end_nor_grow(tmp_path):
    with running_gateway(tmp_path, STREAMS_PER_USER=str(2 * IDLE + BUSY)) as client:
        assert client.data(CONNECT)["connectProvider"]["errors"] == []
        nodes = client.data(MACHINES)["virtualMachines"]["nodes"]
        machine = next(node["id"] for node in nodes if node["state"] == "RUNNING")
        port = int(client.url.rpartition(":")[2])
        processes = web_processes(port)
        assert processes
        before = of_web(processes)
        with watchers(port, f"JWT {client.token}", os.environ) as ask:
            ask(f"open {IDLE} {json.dumps({'query': NOTHING_HAPPENS})}")
            assert float(ask(f"open {BUSY} {json.dumps({'query': JOBS})}")) == IDLE + BUSY
            seen = [of_web(processes)]
            for number in range(ROUNDS):
                come = float(ask("answers"))
                name = "start" if number % 2 else "stop"
                job = client.data(ACT % name, id=machine)[f"{name}VirtualMachine"]["job"]["id"]
                assert client.finished(job)["state"] == "SUCCEEDED"
                # Each stream gets two answers: the job's acceptance or its beginning, and its end.
                wait_until(lambda least=come + 2 * BUSY: float(ask("answers")) >= least)
                seen.append(of_web(processes))
            assert float(ask("count")) == IDLE + BUSY
            ask("close")
        print(f"\n{IDLE} idle and {BUSY} busy streams, largest web process (MiB, threads):")  # noqa: T201
        for name, (memory, threads) in zip(
            ["before", "opened", *range(1, ROUNDS + 1)], [before, *seen], strict=True
        ):
            print(f"  {name}: {memory:.0f} MiB, {threads} threads")  # noqa: T201
        assert seen[-1][0] <= GROWTH * seen[WARM_UP][0]
        assert seen[-1][1] <= before[1] + MOST_THREADS
