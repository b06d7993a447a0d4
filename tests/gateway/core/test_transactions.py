"""A transaction that ended by a conflict is run again; any other error is raised at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connection, transaction

from gateway.core import transactions
from gateway.core.transactions import ATTEMPTS, in_transaction
from gateway.core.turns import Turns, computing

pytestmark = pytest.mark.django_db(transaction=True)

ON_POSTGRESQL = pytest.mark.skipif("connection.vendor != 'postgresql'")
ON_SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'")


class ConflictError(Exception):
    sqlstate = "40001"


def raise_conflict():
    raise OperationalError("could not serialize access") from ConflictError()


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    noted = []
    monkeypatch.setattr(transactions, "time", SimpleNamespace(sleep=noted.append))
    return noted


def test_a_conflict_rolls_back_and_is_repeated():
    runs = []

    @in_transaction
    def create():
        User.objects.create(username="mara")
        runs.append(User.objects.count())
        if len(runs) < 3:
            raise_conflict()
        return "created"

    assert create() == "created"
    assert runs == [1, 1, 1]
    assert User.objects.count() == 1


def test_the_number_of_repetitions_is_bounded(pauses):
    runs = []

    @in_transaction
    def fail():
        runs.append(1)
        raise_conflict()

    with pytest.raises(OperationalError):
        fail()
    assert len(runs) == ATTEMPTS
    assert len(pauses) == ATTEMPTS - 1


@pytest.mark.parametrize("error", [OperationalError("the disk is full"), IntegrityError("no")])
def test_another_error_is_not_repeated(error):
    runs = []

    @in_transaction
    def fail():
        runs.append(1)
        raise error

    with pytest.raises(type(error)):
        fail()
    assert runs == [1]


def test_inside_a_transaction_only_the_outermost_is_repeated():
    runs = []

    @in_transaction
    def inner():
        runs.append("inner")
        if runs.count("inner") < 2:
            raise_conflict()

    @in_transaction
    def outer():
        runs.append("outer")
        inner()

    outer()
    assert runs == ["outer", "inner", "outer", "inner"]


def test_what_is_to_follow_a_commit_follows_once():
    followed = []

    @in_transaction
    def work():
        transaction.on_commit(lambda: followed.append(len(runs)))
        runs.append(1)
        if len(runs) == 1:
            raise_conflict()

    runs = []
    work()
    assert followed == [2]


@ON_POSTGRESQL
def test_of_two_transactions_in_a_deadlock_both_succeed():
    users = [User.objects.create(username=name) for name in ("one", "two")]
    barrier = threading.Barrier(2)
    runs = []

    @in_transaction
    def change(first, second):
        User.objects.filter(pk=first.pk).update(first_name="changed")
        runs.append(first.pk)
        if len(runs) <= 2:
            barrier.wait(30)
        User.objects.filter(pk=second.pk).update(last_name="changed")

    def in_a_thread(*order):
        try:
            change(*order)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in (pool.submit(in_a_thread, *users), pool.submit(in_a_thread, *users[::-1])):
            done.result(60)
    assert len(runs) >= 3  # the repeated one may meet the other one again
    assert set(User.objects.values_list("first_name", "last_name")) == {("changed", "changed")}


@ON_SQLITE
def test_a_database_that_was_locked_is_asked_again(monkeypatch):
    locked, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            User.objects.create(username="holder")
            locked.set()
            release.wait(30)
        connection.close()

    def let_go(_seconds):
        release.set()
        holder.join(30)

    monkeypatch.setattr(transactions, "time", SimpleNamespace(sleep=let_go))
    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    try:
        in_transaction(User.objects.create)(username="mara")
    finally:
        release.set()
        connection.close()
    assert User.objects.count() == 2


def repeat_after_a_conflict():
    runs = []

    @in_transaction
    def fail_once():
        runs.append(1)
        if len(runs) == 1:
            raise_conflict()

    fail_once()


@pytest.mark.parametrize(
    "pause",
    [repeat_after_a_conflict, pytest.param(transactions.let_others_write, marks=ON_SQLITE)],
)
def test_while_a_thread_pauses_another_computes(monkeypatch, pause):
    turns, begun, others = Turns(1, seconds=3600.0), [], []

    def sleep(_seconds):
        turns.ask(("other",), others.append)
        others[0].end()

    monkeypatch.setattr(transactions, "time", SimpleNamespace(sleep=sleep))
    turns.ask(("pauses",), begun.append)
    with computing(*begun):
        pause()

    assert len(others) == 1
