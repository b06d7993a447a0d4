import logging

from celery import current_app

from gateway.run.ports import free_port
from jobs import dispatch


def test_a_ring_carries_the_job_s_id_alone(sent_messages):
    assert dispatch.dispatch_job("an-id")

    assert sent_messages() == [("an-id", False)]


def test_a_ring_for_later_is_sent_at_once_with_its_time(sent_messages):
    assert dispatch.dispatch_job("an-id", after=5)

    assert sent_messages() == [("an-id", True)]


def test_a_long_wait_is_left_to_the_sweep(sent_messages):
    assert not dispatch.dispatch_job("an-id", after=600)

    assert sent_messages() == []


def test_many_are_dispatched_at_once(sent_messages):
    assert dispatch.dispatch_jobs(["b", "a"]) == 2

    assert sent_messages() == [("a", False), ("b", False)]


def test_a_broker_that_is_down_costs_no_pause_and_one_line(caplog, monkeypatch):
    current_app.conf.broker_url = f"redis://127.0.0.1:{free_port()}/0"
    pauses = []
    monkeypatch.setattr("kombu.utils.functional.sleep", pauses.append)

    with caplog.at_level(logging.WARNING):
        sent = dispatch.dispatch_jobs(["a", "b", "c"])

    assert sent == 0
    assert pauses == []  # kombu's, between attempts to connect
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "The broker does not answer; the sweep will send later"
    ]
