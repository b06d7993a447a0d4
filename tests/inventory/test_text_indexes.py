"""PostgreSQL has indexes of parts of texts if its user may make them; otherwise a check says so."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from inventory.models import VirtualMachine
from inventory.text_indexes import COLUMNS, check_text_indexes, make_text_indexes, missing

pytestmark = pytest.mark.django_db


def warnings():
    found = run_checks(databases=["default"])
    return [one.hint for one in found if one.id == "inventory.W001"]


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_indexes_are_those_of_columns_that_are_searched():
    assert missing() == warnings() == []
    fields = {one.name for one in VirtualMachine._meta.concrete_fields}
    assert set(COLUMNS.values()) <= fields


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_parts_of_texts_are_looked_up():
    execute("SET LOCAL enable_seqscan = off")
    for column in COLUMNS.values():
        rows = VirtualMachine.objects.filter(**{f"{column}__contains": "web-17"})
        plan = rows.explain()
        assert any(name in plan for name in COLUMNS), plan


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_a_user_without_the_right_has_none_until_the_extension_is_there():
    execute("DROP EXTENSION pg_trgm CASCADE")
    assert missing() == list(COLUMNS)
    execute("CREATE ROLE nobody_in_particular")
    execute("GRANT USAGE ON SCHEMA public TO nobody_in_particular")
    execute("GRANT SELECT ON inventory_virtualmachine TO nobody_in_particular")
    execute("SET LOCAL ROLE nobody_in_particular")

    make_text_indexes()

    assert missing() == list(COLUMNS)
    (found,) = check_text_indexes(databases=["default"])
    assert "CREATE EXTENSION pg_trgm" in found.hint
    execute("RESET ROLE")
    make_text_indexes()
    assert missing() == warnings() == []
