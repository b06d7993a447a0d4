"""Rows in chunks: PostgreSQL's cursor lives within one transaction, which a pooler can lend."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from gateway.core.db import in_chunks

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = 7


@pytest.fixture
def users():
    model = get_user_model()
    model.objects.bulk_create(model(username=f"user-{number}") for number in range(NUMBER))
    return model.objects.order_by("pk")


def cursors():
    """For each open cursor of the server, True if it would outlive its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_holdable FROM pg_cursors WHERE name LIKE '%django%'")
        return [holdable for (holdable,) in cursor.fetchall()]


@pytest.mark.parametrize("is_within", [False, True])
def test_each_row_comes_once(users, is_within):
    if is_within:
        with transaction.atomic():
            found = list(in_chunks(users, 3))
    else:
        found = list(in_chunks(users, 3))

    assert [one.username for one in found] == [f"user-{number}" for number in range(NUMBER)]
    assert not connection.in_atomic_block


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such cursors")
def test_no_cursor_of_the_server_outlives_its_transaction(users):
    rows = in_chunks(users.values_list("pk"), 3)
    next(rows)
    assert cursors() == [False]
    rows.close()

    for number, _ in enumerate(users.iterator(chunk_size=3)):
        assert cursors() == [], number
