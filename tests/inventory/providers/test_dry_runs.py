"""A dry run's parameter must be where the server reads it; a check sends no request without it."""

import json
from dataclasses import replace

import pytest
import requests

from inventory.providers import (
    Capability,
    DryRun,
    Parameter,
    Place,
    ProviderErrorCode,
    all_kinds,
    connect,
    get_kind,
)
from inventory.providers.checks import problems_of
from inventory.providers.kubernetes import actions
from inventory.providers.table import Table
from tests.clouds.apis.kubernetes import Kubernetes
from tests.clouds.recorded import served
from tests.inventory.providers.contract.container_backends import OnKubernetes

BODY = Parameter("DELETE", Place.JSON, "dryRun", ["All"])
QUERY = Parameter("POST", Place.QUERY, "dryRun", "All")
FORM = Parameter("POST", Place.FORM, "DryRun", "true")


def prepared(method, url="https://cloud.example/x", data=None):
    return requests.Request(method, url, data=data).prepare()


@pytest.mark.parametrize(
    ("parameter", "request_", "expected"),
    [
        (BODY, prepared("DELETE", data=json.dumps({"dryRun": ["All"]})), True),
        (BODY, prepared("DELETE", data=json.dumps({"dryRun": "All"})), False),
        (BODY, prepared("DELETE", data=json.dumps({"options": {"dryRun": ["All"]}})), False),
        (BODY, prepared("DELETE", "https://cloud.example/x?dryRun=All", "{}"), False),
        (BODY, prepared("DELETE", "https://cloud.example/x?dryRun=All"), False),
        (BODY, prepared("DELETE", data="[]"), False),
        (BODY, prepared("DELETE", data="no JSON"), False),
        (BODY, prepared("POST", data=json.dumps({"dryRun": ["All"]})), False),
        (QUERY, prepared("POST", "https://cloud.example/x?dryRun=All", "{}"), True),
        (QUERY, prepared("POST", "https://cloud.example/x?dryRun=all"), False),
        (QUERY, prepared("POST", "https://cloud.example/x?dryRun=All&dryRun="), False),
        (QUERY, prepared("POST", data=json.dumps({"dryRun": "All"})), False),
        (FORM, prepared("POST", data={"Action": "StopInstances", "DryRun": "true"}), True),
        (FORM, prepared("POST", data={"Action": "StopInstances", "DryRun": "false"}), False),
        (FORM, prepared("POST", data="DryRun=true&DryRun=false"), False),
        (FORM, prepared("POST", "https://cloud.example/?DryRun=true"), False),
    ],
)
def test_a_parameter_counts_where_the_server_reads_it(parameter, request_, expected):
    assert parameter.is_in(request_) is expected
    assert DryRun("shown", (parameter,)).allows(request_) is expected


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_reads_needs_no_parameter(method):
    assert DryRun("shown", ()).allows(prepared(method))


@pytest.fixture
def cloud(monkeypatch):
    with served(Kubernetes(), monkeypatch) as cloud:
        yield cloud


def connected(kind):
    return connect(kind, kind.clean_credentials(OnKubernetes.given), "default", 5)


def with_beside(kind, **functions):
    table = kind.table
    return replace(kind, table=replace(table, beside=replace(table.beside, **functions)))


def test_a_check_that_loses_the_parameter_sends_nothing_that_acts(cloud):
    """A mistake in a kind's code does not become an action."""

    def acts(driver, *_given, **_more):
        actions.delete_pod(driver, "web/web")

    kind = get_kind("kubernetes")
    kind = with_beside(kind, dry_run=acts)
    with connected(kind) as cluster:
        verdict = cluster.check(Capability.REMOVE_CONTAINER, "web/web")

    assert not verdict.allowed
    assert "It was not sent." in verdict.message
    assert {request.method for request in cloud.asked} == {"GET"}


def test_the_guard_ends_with_the_check(cloud):
    with connected(get_kind("kubernetes")) as cluster:
        assert cluster.check(Capability.REMOVE_CONTAINER, "web/web").allowed
        cluster.do("containers", "remove", "web/web")
        assert cluster.find("containers", "web/web") is None


def test_a_kind_that_declares_no_dry_run_cannot_act_in_a_check(cloud):
    kind = replace(get_kind("kubernetes"), dry_run=None)
    with connected(kind) as cluster:
        verdict = cluster.check(Capability.REMOVE_CONTAINER, "web/web")

    assert (verdict.allowed, verdict.code) == (False, ProviderErrorCode.NOT_SUPPORTED)
    assert cloud.asked == []


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.slug)
def test_a_kind_with_a_check_declares_its_dry_run(kind):
    assert list(problems_of(kind)) == []
    assert (kind.table.beside.dry_run is None) == (kind.dry_run is None)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"dry_run": None}, "does not declare its `dry_run`"),
        ({"dry_run": DryRun("")}, "gives no evidence"),
        ({"table": Table()}, "no function is marked as beside it"),
    ],
)
def test_a_declaration_that_lacks_something_is_a_mistake(change, problem):
    problems = problems_of(replace(get_kind("simulator"), **change))

    assert any(problem in one for one in problems)
