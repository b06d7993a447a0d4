"""PostgreSQL finds versions of rows in the order of a list, without a look at each version."""

import pytest
from django.db import connection
from django.utils import timezone

from inventory.resources import resource_named
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
