import logging
import time

from celery import current_app

from gateway.run.ports import free_port
from jobs import dispatch


def test_a_ring_carries_the_job_s_id_alone(bells):
    assert dispatch.dispatch_job("an-id")

    assert bells() == [("an-id", False)]


def test_a_ring_for_later_is_sent_at_once_with_its_time(bells):
    assert dispatch.dispatch_job("an-id", after=5)

    assert bells() == [("an-id", True)]


def test_a_long_wait_is_left_to_the_sweep(bells):
    assert not dispatch.dispatch_job("an-id", after=600)

    assert bells() == []


def test_many_are_rung_at_once(bells):
    assert dispatch.dispatch_jobs(["b", "a"]) == 2

    assert bells() == [("a", False), ("b", False)]


def test_a_broker_that_is_down_costs_no_time_and_one_line(caplog):
    current_app.conf.broker_url = f"redis://127.0.0.1:{free_port()}/0"

    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        rung = dispatch.dispatch_jobs(["a", "b", "c"])

    assert rung == 0
    assert time.monotonic() - started < 2  # milliseconds on an idle machine
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "The broker does not answer; the sweep will send later"
    ]
