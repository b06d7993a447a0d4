"""The cells of each export have the values that the list answers."""

import csv
import io
import json

import pytest
from django.utils import timezone

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.exports.columns import Of
from gateway.exports.csv_format import decimal_text
from gateway.exports.names import exportables
from gateway.exports.requests import wanted_of
from gateway.schema import executor
from inventory.live.store import store_listing
from inventory.records.repository import RepositoryRecord, RepositoryState
from inventory.services.providers import provider_connect
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.gateway.exports.client import exported

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = [one for one in exportables().values() if not one.is_aggregate]
AT_ONCE = {"maxAge": "3600"}


@pytest.fixture
def clouds(ann, cloud, engines):
    """Clouds with at least one object of each resource."""
    connect_engine(ann, name="engine")
    ENGINES["engine", "here"].add("web")
    host = provider_connect(owner=ann, kind="github", name="host", credentials={"owner": "x"})
    record = RepositoryRecord("1", "r", RepositoryState.ACTIVE, "active", full_name="x/r")
    store_listing(host.sources.get(resource="repositories").pk, [record], started_at=timezone.now())
    return ann


def asked(user, what):
    """The rows of the list itself, by the operation of the export."""
    wanted = wanted_of(what.name, "csv", {})
    text = wanted.document.text
    request = GraphQLRequest(text, {"first": 100})
    answer = executor.run(request, Context(user)).as_response()
    assert "errors" not in answer, answer
    return wanted.document.columns, answer["data"]["export"]["nodes"]


def test_every_column_of_every_list_has_the_value_of_its_field(clouds):
    for what in LISTS:
        first, _ = exported(lambda: Context(clouds), what.name, "jsonl")  # asks the clouds
        columns, nodes = asked(clouds, what)
        *rows, _trailer = map(json.loads, first.splitlines())
        assert rows
        assert [row["id"] for row in rows] == [node["id"] for node in nodes], what.name
        data, _ = exported(lambda: Context(clouds), what.name, "csv", **AT_ONCE)
        cells = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
        assert [list(row) for row in cells] == [[one.name for one in columns]] * len(nodes)
        for node, row in zip(nodes, cells, strict=True):
            for column in columns:
                assert row[column.name] == expected(column, node), (what.name, column.name)


def expected(column, node):
    """The cell's text, by the rules of docs/export.md."""
    value = column.value(node)
    if value is None:
        return ""
    if column.of is Of.JSON:
        assert json.loads(json.dumps(value)) == value
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if column.of is Of.FLAG:
        return "true" if value else "false"
    if column.of in {Of.INTEGER, Of.NUMBER, Of.MONEY}:
        return decimal_text(value)
    return f"'{value}" if value and value[0] in "=+-@" else value


def test_parquet_has_the_same_rows_with_types(clouds):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    for what in LISTS:
        exported(lambda: Context(clouds), what.name, "jsonl", fields="id")  # asks the clouds
        columns, nodes = asked(clouds, what)
        data, export = exported(lambda: Context(clouds), what.name, "parquet", **AT_ONCE)
        file = parquet.ParquetFile(arrow.BufferReader(data))
        table = file.read()
        assert table.column_names == [one.name for one in columns]
        assert table.column("id").to_pylist() == [node["id"] for node in nodes]
        assert str(table.schema.field("observedAt").type) == "timestamp[us, tz=UTC]"
        assert json.loads(file.metadata.metadata[b"export"]) == export.summary.trailer()
        for column in columns:
            found = table.column(column.name).to_pylist()
            missing = [column.value(node) is None for node in nodes]
            assert [one is None for one in found] == missing, (what.name, column.name)


def test_fields_choose_columns_and_their_order(clouds):
    names = "state,name,provider.kind.slug,tags,volumes.name"
    data, _ = exported(lambda: Context(clouds), "virtualMachines", "csv", fields=names)

    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert list(rows[0]) == names.split(",")
    assert {row["provider.kind.slug"] for row in rows} == {"simulator"}
    assert any(json.loads(row["volumes.name"]) for row in rows)
    assert {key for row in rows for tag in json.loads(row["tags"]) for key in tag} == {
        "key",
        "value",
    }


def test_groups_have_a_column_for_each_key_and_its_label(clouds, cloud):
    by = [{"field": "PROVIDER"}, {"field": "STATE"}, {"tag": "team"}]
    order = {"field": "COUNT", "direction": "DESC"}
    data, _ = exported(
        lambda: Context(clouds),
        "virtualMachinesAggregate",
        "csv",
        groupBy=by,
        orderBy=order,
        fields="count,monthlyCost",
    )

    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    names = ["provider", "provider.label", "state", "tag:team", "count", "monthlyCost"]
    assert list(rows[0]) == names
    assert {row["provider.label"] for row in rows} == {"cloud"}
    counts = [int(row["count"]) for row in rows]
    assert sum(counts) >= 12
    assert counts == sorted(counts, reverse=True)
