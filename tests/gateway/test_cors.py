"""Requests from pages of other sites are refused unless the site is listed."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from gateway.run.options import ROOT

ORIGIN = "https://dashboard.example.org"
# Settings choose the middleware when they are read, so each case is a process of its own.
ASK = """
import json, sys
import django
django.setup()
from django.test import Client
found = {}
for name, origin in (("listed", "https://dashboard.example.org"), ("other", "https://evil.example")):
    http = Client(raise_request_exception=False)
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization,content-type"}
    body = '{"query": "{ __typename }"}'
    found[name] = [
        {key.lower(): value for key, value in answer.headers.items()
         if key.lower().startswith("access-control")}
        for answer in (http.options("/graphql/", headers=asked),
                       http.post("/graphql/", body, "application/json", headers={"Origin": origin}))
    ]
print(json.dumps(found))
"""


def ask(tmp_path, origins):
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "gateway.settings",
        "ALLOWED_HOSTS": "testserver",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "CORS_ORIGINS": origins,
    }
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", ["listed", "other"])
def test_nobody_is_listed_by_default(tmp_path, name):
    assert ask(tmp_path, "")[name] == [{}, {}]


def test_what_is_listed_may_ask_without_cookies_and_others_may_not(tmp_path):
    found = ask(tmp_path, ORIGIN)

    preflight, answer = found["listed"]
    assert preflight["access-control-allow-origin"] == ORIGIN
    assert set(preflight["access-control-allow-headers"].split(", ")) == {
        *("accept", "authorization", "content-type", "if-none-match"),
        *("traceparent", "tracestate"),
        *("apollographql-client-name", "apollographql-client-version"),
        *("graphql-client-name", "graphql-client-version"),
        "x-graphql-event-stream-token",
    }
    assert answer["access-control-allow-origin"] == ORIGIN
    assert answer["access-control-expose-headers"] == "Retry-After, ETag"
    assert "access-control-allow-credentials" not in {**preflight, **answer}
    assert found["other"] == [{}, {}]


def preflight(origin="https://evil.example", **headers):
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", **headers}
    return Client().options("/graphql/", headers=asked)


def test_a_refused_preflight_names_the_setting():
    answer = preflight()

    (error,) = answer.json()["errors"]
    assert answer.status_code == 403
    assert error["extensions"]["code"] == "ORIGIN_NOT_ALLOWED"
    assert "https://evil.example" in error["message"]
    assert "CORS_ORIGINS" in error["message"]
    assert "Access-Control-Allow-Origin" not in answer


def test_an_options_request_that_is_no_preflight_is_answered_as_before():
    answer = Client().options("/graphql/", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 405
