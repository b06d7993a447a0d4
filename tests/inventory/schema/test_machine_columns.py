"""A page loads the columns that its selection reads; a row that lacked one would ask for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import get_named_type, is_leaf_type

from gateway.schema import schema
from inventory.models import Size
from inventory.resources.image import Image
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.any_database  # columns are chosen in Python; test_machine_filter asks both

TYPES = schema.graphql_schema.type_map
FIELDS = [name for name in TYPES["VirtualMachine"].fields if name != "changes"]
ORDERS = list(TYPES["VirtualMachineOrderField"].values)


def selection(field):
    """``field`` with every leaf of what it points to."""
    of = get_named_type(TYPES["VirtualMachine"].fields[field].type)
    if is_leaf_type(of):
        return field
    leaves = [name for name, leaf in of.fields.items() if is_leaf_type(get_named_type(leaf.type))]
    return f"{field} {{ {' '.join(leaves)} }}"


def statements(ask, query):
    with CaptureQueriesContext(connection) as captured:
        assert len(ask(query).data["virtualMachines"]["nodes"]) == 4
    return [entry["sql"] for entry in captured if "virtualmachine" in entry["sql"]]


@pytest.fixture
def stored(ask, user):
    make_simulator(user, machines=4)
    ask("{ virtualMachines { totalCount } providers { sizes { id } images { id } } }")


@pytest.mark.parametrize("listed", [True, False], ids=["catalogue", "no catalogue"])
@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_loaded_with_its_page(ask, stored, field, listed):
    if not listed:
        Size.objects.all().delete()
        Image.objects.all().delete()

    query = f"{{ virtualMachines(maxAge: 60) {{ nodes {{ {selection(field)} }} }} }}"

    assert len(statements(ask, query)) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_cursors_need_nothing_beyond_the_page(ask, stored, order):
    query = f"""{{ virtualMachines(maxAge: 60, orderBy: {{field: {order}}}) {{
        nodes {{ __typename }} edges {{ cursor }} pageInfo {{ endCursor }} }} }}"""

    assert len(statements(ask, query)) == 1


def test_what_nobody_selects_is_not_loaded(ask, stored):
    [sql] = statements(ask, "{ virtualMachines(maxAge: 60) { nodes { name } } }")

    assert '"name"' in sql
    assert '"tags"' not in sql
    assert '"price_per_hour"' not in sql
