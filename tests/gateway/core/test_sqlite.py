"""SQLite's write lock: a thread that waits for it, or has it, keeps no turn to compute."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from gateway.core.turns import Turns, computing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has no such lock"),
]
SECONDS = 60  # a bound of a hang, on a busy machine
LONG = 3600.0  # of a turn that does not end by itself


@pytest.fixture
def turns():
    return Turns(1, seconds=LONG)


def asked(turns, share):
    begun = []
    turns.ask((share,), begun.append)
    return begun


def in_a_thread(call):
    thread = threading.Thread(target=call)
    thread.start()
    return thread


def test_a_thread_that_waits_for_the_write_lock_lets_another_compute(turns):
    (turn,) = asked(turns, "writes")
    other, wrote = threading.Event(), []

    def write():
        with computing(turn), transaction.atomic():
            wrote.append(Group.objects.create(name="written"))
        connection.close()

    with transaction.atomic():  # it has the write lock
        waits = in_a_thread(write)
        turns.ask(("other",), lambda begun: (begun.end(), other.set()))
        assert other.wait(SECONDS)
        assert not wrote
    waits.join(SECONDS)

    assert wrote


def test_after_its_transaction_the_thread_computes_in_a_turn_again(turns):
    (turn,) = asked(turns, "writes")
    with computing(turn):
        with transaction.atomic():
            asked(turns, "second")[0].end()
        later = asked(turns, "third")
        assert not later

    assert later


def test_a_thread_takes_its_turn_again_after_a_transaction_that_failed(turns):
    (turn,) = asked(turns, "writes")
    with computing(turn):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            1 / 0  # noqa: B018 - it fails
        later = asked(turns, "other")
        assert not later

    assert later


def test_a_thread_takes_its_turn_again_when_the_write_lock_is_not_to_be_had(turns, monkeypatch):
    def busy(*_):
        raise KeyboardInterrupt

    (turn,) = asked(turns, "writes")
    with computing(turn):
        connection.ensure_connection()
        with monkeypatch.context() as patch:
            patch.setattr(connection, "cursor", busy)
            with pytest.raises(KeyboardInterrupt), transaction.atomic():
                raise AssertionError
        later = asked(turns, "other")
        assert not later

    assert later


def test_a_thread_without_a_turn_writes_as_ever():
    with transaction.atomic():
        Group.objects.create(name="written")

    assert Group.objects.filter(name="written").exists()
