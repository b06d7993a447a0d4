"""PostgreSQL finds versions of rows in the order of a list, without a look at each version."""

import pytest
from django.db import connection
from django.utils import timezone

from inventory.models import VirtualMachine
from inventory.resources import resource_named
from inventory.selectors.aggregate_sql import Key, rows_table
from inventory.selectors.rows import row_list, with_order
from tests.inventory.factories import machine_source, make_simulator

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'"),
]
ASKED = {"past_row_by_name": {}, "past_row_by_state_name": {"state": ["RUNNING"]}}


@pytest.mark.each_case
@pytest.mark.parametrize("name", ASKED)
def test_a_page_of_the_past_reads_an_index(name):
    resource = resource_named("virtual_machines")
    source = machine_source(make_simulator())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = row_list(resource, sources=[source], limits=ASKED[name], at=timezone.now())

    plan = with_order(resource, rows, "name").order_by("name", "pk")[:101].explain()

    assert name in plan
    assert "Sort Key: (((" not in plan


def drop_other_indexes(cursor, table, name):
    """Until the test ends: of an almost empty table, any index is as good as another."""
    cursor.execute(
        """SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass
            AND NOT indisunique AND indexrelid <> %s::regclass""",
        [table, name],
    )
    for (other,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {other}")


def test_groups_of_the_past_by_size_and_state_read_an_index_alone():
    resource = resource_named("virtual_machines")
    source = machine_source(make_simulator())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        drop_other_indexes(cursor, "inventory_virtualmachine", "machine_groups_of_past")
    rows = row_list(resource, sources=[source], limits={}, at=timezone.now())

    statement, values = rows_table(resource, rows, [Key("size"), Key("state")])

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using machine_groups_of_past" in plan


def test_the_longest_texts_fit_into_the_index():
    """Each character takes four bytes, and differs from the others, so that none is compressed."""
    source = machine_source(make_simulator())
    longest = {
        name: "".join(chr(0x20000 + 7919 * place % 40_000) for place in range(length))
        for name, length in (("size_id", 300), ("size_name", 300))
    }

    VirtualMachine.objects.create(
        source=source,
        provider=source.provider,
        region=source.region,
        external_id="vm",
        name="web",
        state="RUNNING",
        read_started_at=timezone.now(),
        observed_at=timezone.now(),
        recorded_since=timezone.now(),
        memory=1,
        vcpus=1,
        **longest,
    )

    assert VirtualMachine.objects.get().size_name == longest["size_name"]
