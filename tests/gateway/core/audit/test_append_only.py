import pytest
from django.db import DatabaseError, connection, transaction

from gateway.core.audit.models import AppendOnly, AuditEvent, EventKind
from gateway.core.audit.protection import TABLE, protect, unprotect

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return AuditEvent.objects.create(kind=EventKind.LOGIN, action="tokenAuth", outcome="OK")


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda _event: AuditEvent.objects.update(outcome="x"),
        lambda _event: AuditEvent.objects.filter(outcome="OK").delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["outcome"]),
    ],
)
def test_the_code_changes_and_removes_nothing(event, change):
    event.outcome = "x"

    with pytest.raises(AppendOnly), transaction.atomic():
        change(event)

    assert AuditEvent.objects.get().outcome == "OK"


@pytest.mark.each_case
@pytest.mark.parametrize("statement", ["UPDATE %s SET outcome = 'x'", "DELETE FROM %s"])
def test_the_database_changes_and_removes_nothing(event, statement):
    unprotect(connection, "DELETE")
    protect(connection, "DELETE")  # which tests do without: see tests/conftest.py
    try:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement % TABLE)
    finally:
        unprotect(connection, "DELETE")

    assert AuditEvent.objects.get().outcome == "OK"


def test_the_database_protects_what_migrations_left():
    """Tests do without the trigger on DELETE, and leave the other one."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        assert "audit_no_update" in {name.lower() for (name,) in cursor.fetchall()}
