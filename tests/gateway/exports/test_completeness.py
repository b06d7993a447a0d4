"""The header and the trailer name the sources that did not answer."""

import json

import pytest
from django.utils import timezone

from gateway.exports.columns import schema
from gateway.exports.json_lines import TRAILER
from gateway.exports.names import exportables
from gateway.exports.summary import Summary
from inventory.live.source_state import store_failure
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode
from tests.gateway.exports.client import get
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

DOWN = ProviderError(ProviderErrorCode.UNREACHABLE, "Prüfstand is down.", retryable=False)


@pytest.fixture
def failed(ann, cloud):
    """A provider whose lists fail, beside one that answers."""
    return make_simulator(ann, machines=12, name="Prüfstand", error_rate=1)


def test_a_source_that_did_not_answer_is_in_the_header_and_the_trailer(token, failed):
    names = "name,provider.name"
    found = get(token, "virtualMachines.jsonl", maxAge="0", fields=names)

    assert found.status == 200
    assert found.headers["x-complete"] == "false"
    [short] = found.missing
    assert (short["provider"], short["resource"]) == ("Prüfstand", "virtual_machines")
    assert found.headers["x-missing-count"] == "1"
    *rows, trailer = found.lines
    said = trailer[TRAILER]
    assert {row["provider"]["name"] for row in rows} == {"cloud"}
    assert (said["complete"], said["rows"], said["listed"]) == (False, 12, 12)
    [missing] = said["missing"]
    assert missing["error"]["code"] == short["code"]
    assert missing["provider"]["name"] == "Prüfstand"
    assert found.is_whole


def test_the_header_stays_short_however_many_are_missing():
    provider = {"id": "x", "name": "\u00fc" * 100}
    one = {"provider": provider, "region": "r", "resource": "volumes", "status": "FAILED"}
    summary = Summary(timezone.now(), missing=[one | {"error": None}] * 500)

    assert summary.headers["X-Missing-Count"] == "500"
    assert len(summary.headers["X-Missing-Sources"]) <= 2_000
    shown = json.loads(summary.headers["X-Missing-Sources"])
    assert shown[0]["provider"] == provider["name"]
    assert 1 <= len(shown) < 500


def test_csv_has_it_in_the_header_and_no_line_that_is_no_row(token, failed):
    found = get(token, "virtualMachines.csv", maxAge="0")

    assert (found.headers["x-complete"], found.is_whole) == ("false", True)
    assert len(found.table) == 12
    with_trailer = get(token, "virtualMachines.csv", maxAge="0", trailer="true")
    *rows, last = with_trailer.table
    assert len(rows) == 12
    assert json.loads(last["id"].removeprefix("#export "))["complete"] is False
    assert {value for name, value in last.items() if name != "id"} == {""}


def test_json_lines_go_without_a_trailer_where_it_is_not_wanted(token, cloud):
    found = get(token, "virtualMachines.jsonl", trailer="false")

    assert len(found.lines) == 12
    assert all("id" in row for row in found.lines)


def test_an_aggregate_says_it_too(token, failed):
    by = [{"field": "PROVIDER"}]
    found = get(token, "virtualMachinesAggregate.jsonl", maxAge="0", groupBy=by)

    assert found.headers["x-complete"] == "false"
    [row, trailer] = found.lines
    assert (row["provider.label"], row["count"]) == ("cloud", 12)
    assert trailer[TRAILER]["complete"] is False


def test_what_rows_lead_to_counts(token, cloud):
    """A volume's machine is null where its list failed: that is not known to be none."""
    get(token, "volumes.csv")
    for one in Source.objects.filter(resource="virtual_machines"):
        store_failure(one.pk, DOWN, started_at=one.listing_started_at)

    assert get(token, "volumes.csv", fields="name", maxAge="3600").headers["x-complete"] == "true"
    found = get(token, "volumes.csv", fields="name,machine.name", maxAge="3600")
    assert found.headers["x-complete"] == "false"
    assert found.missing[0]["resource"] == "virtual_machines"


def test_no_row_of_an_export_has_a_field_of_the_trailers_name():
    for one in exportables().values():
        assert TRAILER not in schema.graphql_schema.type_map[one.resource.type_name].fields
