"""The client reads the lines of a stream, and knows when it must connect again."""

import json
from types import SimpleNamespace

import httpx
import pytest

from gateway_client import Gateway, GraphQLClientGraphQLMultiError, GraphQLClientHttpError
from gateway_client import gateway as gateway_module
from gateway_client.streams import Ended, Events

pytestmark = pytest.mark.any_database

JOB = {
    "id": "1",
    "label": "Stop a machine",
    "operation": "stop",
    "state": "RUNNING",
    "progress": 5,
    "createdAt": "2026-01-01T00:00:00Z",
    "finishedAt": None,
    "targetName": "web-1",
    "providerName": "Demo",
    "requesterLogin": "ann",
    "error": None,
    "createdObjects": [],
}


def event(**changes):
    data = {"jobUpdated": JOB | changes}
    return f"event: next\ndata: {json.dumps({'data': data})}\n\n"


COMPLETE = "event: complete\ndata:\n\n"


@pytest.fixture
def pauses(monkeypatch):
    found = []
    monkeypatch.setattr(gateway_module, "time", SimpleNamespace(sleep=found.append))
    return found


def gateway_of(*answers):
    """A client whose requests are answered in this order."""
    left = list(answers)
    requests = []

    def answer(request):
        requests.append(request)
        made = left.pop(0)
        if isinstance(made, Exception):
            raise made
        return made

    gateway = Gateway("http://127.0.0.1", "cgw_secret")
    gateway.http = httpx.Client(transport=httpx.MockTransport(answer), auth=gateway.http.auth)
    return gateway, requests


def test_an_event_is_its_data():
    events = Events()
    lines = event().splitlines()

    assert [events.data(line) for line in lines] == [None, None, {"jobUpdated": JOB}]


def test_a_comment_is_no_event():
    events = Events()
    assert [events.data(line) for line in (":", "")] == [None, None]


def test_errors_of_an_event_are_raised():
    events = Events()
    lines = ["event: next", 'data: {"errors": [{"message": "Your token has expired."}]}']
    assert [events.data(line) for line in lines] == [None, None]

    with pytest.raises(GraphQLClientGraphQLMultiError, match="expired"):
        events.data("")


def test_complete_ends_it():
    events = Events()
    assert [events.data(line) for line in ("event: complete", "data:")] == [None, None]
    with pytest.raises(Ended):
        events.data("")


def test_a_broken_stream_is_opened_again(pauses):
    gateway, requests = gateway_of(
        httpx.Response(200, text=event(progress=5)),  # ends without `complete`
        httpx.ConnectError("refused"),
        httpx.Response(503),
        httpx.Response(200, text=event(state="SUCCEEDED", progress=100) + COMPLETE),
    )

    seen = [job.progress for job in gateway.watch_job("1")]

    assert seen == [5, 100]
    assert pauses == [1, 2, 4]
    assert {request.url.path for request in requests} == {"/graphql/stream"}
    assert {request.headers["Authorization"] for request in requests} == {"Bearer cgw_secret"}


def test_all_jobs_are_watched_without_an_id():
    gateway, requests = gateway_of(httpx.Response(200, text=event() + COMPLETE))

    assert [job.progress for job in gateway.watch_job()] == [5]

    assert json.loads(requests[0].content)["variables"] == {}  # the gateway refuses null


def test_a_final_refusal_is_raised(pauses):
    gateway, _ = gateway_of(httpx.Response(401, json={"errors": []}))

    with pytest.raises(GraphQLClientHttpError):
        list(gateway.watch_job("1"))
    assert pauses == []
