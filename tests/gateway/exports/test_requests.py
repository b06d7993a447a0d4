"""Authentication, parameters and refusals of exports."""

import json
from datetime import timedelta
from datetime import timezone as zone

import pytest
from django.utils import timezone

from gateway.core.accounts.api_tokens import api_token_create
from gateway.core.accounts.credential import Scope
from gateway.core.audit.models import AuditEvent
from gateway.core.errors import LOGIN_HINT
from gateway.exports.names import exportables
from gateway.streams.limits import StreamLimits
from tests.gateway.exports.client import get, make_exports
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_is_told_how_to_log_in():
    found = get(None, "virtualMachines.csv")

    assert found.status == 401
    assert found.headers["www-authenticate"] == "JWT"
    assert found.error["code"] == "UNAUTHENTICATED"
    assert found.error["hint"] == LOGIN_HINT
    assert AuditEvent.objects.filter(outcome="UNAUTHENTICATED").exists()


def test_a_bad_token_is_refused(token):
    found = get(token + "x", "virtualMachines.csv")

    assert (found.status, found.error["code"]) == (401, "UNAUTHENTICATED")


def test_an_api_token_that_only_reads_exports_what_it_is_for(ann, cloud):
    other = make_simulator(ann, machines=12, name="other")
    _row, secret = api_token_create(
        user=ann, name="reader", scope=Scope.READ, days=1, providers=[other.scope]
    )

    found = get(secret, "virtualMachines.jsonl", fields="name,provider.name")

    assert found.status == 200
    *rows, _trailer = found.lines
    assert {row["provider"]["name"] for row in rows} == {"other"}
    assert len(rows) == 12


REFUSED = [
    ("virtualMachines.csv", {"fitler": {}}, "INVALID", "There is no parameter 'fitler'"),
    ("virtualMachines.csv", {"groupBy": []}, "INVALID", "There is no parameter 'groupBy'"),
    ("virtualMachines.csv", {"filter": "{"}, "INVALID", "filter is not valid JSON"),
    ("virtualMachines.csv", {"filter": {"stat": 1}}, "GRAPHQL_VALIDATION_FAILED", "'stat'"),
    (
        "virtualMachines.csv",
        {"filter": {"state": ["ON"]}},
        "GRAPHQL_VALIDATION_FAILED",
        "VirtualMachineState",
    ),
    ("virtualMachines.csv", {"filter": {"region": ["nowhere"]}}, "NOT_FOUND", "nowhere"),
    ("virtualMachines.csv", {"filter": {"name": "a\0"}}, "INVALID", "NUL"),
    ("virtualMachines.csv", {"orderBy": {"field": "X"}}, "GRAPHQL_VALIDATION_FAILED", "'X'"),
    ("virtualMachines.csv", {"maxAge": "-1"}, "INVALID", "0 or more"),
    ("virtualMachines.csv", {"at": "then"}, "GRAPHQL_VALIDATION_FAILED", "DateTime"),
    ("virtualMachines.csv", {"at": "2999-01-01T00:00:00Z"}, "INVALID", "in the future"),
    ("virtualMachines.csv", {"at": "2026-01-01T00:00:00Z", "maxAge": "1"}, "INVALID", "maxAge"),
    ("virtualMachines.csv", {"fields": ""}, "INVALID", "Name 1 to 100 fields"),
    ("virtualMachines.csv", {"fields": "nmae"}, "INVALID", "It has: id, "),
    ("virtualMachines.csv", {"fields": "provider"}, "INVALID", "provider.id, provider.name"),
    ("virtualMachines.csv", {"fields": "name.first"}, "INVALID", "is a value"),
    ("virtualMachines.csv", {"fields": "changes"}, "INVALID", "takes arguments"),
    ("virtualMachines.csv", {"fields": "name,name"}, "INVALID", "twice"),
    ("virtualMachines.csv", {"fields": "a.b.c.d.e.f.g"}, "INVALID", "too many fields"),
    ("virtualMachines.csv", {"trailer": "yes"}, "INVALID", "true or false"),
    (
        "virtualMachinesAggregate.csv",
        {"groupBy": [{"field": "COLOR"}]},
        "GRAPHQL_VALIDATION_FAILED",
        "COLOR",
    ),
    (
        "virtualMachinesAggregate.csv",
        {"groupBy": [{"field": "REGION"}] * 2},
        "INVALID",
        "a key twice",
    ),
    ("virtualMachinesAggregate.csv", {"groupBy": [{}]}, "INVALID", "exactly one"),
    ("virtualMachinesAggregate.csv", {"fields": "sum"}, "INVALID", "It has: count"),
]


def test_what_makes_no_sense_is_refused_with_a_code_and_a_way_on(token, cloud):
    exports = make_exports()
    for name, parameters, code, text in REFUSED:
        found = get(token, name, exports=exports, **parameters)
        assert (found.status, found.error["code"]) == (400, code), (parameters, found.body)
        assert text in found.error["message"], found.error
    twice = get(token, "volumes.csv", exports=exports, query="maxAge=1&maxAge=2")
    assert (twice.status, twice.error["message"]) == (400, "The parameter maxAge is given twice.")
    exports.close()


@pytest.mark.parametrize("version", ["1", "1.0"])
def test_by_http_1_0_a_file_without_a_mark_at_its_end_is_refused(token, cloud, version):
    """Such a response ends with its connection: a part would pass for the whole."""
    exports = make_exports()

    def asked(form, **parameters):
        return get(token, f"volumes.{form}", exports=exports, version=version, **parameters)

    for form, marked in (("csv", "true"), ("jsonl", None), ("parquet", None)):
        given = {} if marked is None else {"trailer": marked}
        assert asked(form, **given).status == 200, form
    for form in ("csv", "jsonl"):
        found = asked(form, trailer="false")
        assert (found.status, found.error["code"], found.error["field"]) == (
            400,
            "INVALID",
            "trailer",
        )
        assert "proxy_http_version 1.1" in found.error["message"]
    assert asked("csv").status == 400
    exports.close()


def test_the_plus_of_an_offset_may_be_sent_as_it_is(token, cloud):
    """In an address it means a space."""
    then = timezone.now()
    found = [get(token, "volumes.csv", query=f"at={then.isoformat()}")]
    local = then.astimezone(zone(timedelta(hours=5, minutes=30))).isoformat()
    found += [get(token, "volumes.csv", query=f"at={local}"), get(token, "volumes.csv", at=local)]
    assert [one.status for one in found] == [200] * 3


def test_what_is_no_export_lists_those_that_there_are(token):
    for name, text in (
        ("machines.csv", "virtualMachines"),
        ("virtualMachines.xls", "csv, jsonl, parquet"),
        ("virtualMachines", "csv, jsonl, parquet"),
        ("sizes.csv", "volumes"),
    ):
        found = get(token, name)
        assert (found.status, found.error["code"]) == (404, "NOT_FOUND")
        assert text in found.error["message"]


def test_other_methods_are_refused(token):
    found = get(token, "volumes.csv", method="POST")

    assert (found.status, found.headers["allow"]) == (405, "GET, HEAD")


def test_a_head_request_has_the_headers_alone(token, cloud):
    asked = get(token, "virtualMachines.csv")
    found = get(token, "virtualMachines.csv", method="HEAD")

    assert (found.status, found.body) == (200, b"")
    assert found.headers["x-rows"] == asked.headers["x-rows"] == "12"
    assert found.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert found.headers["content-disposition"] == 'attachment; filename="virtualMachines.csv"'


def test_a_budget_that_is_spent_is_told_before_the_first_byte(token, cloud, settings):
    settings.GRAPHQL_BUDGET = {"per_second": 1, "burst": 10}

    found = get(token, "virtualMachines.csv")

    assert (found.status, found.error["code"]) == (429, "RATE_LIMITED")
    assert int(found.headers["retry-after"]) > 0
    assert AuditEvent.objects.filter(outcome="RATE_LIMITED").exists()


def test_one_user_has_only_so_many_at_once():
    limits = StreamLimits(total=2, per_user=1, noun="exports")
    with limits.counted(1):
        with pytest.raises(Exception, match="You have 1 open exports here"), limits.counted(1):
            pass
        with limits.counted(2), pytest.raises(Exception, match="too many") as full:
            with limits.counted(3):
                pass
    assert (full.value.status, full.value.code) == (503, "TOO_MANY_EXPORTS")


def test_a_page_of_an_allowed_origin_may_read_the_headers(token, cloud, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://dashboard.example.org"]
    origin = [(b"origin", b"https://dashboard.example.org")]

    found = get(token, "volumes.csv", headers=origin)

    assert found.status == 200
    assert found.headers["access-control-allow-origin"] == "https://dashboard.example.org"
    assert "X-Complete" in found.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in get(token, "volumes.csv").headers


def test_every_export_is_empty_and_complete_for_who_has_no_cloud(token):
    exports = make_exports()
    for name, what in exportables().items():
        found = get(token, f"{name}.jsonl", exports=exports)
        *rows, trailer = found.lines
        assert found.headers["x-complete"] == "true"
        assert trailer["export"]["complete"] is True
        assert trailer["export"]["endedAt"] <= timezone.now().isoformat()
        assert len(rows) == int(found.headers["x-rows"]) == int(what.is_aggregate), name
        assert json.dumps(trailer["export"]["missing"]) == "[]"
    exports.close()
