"""The reports of the first worker, through a real pipe."""

import os

import pytest

from gateway.run.errors import StartError
from gateway.run.reports import PreparedRun, Reporter, Reports


@pytest.fixture
def said():
    return []


@pytest.fixture
def pipe(said):
    reading, writing = os.pipe()
    reporter, reports = Reporter(writing), Reports(reading, say=said.append)
    yield reporter, reports
    reporter.close()
    reports.close()


@pytest.mark.parametrize("port", [None, 4711])
def test_what_was_prepared_arrives_after_what_was_said(pipe, said, port):
    reporter, reports = pipe
    prepared = PreparedRun(new_password="x", aws_port=port, environment={"EGRESS_ALLOW": "::1"})

    reporter.say("database: up to date")
    reporter.say('admin user: "ä"\n')
    reporter.prepared(prepared)
    reporter.connected("a-machine")

    assert reports.prepared() == prepared
    assert said == ["database: up to date", 'admin user: "ä"\n']
    assert reports.connected() == "a-machine"


def test_a_failure_takes_the_place_of_what_would_follow(pipe):
    reporter, reports = pipe
    reporter.prepared(PreparedRun(new_password="", aws_port=None))
    reporter.failed("The demo's AWS does not listen.")

    reports.prepared()
    with pytest.raises(StartError, match="does not listen"):
        reports.connected()


def test_a_worker_that_ends_without_a_report_ends_the_start(pipe, said):
    reporter, reports = pipe
    reporter.say("database: up to date")
    reporter.close()

    with pytest.raises(StartError, match="The worker ended before the data was prepared"):
        reports.prepared()
    assert said == ["database: up to date"]
