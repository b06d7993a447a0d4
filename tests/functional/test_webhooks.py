"""Webhooks of real processes: a worker, beat, Redis, and a receiver of another process."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from gateway.core.webhooks.models import WebhookDelivery
from gateway.run.options import ROOT
from gateway.run.ports import free_port
from jobs.api import run_job, submit
from tests.functional import job_operations  # noqa: F401 - registers operations
from tests.functional.gateway import PATIENCE_SECONDS
from tests.functional.workers import (  # noqa: F401 - fixtures among them
    broker,
    start,
    start_worker,
    wait_until,
)
from tests.gateway.core.webhooks.factories import make_webhook
from tests.gateway.core.webhooks.receiver import running_receiver
from tests.jobs.factories import make_user

RECEIVER = re.compile(r"```python\n(import base64.*?)```", re.DOTALL)
CREATE = """mutation ($url: String!) { createWebhook(input: {
    url: $url, events: [JOB_FINISHED, OBJECT_CHANGED], filter: {field: ["state"]} }) {
    secret webhook { id } errors { message } } }"""
CONNECT = """mutation { connectProvider(input: { name: "told", kind: "simulator", credentials: [
    {name: "seed", value: "webhooks"}, {name: "machines", value: "3"}] }) {
    provider { id } errors { message } } }"""
RUNNING = """{ virtualMachines(maxAge: 0, filter: {state: [RUNNING]}) { nodes { id } } }"""
STOP = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) {
    job { id } errors { message } } }"""
SHOW = """query ($id: ID!) { webhook(id: $id) { deliveries { nodes { type state status } } } }"""


@contextmanager
def receiver_of_the_docs(port, secret):
    """Run the documented receiver, and yield its lines as they come."""
    [script] = RECEIVER.findall((ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8"))
    assert len(script.splitlines()) <= 25
    process = subprocess.Popen(  # noqa: S603 - of our own documents
        [sys.executable, "-c", script],
        env=os.environ | {"PORT": str(port), "WEBHOOK_SECRET": secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process.stdout
    finally:
        process.kill()
        process.wait(timeout=60)
        process.stdout.close()


@pytest.mark.functional
def test_the_receiver_of_the_documents_is_told_of_a_job_and_of_the_change(administrator):
    port = free_port()
    created = administrator.data(CREATE, url=f"http://127.0.0.1:{port}/")["createWebhook"]
    assert created["errors"] == []
    with receiver_of_the_docs(port, created["secret"]) as lines:
        assert administrator.data(CONNECT)["connectProvider"]["errors"] == []
        machine = administrator.data(RUNNING)["virtualMachines"]["nodes"][0]["id"]
        job = administrator.data(STOP, id=machine)["stopVirtualMachine"]["job"]["id"]
        told = {}
        while told.keys() != {"job.finished", "object.changed"}:
            kind, _, data = lines.readline().partition(" ")
            told[kind] = data
        assert job in told["job.finished"]
        assert "SUCCEEDED" in told["job.finished"]
        assert machine in told["object.changed"]
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            shown = administrator.data(SHOW, id=created["webhook"]["id"])["webhook"]
            nodes = shown["deliveries"]["nodes"]
            if all(node["state"] == "DELIVERED" for node in nodes):
                break
            assert time.monotonic() < give_up, nodes
            time.sleep(0.1)
        assert {node["status"] for node in nodes} == {204}


@pytest.mark.functional
@pytest.mark.django_db(transaction=True)
def test_what_happens_while_the_broker_is_away_is_told_when_it_is_back(
    broker, start, start_worker, redis_url, tmp_path
):
    ann = make_user("ann")
    path = str(tmp_path / "effects")
    with running_receiver() as receiver:
        make_webhook(ann, url=receiver.url)
        job = submit(operation="functional.act", arguments={"path": path}, requested_by=ann)
        broker(f"redis://127.0.0.1:{free_port()}/0")
        run_job(str(job.pk))
        assert not WebhookDelivery.objects.exists()

        broker(redis_url)
        start_worker()
        start("beat", "--schedule", f"{path}-schedule")

        [request] = receiver.wait_for(1)
        assert str(job.pk) not in request.body.decode()  # ids are the global ones
        assert job.public_id in request.body.decode()
        wait_until(lambda: WebhookDelivery.objects.filter(state="DELIVERED").exists())
