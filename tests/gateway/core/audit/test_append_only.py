import pytest
from django.db import DatabaseError, connection, transaction

from gateway.core.audit.models import AppendOnly, AuditEvent, AuditObject, EventKind
from gateway.core.audit.protection import TABLE, TABLE_OF_OBJECTS, protect, unprotect

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    event = AuditEvent.objects.create(kind=EventKind.LOGIN, action="tokenAuth", outcome="OK")
    AuditObject.objects.create(event=event, object_id="one")
    return event


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda _event: AuditEvent.objects.update(outcome="x"),
        lambda _event: AuditEvent.objects.filter(outcome="OK").delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["outcome"]),
        lambda event: event.about.get().save(),
        lambda event: event.about.get().delete(),
        lambda event: event.about.update(object_id="x"),
        lambda _event: AuditObject.objects.all().delete(),
    ],
)
def test_the_code_changes_and_removes_nothing(event, change):
    event.outcome = "x"

    with pytest.raises(AppendOnly), transaction.atomic():
        change(event)

    assert AuditEvent.objects.get().outcome == "OK"


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("table", "statement"),
    [
        (TABLE, "UPDATE %s SET outcome = 'x'"),
        (TABLE, "DELETE FROM %s"),
        (TABLE_OF_OBJECTS, "UPDATE %s SET object_id = 'x'"),
        (TABLE_OF_OBJECTS, "DELETE FROM %s"),
    ],
)
@pytest.mark.usefixtures("event")
def test_the_database_changes_and_removes_nothing(table, statement):
    unprotect(connection, "DELETE")
    protect(connection, "DELETE", table=table)  # which tests do without: see tests/conftest.py
    try:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement % table)
    finally:
        unprotect(connection, "DELETE")

    assert AuditEvent.objects.get().outcome == "OK"
    assert AuditObject.objects.get().object_id == "one"


def test_the_database_protects_what_migrations_left():
    """Tests do without the trigger on DELETE, and leave the other one."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found = {name.lower() for (name,) in cursor.fetchall()}
    assert {"audit_no_update", "audit_objects_no_update"} <= found
