import pytest
from django.db import OperationalError

from gateway.run import database
from gateway.run.database import migrate
from gateway.run.errors import StartError


@pytest.mark.django_db
def test_an_up_to_date_database_is_left_alone(monkeypatch):
    monkeypatch.setattr(database.connections, "close_all", lambda: None)  # the test's own too
    calls = []
    monkeypatch.setattr(database, "call_command", lambda *args, **_: calls.append(args))

    assert migrate() == 0
    assert calls == []


def test_a_database_that_does_not_answer_stops_the_start(monkeypatch):
    def refuse(_connection):
        raise OperationalError("connection to postgres://ada:secret@db/gateway failed")

    monkeypatch.setattr(database, "half_replaced", refuse)

    with pytest.raises(StartError, match="The database does not answer: connection to") as raised:
        migrate()

    assert "secret" not in str(raised.value)
